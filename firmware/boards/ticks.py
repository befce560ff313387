"""Ticks of a board's timer: each is called, timed and counted, and what is lost of them is told.

Pure. `Ticks.tick` runs in the timer's interrupt: it allocates nothing, and nothing that the lamp
raises gets out of it, since that would end the timer for good. What has no stack left to call even
this does end it; then nobody feeds the watchdog, and the board restarts within 8 s.
"""

import time

_MASK = (1 << 30) - 1  # counts stay small integers


class Ticks:
    """Calls `callback()` from a timer that calls `tick` every period_ms."""

    def __init__(self, callback, period_ms: int):
        self._callback = callback
        self._period_ms = period_ms
        self._before_ms = self._since_ms = time.ticks_ms()
        self._came = self._failed = 0  # written in the interrupt only
        self._told = (0, 0)  # both, when they were asked for last
        self._owed = 0  # one that was due at that moment, or came before it
        self.gap_ms = 0  # the longest time between two of them
        self.error: Exception = None  # the last that one raised

    def tick(self, _=None) -> None:
        """One tick."""
        now_ms = time.ticks_ms()  # small integers: nothing is allocated
        gap_ms = time.ticks_diff(now_ms, self._before_ms)
        self._before_ms = now_ms
        if gap_ms > self.gap_ms:
            self.gap_ms = gap_ms
        self._came = (self._came + 1) & _MASK
        try:
            self._callback()
        except Exception as error:
            self._failed = (self._failed + 1) & _MASK
            self.error = error

    def lost(self) -> tuple:
        """(failed, missing) since this was asked last, at most some days ago.

        Missing are those that did not come; late ones that came after all are not.
        """
        due = time.ticks_diff(time.ticks_ms(), self._since_ms) // self._period_ms
        self._since_ms = time.ticks_add(self._since_ms, due * self._period_ms)
        came, failed = self._came, self._failed
        before_came, before_failed = self._told
        self._told = (came, failed)
        missing = due + self._owed - ((came - before_came) & _MASK)
        self._owed = 0
        if -1 <= missing <= 1:  # the one of this very moment
            missing, self._owed = 0, missing
        return (failed - before_failed) & _MASK, max(0, missing)
