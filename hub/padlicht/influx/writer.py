"""Keeps InfluxDB filled from the ledger, however InfluxDB behaves; the ledger knows how far.

A batch is read, made into lines and packed while those before it are on their way. After it is
written, the cursor moves; when the hub dies in between, it is written again, which changes nothing.
"""

import asyncio
import contextlib

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.influx.database_writer import DatabaseWriter
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.sources import AT_ONCE, USAGE_EVERY_S, sources_of
from padlicht.influx.status import RETRY_TIMES, RetryTimes, State, status_path, write_status
from padlicht.influx.target import Target, options_of
from padlicht.ledger import Ledger, LedgerThread

FOLLOWER = "influx"
POLL_S = 2.0  # how old what Grafana shows may be


class InfluxWriter:
    """Fills both databases of one InfluxDB, each by itself: one may be missing, or full.

    Raises BadData when the options cannot be. Its cursors are the follower "influx".
    """

    def __init__(
        self,
        config: Config,
        ledger: LedgerThread,
        clock: HubClock,
        *,
        look_s: float = POLL_S,
        usage_every_s: float = USAGE_EVERY_S,
        retry_times: RetryTimes = RETRY_TIMES,
    ) -> None:
        self._target = Target(options_of(config))
        self._reader = LedgerThread(Ledger.open(config.ledger_path, read_only=True))
        self._path = status_path(config)
        self._look_s = look_s
        self._clock = clock
        self.writers = [
            DatabaseWriter(
                database,
                sources_of(database, usage_every_s),
                ledger,
                self._reader,
                self._target,
                clock,
                FOLLOWER,
                noted=self._note,
                retry_times=retry_times,
                at_once=AT_ONCE[database],
            )
            for database in (RAW, USAGE)
        ]

    @property
    def state(self) -> State:
        """The state of the database that is worse off."""
        return max((writer.state for writer in self.writers), key=list(State).index)

    @property
    def last_error(self) -> str | None:
        """What holds up the database that is worse off; None when nothing does."""
        return next((writer.trouble for writer in self.writers if writer.state is self.state), None)

    def lag(self) -> dict[str, int]:
        """Rows that wait, by source, when each was last looked at."""
        return {name: rows for writer in self.writers for name, rows in writer.lag.items()}

    async def run(self) -> None:
        """Write until cancelled; nothing that InfluxDB does ends it."""
        self._note()
        try:
            async with asyncio.TaskGroup() as group:
                for writer in self.writers:
                    group.create_task(writer.run(self._look_s))
        finally:
            self.close()
            with contextlib.suppress(OSError):
                self._path.unlink()

    def close(self) -> None:
        """Close what it reads and writes by; only who never calls `run` has to."""
        self._target.close()
        self._reader.close()

    def _note(self) -> None:
        with contextlib.suppress(OSError):  # a full disk: the log has it, and the next note will
            write_status(self._path, self.writers, self._clock.utc_s())
