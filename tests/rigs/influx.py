"""A real InfluxDB, Debian's 1.6.7, on loopback and free ports, in a folder of its own.

It has no /api/v2/write: what writes goes through `tests/rigs/influx_shim.py`, what asks comes here.
"""

import json
import subprocess
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from padlicht.simulate.run.run import free_port
from tests.rigs.patience import POLL_S, limit_s

DEADLINE_S = limit_s()
# RPC listens wherever it likes: nobody talks to it. WAL and cache are the real ones, and so is
# what a kill -9 leaves of them.
CONFIGURATION = """\
reporting-enabled = false
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
  logging-enabled = false
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  auth-enabled = {auth}
"""


class Influxd:
    """A database server; it is running when this is made."""

    def __init__(self, folder: Path, *, auth: bool = False):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None
        self._folder = folder
        self._conf = folder / "influxdb.conf"
        self._conf.write_text(
            CONFIGURATION.format(folder=folder, port=self.port, auth=str(auth).lower())
        )
        self.start()

    def start(self) -> None:
        """Start it, on the same port and with what it has, and wait until it answers."""
        with (self._folder / "influxd.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["influxd", "run", "-config", str(self._conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline_s = time.monotonic() + DEADLINE_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline_s:
                said = (self._folder / "influxd.log").read_text()[-2000:]
                raise RuntimeError(f"influxd did not start: {said}")
            time.sleep(POLL_S)

    def kill(self) -> None:
        """End it without a word, as a crash does."""
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def create(self, *databases: str) -> None:
        """Make databases that keep all for ever."""
        for database in databases:
            self.query("", f'CREATE DATABASE "{database}"')

    def query(self, database: str, influxql: str, **more: str) -> list[dict]:
        """The rows of an InfluxQL query, each with its columns, tags of the series and `name`.

        `more`: user and password as `u` and `p`.
        """
        return [
            {"name": series.get("name", "")}
            | series.get("tags", {})
            | dict(zip(series["columns"], values, strict=True))
            for series in self.series(database, influxql, **more)
            for values in series["values"]
        ]

    def series(self, database: str, influxql: str, *, epoch: str = "ns", **more: str) -> list[dict]:
        """The same as it is answered: series with name, tags, columns and values."""
        url = f"http://127.0.0.1:{self.port}/query?{urlencode(more)}"
        body = urlencode({"db": database, "q": influxql, "epoch": epoch}).encode()
        with urlopen(Request(url, body), timeout=DEADLINE_S) as answer:
            result = json.load(answer)["results"][0]
        if "error" in result:
            raise RuntimeError(result["error"])
        return result.get("series", [])

    def count(self, database: str, measurement: str, field: str) -> int:
        """How many points of a measurement have a field."""
        rows = self.query(
            database,
            f'SELECT count("{field}") AS n FROM "{measurement}"',  # noqa: S608 -- of a test
        )
        return rows[0]["n"] if rows else 0

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=DEADLINE_S):
                return True
        except HTTPError:
            return True
        except (URLError, OSError):
            return False
