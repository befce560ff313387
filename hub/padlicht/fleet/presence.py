"""Who is there: what nodes and wills say, and what silence says."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from padlicht.clock import HubClock
from padlicht.fleet.live import Live
from padlicht.ledger import Ledger, NodeState
from padlicht.ledger.thread import LedgerThread

log = logging.getLogger(__name__)

LOOK_S = 30.0
SILENT_INTERVALS = 3  # a node that reports every quarter of an hour is given up after three of them
REPORT_MIN = 15  # where the settings do not say


def is_silent(state: NodeState, report_min: int, listening_since_utc_s: int, utc_s: int) -> bool:
    """Whether a node that should be there has said nothing for three intervals.

    Only the time in which the hub could have heard it counts.
    """
    last_utc_s = max(state.last_word_utc_s or state.since_utc_s, listening_since_utc_s)
    return state.state == "ready" and utc_s - last_utc_s > SILENT_INTERVALS * report_min * 60


class Presence:
    """Gives up nodes that fell silent although the broker never said that they were lost."""

    def __init__(
        self, ledger: LedgerThread, live: Live, clock: HubClock, listening: Callable[[], bool]
    ) -> None:
        self._ledger = ledger
        self._live = live
        self._clock = clock
        self._listening = listening
        self._listening_since_utc_s: int | None = None

    async def link_ready(self) -> None:
        """The hub hears again from now on."""
        self._listening_since_utc_s = self._clock.utc_s()

    async def run(self) -> None:
        """Look twice a minute, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._listening_since_utc_s is None or not self._listening():
                continue
            judge = partial(give_up_silent, self._listening_since_utc_s, self._clock.utc_s())
            silent = await self._ledger.run(judge)
            for node in silent:
                log.warning("presence: %s has said nothing for long; taken for lost", node)
                self._live.forget(node)
            if silent:
                self._live.note("presence", {"nodes": silent})


def give_up_silent(listening_since_utc_s: int, utc_s: int, ledger: Ledger) -> list[str]:
    """Note all nodes as lost that have been silent for too long; their names."""
    wanted = ledger.wanted()
    silent = []
    for name, state in ledger.states().items():
        report_min = wanted[name].after.get("report_min") if name in wanted else None
        if not isinstance(report_min, int):
            report_min = REPORT_MIN
        if is_silent(state, report_min, listening_since_utc_s, utc_s):
            silent.append(name)
    if silent:
        with ledger.transaction():
            for name in silent:
                ledger.gone(name, utc_s)
    return sorted(silent)
