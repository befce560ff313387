"""A PUBLISH beyond the limit: its packet id is found, its body dropped, and the next one read."""

from scratch import raises

from node.errors import BadData
from node.link.packets import PUBLISH, SUBACK, TOO_BIG, PacketSplitter, decode

LIMIT = 100
PINGRESP = b"\xd0\x00"


def publish(first, topic_bytes, after):
    """A PUBLISH with a topic of so many bytes and what stands behind it."""
    body = bytes((topic_bytes >> 8, topic_bytes & 0xFF)) + b"t" * topic_bytes + after
    return bytes((first, len(body) & 0x7F | 0x80, len(body) >> 7)) + body


def taken(packet, limit=LIMIT):
    """What is taken of it when all has come, with a PINGRESP behind it, which must come next."""
    inbox = PacketSplitter(limit)
    inbox.feed(packet)
    found = inbox.next_packet()
    inbox.feed(PINGRESP)
    assert inbox.next_packet() == (0xD0, b"") and inbox.next_packet() is None
    assert inbox.bytes_wanted() == 2
    inbox = PacketSplitter(limit)
    inbox.feed(packet + PINGRESP)
    assert inbox.next_packet() == found and inbox.next_packet() == (0xD0, b"")
    inbox.feed(PINGRESP)
    assert inbox.next_packet() == (0xD0, b"")
    return found


def test_only_what_asks_for_an_answer_has_an_id():
    """Whatever its other flags say: kept by the broker, or sent again."""
    for first, packet_id in ((0x30, b""), (0x31, b""), (0x32, b"\x01\x09"), (0x3B, b"\x01\x09")):
        assert taken(publish(first, 5, b"\x01\x09" + b"x" * 500)) == (TOO_BIG << 4, packet_id)


def test_the_id_stands_behind_a_topic_of_any_length():
    """As far as the limit: a topic beyond that is not worth its memory."""
    for topic_bytes, packet_id in ((96, b"\x01\x09"), (97, b"")):
        found = taken(publish(0x32, topic_bytes, b"\x01\x09" + b"x" * 500))
        assert found == (TOO_BIG << 4, packet_id), topic_bytes
    assert taken(publish(0x32, 300, b"\x01\x09" + b"x" * 900), 1000)[1] == b"\x01\x09"


def test_a_topic_may_fill_the_packet_but_not_pass_its_end():
    """With its id at the very end it is read, with a byte less it is refused."""
    assert taken(publish(0x32, 200, b"\x01\x09")) == (TOO_BIG << 4, b"")
    for after in (b"\x01", b""):
        inbox = PacketSplitter(LIMIT)
        inbox.feed(publish(0x32, 200, after))
        assert "longer than itself" in raises(BadData, inbox.next_packet)


def test_it_is_taken_as_soon_as_its_id_is_there():
    """Not a byte before, and none later: the rest is skipped when it comes."""
    packet = publish(0x32, 5, b"\x01\x09" + b"x" * 500)
    inbox = PacketSplitter(LIMIT)
    for at in range(12):
        assert inbox.next_packet() is None, at
        inbox.feed(packet[at : at + 1])
    assert inbox.next_packet() == (TOO_BIG << 4, b"\x01\x09")
    assert inbox.bytes_wanted() == len(packet) - 12
    inbox.feed(packet[12:])
    inbox.feed(PINGRESP)
    assert inbox.next_packet() == (0xD0, b"")


def test_numbers_of_two_bytes_are_read_whole():
    """In SUBACK as in PUBLISH, whose topic may be longer than 255 bytes."""
    assert decode(0x90, b"\x01\x02\x01") == (SUBACK, 258, 1)
    topic = "t" * 300
    body = b"\x01\x2c" + topic.encode() + b"\x01\x09" + b"hi"
    assert decode(0x32, body) == (PUBLISH, topic, b"hi", 1, False, 265)


def test_a_length_may_have_four_bytes():
    """Not more: 268 435 455 is the longest."""
    inbox = PacketSplitter(LIMIT)
    inbox.feed(b"\x30\xff\xff\xff")
    assert inbox.next_packet() is None and inbox.bytes_wanted() == 1
    inbox.feed(b"\x7f")
    assert inbox.bytes_wanted() == 512
    assert inbox.next_packet() == (TOO_BIG << 4, b"")
    assert inbox.bytes_wanted() == 512


def test_a_long_packet_of_another_kind_is_named():
    """With its kind and length: no broker sends that."""
    inbox = PacketSplitter(LIMIT)
    inbox.feed(b"\x90\xc8\x01")
    assert raises(BadData, inbox.next_packet) == "mqtt: a packet of kind 9 with 200 bytes"
