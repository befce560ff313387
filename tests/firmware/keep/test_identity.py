"""What node.json may say."""

from scratch import Folder, raises, write

from node.errors import BadData
from node.keep import identity

REST = (
    b'{"node":"lamp-1","site":"park","zone":"path","role":"lamp","board":"sim",'
    b'"broker_host":"h","broker_port":1,"broker_name":"b"'
)


def test_the_first_boot_is_a_whole_number_from_1_on():
    """Anything else is refused, with the value and what to do; without it, nothing is said."""
    with Folder() as folder:
        path = folder + "/node.json"
        for good in (b"", b',"first_boot":1', b',"first_boot":41'):
            write(path, REST + good + b"}")
            assert identity.read(folder)["node"] == "lamp-1"
        for bad in (b"0", b"-3", b"true", b'"4"', b"1.5", b"null"):
            write(path, REST + b',"first_boot":' + bad + b"}")
            assert "first_boot" in raises(BadData, identity.read, folder)
