"""The table of what could not be taken: its limits, its order, and what makes two of them one."""

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.tables import quarantine as quarantine_module
from tests.hub.parts import NOW, park

TOPIC = "padlicht/v1/park/lamp-1/up/records"
OTHER = "padlicht/v1/park/lamp-2/up/records"


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def keep(ledger, payload, at=NOW, *, topic=TOPIC, why="why", acknowledged=False):
    with ledger.transaction():
        return ledger.quarantine.add(topic, payload, why, at, acknowledged=acknowledged)


def test_limits_are_what_the_documentation_says():
    """Ten thousand of what nodes still have, a hundred thousand of what they have forgotten."""
    limits = (quarantine_module.MAX_QUARANTINED, quarantine_module.MAX_ACKNOWLEDGED)
    assert limits == (10_000, 100_000)


def test_room_is_counted_anew_at_a_start_and_where_none_was_left(ledger, tmp_path, monkeypatch):
    """What another process keeps or removes counts: no more than the limit, and no less."""
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 2)
    assert keep(ledger, b"a", acknowledged=True)
    assert keep(ledger, b"b", acknowledged=True)
    with Ledger.open(tmp_path / "ledger.sqlite") as other:
        assert not keep(other, b"c", acknowledged=True)
        with other.transaction():
            other.quarantine.remove(1)
    assert keep(ledger, b"c", acknowledged=True)
    assert not keep(ledger, b"d", acknowledged=True)
    assert [item.payload for item in ledger.quarantine.newest() if item.acknowledged] == [
        b"c",
        b"b",
    ]


def test_what_is_not_acknowledged_takes_no_room(ledger, monkeypatch):
    """Nor does what is acknowledged already, when it comes again unacknowledged."""
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 2)
    assert keep(ledger, b"a", acknowledged=True)
    for payload in (b"a", b"b", b"b"):
        assert keep(ledger, payload) is (payload == b"a")
    assert keep(ledger, b"c", acknowledged=True)
    assert not keep(ledger, b"d", acknowledged=True)


def test_of_those_that_may_go_the_last_stay(ledger, monkeypatch):
    """Exactly as many as the limit, whatever came between them."""
    monkeypatch.setattr(quarantine_module, "MAX_QUARANTINED", 3)
    for payload in (b"a", b"b", b"c", b"d"):
        keep(ledger, payload)
    assert [item.payload for item in ledger.quarantine.newest()] == [b"d", b"c", b"b"]


def test_the_newest_come_first_and_of_one_second_the_last(ledger):
    """By when each was seen last; `limit` cuts off the oldest, a hundred unless told."""
    keep(ledger, b"a", NOW)
    keep(ledger, b"b", NOW + 5)
    keep(ledger, b"c", NOW + 5)
    keep(ledger, b"d", NOW + 1)
    keep(ledger, b"a", NOW + 9)
    newest = ledger.quarantine.newest()
    assert [item.payload for item in newest] == [b"a", b"c", b"b", b"d"]
    assert (newest[0].first_utc_s, newest[0].last_utc_s, newest[0].times) == (NOW, NOW + 9, 2)
    assert ledger.quarantine.newest(2) == newest[:2]
    for number in range(100):
        keep(ledger, b"%d" % number)
    assert len(ledger.quarantine.newest()) == 100


def test_what_comes_after_a_number_is_in_the_order_it_came(ledger):
    """Of all, or of one node; the number itself is not in it."""
    for payload, topic in ((b"a", TOPIC), (b"b", OTHER), (b"c", TOPIC), (b"d", "elsewhere")):
        keep(ledger, payload, topic=topic)

    def payloads(*asked):
        return b"".join(item.payload for item in ledger.quarantine.after(*asked))

    assert payloads(0, 9) == b"abcd"
    assert payloads(2, 9) == b"cd"
    assert payloads(1, 2) == b"bc"
    assert payloads(0, 9, "lamp-1") == b"ac"
    assert payloads(1, 9, "lamp-1") == b"c"
    assert ledger.quarantine.count_of_node("lamp-1") == 2
    assert (ledger.quarantine.count(), ledger.quarantine.newest_id()) == (4, 4)
    keep(ledger, b"c", topic=TOPIC, acknowledged=True)
    assert [
        (item.node, item.payload, item.acknowledged) for item in ledger.quarantine.reasons()
    ] == [
        ("lamp-1", b"", False),
        ("lamp-2", b"", False),
        ("lamp-1", b"", True),
        (None, b"", False),
    ]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_two_that_get_one_reason_become_one(ledger, order):
    """It was seen from the first to the last time of both, as often as both, and whoever of them
    was acknowledged may not be thrown out."""
    for number in order:
        keep(ledger, b"a", NOW + number, why=f"reason {number}", acknowledged=number == 1)
        keep(ledger, b"a", NOW + 10 * number, why=f"reason {number}")
    keep(ledger, b"b", NOW, why="reason 2")
    with ledger.transaction():
        ledger.quarantine.change_reason(order.index(1) + 1, "reason 2")
    (item,) = [one for one in ledger.quarantine.newest() if one.payload == b"a"]
    assert (item.first_utc_s, item.last_utc_s) == (NOW + 1, NOW + 20)
    assert (item.times, item.acknowledged, item.reason) == (4, True, "reason 2")
    assert ledger.quarantine.count() == 2


def test_another_reason_leaves_the_others_alone(ledger):
    """Only that one has it, under which the same message is known from then on."""
    keep(ledger, b"a")
    keep(ledger, b"b")
    with ledger.transaction():
        ledger.quarantine.change_reason(1, "another")
        ledger.quarantine.change_reason(2, "why")
        ledger.quarantine.change_reason(3, "of nothing")
    assert [item.reason for item in ledger.quarantine.after(0, 9)] == ["another", "why"]
    keep(ledger, b"a", why="another")
    assert [item.times for item in ledger.quarantine.after(0, 9)] == [2, 1]
    with ledger.transaction():
        ledger.quarantine.remove(1)
    assert [item.id for item in ledger.quarantine.after(0, 9)] == [2]


@pytest.mark.parametrize(
    ("topic", "node"),
    [
        (TOPIC, "lamp-1"),
        ("padlicht/v1/park/lamp-1/up/records/more", None),
        ("padlicht/v1/park/lamp-1/up", None),
        ("padlicht/v2/park/lamp-1/up/records", None),
        ("other/v1/park/lamp-1/up/records", None),
        ("", None),
    ],
)
def test_whose_it_is_is_told_by_a_nodes_topic_alone(ledger, topic, node):
    """Six levels that begin as a node's do; of anything else nobody is said to have sent it."""
    keep(ledger, b"a", topic=topic)
    assert ledger.quarantine.get(1).node == node
    assert ledger.quarantine.get(2) is None
