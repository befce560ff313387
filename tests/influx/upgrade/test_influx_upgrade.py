"""An InfluxDB that a hub of before filled, after the ledger's upgrade to schema 6."""

import asyncio
import urllib.request
from contextlib import closing

import pytest

from padlicht.influx.databases import make_databases
from padlicht.influx.rebuild import rebuild
from padlicht.influx.schema import RAW, SOURCES, USAGE
from padlicht.influx.target import Target, options_of
from padlicht.ledger import Ledger
from tests.influx.parts import config_of, until, writing, written
from tests.usage.schedule.test_upgrade_light import EVENING, HOUR, roll_up, with_evening

SITE = "molukkenplantsoen"
TOTALS = "count_in=7i,count_out=1i,trig=0i,lit_s=0i,boost_s=0i,mwh=0i,obs_s=3600i,due_s=3600i"
OLD = (
    f"usage_1h,dow=6,hour=21,light=dark,site={SITE},zone=path {TOTALS},simulated=0i {EVENING}",
    f"usage_1d,phase=dark,site={SITE},zone=path {TOTALS},simulated=0i {EVENING - 21 * HOUR}",
    f"park_1h,dow=6,hour=21,light=dark,site={SITE} {TOTALS},simulated=0i {EVENING}",
)


@pytest.fixture
def upgraded(tmp_path, server, shim, names):
    """A hub's configuration: its ledger is upgraded, and InfluxDB has points of before."""
    config = config_of(tmp_path, shim.url, **names)
    with_evening(5, config.ledger_path)
    roll_up(config.ledger_path)
    address = f"{shim.url}/write?db={config.influx_usage}&precision=s"
    urllib.request.urlopen(address, data="\n".join(OLD).encode()).close()
    with closing(Target(options_of(config))) as target, Ledger.open(config.ledger_path) as ledger:
        make_databases(target)
        with ledger.transaction():
            for kind in (RAW, USAGE):  # as the hub of before left it: all was written
                ledger.cursors.move("influx", f"target_{kind}", target.number_of(kind))
                ledger.cursors.move("influx", f"rewrites_{kind}", 0)
                for source in SOURCES[kind]:
                    ledger.cursors.move("influx", source, min(1, ledger.cursors.newest_id(source)))
    return config


def by_the_hub(config):
    """The hub starts, and nobody does anything."""

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path) and done(config), "the writer")

    asyncio.run(go())


def done(config) -> bool:
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        name = f"rewrites_{USAGE}"
        return ledger.cursors.get("influx", name) == ledger.cursors.newest_id(name)


def by_a_rebuild(config):
    """`padlicht influx rebuild`."""
    asyncio.run(rebuild(config))


@pytest.mark.parametrize("written_anew", [by_the_hub, by_a_rebuild])
def test_points_of_before_are_taken_out_and_sums_are_the_ledgers(upgraded, server, written_anew):
    """No point is `dark` any more, and the evening's passages are lamps on and lamps off."""
    written_anew(upgraded)
    with Ledger.open(upgraded.ledger_path, read_only=True) as ledger:
        hours = ledger.zone_hours.all(0, 2**40, site=SITE)
    told: dict[str, int] = {}
    for hour in hours:
        told[hour.light] = told.get(hour.light, 0) + hour.count_in
    assert {"dark_on", "dark_off"} <= told.keys()
    for name, tag in (("usage_1h", "light"), ("park_1h", "light"), ("usage_1d", "phase")):
        rows = server.query(
            upgraded.influx_usage,
            f'SELECT sum("count_in") AS total FROM {name} GROUP BY "{tag}"',  # noqa: S608
        )
        assert {row[tag]: row["total"] for row in rows} == told, name
