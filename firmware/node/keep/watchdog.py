"""The watchdog, and who may feed it: one supervisor that has seen everything move. Pure.

The hardware bites 8 s after its last meal. The event loop cannot promise to be back so soon: a TLS
handshake or a name that does not resolve may hold it longer. So the lamp's timer feeds, on credit
that the supervisor grants once a second; it grants only when each part has moved lately. A timer
that died bites after 8 s, an event loop or a part that stands still after CREDIT_S more.
"""

TICKS_PER_MEAL = 50  # one second of ticks of 20 ms
CREDIT_S = 60


class Watchdog:
    """limits_s: part -> how long it may stand still. stuck: the part that does, or None."""

    def __init__(self, limits_s: dict) -> None:
        self._feed = None
        self._limits_s = limits_s
        self._moved_s = dict.fromkeys(limits_s)  # part -> uptime of its last sign of life
        self._ticks = 0  # written by the tick alone
        self._seen_ticks = 0
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

    def moved(self, part: str, up_s: int) -> None:
        """A part gives a sign of life at this uptime; those without a limit may do so, too."""
        self._moved_s[part] = up_s

    def look(self, up_s: int) -> bool:
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
