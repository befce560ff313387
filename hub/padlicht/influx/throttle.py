"""Gives way to the intake while it takes in what piled up elsewhere: records come first."""

import asyncio
from collections.abc import Awaitable, Callable

# More new rows a second than any fleet sends: then each write is followed by a rest nineteen times
# as long, of three seconds at most, and the intake has 95 % of the time for itself.
BUSY_ROWS_S = 5000
REST_TIMES = 19
MOST_REST_S = 3.0
LOOK_AGAIN_S = 0.1  # long beside the intake's commits, short beside what sifting a batch takes


class IntakePriority:
    """Notices how fast the tables of some sources grow, and makes the writer rest meanwhile.

    `newest_id` gives the newest id of a source; a batch that is sifted takes hundreds of writes,
    so it is asked between them, too.
    """

    def __init__(self, newest_id: Callable[[str], Awaitable[int]]) -> None:
        self.rests = 0  # writes after which it gave way
        self._newest_id = newest_id
        self._seen: dict[str, tuple[int, float]] = {}  # newest ids, and when each was looked at
        self._growing: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether the intake is; the first table may well grow until it is looked at again."""
        return bool(self._growing)

    def look(self, name: str, newest: int) -> None:
        """Note how far a source has come."""
        now_s = _now_s()
        known = self._seen.get(name)
        if known is None:
            if not self._seen:
                self._growing.add(name)
            self._seen[name] = (newest, now_s)
            return
        before, then_s = known
        if now_s - then_s < LOOK_AGAIN_S:
            return
        self._seen[name] = (newest, now_s)
        if newest - before > BUSY_ROWS_S * (now_s - then_s):
            self._growing.add(name)
        else:
            self._growing.discard(name)

    async def rest(self, took_s: float) -> None:
        """Give way after a write that took so long, for as long as the intake is busy."""
        ends_s = _now_s() + min(took_s * REST_TIMES, MOST_REST_S)
        await self._look_again()
        self.rests += self.busy
        while self.busy and (left_s := ends_s - _now_s()) > 0:
            await asyncio.sleep(min(left_s, LOOK_AGAIN_S))
            await self._look_again()

    async def _look_again(self) -> None:
        for name, (_, then_s) in list(self._seen.items()):
            if _now_s() - then_s >= LOOK_AGAIN_S:
                self.look(name, await self._newest_id(name))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
