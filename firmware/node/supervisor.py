"""The one that has seen everything move: it feeds the watchdog and tells boot.py that all is
well."""

import asyncio

from node import log
from node.keep import last_words
from node.keep.slots import Slots

WELL_S = 15  # what fails at every start has failed by then


class Supervisor:
    """Watches over `watchdog`'s parts. `hub.connected` is what a new slot must reach once."""

    def __init__(self, board, clock, watchdog, hub) -> None:
        self._board = board
        self._clock = clock
        self._watchdog = watchdog
        self._hub = hub
        self._slots = Slots(board.folder)
        self._is_well = False

    async def run(self) -> None:
        """For ever: grant the watchdog its food, restart a node in which something stands still."""
        while True:
            await asyncio.sleep_ms(1000)
            up_s = self._clock.up_s()
            if not self._watchdog.look(up_s):
                stuck = "{} stood still".format(self._watchdog.stuck)
                log.warn("app: {}; restarting".format(stuck))
                last_words.leave(self._board.folder + "/last_error", stuck)
                self._board.reset()
            if self._is_well or up_s < WELL_S:
                continue
            if self._slots.on_trial and not self._hub.connected:
                continue  # a version that cannot reach the hub could never be replaced again
            self._is_well = True  # once: a flash that refuses now has told us all it can
            try:
                self._slots.well()
            except OSError as error:
                log.warn("app: boot.py cannot be told that all is well ({})".format(error))
