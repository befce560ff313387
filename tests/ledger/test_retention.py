"""Retention: old records go, what they added up to stays, and none of them counts again."""

import random
from dataclasses import replace

import pytest

from padlicht.errors import Refused
from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger
from padlicht.ledger.upkeep.retention import Step
from padlicht.usage.batches import RollUp
from tests.hub.parts import NOW, SITE, park

HOURS = 30
INTERVALS = [
    record
    for i in range(4 * HOURS)
    for record in (
        Lamp(
            *("lamp-1", 12, 2 * i, NOW + 900 * i, 900, 2, 900, 900, 9, i, 9 * i, 5, 5 * i, True),
            near_s=i if i % 3 else None,
        ),
        Health("lamp-1", 12, 2 * i + 1, NOW + 900 * i, 900, 2, -67, 1, 84, 9, 2, 0, i, None),
        Footfall("counter-1", 3, i, NOW + 900 * i, 900, 2, 890, 4, i, 2 * i, 9 * i, 5 * i),
    )
]
AFTER_ALL = NOW + HOURS * 3600 + 10_000
HALF = NOW + HOURS * 1800


@pytest.fixture
def ledger(tmp_path):
    """All intervals, each received when it ended."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction():
            for record in INTERVALS:
                ledger.records.add([record], record.t + record.dt)
        yield ledger


def write(ledger, *records, at=None):
    with ledger.transaction():
        return ledger.records.add(records, at or records[0].t + records[0].dt)


def add_up(ledger):
    """What the hub's follower does, to the end."""
    rollup = RollUp()
    while (piece := rollup.next(ledger, AFTER_ALL)) is not None:
        piece.store(ledger)


def prune(ledger, before_utc_s, limit=7, ignored=()):
    """Take all that may go, in small pieces; how many rows."""
    step, gone = Step(), 0
    while True:
        with ledger.transaction():
            step = ledger.retention.prune(before_utc_s, step, limit, ignored)
        if not step.gone:
            return gone
        gone += sum(step.gone.values())


def hours(ledger):
    return ledger.node_hours.all(0, AFTER_ALL)


def kept(ledger):
    return set(ledger.records.identities())


def test_old_records_go_and_their_sums_stay(ledger):
    """What came in before the date is gone, the rest is there, and no hour changes."""
    add_up(ledger)
    before = hours(ledger)
    old = [record for record in INTERVALS if record.t + record.dt < HALF]
    assert prune(ledger, HALF) == len(old)
    assert kept(ledger) == {
        (record.node, record.boot, record.seq) for record in INTERVALS if record not in old
    }
    assert hours(ledger) == before
    assert ledger.check() == []


def test_what_went_is_not_counted_again(ledger):
    """A record that was pruned and is sent again changes nothing; no hour counts it twice."""
    add_up(ledger)
    before = hours(ledger)
    prune(ledger, HALF)
    there = kept(ledger)
    with ledger.transaction():
        for record in random.sample(INTERVALS, len(INTERVALS)):
            assert ledger.records.add([record], AFTER_ALL) == []
    add_up(ledger)
    assert kept(ledger) == there
    assert hours(ledger) == before


def test_what_comes_late_for_the_first_time_is_counted(ledger):
    """A record between pruned ones that never was here goes in, into its old hour."""
    add_up(ledger)
    before = {(hour.node, hour.hour_utc_s): hour.count_in for hour in hours(ledger)}
    prune(ledger, HALF)
    late = replace(INTERVALS[2], boot=2, seq=5, n_in=1000)
    write(ledger, late, at=AFTER_ALL)
    add_up(ledger)
    after = {(hour.node, hour.hour_utc_s): hour.count_in for hour in hours(ledger)}
    (changed,) = [key for key in after if after[key] != before.get(key)]
    assert after[changed] - before[changed] == 1000
    assert changed[1] <= late.t < changed[1] + 3600


def test_usage_can_be_worked_out_anew_after_pruning(ledger):
    """A rebuild gives the same hours from what retention left."""
    add_up(ledger)
    before = hours(ledger)
    prune(ledger, HALF)
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    add_up(ledger)
    assert hours(ledger) == before
    assert ledger.check() == []


def test_nothing_goes_while_usage_is_worked_out_anew(ledger):
    """What a rebuild has not taken back yet must not grow meanwhile."""
    add_up(ledger)
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    with pytest.raises(Refused, match="usage rebuild"):
        prune(ledger, HALF)


def test_nothing_goes_that_a_follower_has_not_done(ledger):
    """Neither what is not in the hours of use yet, nor what InfluxDB has not got."""
    assert prune(ledger, AFTER_ALL) == len(INTERVALS) // 3 - 1  # health has no follower yet
    assert ledger.retention.held_back(AFTER_ALL).keys() == {"lamp", "footfall"}
    add_up(ledger)
    with ledger.transaction():
        ledger.cursors.move("influx", "lamp", 10)
        ledger.cursors.move("influx", "footfall", ledger.cursors.newest_id("footfall"))
    assert prune(ledger, AFTER_ALL) == 10 + len(INTERVALS) // 3 - 1
    (held,) = ledger.retention.held_back(AFTER_ALL).values()
    assert (held.follower, held.last_id) == ("influx", 10)
    assert prune(ledger, AFTER_ALL, ignored={"influx"}) == len(INTERVALS) // 3 - 1 - 10
    assert ledger.check() == []


def test_totals_health_and_open_faults_are_known_for_ever(ledger):
    """Of a node that is silent for years, the last record of each kind and open faults stay."""
    stuck = Fault("lamp-1", 12, 5000, NOW, 0, 2, "lamp_stuck", True)
    other = [replace(stuck, seq=5001 + i, code="sensor", active=not i) for i in range(2)]
    write(ledger, stuck, *other, at=NOW)
    write(ledger, Health("lamp-2", 1, 1, NOW, 900, 2, -67, 1, 84, 9, 2, 0, 1, None), at=AFTER_ALL)
    write(ledger, replace(stuck, node="lamp-2", boot=1, seq=2), at=AFTER_ALL)
    add_up(ledger)
    prune(ledger, AFTER_ALL)
    assert ledger.records.lamp(SITE, 0, AFTER_ALL) == INTERVALS[-3:-2]
    assert ledger.records.footfall(SITE, 0, AFTER_ALL) == INTERVALS[-1:]
    assert ledger.records.last_health()["lamp-1"] == INTERVALS[-2]
    assert [(fault.node, fault.code) for fault in ledger.records.open_faults()] == [
        ("lamp-1", "lamp_stuck"),
        ("lamp-2", "lamp_stuck"),
    ]
    assert other[1] not in ledger.records.open_faults()


def test_the_highest_boot_is_known_although_its_records_went(ledger):
    """A new memory must never begin with a boot whose records were here."""
    high = replace(INTERVALS[2], boot=77)
    write(ledger, high, at=NOW)
    write(ledger, replace(high, boot=78), replace(high, boot=3, seq=9000), at=NOW)
    add_up(ledger)
    prune(ledger, AFTER_ALL)
    assert ledger.states.boots("counter-1")[1] == 78


def test_ids_are_never_given_twice(ledger):
    """The newest row of every table stays, so that a follower's cursor is never passed."""
    late = [replace(INTERVALS[0], boot=2), replace(INTERVALS[2], boot=2)]
    write(ledger, *late, at=NOW)  # the last that came, and not the newest of their nodes
    add_up(ledger)
    newest = {table: ledger.cursors.newest_id(table) for table in ("lamp", "footfall", "health")}
    prune(ledger, AFTER_ALL)
    write(ledger, replace(INTERVALS[0], seq=9001), at=AFTER_ALL)
    write(ledger, replace(INTERVALS[2], seq=9001), at=AFTER_ALL)
    assert ledger.cursors.newest_id("lamp") == newest["lamp"] + 1
    assert ledger.cursors.newest_id("footfall") == newest["footfall"] + 1
    assert ledger.cursors.newest_id("health") == newest["health"]


@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
def test_identities_stay_few_ranges(tmp_path, limit):
    """Kinds that share a node's numbers go together at every step, also when one has more rows."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction():
            for lamp, health, _ in zip(*[iter(INTERVALS)] * 3, strict=True):
                bodies = [health, replace(health, node="lamp-2"), replace(health, node="counter-1")]
                ledger.records.add([lamp, *bodies], lamp.t + 900)
        add_up(ledger)
        step, most = Step(), 0
        while True:
            with ledger.transaction():
                step = ledger.retention.prune(HALF, step, limit)
            if not step.gone:
                break
            most = max(most, len(ledger.retention.pruned_ranges("lamp-1")))
        assert most <= 2
        assert [found[:2] for found in ledger.retention.pruned_ranges("lamp-1")] == [(12, 0)]


def test_records_in_any_order_are_remembered_exactly(tmp_path):
    """Of numbers with gaps that came in disorder, only those that went are known as gone."""
    ledger = park(tmp_path / "ledger.sqlite")
    rng = random.Random(7)
    numbers = [*range(10_000, 10_400)]
    rng.shuffle(numbers)
    there, never = numbers[:200], numbers[200:]
    with ledger.transaction():
        for i, seq in enumerate(there):
            ledger.records.add([replace(INTERVALS[0], boot=5, seq=seq)], NOW - 1000 + i)
    write(ledger, replace(INTERVALS[0], boot=6), at=NOW + 1)
    add_up(ledger)
    prune(ledger, NOW, limit=3)
    node_id = {node.name: node.id for node in ledger.nodes.all()}["lamp-1"]
    assert all(ledger.retention.was_pruned(node_id, 5, seq) for seq in there)
    assert not any(ledger.retention.was_pruned(node_id, 5, seq) for seq in never)
    ledger.close()


def test_what_went_is_known_although_nobody_had_noted_it(ledger, tmp_path):
    """A hub that is killed after retention could not read those records again."""
    add_up(ledger)
    prune(ledger, HALF)
    there = kept(ledger)
    with Ledger.open(tmp_path / "ledger.sqlite") as other:  # the first one is never closed
        write(other, *INTERVALS, at=AFTER_ALL)
        assert kept(other) == there


def test_what_went_is_not_searched_for(ledger):
    """Of a record that retention took, nobody looks for a row in all that came since."""
    add_up(ledger)
    prune(ledger, HALF)
    ledger._db.execute(
        "UPDATE lamp SET id = id + (2000 << 14) WHERE id = (SELECT max(id) FROM lamp)"
    )
    steps = []
    ledger._db.set_progress_handler(lambda: steps.append(1), 1000)
    write(ledger, INTERVALS[0], at=AFTER_ALL)
    ledger._db.set_progress_handler(None, 0)
    assert len(steps) < 20


def test_what_came_late_goes_although_it_came_last(ledger):
    """Blocks later, an older record of a node does not stay as its newest."""
    newest, late = replace(INTERVALS[0], boot=20), replace(INTERVALS[0], boot=2)
    write(ledger, newest)
    ledger._db.execute("UPDATE lamp SET id = id + (2 << 14) WHERE boot = 20")
    write(ledger, late, replace(INTERVALS[0], node="lamp-2"))
    ledger._db.execute("UPDATE lamp SET id = id + (2 << 14) WHERE boot = 2 OR node_id = 2")
    add_up(ledger)
    prune(ledger, AFTER_ALL, limit=1)
    assert {boot for node, boot, _ in kept(ledger) if node == "lamp-1"} == {20, 12}
    assert sum(node == "lamp-1" for node, *_ in kept(ledger)) == 2  # and its newest health


def test_undated_records_go_without_an_hour(ledger):
    """A record that never was dated counts in totals alone, also when it goes."""
    undated = replace(INTERVALS[0], boot=11, seq=1, t=0, clock=0)
    write(ledger, undated, at=NOW - 5)
    write(ledger, replace(undated, boot=13), at=AFTER_ALL)
    add_up(ledger)
    assert prune(ledger, NOW, limit=500) == 1
    assert ledger.check() == []


def test_a_hub_whose_clock_was_wrong_does_not_stop_retention(tmp_path):
    """A record that seems to have come in the far future stays, and the others go."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        for i in range(9):
            at = NOW * 2 if i in (0, 3, 4) else NOW - 100 + i
            write(ledger, replace(INTERVALS[0], seq=i), at=at)
        write(ledger, replace(INTERVALS[0], seq=9), at=NOW + 5)
        add_up(ledger)
        assert prune(ledger, NOW, limit=3) == 6
        assert {seq for _, _, seq in kept(ledger)} == {0, 3, 4, 9}


def test_presence_goes_too(ledger):
    """The log of presence is bounded by the same date; its newest row stays."""
    with ledger.transaction():
        for i in range(10):
            ledger.states.record_birth("lamp-1", i, "0.1.0", "sim", 2, "power", NOW + 10 * i)
            ledger.states.record_loss("lamp-1", NOW + 10 * i + 5)
        assert ledger.retention.prune_presence(NOW + 50, 4) == 4
        assert ledger.retention.prune_presence(NOW + 50, 100) == 6
        assert ledger.retention.prune_presence(AFTER_ALL, 100) == 9
        assert [row[4:] for row in ledger.cursors.rows_after("presence", 0, 100)] == [(NOW + 95, 0)]
