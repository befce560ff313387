"""A ledger with records in it, and a writer between it and a database."""

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.influx.schema import SOURCES
from padlicht.influx.status import RetryTimes
from padlicht.influx.writer import InfluxWriter
from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger, LedgerThread, Node, Site
from tests.rigs.patience import async_until

SITE = "molukkenplantsoen"
NOW = 1_795_224_000  # an evening in November 2026, Unix seconds UTC; on the quarter of an hour
HASTY = RetryTimes(first_s=0.02, most_s=0.1, refused_s=0.1, cursor_s=0.0)
NODES = [*(f"lamp-{i}" for i in range(1, 9)), "counter-1", "counter-2"]


def node(name: str, zone: str = "path") -> Node:
    role = "lamp" if name.startswith("lamp") else "counter"
    return Node(0, name, SITE, zone, role, 53.23, 6.576, False, NOW - 86_400, False)


def park(path: Path) -> None:
    """A ledger with a site, eight lamps and two counters."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.sites.add(Site(SITE, "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576))
        for name in NODES:
            ledger.nodes.add(node(name))


def records(count: int, first: int = 0) -> list:
    """Made-up records, numbered on: a lamp's, a counter's, health, and now and then a fault."""
    made = []
    for i in range(first, first + count):
        name = NODES[i % len(NODES)]
        t, boot, seq = NOW + i // len(NODES) * 900, 1 + i // 100_000, i
        if i % 97 == 0:
            made.append(Fault(name, boot, seq, t, 0, 2, "lamp_stuck", i % 2 == 0))
        elif i % 3 == 0:
            made.append(
                Health(name, boot, seq, t, 900, 2, -60 - i % 20, None, 84, 61234, 2, 0, i, 3)
            )
        elif name.startswith("lamp"):
            made.append(
                Lamp(
                    name, boot, seq, t, 900, 2, 900, 900, i % 900, i % 30, i, i % 3000, i, i % 2 > 0
                )
            )
        else:
            made.append(
                Footfall(name, boot, seq, t, 900, 2, 898, 4, i % 40, i % 30, 40 * i, 30 * i)
            )
    return made


def fill(path: Path, count: int, first: int = 0) -> None:
    """Put such records into a ledger."""
    with Ledger.open(path) as ledger:
        for start in range(first, first + count, 20_000):
            with ledger.transaction():
                batch = records(min(20_000, first + count - start), start)
                assert ledger.records.add(batch, NOW) == []


def config_of(folder: Path, url: str, **more) -> Config:
    """A hub's configuration for an InfluxDB 1 at `url`."""
    return Config(data=folder, influx_url=url, **{"influx_version": "1"} | more)


@asynccontextmanager
async def writing(config: Config, **more):
    """A writer at work beside its own ledger thread; (writer, ledger thread)."""
    ledger = LedgerThread(Ledger.open(config.ledger_path))
    writer = InfluxWriter(
        config,
        ledger,
        HubClock(),
        **{"look_s": 0.02, "usage_every_s": 0.0, "retry_times": HASTY} | more,
    )
    work = asyncio.create_task(writer.run())
    try:
        yield writer, ledger
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        ledger.close()


async def until(done, what: str) -> None:
    """Wait for `done()` to become true."""
    await async_until(done, what)


def written(path: Path) -> bool:
    """Whether the cursors on disk stand at the end of every table."""
    with Ledger.open(path, read_only=True) as ledger:
        return all(
            ledger.cursors.get("influx", source) == ledger.cursors.newest_id(source)
            for sources in SOURCES.values()
            for source in sources
        )


_KINDS = {Lamp: "lamp", Footfall: "footfall", Health: "health", Fault: "fault"}
# Of each kind a field, and the same of the ledger's row: points are counted, and their sum made.
_SUMMED = {
    "lamp": ("mwh", "mwh"),
    "footfall": ("count_in", "n_in"),
    "health": ("up_s", "up_s"),
    "fault": ("active", "active"),
}


def expected(made: list) -> dict[str, tuple[int, int]]:
    """How many records of each kind there are, and the sum of one value of theirs."""
    result = {}
    for kind, name in _KINDS.items():
        values = [int(getattr(one, _SUMMED[name][1])) for one in made if type(one) is kind]
        result[name] = (len(values), sum(values))
    return result


def counted(server, config: Config) -> dict[str, tuple[int, int]]:
    """The same as InfluxDB has it."""
    result = {}
    for name, (field, _) in _SUMMED.items():
        rows = server.query(
            config.influx_raw,
            f'SELECT count("{field}") AS n, sum("{field}") AS total FROM {name}',  # noqa: S608
        )
        result[name] = (rows[0]["n"], rows[0]["total"]) if rows else (0, 0)
    return result


def quarantined(path: Path) -> list:
    """What is in quarantine."""
    with Ledger.open(path, read_only=True) as ledger:
        return ledger.quarantine.newest(10_000)
