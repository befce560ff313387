"""Who is there: what nodes and wills say, and what silence says."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from padlicht.clock import ClockStep, ClockWatch
from padlicht.control.live_state import LiveState
from padlicht.ledger import Ledger, LedgerThread

log = logging.getLogger(__name__)

POLL_S = 30.0
SILENT_INTERVALS = 3  # a node that reports every quarter of an hour is given up after three of them
REPORT_MIN = 15  # where the settings do not say
SHORTEST_MIN = 15  # the least that the firmware's settings allow
HOUR_S = 3600
FOLLOWER = "presence"  # of the ledger's cursors: which hour is being noted, and up to which node
THIS_HOUR = (FOLLOWER, "hour")
EVERY_NODE = 2**62


class PresenceMonitor:
    """Gives up nodes that fell silent although the broker never said that they were lost.

    It also notes every hour who is there; the changes in between note themselves.
    """

    def __init__(
        self,
        ledger: LedgerThread,
        live: LiveState,
        watch: ClockWatch,
        listening: Callable[[], bool],
    ) -> None:
        self._ledger = ledger
        self._live = live
        self._watch = watch
        self._clock = watch.clock
        self._listening = listening
        self._listening_since_s: float | None = None
        watch.on_step(self._on_step)

    async def link_ready(self) -> None:
        """The hub hears again from now on."""
        self._listening_since_s = self._clock.monotonic_s()

    def _on_step(self, _: ClockStep) -> None:
        """When nodes last spoke was noted by another clock: each has its time anew."""
        if self._listening_since_s is not None:
            self._listening_since_s = self._clock.monotonic_s()

    async def run(self) -> None:
        """Look twice a minute, until cancelled. A hub that hears nothing has nothing to say."""
        while True:
            await asyncio.sleep(POLL_S)
            self._watch.look()
            if self._listening_since_s is None or not self._listening():
                continue
            listening_s = self._clock.monotonic_s() - self._listening_since_s
            judge = partial(give_up_silent, round(listening_s), self._watch.utc_s)
            silent = await self._ledger.run(judge)
            for node in silent:
                log.warning("presence: %s has said nothing for long; taken for lost", node)
                self._live.forget(node)
            if silent:
                self._live.note("presence", {"nodes": silent})
            utc_s = self._watch.utc_s
            while await self._notes_hours(utc_s) and not await self._ledger.run(
                partial(note_hour, utc_s)
            ):
                pass  # a piece at a time: what comes in is stored in between

    async def _notes_hours(self, utc_s: int) -> bool:
        """Whether the hour of that moment can be written down for ever."""
        noted = await self._ledger.run(lambda ledger: ledger.cursors.get(*THIS_HOUR))
        return self._watch.believes(utc_s, noted or utc_s)


def give_up_silent(listening_s: int, utc_s: int, ledger: Ledger) -> list[str]:
    """Note as lost all nodes that said nothing for three of their intervals; their names.

    Only the time in which the hub could have heard them counts, and of a word that lies ahead of
    the clock, nobody knows how long ago it was: at least so long.
    """
    if listening_s <= SILENT_INTERVALS * SHORTEST_MIN * 60:
        return []
    silent = []
    for name, heard_utc_s, wanted in ledger.states.silent_since(
        utc_s - SILENT_INTERVALS * SHORTEST_MIN * 60, utc_s
    ):
        report_min = wanted.get("report_min")
        if not isinstance(report_min, int):
            report_min = REPORT_MIN
        silent_s = listening_s if heard_utc_s > utc_s else min(utc_s - heard_utc_s, listening_s)
        if silent_s > SILENT_INTERVALS * report_min * 60:
            silent.append(name)
    if silent:
        with ledger.transaction():
            for name in silent:
                ledger.states.record_loss(name, utc_s)
    return silent


def note_hour(utc_s: int, ledger: Ledger) -> bool:
    """Note once an hour of every node whether it is there; True when this hour is done.

    Does a piece at a time, and remembers where it was over a restart. An hour in which no hub ran
    has no line, for nobody knows.
    """
    hour_utc_s = utc_s - utc_s % HOUR_S
    noted = ledger.cursors.all()
    after = noted.get((FOLLOWER, "node"), 0) if noted.get(THIS_HOUR) == hour_utc_s else 0
    if after == EVERY_NODE:
        return True
    with ledger.transaction():
        last = ledger.states.log_presence(utc_s, after)
        ledger.cursors.move(*THIS_HOUR, hour_utc_s)
        ledger.cursors.move(FOLLOWER, "node", last or EVERY_NODE)
    return last == 0
