"""Looks after a running hub: how it stands, said when that changes, told to whoever asks."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from padlicht.clock import ClockWatch
from padlicht.errors import PadlichtError
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.trouble import explain
from padlicht.operations.damage import DamageWatch
from padlicht.operations.health import Health, Observed, State, judge
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.status import HubStatus, Lag, LagTracker, read_status

log = logging.getLogger(__name__)

POLL_S = 15.0
FRESH_S = 1.0  # looks closer together share one, however many ask
ANSWER_S = 5.0  # the longest commit on a slow card takes less


@dataclass(frozen=True)
class MonitoredParts:
    """What the monitor asks; each gives None while all is well, a sentence when it is not.

    `followers` names the sources of each follower of the ledger that this hub runs, and
    `troubles` what the follower itself says.
    """

    link: Callable[[], str | None]
    storing: Callable[[], str | None]
    followers: Mapping[str, Sequence[str]]
    troubles: Mapping[str, Callable[[], str | None]]


class HubMonitor:
    """Knows how the hub stands. `run()` looks now and then, `look()` when somebody asks."""

    def __init__(
        self,
        path: Path,
        ledger: LedgerThread,
        clock_watch: ClockWatch,
        parts: MonitoredParts,
        warn_bytes: int,
        metrics: HubMetrics,
        backup_warn_days: int = 0,
    ) -> None:
        self.metrics = metrics
        self.damage = DamageWatch(path)
        self._path = path
        self._ledger = ledger
        self._clock_watch = clock_watch
        self._watched = parts
        self._warn_bytes = warn_bytes
        self._backup_warn_days = backup_warn_days
        self._lag_trackers: dict[tuple[str, str], LagTracker] = {}
        self._lock = asyncio.Lock()
        self._seen: tuple[float, HubStatus | None, Health] | None = None
        self._said: dict[str, State] = {}

    async def run(self) -> None:
        """Look four times a minute and say what changed, until cancelled."""
        watching = self.damage.start()
        try:
            while True:
                _, health = await self.look()
                self._say(health)
                await asyncio.sleep(POLL_S)
        finally:
            watching.cancel()

    async def look(self) -> tuple[HubStatus | None, Health]:
        """The status (None: the ledger cannot be read) and the verdict, at most a second old."""
        async with self._lock:
            if self._seen is None or monotonic() - self._seen[0] > FRESH_S:
                status, health = await self._look()
                self._seen = (monotonic(), status, health)
            return self._seen[1:]

    async def _look(self) -> tuple[HubStatus | None, Health]:
        await self.damage.first_look()
        self._clock_watch.look()
        utc_s = self._clock_watch.clock.utc_s()
        status, reading = None, None
        try:
            status = await asyncio.to_thread(
                read_status, self._path, utc_s, self._watched.followers
            )
            status = replace(status, lags=tuple(map(self._aged, status.lags)))
        except (PadlichtError, sqlite3.Error, OSError) as error:
            reading = explain(error, self._path)
            self.damage.note(error)
        seen = Observed(
            link=self._watched.link(),
            storing=self._watched.storing() or await self._held_up(),
            reading=reading,
            damage=self.damage.says,
            followers={
                name: self._watched.troubles.get(name, _nothing)()
                for name in self._watched.followers
            },
            clock=self._clock_watch.trouble(),
        )
        before = self._seen[2] if self._seen else None
        return status, judge(status, seen, self._warn_bytes, utc_s, before, self._backup_warn_days)

    async def _held_up(self) -> str | None:
        """What is wrong when the thread that writes the ledger does not get round to us."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._ledger.run(Ledger.data_version)
        except TimeoutError:
            return f"the ledger has not answered for {ANSWER_S:.0f} s: its disk is slow or stuck"
        return None

    def _aged(self, lag: Lag) -> Lag:
        """The lag with an age, where the source itself knows none, or by a clock that was set."""
        tracker = self._lag_trackers.setdefault((lag.follower, lag.source), LagTracker())
        seconds = tracker.seconds(monotonic(), lag.newest_id, lag.last_id)
        if lag.seconds is not None and not self._clock_watch.steps:
            return lag
        return replace(lag, seconds=seconds)

    def _say(self, health: Health) -> None:
        for name, part in health.parts.items():
            if part.state is self._said.get(name, State.OK) or self._tells_itself(name):
                continue
            self._said[name] = part.state
            level = logging.INFO if part.state is State.OK else logging.WARNING
            log.log(level, "%s: %s", name, part.says, extra={"state": part.state.value})

    def _tells_itself(self, name: str) -> bool:
        """Whether the part's own log lines say what is wrong with it, and when it is over."""
        if name == "ledger":
            return self._watched.storing() is not None and self.damage.says is None
        return (
            name in ("broker", "clock") or self._watched.troubles.get(name, _nothing)() is not None
        )


def _nothing() -> None:
    """What a follower says that has nothing to say."""
