"""Supervisor and watchdog: who may feed the hardware's, and who tells boot.py that all is well.

The hardware bites 8 s after its last meal. The event loop cannot promise to be back so soon: a TLS
handshake or a name that does not resolve may hold it longer. So the lamp's timer feeds, on credit
that the supervisor grants once a second; it grants only when each part has given a sign of life
lately. A timer that died bites after 8 s, an event loop or a part that stands still after CREDIT_S
more.
"""

import asyncio

from node import log
from node.keep import boot_state

TICKS_PER_MEAL = 50  # one second of ticks of 20 ms
CREDIT_S = 60
WELL_S = 15  # what fails at every start has failed by then


class Watchdog:
    """Watchdog fed on credit.

    limits_s: part -> how long it may stand still. stuck: the part that does, or None.
    """

    def __init__(self, limits_s: dict) -> None:
        self._feed = None
        self._limits_s = limits_s
        self._moved_s = dict.fromkeys(limits_s)  # part -> uptime of its last sign of life
        self._ticks = 0  # written by the tick alone
        self._credit = CREDIT_S
        self.stuck: str = None

    def arm(self, feed) -> None:
        """From now on feed this; None when the board has no watchdog."""
        self._feed = feed

    def tick(self) -> None:
        """Called in the timer, after the lamp's own tick; allocates nothing."""
        self._ticks += 1
        if self._ticks >= TICKS_PER_MEAL:
            self._ticks = 0
            if self._credit > 0:
                self._credit -= 1
                if self._feed is not None:
                    self._feed()

    def heartbeat(self, part: str, up_s: int) -> None:
        """A part gives a sign of life at this uptime; those without a limit may do so, too."""
        self._moved_s[part] = up_s

    def check(self, up_s: int) -> bool:
        """Once a second from the supervisor: grant credit if all is well, else False.

        The tick need not be looked at: when it does not run, nobody feeds.
        """
        for part in self._limits_s:
            moved_s = self._moved_s[part]
            if moved_s is None:
                self._moved_s[part] = up_s  # its time begins now
            elif up_s - moved_s > self._limits_s[part]:
                self.stuck = part
                return False
        self.stuck = None
        self._credit = CREDIT_S
        return True


class Supervisor:
    """Watches over `watchdog`'s parts. `hub.connected` is what a new slot must reach once."""

    def __init__(self, board, clock, watchdog, hub) -> None:
        self._board = board
        self._clock = clock
        self._watchdog = watchdog
        self._hub = hub
        self._slots = boot_state.Slots(board.folder)
        self._is_well = False

    async def run(self) -> None:
        """For ever: grant the watchdog its food, restart a node in which something stands still."""
        while True:
            await asyncio.sleep_ms(1000)
            up_s = self._clock.up_s()
            if not self._watchdog.check(up_s):
                stuck = "{} stood still".format(self._watchdog.stuck)
                log.warn("app: {}; restarting".format(stuck))
                boot_state.store_crash_reason(self._board.folder + "/last_error", stuck)
                self._board.reset()
            if self._is_well or up_s < WELL_S:
                continue
            if self._slots.on_trial and not self._hub.connected:
                continue  # a version that cannot reach the hub could never be replaced again
            self._is_well = True  # once: a flash that refuses now has told us all it can
            try:
                self._slots.confirm()
            except OSError as error:
                log.warn("app: boot.py cannot be told that all is well ({})".format(error))
