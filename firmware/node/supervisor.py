"""Supervisor and watchdog: who may feed the hardware's, and who tells boot.py that all is well.

The hardware bites 8 s after its last meal. The event loop cannot promise to be back so soon: a TLS
handshake or a name that does not resolve may hold it longer. So the lamp's timer feeds, on credit
that the supervisor grants once a second; it grants only when each part has given a sign of life
lately. A timer that died bites after 8 s, an event loop or a part that stands still after CREDIT_S
more.
"""

import asyncio
import random

from node import log
from node.keep import boot_state
from node.link.recovery import QUIET_S, BoardLadder

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
    """Watches over `watchdog`'s parts, and over a link that stays away.

    `hub.connected` is what a new slot must reach once. `rests_s()`: for how long nobody will need
    this node's light. `restart()` ends this boot, with what is open safe.
    """

    def __init__(self, board, clock, watchdog, hub, rests_s, restart) -> None:
        self._board = board
        self._clock = clock
        self._watchdog = watchdog
        self._hub = hub
        self._rests_s = rests_s
        self._restart = restart
        self._wifi = getattr(board, "wifi", None)
        self._ladder = BoardLadder(board.folder + "/link_restarts", random.randint)
        self._slots = boot_state.Slots(board.folder)
        self._is_well = False

    async def run(self) -> None:
        """For ever: grant the watchdog its food, restart a node in which something stands still."""
        while True:
            await asyncio.sleep_ms(1000)
            up_s = self._clock.up_s()
            if not self._watchdog.check(up_s):
                self._leave("{} stood still".format(self._watchdog.stuck))
                self._board.reset(self._clock.utc_ms())  # at once: what stands still may be open
            self._look_at_link(up_s)
            if self._is_well or up_s < WELL_S:
                continue
            if self._slots.on_trial and not self._hub.connected:
                continue  # a version that cannot reach the hub could never be replaced again
            self._is_well = True  # once: a flash that refuses now has told us all it can
            try:
                self._slots.confirm()
            except OSError as error:
                log.warn("app: boot.py cannot be told that all is well ({})".format(error))

    def _look_at_link(self, up_s):
        """Restart a board whose radio nothing else brought back, when no light waits for it."""
        if self._wifi is None:
            return
        silent_s = self._ladder.silent_s(up_s, self._wifi.in_vain)
        if not self._ladder.due(silent_s) or self._rests_s() < QUIET_S:
            return
        # Without the note it would come again each hour, for ever.
        if self._ladder.note():
            self._leave("no link for {} min".format(silent_s // 60))
            self._restart()

    def _leave(self, why):
        log.warn("app: {}; restarting".format(why))
        boot_state.store_crash_reason(self._board.folder + "/last_error", why)
