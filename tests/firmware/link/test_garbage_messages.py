"""Mutated messages on each topic but settings, against a whole node: nothing escapes."""

from messages import GOOD, SEED, TRIES, UTC_MS, Park, mutated
from scratch import Chance, Folder, raises

from node.errors import BadData
from node.link import wire

INTERPRETERS = ("mp64", "mp32")


def test_no_message_trips_up_the_node():
    """Mutated acknowledgements, times and commands never reach the last resort for crashes."""
    with Folder() as folder:
        park = Park(folder + "/node")
        chance = Chance(SEED)
        try:
            park.take("down/time", b'{"utc_ms":%d}' % UTC_MS)
            for leaf in ("down/ack", "down/time", "down/command"):
                good = GOOD[leaf].replace(b"1795224500", b"1895224500")
                park.take(leaf, good)
                assert not park.lines, park.lines
                for number in range(TRIES):
                    park.take(leaf, mutated(chance, good))
                    if number % 500 == 0:  # what they left behind is as good as ever
                        check_node(park)
                print("FIGURE garbage_{}={}".format(leaf.replace("/", "_"), TRIES))
        finally:
            park.close()


def check_node(park):
    """Whatever came: the time is one to live in, what waits to be said fits, records go on."""
    node = park.node
    assert 1700000000000 <= node.clock.utc_ms() <= 4102444800000 + 11000  # 2023 to 2100
    assert all(len(payload) <= wire.MAX_PAYLOAD for _, payload, _ in park.hub._outbox._waiting)
    assert len(node.status()) <= wire.MAX_PAYLOAD
    node._recorder.second()
    assert not [line for line in park.lines if "records:" in line], park.lines


def test_what_could_come_back_for_ever_is_refused():
    """Numbers and names that no reply could carry, and brackets too deep to print, are BadData."""
    deep = b'{"version":1,"set":{"tz":' + b"[" * 9 + b"]" * 9 + b"}}"
    assert "cut off" in raises(BadData, wire.decode_settings, deep)
    large = b'{"version":' + b"9" * 2100 + b',"set":{}}'
    assert "too large" in raises(BadData, wire.decode_settings, large)
    long = b'{"id":"' + b"x" * 2040 + b'","do":"identify","until":1,"args":{}}'
    assert "2040 characters" in raises(BadData, wire.decode_command, long)
