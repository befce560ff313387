"""Everything moves: random changes of sites, zones and time zones, by the commands people type.

After each ten of them, and at the end, the ledger's hours and every point of a real InfluxDB are
held against an account of what happened that is kept by other means; and every comparison of weeks
that lies across a change must say that it cannot be made.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.ledger import Ledger
from tests.hub import moves
from tests.influx.parts import config_of, writing
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim
from tests.rigs.patience import async_until
from tools.figures.figure import Figure

DAYS = 42
CHANGES = 50
EACH = 10
SEED = 13


def measure() -> Iterator[Figure]:
    """Fifty changes, and what is wrong after them."""
    seed = int(os.environ.get("PADLICHT_SEED", SEED))
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="padlicht-moves-") as folder:
        server = Influxd(Path(folder) / "influxd")
        shim = Shim(server.port)
        try:
            server.create("raw", "usage")
            config = config_of(Path(folder), shim.url, influx_raw="raw", influx_usage="usage")
            with mock.patch.object(HubClock, "utc_s", return_value=moves.END_UTC_S):
                yield from _measure(config, server, dice, f"seed {seed}")
        finally:
            shim.close()
            server.close()


def _measure(config: Config, server: Influxd, dice: random.Random, how: str) -> Iterator[Figure]:
    account = moves.park(config.ledger_path, dice, DAYS)
    moves.bring_up(config.ledger_path)
    _write(config)
    wrong: list[str] = []
    began_s, slowest_s = time.monotonic(), 0.0
    for number, _ in enumerate(moves.changes(config.data, account, dice, CHANGES), 1):
        slowest_s = max(slowest_s, time.monotonic() - began_s)
        if number % EACH == 0:
            _write(config)
            wrong += moves.faults(config, server, account)
        began_s = time.monotonic()
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        wrong += ledger.check()
        across, told = moves.verdicts(ledger, account)
    yield Figure(
        "random changes after which ledger and InfluxDB are what was counted where",
        CHANGES if not wrong else 0,
        "changes",
        f"{CHANGES}",
        f"{how}; {'; '.join(wrong[:3]) or 'sums by zone, day, clock and record agree'}",
        not wrong,
    )
    yield Figure(
        "verdicts told across a change",
        told,
        "verdicts",
        "none",
        f"{how}; {across} comparisons of weeks lie across a change",
        told == 0 and across > 0,
    )
    yield Figure(
        "the slowest change, until all is added up anew",
        round(slowest_s, 1),
        "s",
        "under 60 s for four nodes and six weeks",
        how,
        slowest_s < 60,
    )


def _write(config: Config) -> None:
    """A writer brings everything there."""

    async def go() -> None:
        async with writing(config):
            await async_until(lambda: moves.is_written(config), "the writer")

    asyncio.run(go())
