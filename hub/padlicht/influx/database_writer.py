"""One database of InfluxDB and the sources that go into it: read, send, move the cursors."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from padlicht.backoff import Backoff
from padlicht.clock import HubClock
from padlicht.errors import BadData, Refused
from padlicht.influx.bisect_rejected import (
    AllRejected,
    RejectedLine,
    RejectedLineBisector,
    quarantine,
    tell_refused,
)
from padlicht.influx.rewrite import Rewriter
from padlicht.influx.sources import BATCH, Batch, Source, starting_cursors
from padlicht.influx.status import RETRY_TIMES, RetryTimes, State
from padlicht.influx.target import Away, Target, pack
from padlicht.influx.throttle import IntakePriority
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.trouble import explain, is_ledger_trouble
from padlicht.operations.daemon_thread import run_in_daemon_thread

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class DatabaseWriter:
    """Fills one database from its sources, each by its own cursor of `follower`.

    `reader` is a connection to the ledger of its own, so that reading never waits for the intake.
    `noted` is called when the trouble changes, `moved` after each batch. With `insist` false, what
    a person has to mend is raised as Refused instead of tried again. `at_once` batches are on
    their way: more than one only where no point is ever written anew with another value.
    """

    def __init__(
        self,
        kind: str,
        sources: Sequence[Source],
        ledger: LedgerThread,
        reader: LedgerThread,
        target: Target,
        clock: HubClock,
        follower: str,
        *,
        noted: Callable[[], None] = lambda: None,
        moved: Callable[[], None] = lambda: None,
        retry_times: RetryTimes = RETRY_TIMES,
        insist: bool = True,
        at_once: int = 1,
    ) -> None:
        self.database = target.options.databases[kind]
        self.state = State.BEHIND
        self.state_since_utc_s = clock.utc_s()
        self.trouble: str | None = None
        self.trouble_since_utc_s: int | None = None
        self.lag: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self.refused_lines = 0
        self.priority = IntakePriority(self._newest_id)
        self._sources = sources
        self._ledger = ledger
        self._reader = reader
        self._target = target
        self._clock = clock
        self._follower = follower
        self._noted = noted
        self._moved = moved
        self._retry_times = retry_times
        self._insist = insist
        self._at_once = at_once
        self._backoff = Backoff(retry_times.first_s, retry_times.most_s)
        self._bisectors = {source.name: RejectedLineBisector(self._post) for source in sources}
        self.rewriter = Rewriter(kind, target, reader, self._until_it_has, self._post, self._noted)
        self._read: dict[str, int] = {}
        self._rewritten = 0
        self._not_before_s: dict[str, float] = {}
        self._held: dict[str, str] = {}  # sources of which every line is refused, and why
        self._unsaved: set[str] = set()
        self._saved_s = 0.0

    async def run(self, look_s: float) -> None:
        """Write what comes, looking every `look_s`, until cancelled."""
        trouble = Backoff(self._retry_times.first_s, self._retry_times.most_s)
        while True:
            try:
                await self.fill()
                wait_s = look_s
                trouble.reset()
            except Exception as error:
                # Of our own: a full disk under the cursors, a ledger that cannot be read.
                wait_s = trouble.next_s()
                why = f"{type(error).__name__}: {error}"
                if is_ledger_trouble(error):
                    why = explain(error, self._ledger.path)
                self._say(State.AWAY, why, wait_s)
                log.debug("influx: %s", self.database, exc_info=error)
            await asyncio.sleep(wait_s)

    async def fill(self) -> bool:
        """Write all that there is; whether there was any. Saves the cursors, however it ends."""
        if not self.done:
            names, of = [source.name for source in self._sources], self.rewriter
            known = partial(starting_cursors, follower=self._follower, sources=names, rewriter=of)
            self.done, self._rewritten = await self._ledger.run(known)
        if await self.rewrite():
            await self._save()
        before, self._read = dict(self.done), dict(self.done)
        now_s = self._now_s()
        todo = deque(s for s in self._sources if self._not_before_s.get(s.name, 0.0) <= now_s)
        stopped: set[str] = set()  # what was read ahead of these is read again another time
        sending: deque[tuple[Batch, asyncio.Task[list[RejectedLine]]]] = deque()
        making = asyncio.create_task(self._next(todo))
        try:
            batch: Batch | None
            while (batch := await making) is not None or sending:
                if batch is not None:
                    making = asyncio.create_task(self._next(todo))
                    sending.append((batch, asyncio.create_task(self._deliver(batch))))
                if batch is None or self.priority.busy or len(sending) >= self._at_once:
                    await self._settle(*sending.popleft(), stopped)
        finally:
            left = [making, *(delivering for _, delivering in sending)]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self._save()
        self._well()
        return self.done != before

    async def rewrite(self) -> bool:
        """Write anew what is told otherwise now; whether there was anything of it.

        Nothing of ours may be on its way meanwhile.
        """
        done = await self.rewriter.run(self._rewritten)
        if done.last_id == self._rewritten:
            return False
        if done.whole:
            self.done = dict.fromkeys(self.done, 0)
            self._unsaved.update(self.done)
        self._rewritten = done.last_id
        await self._save({self.rewriter.source: done.last_id})
        return True

    async def _next(self, todo: deque[Source]) -> Batch | None:
        """The next batch of the first source that has one, source by source in turn."""
        while todo:
            source = todo.popleft()
            batch, newest = await self._reader.run(partial(self._make, source))
            self.lag[source.name] = max(0, newest - self.done[source.name])
            self.priority.look(source.name, newest)
            if batch.last_id > self._read[source.name]:
                self._read[source.name] = batch.last_id
                todo.append(source)
                return batch
            if source.every_s:
                self._not_before_s[source.name] = self._now_s() + source.every_s
        return None

    def _make(self, source: Source, ledger: Ledger) -> tuple[Batch, int]:
        """A batch after what was read last, and the newest id that the source has."""
        piece = source.read(ledger, self._read[source.name])
        packed = pack(piece.text) if piece.text else b""
        newest = ledger.cursors.newest_id(source.name)
        return Batch(source, piece.text, packed, piece.last_id), newest

    async def _newest_id(self, name: str) -> int:
        return await self._reader.run(lambda ledger: ledger.cursors.newest_id(name))

    async def _deliver(self, batch: Batch) -> list[RejectedLine]:
        """Write a batch; the lines that are refused."""
        if not batch.text:
            return []
        return await self._bisectors[batch.source.name].deliver(batch.text, batch.packed)

    async def _settle(
        self, batch: Batch, delivering: asyncio.Task[list[RejectedLine]], stopped: set[str]
    ) -> None:
        """Once a batch is written, move the cursor; what is refused goes to quarantine with it.

        When all of it is refused, nothing moves, and its source is stopped.
        """
        name = batch.source.name
        try:
            refused = await delivering
        except AllRejected as error:
            if not self._insist:
                raise Refused(f"{self.database} refuses every line of {name}: {error}") from error
            stopped.add(name)
            self._held[name] = f"every line of {name} is refused: {error}"
            self._not_before_s[name] = self._now_s() + self._retry_times.refused_s
            self._say(State.REFUSED, "; ".join(self._held.values()), self._retry_times.refused_s)
            return
        if name in stopped:
            return
        if refused:
            await self._save({name: batch.last_id}, refused)
        self.lag[name] = max(0, self.lag.get(name, 0) - batch.last_id + self.done[name])
        self.done[name] = batch.last_id
        self._moved()
        self._unsaved.add(name)
        if self._now_s() - self._saved_s >= self._retry_times.cursor_s:
            await self._save()
        self._held.pop(name, None)
        self._well()

    async def _post(self, text: str, packed: bytes | None) -> None:
        """Write lines, waiting for as long as the database is away; BadData when it refuses."""
        too_old = await self._until_it_has(
            lambda: self._target.write(self.database, packed or pack(text))
        )
        if too_old:
            log.debug("influx: %d points are older than %s keeps", too_old, self.database)

    async def _until_it_has(self, work: Callable[[], Answer]) -> Answer:
        """Have the database do something, waiting for as long as it is away."""
        while True:
            began_s = self._now_s()
            try:
                answer = await run_in_daemon_thread(work)
            except BadData:
                await self.priority.rest(self._now_s() - began_s)
                raise
            except Away as error:
                wait_s = max(self._backoff.next_s(), error.wait_s or 0.0)
                self._say(State.AWAY, str(error), wait_s)
            except Refused as error:
                if not self._insist:
                    raise
                wait_s = self._retry_times.refused_s
                self._say(State.REFUSED, str(error), wait_s)
            else:
                self._backoff.reset()
                await self.priority.rest(self._now_s() - began_s)
                return answer
            await asyncio.sleep(wait_s)

    async def _save(
        self, moves: dict[str, int] | None = None, refused: Sequence[RejectedLine] = ()
    ) -> None:
        """Put the cursors on disk, and refused lines into quarantine, all or nothing."""
        moved = {name: self.done[name] for name in self._unsaved} | (moves or {})
        self._saved_s = self._now_s()
        if not moved:
            return
        utc_s = self._clock.utc_s()

        def write(ledger: Ledger) -> None:
            with ledger.transaction():
                quarantine(ledger, self.database, refused, utc_s)
                for name, last_id in moved.items():
                    ledger.cursors.move(self._follower, name, last_id)

        await self._ledger.run(write)
        self._unsaved.clear()
        if refused:
            tell_refused(self.database, refused, first=not self.refused_lines)
            self.refused_lines += len(refused)

    def _well(self) -> None:
        """It is being written to; whether it keeps up, too, shows in what is left."""
        if self._held:
            return
        before = (self.state, self.trouble)
        self.state = State.BEHIND if sum(self.lag.values()) > BATCH else State.CURRENT
        if self.trouble is not None:
            log.info("influx: %s is written to again", self.database)
            self.trouble = self.trouble_since_utc_s = None
        if (self.state, self.trouble) != before:
            self.state_since_utc_s = self._clock.utc_s()
            self._noted()

    def _say(self, state: State, trouble: str, wait_s: float) -> None:
        """Something holds us up: said once as a warning, and noted when it changes."""
        say = log.debug if self.trouble is not None else log.warning
        say(
            "influx: %s cannot be written to (%s); trying again in %.0f s",
            self.database, trouble, wait_s,
        )  # fmt: skip
        changed = (state, trouble) != (self.state, self.trouble)
        if state != self.state:
            self.state_since_utc_s = self._clock.utc_s()
        if self.trouble is None:
            self.trouble_since_utc_s = self._clock.utc_s()
        self.state, self.trouble = state, trouble
        if changed:
            self._noted()

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
