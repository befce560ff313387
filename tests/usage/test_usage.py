"""Hours of use in a ledger: each record once, whatever comes late, is cut short or done anew."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from padlicht.ledger.upkeep.retention import Step
from padlicht.usage import batches
from padlicht.usage.batches import RollUp, cursors
from padlicht.usage.hours import SiteHours
from tests.hub.use import (
    CORRECTED,
    DAY,
    HOUR,
    LAT,
    LON,
    NODES,
    NOON,
    TZ,
    add_up,
    count,
    hours_of,
    light,
    month,
    node,
    park,
    store,
    table,
)  # fmt: skip

MIDNIGHT = NOON - 13 * HOUR  # of the day on which summer time ends, which has 25 hours


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def plainly(records, now_utc_s: int = NOON) -> dict[tuple[str, int], tuple[int, ...]]:
    """The same sums by the plainest of means: (node, hour) -> in, out, trig, mwh, obs, due."""
    hours = SiteHours(TZ, LAT, LON)
    sums: Counter[tuple[str, int, str]] = Counter()
    rows = set()
    for record in records:
        if record.t == 0:
            continue
        hour = hours.at(record.t)
        key = (record.node, hour.start_utc_s)
        rows.add(key)
        for name in ("n_in", "n_out", "trig", "mwh", "obs_s"):
            sums[*key, name] += getattr(record, name, 0)
        if not NOON - 30 * DAY < hour.end_utc_s <= now_utc_s - 1800:
            sums[*key, "due"] += record.dt
    for name in NODES:
        for hour_utc_s in range(NOON - 30 * DAY, NOON - HOUR, HOUR):
            rows.add((name, hour_utc_s))
            sums[name, hour_utc_s, "due"] = HOUR
    names = ("n_in", "n_out", "trig", "mwh", "obs_s", "due")
    return {key: tuple(sums[*key, name] for name in names) for key in rows}


def kept(ledger):
    """The table in the shape of `plainly`."""
    return {
        (row.node, row.hour_utc_s): (
            row.count_in, row.count_out, row.trig, row.mwh, row.obs_s, row.due_s,
        )
        for row in table(ledger)
    }  # fmt: skip


@pytest.mark.long
def test_any_order_and_any_pieces_give_what_plain_sums_give(tmp_path, monkeypatch):
    """A month in random order, in pieces of all sizes, much of it twice; and so does a rebuild."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    records = month(dice)
    dice.shuffle(records)
    with park(tmp_path / "ledger.sqlite") as ledger:
        rollup = RollUp()
        for start in range(0, len(records), 997):
            batch = records[start : start + 997]
            store(ledger, *batch, *dice.sample(batch, 100))
            monkeypatch.setattr(batches, "PIECE_ROWS", dice.choice([50, 333, 4000]))
            add_up(ledger, NOON - dice.choice([0, HOUR, DAY]), rollup)
        add_up(ledger, NOON, rollup)
        assert kept(ledger) == plainly(records)
        before = table(ledger)
        with ledger.transaction():
            ledger.node_hours.begin_rebuild()
        add_up(ledger)
        assert table(ledger) == before
        assert not [problem for problem in ledger.check() if "usage" in problem]


def test_a_record_years_late_changes_its_own_hour_and_nothing_else(ledger):
    """And marks that hour alone as changed."""
    store(ledger, count(NOON - DAY, 3))
    add_up(ledger)
    before, rev = hours_of(ledger, "gate"), ledger.cursors.get("usage", "rev")
    store(ledger, count(NOON - 3 * 365 * DAY, 5))
    add_up(ledger)
    after = hours_of(ledger, "gate")
    [late] = after.keys() - before.keys()
    assert (after[late].count_in, after[late].obs_s, after[late].due_s) == (5, 900, 900)
    assert {**before, late: after[late]} == after
    changed, _ = ledger.node_hours.changed(rev, 1000)
    assert changed == {("park", "path", late)}


@pytest.mark.long
def test_a_hundred_thousand_records_that_come_years_late_are_all_counted(ledger):
    """In any order, at once: each hour gets its own."""
    dice = random.Random(4)
    late = dice.sample(range(4 * 365 * 96), 100_000)
    store(ledger, *(count(NOON - 5 * 365 * DAY + quarter * 900, quarter % 7) for quarter in late))
    add_up(ledger)
    hours = Counter()
    for quarter in late:
        hours[NOON - 5 * 365 * DAY + quarter // 4 * 3600] += quarter % 7
    assert {hour: row.count_in for hour, row in hours_of(ledger, "gate").items() if row.obs_s} == (
        dict(hours)
    )


def test_silence_is_missing_coverage(ledger):
    """Hours in which nothing came in are there once they are over, with nothing watched of them."""
    store(ledger, count(NOON - 3 * HOUR))
    add_up(ledger)
    hours = hours_of(ledger, "gate")
    assert (hours[NOON - 3 * HOUR].obs_s, hours[NOON - 3 * HOUR].due_s) == (900, HOUR)
    assert (hours[NOON - 2 * HOUR].obs_s, hours[NOON - 2 * HOUR].due_s) == (0, HOUR)
    assert NOON - HOUR not in hours  # not over for two intervals yet


def test_a_late_record_finds_the_hour_that_silence_made(ledger):
    """Then somebody was watching after all, and the hour is due what it was."""
    add_up(ledger)
    store(ledger, count(NOON - 5 * HOUR, 4, obs_s=800))
    add_up(ledger)
    hour = hours_of(ledger, "gate")[NOON - 5 * HOUR]
    assert (hour.count_in, hour.obs_s, hour.due_s) == (4, 800, HOUR)


def test_the_running_hour_is_due_what_was_reported_of_it(ledger):
    """Until it is over: then it is due whole."""
    store(ledger, count(NOON), count(NOON + 900))
    add_up(ledger, NOON + 1800)
    assert hours_of(ledger, "gate")[NOON].due_s == 1800
    add_up(ledger, NOON + HOUR + 1800)
    assert hours_of(ledger, "gate")[NOON].due_s == HOUR


def test_an_hour_that_is_closed_is_told_as_changed_only_if_its_due_changed(tmp_path):
    """A full hour is what it was; one with a gap is due more than was reported of it."""
    with park(tmp_path / "one.sqlite", node("gate", added_utc_s=NOON)) as ledger:
        store(ledger, *(count(NOON + quarter * 900) for quarter in (0, 1, 2, 3, 4)))
        add_up(ledger, NOON + HOUR + 900)
        rev = ledger.cursors.get("usage", "rev")
        add_up(ledger, NOON + 2 * HOUR + 1800)
        assert ledger.node_hours.changed(rev, 100)[0] == {("park", "path", NOON + HOUR)}


def test_a_record_that_comes_while_hours_are_being_closed_makes_none_longer(ledger, monkeypatch):
    """Its hour may be closed for its node already, and not yet for the next one."""
    add_up(ledger, NOON)
    monkeypatch.setattr(batches, "PIECE_ROWS", 1)
    rollup = RollUp()
    while not cursors(ledger)["due_node"]:
        assert rollup.next(ledger, NOON + 2 * HOUR).store(ledger)
    assert NOON - HOUR in hours_of(ledger, "gate")
    assert NOON - HOUR not in hours_of(ledger, "bridge")
    store(ledger, count(NOON - HOUR))
    add_up(ledger, NOON + 2 * HOUR, rollup)
    assert hours_of(ledger, "gate")[NOON - HOUR].due_s == HOUR


def test_a_node_added_while_the_hub_runs_counts_at_once(ledger):
    """Also one that never says anything, by a roll-up that did not know it."""
    rollup = RollUp()
    add_up(ledger, NOON, rollup)
    with ledger.transaction():
        ledger.nodes.add(node("new", added_utc_s=NOON))
    store(ledger, count(NOON, node="new"))
    add_up(ledger, NOON + 60, rollup)
    assert hours_of(ledger, "new")[NOON].obs_s == 900
    with ledger.transaction():
        ledger.nodes.add(node("silent", added_utc_s=NOON + 60))
    add_up(ledger, NOON + HOUR + 1800, rollup)
    assert hours_of(ledger, "silent")[NOON].due_s == HOUR - 60


def test_a_retired_node_owes_nothing_more(ledger):
    """Its last hour is due up to its retirement, and there is no other after it."""
    with ledger.transaction():
        gate = next(item for item in ledger.nodes.all() if item.name == "gate")
        ledger.nodes.change(replace(gate, retired_utc_s=NOON - 3 * HOUR + 600), CORRECTED)
    add_up(ledger)
    hours = hours_of(ledger, "gate")
    assert hours[NOON - 3 * HOUR].due_s == 600
    assert max(hours) == NOON - 3 * HOUR


def test_a_piece_is_stored_by_one_alone(ledger):
    """Who was slower stores nothing, so that no record is added twice."""
    add_up(ledger, NOON - 29 * DAY)  # its zones have their windows
    store(ledger, count(NOON - DAY, 3))
    one, other = RollUp().next(ledger, NOON), RollUp().next(ledger, NOON)
    assert one.store(ledger)
    assert not other.store(ledger)
    assert hours_of(ledger, "gate")[NOON - DAY].count_in == 3


def test_a_piece_from_before_a_rebuild_is_not_stored_after_it(ledger):
    """Else what the rebuild forgot would be half there."""
    store(ledger, count(NOON - DAY, 3))
    add_up(ledger)
    store(ledger, count(NOON - DAY + 900, 4))
    stale = RollUp().next(ledger, NOON)
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    assert not stale.store(ledger)
    add_up(ledger)
    assert hours_of(ledger, "gate")[NOON - DAY].count_in == 7


def test_a_piece_that_fails_leaves_nothing_behind(ledger):
    """Sums and cursors move together or not at all."""
    add_up(ledger, NOON - 29 * DAY)  # its zones have their windows
    store(ledger, count(NOON - DAY, 3))
    piece = RollUp().next(ledger, NOON)
    spoilt = replace(piece, added=[*piece.added, piece.added[0]._replace(node_id=99)])
    before = cursors(ledger)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        spoilt.store(ledger)
    assert (sum(hour.count_in for hour in table(ledger)), cursors(ledger)) == (0, before)


def test_rev_only_grows(ledger):
    """Over a rebuild too, so that who follows by rev gets all hours again."""
    for quarter in range(20):
        store(ledger, count(NOON - DAY + quarter * 900))
        add_up(ledger)
    rev = ledger.cursors.newest_id("usage_hour")
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    add_up(ledger)
    hours, newest = ledger.node_hours.changed(rev, 10_000)
    assert newest > rev
    assert hours == {("park", "path", row.hour_utc_s) for row in table(ledger)}


def test_a_rebuild_counts_what_retention_took_away(ledger):
    """The hours stay as they were when their records are gone, also when done anew."""
    store(ledger, count(5, 2))
    for name in ("gate", "bridge"):
        times = range(NOON - 20 * DAY, NOON - 10 * DAY, 900)
        store(ledger, *(count(t, t // 900 % 5, node=name) for t in times))
    store(ledger, *(light(t) for t in times))
    add_up(ledger)
    before = table(ledger)
    step = Step()
    while True:
        with ledger.transaction():
            step = ledger.retention.prune(NOON + 1, step, 500)
        if not step.gone:
            break
    assert ledger.records.counts()["footfall"] < 10
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    add_up(ledger)
    assert table(ledger) == before
