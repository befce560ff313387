"""Looks after a running hub: how it stands, said when that changes, told to whoever asks."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from padlicht.clock import HubClock
from padlicht.errors import PadlichtError
from padlicht.ledger import Ledger
from padlicht.ledger.thread import LedgerThread
from padlicht.operations.health import Health, Seen, State, judge
from padlicht.operations.lag import Trail
from padlicht.operations.metrics import Meters
from padlicht.operations.status import Facts, Lag, gather

log = logging.getLogger(__name__)

LOOK_S = 15.0
FRESH_S = 1.0  # looks closer together share one, however many ask
ANSWER_S = 5.0  # the longest commit on a slow card takes less


@dataclass(frozen=True)
class Watched:
    """What the caretaker asks; each gives None while all is well, a sentence when it is not.

    `followers` names the sources of each follower of the ledger that this hub runs, and
    `troubles` what the follower itself says.
    """

    link: Callable[[], str | None]
    storing: Callable[[], str | None]
    followers: Mapping[str, Sequence[str]]
    troubles: Mapping[str, Callable[[], str | None]]


class Caretaker:
    """Knows how the hub stands. `run()` looks now and then, `look()` when somebody asks."""

    def __init__(
        self,
        path: Path,
        ledger: LedgerThread,
        clock: HubClock,
        watched: Watched,
        warn_bytes: int,
        meters: Meters,
    ) -> None:
        self.meters = meters
        self._path = path
        self._ledger = ledger
        self._clock = clock
        self._watched = watched
        self._warn_bytes = warn_bytes
        self._trails: dict[tuple[str, str], Trail] = {}
        self._lock = asyncio.Lock()
        self._seen: tuple[float, Facts | None, Health] | None = None
        self._said: dict[str, State] = {}

    async def run(self) -> None:
        """Look four times a minute and say what changed, until cancelled."""
        while True:
            _, health = await self.look()
            self._say(health)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> tuple[Facts | None, Health]:
        """The facts (None when the ledger cannot be read) and the verdict, at most a second old."""
        async with self._lock:
            if self._seen is None or monotonic() - self._seen[0] > FRESH_S:
                facts, health = await self._look()
                self._seen = (monotonic(), facts, health)
            return self._seen[1:]

    async def _look(self) -> tuple[Facts | None, Health]:
        utc_s = self._clock.utc_s()
        facts, reading = None, None
        try:
            facts = await asyncio.to_thread(gather, self._path, utc_s, self._watched.followers)
            facts = replace(facts, lags=tuple(map(self._aged, facts.lags)))
        except (PadlichtError, sqlite3.Error, OSError) as error:
            reading = f"the ledger cannot be read: {error}"
        seen = Seen(
            link=self._watched.link(),
            storing=self._watched.storing() or await self._held_up(),
            reading=reading,
            followers={
                name: self._watched.troubles.get(name, _nothing)()
                for name in self._watched.followers
            },
        )
        before = self._seen[2] if self._seen else None
        return facts, judge(facts, seen, self._warn_bytes, utc_s, before)

    async def _held_up(self) -> str | None:
        """What is wrong when the thread that writes the ledger does not get round to us."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._ledger.run(Ledger.data_version)
        except TimeoutError:
            return f"the ledger has not answered for {ANSWER_S:.0f} s: its disk is slow or stuck"
        return None

    def _aged(self, lag: Lag) -> Lag:
        """The lag with an age, where the source itself knows none."""
        trail = self._trails.setdefault((lag.follower, lag.source), Trail())
        if lag.seconds is not None:
            return lag
        return replace(lag, seconds=trail.seconds(monotonic(), lag.newest_id, lag.last_id))

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
            return self._watched.storing() is not None
        return name == "broker" or self._watched.troubles.get(name, _nothing)() is not None


def _nothing() -> None:
    """What a follower says that has nothing to say."""
