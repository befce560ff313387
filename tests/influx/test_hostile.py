"""A database that is slow, hangs, refuses, breaks off, dies: nothing is lost and nothing stops."""

import asyncio
import logging

import pytest

from padlicht.influx import target
from padlicht.influx.sources import BATCH
from padlicht.influx.status import State
from padlicht.ledger import Ledger
from tests.influx.parts import (
    config_of,
    counted,
    expected,
    fill,
    quarantined,
    records,
    until,
    writing,
    written,
)
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim
from tests.rigs.patience import short_s

COUNT = 2000


@pytest.fixture
def hasty(monkeypatch):
    """A hanging database is given up sooner than in earnest, and a working one is not."""
    monkeypatch.setattr(target, "ANSWER_S", short_s(1))


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ({"down": True}, State.AWAY),
        ({"cut": True}, State.AWAY),
        ({"lost": True}, State.AWAY),
        ({"silent": True}, State.AWAY),
        ({"status": 429, "headers": {"Retry-After": "0.05"}}, State.AWAY),
        ({"status": 500}, State.AWAY),
        ({"status": 503}, State.AWAY),
        ({"status": 401}, State.REFUSED),
        ({"status": 403}, State.REFUSED),
        ({"status": 404}, State.REFUSED),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value.name,
)
@pytest.mark.usefixtures("hasty")
def test_what_comes_during_trouble_is_written_after_it(config, server, shim, trouble, state):
    """The ledger goes on taking records, nothing of them is lost, none is put in quarantine."""

    async def go():
        async with writing(config) as (writer, ledger):
            for name, value in trouble.items():
                setattr(shim, name, value)
            for first in range(0, COUNT, 500):
                await asyncio.to_thread(fill, config.ledger_path, 500, first)
                await until(lambda: writer.state is state, "the trouble to be told")
                assert writer.last_error
                tried = shim.writes
                await until(lambda n=tried: shim.writes > n, "another attempt")
                # The thread that the intake waits for is free.
                assert await ledger.run(lambda ledger: ledger.cursors.newest_id("lamp")) > 0
            assert not written(config.ledger_path)
            for name in trouble:
                setattr(shim, name, {} if name == "headers" else None)
            shim.release()
            await until(lambda: written(config.ledger_path), "the writer")
            await until(lambda: writer.state is State.CURRENT, "all to be well")
            assert writer.last_error is None

    asyncio.run(go())
    assert counted(server, config) == expected(records(COUNT))
    assert quarantined(config.ledger_path) == []


def test_a_slow_database_is_waited_for(config, server, shim):
    """Slow is no trouble: it is written batch by batch, each once."""
    shim.delay_s = 0.2

    async def go():
        fill(config.ledger_path, COUNT)
        async with writing(config) as (writer, _):
            await until(lambda: written(config.ledger_path), "the writer")
            assert writer.last_error is None

    asyncio.run(go())
    assert counted(server, config) == expected(records(COUNT))
    assert shim.writes <= 5


@pytest.mark.usefixtures("programs")
def test_a_database_that_is_killed_gets_everything(folder, tmp_path):
    """kill -9 again and again while a stream of records comes; nothing lost, nothing double."""
    server = Influxd(tmp_path / "influxd")
    shim = Shim(server.port)
    config = config_of(folder, shim.url)
    server.create("park_raw", "park")

    async def go():
        async with writing(config) as (writer, _):
            for first in range(0, 6000, 1000):
                await asyncio.to_thread(fill, config.ledger_path, 1000, first)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(fill, config.ledger_path, 1000, 6000 + first)
                await until(lambda: writer.state is State.AWAY, "the writer to notice")
                await asyncio.to_thread(server.start)
            await until(lambda: written(config.ledger_path), "the writer")

    try:
        asyncio.run(go())
        assert counted(server, config) == expected(records(12_000))
    finally:
        shim.close()
        server.close()


def test_bad_lines_go_to_quarantine_by_name_and_all_others_are_written(config, server, shim):
    """One in a thousand: a database that refuses the whole body for it gets everything else."""
    made = records(10_000)
    fill(config.ledger_path, 10_000)
    bad = {one.seq for one in made if type(one).__name__ == "Lamp"}
    bad = set(sorted(bad)[::1000])
    shim.bad = lambda line: line.startswith("lamp,") and int(line[-6:]) in bad

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: written(config.ledger_path), "the writer")
            assert writer.state is State.CURRENT

    asyncio.run(go())
    assert counted(server, config) == expected([one for one in made if one.seq not in bad])
    found = quarantined(config.ledger_path)
    assert {int(item.payload[-6:]) for item in found} == bad
    assert {item.topic for item in found} == {f"influx/{config.influx_raw}/lamp"}
    assert all("HTTP 400 unable to parse" in item.reason for item in found)
    assert all("padlicht influx rebuild" in item.reason for item in found)


def test_a_run_of_bad_lines_among_good_ones_holds_up_nobody(config, server, shim):
    """All that one node has is refused, hundreds in a row: the rest is written all the same."""
    made = records(6000)
    fill(config.ledger_path, 6000)
    refused = {one.seq for one in made if type(one).__name__ == "Lamp" and 1000 < one.seq < 1800}
    assert len(refused) > 300
    shim.bad = lambda line: line.startswith("lamp,") and int(line[-6:]) in refused

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected([one for one in made if one.seq not in refused])
    assert len(quarantined(config.ledger_path)) == len(refused)


def test_a_measurement_that_is_refused_whole_waits_and_fills_no_quarantine(config, server, shim):
    """A field of another type in the database: its records wait, the others are written."""
    made = records(3000)
    shim.bad = lambda line: line.startswith("lamp,")

    async def go():
        fill(config.ledger_path, 3000)
        async with writing(config) as (writer, _):
            await until(lambda: writer.state is State.REFUSED, "the trouble to be told")
            assert "every line of lamp" in writer.last_error
            others = {"footfall", "health", "fault"}
            await until(
                lambda: (
                    {k: v for k, v in counted(server, config).items() if k in others}
                    == {k: v for k, v in expected(made).items() if k in others}
                ),
                "the others",
            )
            assert quarantined(config.ledger_path) == []
            shim.bad = None
            await until(lambda: written(config.ledger_path), "the writer")
            await until(lambda: writer.state is State.CURRENT, "all to be well")

    asyncio.run(go())
    assert counted(server, config) == expected(made)
    assert quarantined(config.ledger_path) == []


def test_what_was_read_ahead_of_a_refused_batch_does_not_overtake_it(config, server, shim):
    """The next batch would be taken, but then the cursor would have passed what was refused."""
    made = records(12_000)
    fill(config.ledger_path, 12_000)
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        first = {row[5] for row in ledger.cursors.rows_after("lamp", 0, BATCH)}
    shim.bad = lambda line: line.startswith("lamp,") and int(line[-6:]) in first

    async def go():
        async with writing(config) as (writer, ledger):
            await until(lambda: "every line of lamp" in (writer.last_error or ""), "the refusal")
            await until(lambda: server.count(config.influx_raw, "health", "up_s"), "the others")
            assert await ledger.run(lambda ledger: ledger.cursors.get("influx", "lamp")) == 0
            shim.bad = None
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(made)
    assert quarantined(config.ledger_path) == []


def test_a_body_that_is_too_large_is_halved_until_it_fits(config, server, shim):
    """A proxy with a small limit: nothing is refused for good."""
    shim.most_bytes = 20_000
    fill(config.ledger_path, COUNT)

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(records(COUNT))
    assert quarantined(config.ledger_path) == []


def test_one_missing_database_does_not_hold_up_the_other(folder, shim, server, names):
    """Usage is written while nobody has made the raw database; once it is made, it fills, too."""
    config = config_of(folder, shim.url, **names | {"influx_raw": "later"})
    fill(config.ledger_path, 500)
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.settings.request("lamp-1", {"base_pct": 20}, "padlicht", "added", 1)

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: writer.state is State.REFUSED, "the trouble to be told")
            assert "'later'" in writer.last_error
            await until(
                lambda: server.count(config.influx_usage, "setting_change", "version") == 1,
                "the other database",
            )
            server.create("later")
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(records(500))


def test_the_log_says_trouble_once_and_recovery_once(config, shim, caplog):
    """Repeats are for whoever asks for them."""
    caplog.set_level(logging.DEBUG, "padlicht.influx")
    fill(config.ledger_path, 10)
    shim.status = 500

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: shim.writes > 5, "some attempts")
            shim.status = None
            await until(lambda: writer.state is State.CURRENT, "all to be well")

    asyncio.run(go())
    said = [r.levelname for r in caplog.records if config.influx_raw in r.getMessage()]
    assert said.count("WARNING") == 1
    assert said.count("INFO") == 1
    assert said.count("DEBUG") > 1
