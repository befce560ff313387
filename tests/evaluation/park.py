"""A park whose counts are known: hours for estimators, with what a test needs changed."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from padlicht.evaluation.estimators.types import CounterHour, Part, Place

MONDAY = date(2025, 11, 3)
LIT = (18, 19, 20, 21)
BY_DAY = tuple(range(10, 16))

Count = Callable[[date, int, Part], int]


def hours(
    first: date,
    days: int,
    *,
    count: Count = lambda _day, _hour, part: 20 if part is Part.CONTROL else 3,
    watched_s: Count = lambda *_: 3600,
    lit: Callable[[date], tuple[int, ...]] = lambda _: LIT,
    place: Place = Place.CASE,
    counter: str = "counter-1",
) -> list[CounterHour]:
    """Four evening hours with lamps and six by day, of each day from `first` on."""
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        for part, clock, light in (
            (Part.CASE, lit(day), "dark_on"),
            (Part.CONTROL, BY_DAY, "day"),
        ):
            for hour in clock:
                people, seconds = count(day, hour, part), watched_s(day, hour, part)
                found.append(
                    CounterHour(place, counter, day, hour, light, part, people, seconds, 3600)
                )
    return found


def by_chance(seed: int, lamps_from: date | None = None, effect: float = 0.0) -> Count:
    """Counts that scatter by the day; with `effect` in case hours from a date on."""
    dice = random.Random(seed)
    moods: dict[date, float] = {}

    def count(day: date, hour: int, part: Part) -> int:
        mood = moods.setdefault(day, dice.gauss(1.0, 0.1))
        lit = part is Part.CASE and lamps_from is not None and day >= lamps_from
        mean = (5 if part is Part.CASE else 20) * (1 + effect * lit) * max(0.3, mood)
        return max(0, round(dice.gauss(mean, mean**0.5)))

    return count
