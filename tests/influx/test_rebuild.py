"""Filling an InfluxDB again from the ledger: whole, resumable, also beside a hub that writes."""

import asyncio
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.clock import ClockWatch, HubClock
from padlicht.errors import Refused
from padlicht.influx.rebuild import rebuild
from padlicht.ledger import Ledger, Zone
from padlicht.usage import follower
from tests.hub.use import CORRECTED
from tests.influx.parts import (
    HASTY,
    SITE,
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


def cursors(config, follower: str = "rebuild") -> dict[str, int]:
    """How far a follower is, by source."""
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        return {
            source: at
            for (who, source), at in ledger.cursors.all().items()
            if who == follower and not source.startswith("target_")  # a mark, and no place
        }


def usage_of(server, config) -> dict[str, list[dict]]:
    """All points of the sums, by measurement."""
    names = ("usage_1h", "usage_1d", "park_1h")
    return {name: server.query(config.influx_usage, f"SELECT * FROM {name}") for name in names}  # noqa: S608 -- of a test


def test_a_lost_database_is_filled_with_everything(config, server, monkeypatch):
    """What was written long ago, and what nobody had written yet: the next hub begins after it."""
    monkeypatch.setattr(follower, "POLL_S", 0.02)

    async def go():
        async with writing(config) as (_, ledger):
            fill(config.ledger_path, 3000)
            added_up = follower.UsageFollower(ledger, config.ledger_path, ClockWatch(HubClock()))
            usage = asyncio.create_task(added_up.run())
            await until(lambda: cursors(config, "usage").get("lamp"), "usage")
            usage.cancel()
            await asyncio.wait([usage])
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    before = cursors(config, "influx")
    usage = usage_of(server, config)
    assert all(usage.values())
    for name in (config.influx_raw, config.influx_usage):
        server.query("", f'DROP DATABASE "{name}"')
        server.create(name)
    fill(config.ledger_path, 100, 3000)
    assert asyncio.run(rebuild(config)) == 0
    assert counted(server, config) == expected(records(3100))
    assert usage_of(server, config) == usage
    after = cursors(config, "influx")
    assert after["lamp"] > before["lamp"]
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert after == {name: ledger.cursors.newest_id(name) for name in after}


def test_the_hub_need_not_write_it_once_more(config, shim):
    """What a rebuild wrote into a new database is done for the hub, too."""
    fill(config.ledger_path, 300)
    asyncio.run(rebuild(config))
    before = shim.writes

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: all(one.done for one in writer.writers), "the cursors")
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert shim.writes == before


def test_it_leaves_no_cursor_that_would_hold_up_retention(config):
    """Once it is done, nobody follows by that name."""
    fill(config.ledger_path, 100)
    asyncio.run(rebuild(config))
    assert cursors(config) == {}


def test_it_goes_on_where_it_was_ended(config, server, shim):
    """Ctrl-C in the middle: the next one writes the rest only."""
    fill(config.ledger_path, 40_000)
    shim.delay_s = 0.02

    async def ended():
        work = asyncio.create_task(rebuild(config))
        await until(lambda: shim.writes >= 3, "some writes")
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(ended())
    assert 0 < sum(cursors(config).values()) < 40_000
    before = cursors(config)
    server.query(config.influx_raw, "DROP MEASUREMENT lamp")
    asyncio.run(rebuild(config))
    lamps, all_lamps = counted(server, config)["lamp"][0], expected(records(40_000))["lamp"][0]
    assert lamps == all_lamps - before["lamp"]


def test_it_waits_while_the_database_is_away(config, server, shim):
    """A restart of the database in the middle costs time, nothing else."""
    fill(config.ledger_path, 500)
    shim.status = 503

    async def go():
        work = asyncio.create_task(rebuild(config, retry_times=HASTY))
        await until(lambda: shim.writes > 3, "some attempts")
        shim.status = None
        assert await work == 0

    asyncio.run(go())
    assert counted(server, config) == expected(records(500))


@pytest.mark.parametrize("status", [401, 404])
def test_it_ends_when_somebody_has_to_mend_something(config, shim, status):
    """Whoever started it is there to read why, and starts it again."""
    fill(config.ledger_path, 10)
    shim.status = status
    with pytest.raises(Refused, match="check"):
        asyncio.run(rebuild(config))


def test_it_ends_when_every_line_of_a_measurement_is_refused(config, shim):
    """It does not say that it is done."""
    fill(config.ledger_path, 1000)
    shim.bad = lambda line: line.startswith("lamp,")
    with pytest.raises(Refused, match="every line of lamp"):
        asyncio.run(rebuild(config))
    assert quarantined(config.ledger_path) == []


def test_it_says_how_many_lines_went_to_quarantine(config, shim):
    """And writes all others."""
    fill(config.ledger_path, 1000)
    shim.bad = lambda line: line.endswith("000007")
    assert asyncio.run(rebuild(config)) == 1
    assert len(quarantined(config.ledger_path)) == 1


def test_beside_a_hub_that_writes_nothing_is_lost_or_double(config, server):
    """Both write; records come meanwhile."""

    async def go():
        fill(config.ledger_path, 5000)
        async with writing(config):
            work = asyncio.create_task(rebuild(config))
            for first in range(5000, 8000, 500):
                await asyncio.to_thread(fill, config.ledger_path, 500, first)
            await work
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())
    assert counted(server, config) == expected(records(8000))


def test_after_a_change_of_zone_emptying_first_leaves_nothing_double(config, server, shim):
    """A rebuild alone would leave the points of the old zone beside those of the new one."""

    async def written_all():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    fill(config.ledger_path, 1000)
    asyncio.run(written_all())
    server.query(config.influx_raw, "DROP SERIES FROM fault")  # one that is not there is no trouble
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.move("rebuild", "lamp", 10)  # of a rebuild that was ended
        moved = ledger.nodes.get("lamp-2")
        ledger.sites.put_zone(Zone(SITE, "pond", "Pond", None, None))
        ledger.nodes.change(replace(moved, zone="pond"), CORRECTED)
    options = ("--data", str(config.data), "--influx-url", shim.url, "--influx-version", "1")
    options += ("--influx-raw", config.influx_raw, "--influx-usage", config.influx_usage)
    result = CliRunner().invoke(cli, ["influx", "rebuild", *options, "--empty-first"], input="n\n")
    assert result.exit_code == 1
    assert server.count(config.influx_raw, "lamp", "mwh") == expected(records(1000))["lamp"][0]
    result = CliRunner().invoke(cli, ["influx", "rebuild", *options, "--empty-first", "--yes"])
    assert result.exit_code == 0, result.output
    assert counted(server, config) == expected(records(1000))
    zones = server.query(config.influx_raw, "SELECT count(mwh) AS n FROM lamp GROUP BY node, zone")
    assert {(row["node"], row["zone"]) for row in zones if row["node"] == "lamp-2"} == {
        ("lamp-2", "pond")
    }


def test_no_ledger_is_made_for_it(tmp_path, config):
    """A wrong --data says so."""
    with pytest.raises(Refused, match="there is no ledger"):
        asyncio.run(rebuild(config_of(tmp_path / "elsewhere", "http://127.0.0.1:1")))
    assert not (tmp_path / "elsewhere").exists()
