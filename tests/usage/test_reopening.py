"""Hours that were closed by a clock that was ahead: open again, as a rebuild would have them."""

import asyncio
import random
from dataclasses import replace

import pytest

from padlicht.clock import ClockWatch
from padlicht.ledger import Ledger
from padlicht.usage import follower
from padlicht.usage.batches import RollUp, closed_utc_s, cursors
from padlicht.usage.follower import UsageFollower
from padlicht.usage.rollup import closable_until_utc_s
from tests.control.test_clock_steps import SetClock
from tests.hub.parts import in_thread, until
from tests.hub.use import (
    CORRECTED,
    DAY,
    HOUR,
    NOON,
    add_up,
    count,
    hours_of,
    light,
    node,
    park,
    store,
    table,
)

MEANWHILE_S = 0.05  # some turns of a loop in which nothing may happen

AHEAD = {"a quarter": 900, "an hour": HOUR, "three hours": 3 * HOUR, "a month": 30 * DAY}


def rebuilt(ledger, now_utc_s):
    """All hours as a rebuild makes them now."""
    with ledger.transaction():
        ledger.node_hours.begin_rebuild()
    add_up(ledger, now_utc_s)
    return table(ledger)


def zones(ledger):
    return ledger.zone_hours.all(-(2**40), 2**40)


@pytest.mark.parametrize("ahead_s", AHEAD.values(), ids=AHEAD)
def test_what_was_closed_in_the_future_reopens(tmp_path, ahead_s):
    """Silent nodes owe no hour that is not over; what is reported of one is its due until then."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, *(count(NOON - DAY + i * 900, i) for i in range(96)), light(NOON - 900))
        add_up(ledger, NOON)
        before = table(ledger), zones(ledger)
        add_up(ledger, NOON + ahead_s)
        assert len(table(ledger)) >= len(before[0])
        add_up(ledger, NOON)
        assert (table(ledger), zones(ledger)) == before
        assert not [hour for hour in table(ledger) if hour.hour_utc_s > NOON]
        assert cursors(ledger)["due"] == closable_until_utc_s(NOON)


def test_an_hour_that_reopened_takes_what_comes_and_closes_once_more(tmp_path):
    """As if the clock had always been right."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, count(NOON))
        add_up(ledger, NOON + 5 * HOUR)
        assert hours_of(ledger, "gate")[NOON].due_s == HOUR
        add_up(ledger, NOON + 1800)
        assert hours_of(ledger, "gate")[NOON].due_s == 900
        assert NOON not in hours_of(ledger, "bridge")
        store(ledger, count(NOON + 900), count(NOON + HOUR))
        add_up(ledger, NOON + 1801)
        assert hours_of(ledger, "gate")[NOON].due_s == 1800
        add_up(ledger, NOON + 2 * HOUR)
        assert hours_of(ledger, "bridge")[NOON].due_s == HOUR
        assert table(ledger) == rebuilt(ledger, NOON + 2 * HOUR)


def test_the_retired_owe_nothing_and_the_silent_owe_their_hours(tmp_path):
    """However often the clock was ahead and behind meanwhile."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        rollup = RollUp()
        add_up(ledger, NOON, rollup)
        with ledger.transaction():
            gone = replace(ledger.nodes.get("bridge"), retired_utc_s=NOON - 2 * HOUR)
            ledger.nodes.change(gone, CORRECTED)
        for by_s in (DAY, -5 * HOUR, 30 * DAY, 3 * HOUR):
            add_up(ledger, NOON + by_s, rollup)
        assert hours_of(ledger, "gate")[NOON].due_s == HOUR
        assert NOON not in hours_of(ledger, "bridge")
        assert table(ledger) == rebuilt(ledger, NOON + 3 * HOUR)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_steps_the_hours_are_those_of_a_rebuild(tmp_path, seed):
    """Records of all times, steps of all sizes, and the last one is right."""
    dice = random.Random(seed)
    names = {"gate": "counter", "lamp-1": "lamp", "kolkata": "counter"}
    nodes = [node(name, role, added_utc_s=NOON - 4 * DAY) for name, role in names.items()]
    with park(
        tmp_path / "ledger.sqlite", *nodes, tz=dice.choice(["Asia/Kolkata", "Europe/Paris"])
    ) as ledger:
        rollup = RollUp()
        for number in range(12):
            t = NOON + dice.randint(-3 * DAY, 3 * DAY) // 900 * 900
            make = light if dice.random() < 0.3 else count
            store(ledger, make(t + number % 7, 1, boot=number + 1))
            add_up(ledger, NOON + dice.randint(-60, 60) * dice.choice([60, 900, HOUR]), rollup)
        add_up(ledger, NOON, rollup)
        kept = table(ledger), zones(ledger)
        assert kept == (rebuilt(ledger, NOON), zones(ledger))


def test_a_copy_elsewhere_hears_of_hours_that_are_gone(tmp_path):
    """They are in no record, so they are noted to be taken out."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        add_up(ledger, NOON + DAY)
        add_up(ledger, NOON)
        [(site, first, last)] = ledger._db.execute(
            "SELECT site, min(from_utc_s), max(to_utc_s) FROM rewrites GROUP BY site"
        ).fetchall()
    assert (site, first <= NOON, last > NOON + 22 * HOUR) == ("park", True, True)


def test_a_clock_in_doubt_closes_nothing_and_still_adds_up(tmp_path, monkeypatch):
    """Ten years ahead for a minute, and 1970, do no work that has to be undone."""
    monkeypatch.setattr(follower, "POLL_S", 0.01)
    path, clock = tmp_path / "ledger.sqlite", SetClock(at=[NOON])
    with park(path) as ledger:
        add_up(ledger, NOON)
        due_utc_s = cursors(ledger)["due"]

        async def run():
            async with in_thread(Ledger.open(path)) as thread:
                task = asyncio.create_task(UsageFollower(thread, path, ClockWatch(clock)).run())
                for number, by_s in enumerate((3650 * DAY, -3650 * DAY - NOON)):
                    clock.set(by_s)
                    store(ledger, count(NOON + 900 * number, 5))
                    added = number + 1
                    await until(lambda added=added: cursors(ledger)["footfall"] == added, "the sum")
                    await asyncio.sleep(MEANWHILE_S)
                    assert cursors(ledger)["due"] == due_utc_s
                clock.set(NOON + DAY - clock.at[0])
                await until(lambda: cursors(ledger)["due"] > due_utc_s, "hours to be closed")
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        asyncio.run(run())
        assert hours_of(ledger, "gate")[NOON].count_in == 10


def test_a_clock_that_is_set_while_hours_are_sought_does_nothing(tmp_path, monkeypatch):
    """Set right between two looks: what it said before is not acted on, ahead or behind."""
    path, clock = tmp_path / "ledger.sqlite", SetClock(at=[NOON])
    with park(path) as ledger:
        add_up(ledger, NOON)
        before = cursors(ledger)
        roll_up = UsageFollower(None, path, watch := ClockWatch(clock))
        for by_s in (3650 * DAY, -NOON):
            clock.set(by_s)
            watch.look()

            def set_right(ledger, utc_s, by_s=by_s):
                clock.set(-by_s)
                return closed_utc_s(ledger, utc_s)

            monkeypatch.setattr(follower, "closed_utc_s", set_right)
            assert roll_up._now_utc_s(ledger) is None
            watch.look()
        assert cursors(ledger) == before
