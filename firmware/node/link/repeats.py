"""When records that nobody acknowledged are sent again: after a pause that grows to hours.

The broker keeps each repeat for a hub that is away, in its memory and on its disk. So a node
repeats its oldest batch ever less often, across all its connections, and at once when the hub shows
itself: by its birth, or by whatever it says.
"""

import asyncio

from node.tasks import Backoff

FIRST_MS = 20000  # with jitter 10 to 20 s: how long the hub may take to store a batch
LONGEST_MS = 6 * 3600 * 1000  # 3 to 6 h: a handful a day


class Repeats:
    """`up_s()` is the board's own clock; `random_int` as of a `Backoff`, which gives the pauses."""

    def __init__(self, up_s, random_int):
        self._up_s = up_s
        self._backoff = Backoff(random_int, FIRST_MS, LONGEST_MS)
        self._due_s = None  # when the batch that was sent last is due again; None: acknowledged
        self._in_vain = False  # a whole pause went by since, or the link it was sent over is gone
        self._news = asyncio.Event()

    def connected(self) -> None:
        """A new connection: what was sent over the one before may have got lost on its way."""
        self._in_vain = self._due_s is not None

    def sent(self) -> None:
        """A batch went out."""
        self._due_s = self._up_s() + (self._backoff.next_ms() + 999) // 1000

    def answered(self) -> None:
        """The hub has all of the batch on its disk."""
        self._due_s = None
        self._in_vain = False
        self._backoff.reset()
        self._news.set()

    def hub_spoke(self) -> None:
        """The hub is there: what waits for its answer in vain is due now, and soon again."""
        if self._in_vain and self._due_s is not None:
            self._due_s = self._up_s()
            self._in_vain = False  # what goes out now has a hub to answer it
            self._backoff.reset()
            self._news.set()

    async def wait(self) -> bool:
        """Return when there is nothing to repeat (True), or when it is time to (False)."""
        while self._due_s is not None:
            left_s = self._due_s - self._up_s()
            if left_s <= 0:
                self._in_vain = True
                return False
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), left_s)
            except asyncio.TimeoutError:
                self._in_vain = True
        return True
