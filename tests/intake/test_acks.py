"""Packets that are made by the thousand: the same bytes as the codec's."""

import mqtt5
import pytest

from padlicht.intake.intake import MOST_RANGES, build_acks
from padlicht.intake.mqtt_packets import pubacks, qos0_publishes
from padlicht.wire import Ack, encode

TOPIC = "padlicht/v1/park/lamp-1/down/ack"


def test_light_messages_are_the_codecs_bytes():
    """At every length around the point where the length itself takes a second byte, and far on."""
    for size in (*range(140), 200, 5000):
        letters = [(TOPIC, b"x" * size), ("t", b"y" * size)]
        expected = b"".join(mqtt5.PublishPacket(*letter).write() for letter in letters)
        assert qos0_publishes(letters) == expected


@pytest.mark.parametrize(
    ("seqs", "spans"),
    [
        ([7], [(7, 7)]),
        ([340, 341, 342], [(340, 342)]),
        ([9, 8, 3, 8], [(3, 3), (8, 9)]),
        ([1, 9, 3], [(1, 1), (3, 3), (9, 9)]),
        ([3, 3, 5], [(3, 3), (5, 5)]),
        ([*range(0, 2 * MOST_RANGES, 2)], [(seq, seq) for seq in range(0, 2 * MOST_RANGES, 2)]),
        ([2**31 - 1, 0], [(0, 0), (2**31 - 1, 2**31 - 1)]),
    ],
)
def test_an_answer_is_what_the_contract_makes_of_it(seqs, spans):
    """Made by hand where it is one range, and the same bytes."""
    said = list(build_acks({("padlicht/v1/park/lamp-1/up/records", 12): seqs}))
    assert said == [(TOPIC, encode(Ack(12, spans)))]


def test_an_answer_to_nothing_is_none():
    """What went to quarantine without numbers has nothing to be forgotten."""
    assert list(build_acks({("padlicht/v1/park/lamp-1/up/records", 12): []})) == []


def test_nothing_to_send_is_nothing():
    """No message makes no bytes."""
    assert qos0_publishes([]) == b""
    assert pubacks([]) == b""


def test_acknowledgements_are_the_codecs_bytes():
    """For the smallest id, the largest, and one of two bytes, in order."""
    ids = [1, 255, 256, 65_535, 2]
    assert pubacks(ids) == b"".join(mqtt5.PubAckPacket(one).write() for one in ids)
