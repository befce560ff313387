"""Followers read the ledger in the order in which it grew, each at its own pace."""

import json

import pytest

from padlicht.errors import Refused
from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger
from tests.hub.parts import NOW, SITE, park

COUNT = Footfall("counter-1", 3, 88, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
LIGHT = Lamp("lamp-1", 12, 340, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)
BODY = Health("lamp-1", 12, 341, NOW, 900, 2, None, 12050, 84, 61234, 2, 0, 123456, None)
STUCK = Fault("lamp-1", 12, 342, NOW + 377, 0, 2, "lamp_stuck", True)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def write(ledger, *records):
    with ledger.transaction():
        ledger.records.add(records, NOW + 1000)


@pytest.mark.parametrize(
    ("table", "record"),
    [("lamp", LIGHT), ("footfall", COUNT), ("health", BODY), ("fault", STUCK)],
    ids=["lamp", "footfall", "health", "fault"],
)
def test_a_followed_record_says_all_and_where_it_stands(ledger, table, record):
    """Its id, site, zone and node come first, then what the record holds, in its own order."""
    write(ledger, record)
    values = list(vars(record).values())
    assert ledger.cursors.rows_after(table, 0, 10) == [(1, SITE, "path", *values)]


def test_records_are_followed_in_the_order_they_came(ledger):
    """Not by their time: a late record comes when it came, after what was there before."""
    late = Footfall("counter-1", 2, 5, NOW - 10**6, 900, 2, 9, 0, 1, 1, 1, 1)
    write(ledger, COUNT)
    write(ledger, late)
    first = ledger.cursors.rows_after("footfall", 0, 1)
    assert [row[5] for row in first] == [COUNT.seq]
    assert [row[5] for row in ledger.cursors.rows_after("footfall", first[-1][0], 10)] == [late.seq]
    assert ledger.cursors.newest_id("footfall") == 2
    assert ledger.cursors.rows_after("footfall", 2, 10) == []


def test_presence_is_followed_on_every_change(ledger):
    """Coming and going are one row each; a word of a node that is there is none."""
    with ledger.transaction():
        ledger.states.record_birth("lamp-1", 12, "0.1.0", "sim", 2, "power", NOW)
        ledger.states.record_birth("lamp-1", 13, "0.1.0", "sim", 2, "power", NOW + 1)
        ledger.states.mark_heard("lamp-1", NOW + 2)
        ledger.states.record_loss("lamp-1", NOW + 3)
        ledger.states.record_loss("lamp-1", NOW + 4)
        ledger.states.mark_heard("lamp-1", NOW + 5)
    assert [row[1:] for row in ledger.cursors.rows_after("presence", 0, 10)] == [
        (SITE, "path", "lamp-1", NOW, 1),
        (SITE, "path", "lamp-1", NOW + 3, 0),
        (SITE, "path", "lamp-1", NOW + 5, 1),
    ]


def test_settings_are_followed_with_what_they_were_before(ledger):
    """Each version is a row, in the order of the changes, whichever node they are for."""
    with ledger.transaction():
        ledger.settings.request("lamp-2", {"hold_s": 20}, "padlicht", "added", NOW)
        ledger.settings.request("lamp-1", {"hold_s": 20}, "padlicht", "added", NOW)
        ledger.settings.request("lamp-2", {"hold_s": 30}, "anna", "workshop", NOW + 1)
    rows = ledger.cursors.rows_after("settings", 0, 10)
    assert [row[3:7] for row in rows] == [
        ("lamp-2", 1, NOW, "padlicht"),
        ("lamp-1", 1, NOW, "padlicht"),
        ("lamp-2", 2, NOW + 1, "anna"),
    ]
    assert [json.loads(text) for text in rows[2][8:]] == [{"hold_s": 20}, {"hold_s": 30}]


def test_each_follower_has_its_own_cursors(ledger, tmp_path):
    """A cursor begins at 0, stays over a restart, and is nobody else's."""
    with ledger.transaction():
        ledger.cursors.move("influx", "lamp", 5)
        ledger.cursors.move("influx", "lamp", 7)
        ledger.cursors.move("usage", "lamp", 3)
    with Ledger.open(tmp_path / "ledger.sqlite", read_only=True) as reader:
        assert reader.cursors.get("influx", "lamp") == 7
        assert reader.cursors.get("influx", "fault") == 0
        assert reader.cursors.all() == {("influx", "lamp"): 7, ("usage", "lamp"): 3}
    with ledger.transaction():
        ledger.cursors.drop("influx")
    assert ledger.cursors.all() == {("usage", "lamp"): 3}


def test_what_nobody_can_follow_is_named(ledger):
    """A wrong name gets the list of right ones."""
    for ask in (
        lambda: ledger.cursors.rows_after("nodes", 0, 1),
        lambda: ledger.cursors.newest_id("nodes"),
    ):
        with pytest.raises(Refused, match="'nodes' cannot be followed: choose one of lamp"):
            ask()


def test_a_day_is_found_behind_what_came_later_and_wrong(ledger):
    """Neither late records nor a clock that was years behind for a while hide a day's."""
    write(
        ledger,
        *(Footfall("counter-1", 3, i, NOW + 900 * i, 900, 2, 9, 0, 1, 1, 1, 1) for i in range(96)),
        *(Footfall("counter-1", 4, i, 900 * i + 1, 900, 2, 9, 0, 1, 1, 1, 1) for i in range(50)),
        *(Footfall("counter-1", 5, i, 0, 900, 0, 9, 0, 1, 1, 1, 1) for i in range(200)),
        Footfall("counter-1", 6, 1, NOW + 10**7, 900, 2, 9, 0, 1, 1, 1, 1),
    )
    found = ledger.records.footfall(SITE, NOW, NOW + 86_400)
    assert [row.seq for row in found] == [*range(96)]


def test_a_day_is_found_without_reading_a_life(ledger):
    """Once a node's records are older for a whole day's worth, nobody looks further back."""
    write(
        ledger,
        *(
            Footfall("counter-1", 1, i, NOW + 900 * i, 900, 2, 9, 0, 1, 1, 1, 1)
            for i in range(20_000)
        ),
    )
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    # In SQLite's own instructions, because a time would depend on the machine.
    ledger._db.set_progress_handler(count, 1000)
    last = NOW + 900 * 20_000
    assert len(ledger.records.footfall(SITE, last - 86_400, last)) == 96
    ledger._db.set_progress_handler(None, 0)
    assert steps < 20
