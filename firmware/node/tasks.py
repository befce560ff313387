"""Tasks restarted with exponential back-off: one that dies is reported, and the rest goes on."""

import asyncio
import random
import sys

from node import log

HEALED_S = 60  # a task that lives so long after its death is well again
FIRST_MS = 1000
LONGEST_MS = 60000


class Backoff:
    """Exponential back-off with jitter: 1, 2, 4 … 60 s, each shortened at random by up to half.

    Or from `first_ms` to `longest_ms`. `random_int(low, high)` gives a whole number from low to
    high, both included, like `random.randint`. The jitter matters: after a power cut a whole park
    starts in the same second.
    """

    def __init__(self, random_int, first_ms=None, longest_ms=None):
        self._random_int = random_int
        self._first_ms = first_ms or FIRST_MS
        self._last_ms = longest_ms or LONGEST_MS
        self._longest_ms = self._first_ms

    def next_ms(self) -> int:
        """The wait before the next try, in milliseconds; the one after may be twice as long."""
        longest_ms = self._longest_ms
        self._longest_ms = min(2 * longest_ms, self._last_ms)
        return self._random_int(longest_ms // 2, longest_ms)

    def reset(self) -> None:
        """It works again: the next trouble starts from the shortest wait."""
        self._longest_ms = self._first_ms


class Tasks:
    """Keeps tasks alive. `watchdog` hears of deaths: who is dead is not stuck."""

    def __init__(self, clock, watchdog) -> None:
        self._clock = clock
        self._watchdog = watchdog
        self._died: dict = {}  # name -> uptime in s of its last death

    async def run_for_ever(self, name: str, work) -> None:
        """Run the coroutine function `work`, with growing pauses after each death."""
        backoff = Backoff(random.randint)
        while True:
            began_s = self._clock.up_s()
            try:
                await work()
            except Exception as error:
                sys.print_exception(error)
                now_s = self._clock.up_s()
                if now_s - began_s >= HEALED_S:
                    backoff.reset()
                wait_ms = backoff.next_ms()
                log.warn(
                    "app: task {} died ({!r}); starting it again in {} s".format(
                        name, error, (wait_ms + 999) // 1000
                    )
                )
                self._died[name] = now_s
                self._watchdog.heartbeat(name, now_s)
                await asyncio.sleep_ms(wait_ms)

    def faults(self) -> dict:
        """`task_NAME` for each that has ever died: whether that was a moment ago."""
        now_s = self._clock.up_s()
        return {"task_" + name: now_s - self._died[name] < HEALED_S for name in self._died}
