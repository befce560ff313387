"""An InfluxDB that the hub's own writer has filled from a ledger, asked as Grafana asks."""

import asyncio
from pathlib import Path

from padlicht.config import Config
from padlicht.influx.databases import make_databases
from padlicht.influx.line_protocol import RECORDS
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.target import Target, options_of
from padlicht.ledger import Ledger
from tests.influx.parts import writing, written
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim
from tests.rigs.patience import POLL_S, limit_s

# Where the time is in what `Ledger.follow` gives.
TIME_AT = {**dict.fromkeys(RECORDS, 6), "presence": 4}
MOST_S = limit_s(3600)  # a year of 500 nodes takes minutes
DATABASES = {"padlicht-usage": USAGE, "padlicht-raw": RAW}


class Seeded:
    """The databases of one ledger in a server; `ask` is what a data source does.

    With `raw_since_s` records of before are left out, as when the database has let them go.
    """

    def __init__(
        self, server: Influxd, ledger: Path, name: str = "", raw_since_s: int | None = None
    ):
        self.server = server
        self.names = {RAW: f"park_raw{name}", USAGE: f"park{name}"}
        # Otherwise as `influx setup` makes it, but points never go: tests ask for what is past.
        self.server.query(
            "", f'CREATE DATABASE "{self.names[RAW]}" WITH DURATION INF SHARD DURATION 7d'
        )
        if raw_since_s is not None:
            _skip(ledger, raw_since_s)
        self.fill(ledger)

    def fill(self, ledger: Path) -> None:
        """Write all that the ledger has and the databases have not."""
        shim = Shim(self.server.port)
        config = Config(
            data=ledger.parent,
            influx_url=shim.url,
            influx_version="1",
            influx_raw=self.names[RAW],
            influx_usage=self.names[USAGE],
        )
        try:
            target = Target(options_of(config))
            make_databases(target)
            target.close()
            asyncio.run(_write(config))
        finally:
            shim.close()

    def ask(self, source: str, influxql: str) -> list[dict]:
        """The rows of a query to the data source with that uid."""
        return self.server.query(self.names[DATABASES[source]], influxql)

    def series(self, source: str, influxql: str) -> list[dict]:
        """The same as Grafana's server gets it: series, with times in milliseconds."""
        return self.server.series(self.names[DATABASES[source]], influxql, epoch="ms")


def _skip(path: Path, since_s: int) -> None:
    """Put the writer's cursors behind the records of before; those of a year are in order."""
    with Ledger.open(path) as ledger, ledger.transaction():
        for table, at in TIME_AT.items():
            low, high = 0, ledger.cursors.newest_id(table)
            while low < high:
                middle = (low + high) // 2
                if ledger.cursors.rows_after(table, middle, 1)[0][at] < since_s:
                    low = middle + 1
                else:
                    high = middle
            ledger.cursors.move("influx", table, low)


async def _write(config: Config) -> None:
    async with writing(config), asyncio.timeout(MOST_S):
        while not written(config.ledger_path):  # noqa: ASYNC110 -- cursors on disk set no event
            await asyncio.sleep(POLL_S)
