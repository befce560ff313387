"""Packets out of bytes, and messages within the broker's room."""

import random

import mqtt5
import pytest

from padlicht.errors import BadData, TryAgain
from padlicht.intake.mqtt_packets import MAX_WAITING, Outbox, PacketSplitter, Unreadable

MOST = 10_000
PUBLISH = mqtt5.PublishPacket(
    "padlicht/v1/s/lamp-1/up/records", b"x" * 300, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=7
).write()
# A topic that is not UTF-8 makes the codec panic, which is no Exception and complains on stderr.
codec_panics = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PANIC = PUBLISH.replace(b"lamp-1", b"lamp\xff1")


def split(*chunks):
    splitter = PacketSplitter(MOST)
    return [packet for chunk in chunks for packet in splitter.feed(chunk)]


def test_packets_come_out_whole_however_they_came_in():
    """Any way of cutting the stream gives the same packets, each as soon as it is complete."""
    stream = PUBLISH + mqtt5.PingRespPacket().write() + mqtt5.PubAckPacket(9).write() + PUBLISH
    whole = [type(packet) for packet in split(stream)]
    assert len(whole) == 4
    for cut in range(len(stream)):
        assert [type(packet) for packet in split(stream[:cut], stream[cut:])] == whole
    assert [type(packet) for packet in split(*(bytes([byte]) for byte in stream))] == whole


@codec_panics
def test_a_packet_that_cannot_be_read_does_not_stop_the_next():
    """A broken message still shows its topic and its id, and what follows is read."""
    broken, good = split(PANIC + PUBLISH)
    assert isinstance(broken, Unreadable)
    assert (broken.packet_id, broken.topic) == (7, r"padlicht/v1/s/lamp\xff1/up/records")
    assert good.packet_id == 7


def test_a_length_of_three_bytes_is_read_when_it_is_whole():
    """A packet beyond 16 KiB, which the shortcut for small ones does not know, arrives as well."""
    big = mqtt5.PublishPacket("t", b"x" * 20_000).write()
    splitter = PacketSplitter(1 << 16)
    assert splitter.feed(big[:2]) == []
    assert splitter.feed(big[2:3]) == []
    (packet, after) = splitter.feed(big[3:] + PUBLISH)
    assert (len(packet.payload), after.packet_id) == (20_000, 7)


@codec_panics
def test_every_truncation_of_a_packet_is_unreadable_or_waits():
    """A body cut at any byte, under a length that fits, never raises anything but BadData."""
    for cut in range(len(PUBLISH) - 3):
        body = PUBLISH[3 : 3 + cut]
        head = bytes([PUBLISH[0], len(body) & 0x7F | 0x80, len(body) >> 7])
        (packet,) = split(head + body)
        assert isinstance(packet, Unreadable | mqtt5.PublishPacket)


@codec_panics
def test_garbage_never_raises_anything_else():
    """Random bytes give packets, unreadable ones, or BadData; nothing else."""
    dice = random.Random(20261121)
    for _ in range(2000):
        noise = dice.randbytes(dice.randrange(1, 60))
        try:
            split(noise)
        except BadData:
            continue


def test_a_packet_beyond_the_limit_is_refused_by_its_length_alone():
    """The length is enough; nothing of that size is collected."""
    with pytest.raises(BadData, match="allowed are"):
        split(bytes([0x30, 0xFF, 0xFF, 0x7F]))
    with pytest.raises(BadData, match="does not end"):
        split(bytes([0x30, 0xFF, 0xFF, 0xFF, 0xFF]))


def message(number):
    return ("t", b"%d" % number, False, None)


def test_no_more_is_on_its_way_than_the_broker_has_room_for():
    """What does not fit waits, in order, until something is acknowledged."""
    outbox = Outbox()
    outbox.room = 2
    for number in range(4):
        outbox.put(message(number))
    first = split(outbox.take())
    assert [packet.payload for packet in first] == [b"0", b"1"]
    assert outbox.take() == b""
    outbox.acknowledged(first[1].packet_id)
    outbox.acknowledged(first[1].packet_id)  # twice: makes room once
    assert [packet.payload for packet in split(outbox.take())] == [b"2"]


def test_packet_ids_are_never_zero_and_never_in_use():
    """Through more than a full turn, with one message that the broker never acknowledges."""
    outbox = Outbox()
    outbox.room = 2
    outbox.put(message(0))
    (stuck,) = split(outbox.take())
    for number in range(66_000):
        outbox.put(message(number))
        (packet,) = split(outbox.take())
        assert packet.packet_id not in (0, stuck.packet_id)
        outbox.acknowledged(packet.packet_id)


def test_a_broker_that_takes_nothing_is_said():
    """The queue is bounded; beyond it the caller hears so, and what fitted is sent all the same."""
    outbox = Outbox()
    for number in [0] * (MAX_WAITING - 1) + [1]:
        outbox.put(message(number))
    with pytest.raises(TryAgain, match="takes nothing"):
        outbox.put(message(2))
    outbox.room = MAX_WAITING - 1
    outbox.take()
    outbox.room = 2
    (last,) = split(outbox.take())
    assert last.payload == b"1"
