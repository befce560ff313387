"""The node's tasks: one that dies is reported and started again, and the rest goes on."""

import asyncio
import random
import sys

from node import log
from node.link.backoff import Backoff

HEALED_S = 60  # a task that lives so long after its death is well again


class Tasks:
    """Keeps tasks alive. `watchdog` hears of deaths: who is dead is not stuck."""

    def __init__(self, clock, watchdog) -> None:
        self._clock = clock
        self._watchdog = watchdog
        self._died: dict = {}  # name -> uptime in s of its last death

    async def keep(self, name: str, work) -> None:
        """Run the coroutine function `work` for ever, with growing pauses after each death."""
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
                self._watchdog.moved(name, now_s)
                await asyncio.sleep_ms(wait_ms)

    def faults(self) -> dict:
        """`task_NAME` for each that has ever died: whether that was a moment ago."""
        now_s = self._clock.up_s()
        return {"task_" + name: now_s - self._died[name] < HEALED_S for name in self._died}
