"""Hours of a whole park in a real InfluxDB: the sums of its zones, whatever happens to nodes."""

import asyncio
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.influx.schema import MEASUREMENTS
from padlicht.ledger import Ledger
from tests.hub.use import CORRECTED, DAY, HOUR, NOON, add_up, count, light, node, park, store
from tests.influx.parts import until, writing, written

(PARK_1H,) = (one for one in MEASUREMENTS if one.name == "park_1h")
SUMS = [column.name for column in PARK_1H.fields if column.name != "simulated"]


@pytest.fixture
def folder(tmp_path):
    """A hub's data folder with a park of two zones, and a simulated counter in a third one."""
    nodes = (
        node("gate"),
        node("bridge", zone="pond"),
        node("made-up", zone="shed", simulated=True),
        node("lamp-1", "lamp"),
        node("lamp-2", "lamp", "pond"),
    )
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        for t in range(NOON - DAY, NOON, 900):
            store(
                ledger,
                *(count(t, 3), count(t, 4, 1, node="bridge"), count(t, 50, node="made-up")),
                *(light(t), light(t, 2, node="lamp-2")),
            )
        add_up(ledger)
    return tmp_path


def write(config):
    """The writer brings everything there."""

    async def go():
        async with writing(config):
            await until(lambda: written(config.ledger_path), "the writer")

    asyncio.run(go())


def points(server, config, measurement):
    """What is there: (time, light, dow, hour) -> sums, over zones where there are any."""
    found = {}
    for row in server.query(config.influx_usage, f"SELECT * FROM {measurement}"):  # noqa: S608
        key = row["time"], row["light"], row["dow"], row["hour"]
        sums = found.setdefault(key, [0] * len(SUMS))
        found[key] = [a + row[name] for a, name in zip(sums, SUMS, strict=True)]
    return found


def in_ledger(config):
    """The same as the ledger has it, without weekday and hour."""
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        hours = ledger.zone_hours.of_site("park", range(NOON - 31 * DAY, NOON + DAY, HOUR))
        return {(one.hour_utc_s * 10**9, one.light): list(one[4:-1]) for one in hours}


def of_park(server, config):
    """The park's points without weekday and hour."""
    return {key[:2]: sums for key, sums in points(server, config, "park_1h").items()}


def test_the_park_is_the_sum_of_its_zones(config, server):
    """Every field of every hour; of real and simulated counters the real ones alone."""
    write(config)
    hours = points(server, config, "park_1h")
    assert len(hours) >= 24
    assert hours == points(server, config, "usage_1h")
    assert of_park(server, config) == in_ledger(config)
    counts = [sums[SUMS.index("count_in")] for sums in hours.values()]
    assert sum(counts) == 96 * (3 + 4)
    rows = server.query(config.influx_usage, "SELECT * FROM park_1h")
    assert {row["simulated"] for row in rows} == {0}
    assert "zone" not in rows[0]


def test_a_late_record_changes_the_hour_of_its_zone_and_of_the_park(config, server):
    """And nothing else."""
    write(config)
    before = points(server, config, "park_1h")
    with Ledger.open(config.ledger_path) as ledger:
        store(ledger, count(NOON - DAY + HOUR + 17, 100))
        add_up(ledger)
    write(config)
    after = points(server, config, "park_1h")
    assert after == points(server, config, "usage_1h")
    (changed,) = [key for key in after if after[key] != before[key]]
    assert changed[0] == (NOON - DAY + HOUR) * 10**9
    assert after[changed][0] == before[changed][0] + 100


def test_what_is_simulated_changes_nothing_of_a_real_park(config, server):
    """Its zone has no hour then, and the park's hour is that of the real ones."""
    write(config)
    before = points(server, config, "park_1h")
    with Ledger.open(config.ledger_path) as ledger:
        store(ledger, count(NOON - DAY + HOUR + 17, 100, node="made-up"))
        add_up(ledger)
    write(config)
    assert points(server, config, "park_1h") == before
    assert points(server, config, "usage_1h") == before


def test_a_moved_node_counts_once_in_the_park(config, server):
    """At once, also in hours that change meanwhile; in zones after they were written anew."""
    write(config)
    with Ledger.open(config.ledger_path) as ledger:
        # Known as changed, and not written yet, while zones are about to be summed anew.
        store(ledger, count(NOON - DAY + 17, 100, node="bridge"))
        add_up(ledger)
        with ledger.transaction():
            ledger.nodes.change(replace(ledger.nodes.get("bridge"), zone="path"), CORRECTED)
            ledger.zone_hours.sum_stale(10**6)  # one of the two zones, and not the other
        assert ledger.zone_hours.has_stale()
        write(config)
        add_up(ledger)
    assert of_park(server, config) == in_ledger(config)
    options = ("--data", str(config.data), "--influx-url", config.influx_url)
    options += ("--influx-version", "1", "--influx-raw", config.influx_raw)
    options += ("--influx-usage", config.influx_usage, "--empty-first", "--yes")
    result = CliRunner().invoke(cli, ["influx", "rebuild", *options])
    assert result.exit_code == 0, result.output
    assert points(server, config, "park_1h") == points(server, config, "usage_1h")
    assert of_park(server, config) == in_ledger(config)
