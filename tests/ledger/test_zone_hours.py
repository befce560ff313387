"""Hours of zones are what the hours of their nodes add up to, whatever happens to nodes."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import day_number
from padlicht.ledger.usage.zone_hours import VALUES
from padlicht.usage import batches
from padlicht.usage.batches import RollUp
from tests.hub.use import (
    CORRECTED,
    DAY,
    HOUR,
    NOON,
    TZ,
    add_up,
    count,
    month,
    node,
    park,
    store,
)  # fmt: skip
from tests.ledger.test_ledger_upgrade import old_ledger

FOR_EVER = 2**60


@pytest.fixture
def ledger(tmp_path):
    """Two zones, each with a counter and a lamp."""
    nodes = (
        node("gate"),
        node("bridge", zone="pond"),
        node("lamp-1", "lamp"),
        node("lamp-2", "lamp", "pond"),
    )
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        yield ledger


def kept(ledger):
    """The table, whole sites with it: (zone, hour, light) -> local day and hour, and the sums."""
    rows = ledger._db.execute(
        f"SELECT zone, hour_utc_s, light, day, hour, {', '.join(VALUES)} FROM zone_hour"  # noqa: S608
    )
    return {row[:3]: row[3:] for row in rows}


def plainly(ledger):
    """The same by the plainest of means, from the hours of nodes."""
    nodes = {node.name: node for node in ledger.nodes.all()}
    real = {
        role: min(
            (n.added_utc_s for n in nodes.values() if n.role == role and not n.simulated),
            default=FOR_EVER,
        )
        for role in ("counter", "lamp")
    }
    sums = defaultdict(lambda: [0] * len(VALUES))
    for hour in ledger.node_hours.all(-FOR_EVER, FOR_EVER):
        node = nodes[hour.node]
        if node.simulated and hour.hour_utc_s + HOUR > real[node.role]:
            continue
        counts = node.role == "counter"
        watched = [min(hour.obs_s, hour.due_s), hour.due_s]
        values = [
            *(hour.count_in, hour.count_out, hour.trig, hour.lit_s, hour.boost_s, hour.mwh),
            *(hour.near_s, hour.near_obs_s),
            *(watched if counts else [0, 0]),
            *([0, 0] if counts else watched),
            *(counts, not counts, counts and node.simulated, not counts and node.simulated),
            *(HOUR * counts, HOUR * (not counts)),
        ]
        for zone in (node.zone, ""):
            total = sums[zone, hour.hour_utc_s, hour.light]
            total[:] = [a + b for a, b in zip(total, values, strict=True)]
    found = {}
    for key, total in sums.items():
        local = datetime.fromtimestamp(key[1], ZoneInfo(TZ))
        found[key] = (day_number(local.date()), local.hour, *total)
    return found


def move(ledger, name: str, zone: str) -> None:
    with ledger.transaction():
        ledger.nodes.change(replace(ledger.nodes.get(name), zone=zone), CORRECTED)


@pytest.mark.long
def test_any_order_and_any_pieces_keep_the_sums(ledger, monkeypatch):
    """A month in random order and pieces, with nodes that move meanwhile; and so does a rebuild."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    records = month(dice)
    dice.shuffle(records)
    rollup = RollUp()
    for start in range(0, len(records), 1499):
        store(ledger, *records[start : start + 1499])
        monkeypatch.setattr(batches, "PIECE_ROWS", dice.choice([50, 333, 4000]))
        for _ in range(dice.randrange(12)):
            if (piece := rollup.next(ledger, NOON)) is not None:
                piece.store(ledger)
        move(ledger, dice.choice(["gate", "bridge", "lamp-1"]), dice.choice(["path", "pond", "x"]))
    add_up(ledger, NOON, rollup)
    assert kept(ledger) == plainly(ledger)
    before = kept(ledger)
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    move(ledger, "gate", "y")  # in the middle of it
    add_up(ledger)
    assert kept(ledger) == plainly(ledger)
    assert sum(zone == "" for zone, *_ in before) == sum(zone == "" for zone, *_ in kept(ledger))
    assert not [problem for problem in ledger.check() if "zone" in problem]


def test_a_moved_node_takes_its_past_along(ledger):
    """The zone that it left no longer has its hours, the other one does; the site is as it was."""
    store(ledger, count(NOON - DAY, 3), count(NOON - DAY, 4, node="bridge"))
    add_up(ledger)
    site = {key: row for key, row in kept(ledger).items() if key[0] == ""}
    move(ledger, "bridge", "path")
    assert ledger.zone_hours.has_stale()
    add_up(ledger)
    [hour] = ledger.zone_hours.all(NOON - DAY, NOON - DAY + HOUR, zone="path")
    assert hour.count_in == 7
    [left] = ledger.zone_hours.all(NOON - DAY, NOON - DAY + HOUR, zone="pond")
    assert (left.count_in, left.due_s) == (0, 0)  # its lamp is still there
    assert {key: row for key, row in kept(ledger).items() if key[0] == ""} == site
    assert not ledger.zone_hours.has_stale()


def test_hours_of_a_site_are_right_while_zones_are_summed_anew(ledger, monkeypatch):
    """A node on its way from one zone to another counts once, at every moment."""
    monkeypatch.setattr(batches, "PIECE_ROWS", 100)
    quarters = range(NOON - DAY, NOON, 900)
    store(ledger, *(count(t, 3) for t in quarters), *(count(t, 4, node="bridge") for t in quarters))
    add_up(ledger)
    hours_utc_s = range(NOON - DAY, NOON, HOUR)
    before = ledger.zone_hours.of_site("park", hours_utc_s)
    assert [hour.count_in for hour in before] == [4 * 7] * 24
    move(ledger, "bridge", "path")
    rollup, stale, kept_wrong = RollUp(), 0, 0
    while ledger.zone_hours.has_stale():
        assert ledger.zone_hours.of_site("park", hours_utc_s) == before
        stale += 1
        kept_wrong += sum(row[2] for key, row in kept(ledger).items() if key[0] == "") != 24 * 28
        assert rollup.next(ledger, NOON).store(ledger)
    assert stale > 2
    assert kept_wrong, "what is kept was on its way at least once"
    assert ledger.zone_hours.of_site("park", hours_utc_s) == before
    assert ledger.zone_hours.of_site("elsewhere", hours_utc_s) == []


def test_hours_of_a_site_are_those_asked_for(ledger):
    """Its zones together, those of one hour alone, and none where there is none."""
    store(ledger, count(NOON - DAY, 3), count(NOON - DAY, 4, node="bridge"), count(NOON - HOUR, 5))
    add_up(ledger)
    [hour] = ledger.zone_hours.of_site("park", [NOON - DAY])
    one, other = ledger.zone_hours.all(NOON - DAY, NOON - DAY + HOUR)
    assert hour[:4] == ("park", "", NOON - DAY, one.light)
    assert hour[4:] == tuple(a + b for a, b in zip(one[4:], other[4:], strict=True))
    assert ledger.zone_hours.of_site("park", [NOON + DAY]) == []


def test_a_zone_without_nodes_has_no_hours(ledger):
    """When the last one has moved away, nothing is left of it."""
    add_up(ledger)
    move(ledger, "bridge", "path")
    move(ledger, "lamp-2", "path")
    add_up(ledger)
    assert ledger.zone_hours.all(0, NOON, zone="pond") == []
    assert kept(ledger) == plainly(ledger)


def test_a_real_node_that_was_added_for_the_past_ends_the_simulated(tmp_path):
    """From its first hour on the simulated of its role are left out, and hours of before stay."""
    made_up = (node("gate", simulated=True), node("lamp-1", "lamp", simulated=True))
    with park(tmp_path / "mixed.sqlite", *made_up) as ledger:
        for hour in (-2, -1, 0):
            store(ledger, count(NOON - DAY + hour * HOUR, 50))
        add_up(ledger)
        with ledger.transaction():
            ledger.nodes.add(node("real", added_utc_s=NOON - DAY - 1800))
        add_up(ledger)
        by_hour = {hour.hour_utc_s: hour for hour in ledger.zone_hours.all(NOON - 2 * DAY, NOON)}
        seen = [by_hour[NOON - DAY + hour * HOUR].count_in for hour in (-2, -1, 0)]
        assert seen == [50, 0, 0]
        assert kept(ledger) == plainly(ledger)
        use = ledger.use.by_light("park", date(2026, 10, 24), date(2026, 10, 24))["day"]
        assert (use.simulated_counts, use.simulated_lamps) == (True, True)
        later = ledger.use.by_light("park", date(2026, 10, 25), date(2026, 10, 25))["day"]
        assert (later.simulated_counts, later.simulated_lamps) == (False, True)


def test_an_hour_that_only_the_simulated_had_goes_when_they_no_longer_count(tmp_path):
    """A real counter served for an hour of the past: of later ones there is nothing, not nought.

    In that hour it owes what it never said.
    """
    with park(tmp_path / "mixed.sqlite", node("gate", simulated=True)) as ledger:
        add_up(ledger)
        real = node("real", added_utc_s=NOON - DAY)
        with ledger.transaction():
            ledger.nodes.add(real)
            ledger.nodes.change(replace(real, retired_utc_s=NOON - DAY + HOUR), CORRECTED)
        add_up(ledger)
        left = ledger.zone_hours.all(NOON - DAY, NOON)
        told = [(hour.hour_utc_s, hour.due_s, hour.simulated) for hour in left]
        assert told == [(NOON - DAY, HOUR, 0)]
        assert kept(ledger) == plainly(ledger) != {}


def test_a_retired_counter_is_due_nothing_more(ledger):
    """Its zone's hours are due what its other nodes are."""
    with ledger.transaction():
        ledger.nodes.change(
            replace(ledger.nodes.get("gate"), retired_utc_s=NOON - DAY + 600), CORRECTED
        )
    add_up(ledger)
    due = [
        hour.due_s for hour in ledger.zone_hours.all(NOON - DAY, NOON - DAY + 2 * HOUR, zone="path")
    ]
    assert due == [600, 0]
    assert kept(ledger) == plainly(ledger)


def test_a_ledger_of_before_is_summed_when_the_hub_starts(tmp_path):
    """Of schema 2 there are hours of nodes alone; those of zones come with the roll-up."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(2, path)
    with Ledger.open(path) as ledger:
        assert kept(ledger) == {}
        assert ledger.zone_hours.has_stale()
        assert ledger.check() == []
        now_utc_s = ledger.cursors.get("usage", "due") + 2 * DAY
        add_up(ledger, now_utc_s)
        assert kept(ledger) == plainly(ledger) != {}


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        ("UPDATE zone_hour SET count_in = count_in + 1 WHERE zone = 'path'", "zone path of park"),
        ("DELETE FROM zone_hour WHERE zone = 'pond' AND hour_utc_s > 0", "zone pond of park"),
        ("UPDATE zone_hour SET lamps = lamps + 1 WHERE zone = ''", "all zones of park"),
        ("INSERT INTO zone_hour SELECT site, 'gone', hour_utc_s, light, day, hour, 1, 1, 1, 1,"
         " 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM zone_hour WHERE zone = 'path'",
         "zone gone of park"),
    ],
)  # fmt: skip
def test_hours_that_are_not_what_they_should_be_are_found(ledger, spoiling, said):
    """The check names the zone and from when on; a rebuild mends it."""
    add_up(ledger)
    assert ledger.check() == []
    with ledger.transaction():
        ledger._db.execute(spoiling)
    assert [problem for problem in ledger.check() if said in problem]
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    add_up(ledger)
    assert ledger.check() == []
    assert kept(ledger) == plainly(ledger)
