"""The truth that counters are measured against: who crossed which line when, really."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import dist

from padlicht.simulate.world.park import Counter
from padlicht.simulate.world.walkers import Seen

CLOSE_M = 1.0  # nearer to somebody else than this, a radar may take two for one


@dataclass(frozen=True)
class Crossing:
    """Somebody crossed the line of `counter` at `utc_ms`.

    `inward` is from the line's side s < 0 to s > 0; `close` says that somebody else was within
    `CLOSE_M` at that moment.
    """

    utc_ms: int
    counter: str
    inward: bool
    close: bool


class Gate:
    """Watches one counter's line without noise, without a field of view, and misses nobody."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._sides_mm: dict[int, float] = {}

    def step(self, people: Iterable[Seen], utc_ms: int) -> list[Crossing]:
        """Those who crossed the line since the step before."""
        everybody = list(people)
        before, self._sides_mm = self._sides_mm, {}
        found = []
        for person in everybody:
            side_mm = self._counter.side_mm(person.place)
            self._sides_mm[person.number] = side_mm
            was_mm = before.get(person.number)
            if was_mm is None or (was_mm < 0) == (side_mm < 0):
                continue
            close = any(
                other.number != person.number and dist(other.place, person.place) < CLOSE_M
                for other in everybody
            )
            found.append(Crossing(utc_ms, self._counter.name, side_mm >= 0, close))
        return found
