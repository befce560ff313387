"""From the ledger to a real InfluxDB: all of it, once, wherever the writer was interrupted."""

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import date

import pytest

from padlicht.clock import ClockWatch, HubClock
from padlicht.influx.sources import BATCH
from padlicht.influx.status import State, read_status, status_path
from padlicht.influx.target import Target
from padlicht.ledger import DiaryEntry, Lamp, Ledger
from padlicht.usage import follower
from padlicht.usage.days import midnight_utc_s
from tests.influx.parts import (
    NOW,
    SITE,
    counted,
    expected,
    fill,
    records,
    until,
    writing,
    written,
)


def test_everything_in_the_ledger_arrives(config, server):
    """Every record of every kind, with its values."""
    fill(config.ledger_path, 12_345)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(records(12_345))


def test_who_asks_hears_that_it_keeps_up(config):
    """Both databases are current once they have all, without any trouble in between."""
    fill(config.ledger_path, 300)

    def states():
        return {item["state"] for item in read_status(status_path(config)).values()}

    async def go():
        async with writing(config):
            await until(lambda: states() == {"current"}, "the writer's word")

    asyncio.run(go())


def test_what_comes_while_it_runs_follows(config, server):
    """Also from another process."""

    async def go():
        async with writing(config):
            for first in (0, 700):
                await asyncio.to_thread(fill, config.ledger_path, 700, first)
                await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(records(1400))


def test_it_goes_on_where_it_was(config, server, shim):
    """After a restart, what was written is not written again."""
    fill(config.ledger_path, 1000)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    before = shim.writes
    server.query(config.influx_raw, "DROP MEASUREMENT lamp")
    fill(config.ledger_path, 100, 1000)
    asyncio.run(go())
    assert counted(server, config)["lamp"] == expected(records(100, 1000))["lamp"]
    assert shim.writes - before <= 4  # one for each kind that came


def test_another_database_gets_everything(config, server, shim):
    """Cursors are of one database: another one, by address or by name, begins at the beginning."""
    fill(config.ledger_path, 300)

    async def go(told):
        async with writing(told) as (writer, _):
            await until(lambda: all(one.done for one in writer.writers), "the cursors")
            await until(lambda: written(told.ledger_path), "the writer")

    asyncio.run(go(config))
    server.create("another_raw")
    other = replace(config, influx_raw="another_raw")
    asyncio.run(go(other))
    assert counted(server, other) == expected(records(300))
    before = shim.writes
    asyncio.run(go(other))
    assert shim.writes == before


def test_written_again_is_the_same(config, server):
    """When the cursor did not move after a write, the points overwrite themselves."""
    fill(config.ledger_path, 1000)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.drop("influx")
    asyncio.run(go())
    assert counted(server, config) == expected(records(1000))


def test_undated_records_hold_up_nobody(config, server):
    """They have no line, and the cursor passes them."""
    undated = [Lamp("lamp-1", 1, i, 0, 900, 0, *[0] * 7, True) for i in range(5)]
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.records.add(undated, NOW)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert server.count(config.influx_raw, "lamp", "lit_s") == 0


def test_hours_and_days_of_zones_arrive_and_change(config, server, monkeypatch):
    """Their sums are those of the records, also after more records came for the same hour."""
    monkeypatch.setattr(follower, "POLL_S", 0.02)

    async def go():
        async with writing(config) as (_, ledger):
            usage = follower.UsageFollower(ledger, config.ledger_path, ClockWatch(HubClock()))
            work = asyncio.create_task(usage.run())
            for first in (0, 300):
                await asyncio.to_thread(fill, config.ledger_path, 300, first)
                wanted = sum(r.n_in for r in records(first + 300) if hasattr(r, "n_in"))
                for measurement in ("usage_1h", "usage_1d", "park_1h"):
                    await until(
                        lambda m=measurement, w=wanted: summed(server, config, m) == w, measurement
                    )
            work.cancel()

    asyncio.run(go())
    rows = server.query(config.influx_usage, "SELECT * FROM usage_1h")
    assert {(row["site"], row["zone"]) for row in rows} == {(SITE, "path")}
    assert all(0 <= row["obs_s"] <= row["due_s"] for row in rows)


def test_an_older_sum_of_an_hour_cannot_overtake_a_newer_one(config):
    """Of the database with sums only one batch is on its way at a time."""
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        for i in range(2 * BATCH + 1):
            ledger.settings.request("lamp-1", {"base_pct": i % 26}, "anna", "again", NOW)
    under_way, most = [], []

    def write(self, database, body):
        under_way.append(database)
        most.append(under_way.count(config.influx_usage))
        time.sleep(0.02)  # long enough for another one to come along, if there could be one
        under_way.remove(database)
        return 0

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Target, "write", write)
        asyncio.run(go())
    assert len(most) >= 3
    assert max(most) == 1


def test_each_settings_change_arrives(config, server):
    """With who and why; the writer has no need of the node's confirmation."""
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.settings.request("lamp-1", {"base_pct": 20}, "padlicht", "added", NOW)
        ledger.settings.request("lamp-2", {"base_pct": 20}, "padlicht", "added", NOW)
        ledger.settings.request("lamp-1", {"base_pct": 15}, "anna", "a workshop", NOW)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    rows = server.query(config.influx_usage, "SELECT * FROM setting_change")
    assert [(row["actor"], row["title"], row["version"]) for row in rows] == [
        ("padlicht", "lamp-1: first settings", 1),
        ("padlicht", "lamp-2: first settings", 1),
        ("anna", "lamp-1: base_pct 20 → 15", 2),
    ]


def test_the_diary_arrives_but_not_what_is_kept_quiet(config, server):
    """Public entries stand at their first local midnight; what is taken back holds no longer."""
    first, last = date(2026, 11, 2), date(2026, 11, 13)
    entry = DiaryEntry(0, SITE, "path", first, last, "bridge closed", True, NOW, "anna")
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.diary.add(entry)
        ledger.diary.add(entry._replace(text="a fight", public=False))
        wrong = ledger.diary.add(entry._replace(zone=None, text="a match", last_day=first))
        ledger.diary.withdraw(wrong, "anna", "it was a week later", NOW)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    rows = server.query(config.influx_usage, "SELECT * FROM diary")
    assert [(row["title"], row["detail"], row["holds"]) for row in rows] == [
        ("bridge closed", "2026-11-02 – 2026-11-13 · path", 1),
        ("", "2026-11-02", 0),
    ]
    assert {row["time"] // 10**9 for row in rows} == {midnight_utc_s(first, "Europe/Amsterdam")}


def test_presence_arrives(config, server):
    """Every change of a node's state that the ledger noted."""
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
        ledger.states.record_loss("lamp-1", NOW + 5)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    rows = server.query(config.influx_raw, "SELECT * FROM presence")
    assert [(row["time"] // 10**9, row["online"]) for row in rows] == [(NOW, 1), (NOW + 5, 0)]


def test_a_full_disk_under_the_cursors_ends_nothing(config, server):
    """What cannot be noted is written again, once there is room."""
    fill(config.ledger_path, 1000)

    async def go():
        async with writing(config) as (writer, ledger):
            run, failed = ledger.run, []

            async def full(work):
                if len(failed) < 3:
                    failed.append(work)
                    raise sqlite3.OperationalError("database or disk is full")
                return await run(work)

            ledger.run = full
            await until(lambda: len(failed) == 3, "the disk to be full")
            await until(lambda: written(config.ledger_path), "the writer")
            await until(lambda: writer.state is State.CURRENT, "all to be well")

    asyncio.run(go())
    assert counted(server, config) == expected(records(1000))


def test_other_processes_hear_what_is_wrong_while_it_is(config, shim):
    """`padlicht influx status` reads it from a file, which goes when the writer does."""
    fill(config.ledger_path, 10)
    path = status_path(config)
    shim.status, shim.said = 503, '{"error":"compacting"}'

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: writer.last_error, "trouble")
            said = read_status(path)[config.influx_raw]
            assert said["state"] == "away"
            assert "compacting" in said["trouble"]
            shim.status = None
            await until(lambda: writer.state is State.CURRENT, "all to be well")
            assert read_status(path)[config.influx_raw]["trouble"] is None

    asyncio.run(go())
    assert not path.exists()


def summed(server, config, measurement: str) -> int:
    """What all points of usage count together."""
    rows = server.query(
        config.influx_usage,
        f"SELECT sum(count_in) AS total FROM {measurement}",  # noqa: S608 -- of a test
    )
    return rows[0]["total"] if rows else 0
