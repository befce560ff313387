"""A board's flash is mounted, or made into a file system once when it is blank, never formatted."""

import os

from flash import BLOCK, Bare, Flash, put

import storage

INTERPRETERS = ("mp64", "mp32")

BLOCKS = 24
BLANK = b"\xff" * BLOCK * BLOCKS
OPTIONS = {"progsize": 256}  # as on a Pico


def used():
    """The image of a node's flash, with its files in it."""
    flash = Flash(BLANK)
    with Bare():
        assert storage.mount(flash, **OPTIONS)
        put("/node.json", b'{"node":"lamp-1"}')
        put("/spool/00000001.log", b"x" * 9000)
    return flash.data


def mount(image):
    """(whether it was mounted, programs and erases that cost, what node.json says then)"""
    flash = Flash(image)
    with Bare():
        mounted = storage.mount(flash, **OPTIONS)
        try:
            with open("/node.json") as file:
                text = file.read()
        except OSError:
            text = None
    return mounted, flash.writes, text


def changed(image, at, data):
    """A copy of an image with other bytes in one place."""
    copy = bytearray(image)
    copy[at : at + len(data)] = data
    return copy


def test_a_blank_flash_gets_its_first_file_system():
    """A board from the factory has nothing to lose: it is made ready, and it is there next time."""
    flash = Flash(BLANK)
    with Bare():
        assert storage.mount(flash, **OPTIONS)
        put("/boot.0", b"1\n")
    writes = flash.writes
    assert writes
    with Bare():
        assert storage.mount(flash, **OPTIONS)
        assert open("/boot.0").read() == "1\n"
    assert flash.writes == writes


def test_a_good_file_system_is_mounted_and_left_alone():
    """Its files are there, and mounting writes nothing."""
    assert mount(used()) == (True, 0, '{"node":"lamp-1"}')


def test_a_damaged_file_system_is_never_written_to():
    """Both superblocks erased, overwritten, or torn in the middle: no mount, no byte changed."""
    image = used()
    rubbish = bytes([number * 37 & 255 for number in range(2 * BLOCK)])
    for damage in (b"\xff" * 2 * BLOCK, bytes(2 * BLOCK), rubbish):
        assert mount(changed(image, 0, damage)) == (False, 0, None)
    torn = changed(changed(image, 8, rubbish[:64]), BLOCK + 8, rubbish[:64])
    assert mount(torn) == (False, 0, None)


def test_one_wrong_bit_costs_no_write():
    """Wherever a bit of the superblocks flips: mounted or not, nothing is written."""
    image = used()
    outcomes = set()
    for half in (0, BLOCK):
        for at in list(range(0, 160)) + list(range(160, BLOCK, 97)):
            other = image[half + at] ^ (1 << at % 8)
            mounted, writes, _ = mount(changed(image, half + at, bytes([other])))
            assert writes == 0, (half, at)
            outcomes.add(mounted)
    assert True in outcomes


def test_rubbish_is_not_a_blank_flash():
    """Another program's data, zeros, or a single bit in the last byte: left for somebody to see."""
    for image in (
        bytes(BLOCK * BLOCKS),
        b"somebody else's" * (BLOCK * BLOCKS // 15) + b"\xff" * (BLOCK * BLOCKS % 15),
        changed(BLANK, BLOCK * BLOCKS - 1, b"\xfe"),
        changed(BLANK, 0, b"\x7f"),
    ):
        assert mount(image) == (False, 0, None)


class Failing(Flash):
    """One whose reads or writes fail, by number or by exception."""

    def __init__(self, image, error):
        super().__init__(image)
        self._error = error
        self.unreadable = True

    def readblocks(self, block, buffer, offset=0):
        super().readblocks(block, buffer, offset)
        if self.unreadable and block > 1:
            if isinstance(self._error, int):
                return self._error
            raise self._error
        return 0


def test_what_cannot_be_read_is_not_blank():
    """A flash that answers with errors is neither mounted nor written to, and nothing is raised."""
    for error in (-5, OSError(5), ValueError()):
        flash = Failing(BLANK, error)
        with Bare():
            assert not storage.mount(flash)
        assert flash.writes == 0


def test_a_flash_that_refuses_its_first_file_system_raises_nothing():
    """Blank but worn out, or no flash at all: the start goes on without files."""
    with Bare():
        assert not storage.mount(Flash(BLANK, dies_at=0), **OPTIONS)
        assert not storage.mount(None)
        assert os.statvfs("/")[0] == 0
