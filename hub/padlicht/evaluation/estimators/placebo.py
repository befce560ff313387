"""Placebo dates: the same method on dates of the park's own past on which nothing happened.

Each claim on them is false. How many there are tells a reader of this park's report more than any
"95 %" does.
"""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import numpy as np

from padlicht.evaluation.estimators.grid import Grid, date_of
from padlicht.evaluation.estimators.installation import installation
from padlicht.evaluation.estimators.tryout import tryout
from padlicht.evaluation.estimators.types import (
    SURE,
    TOLD,
    Estimate,
    Method,
    Outcome,
    Place,
    Placebo,
    TryoutWeek,
)

MOST_DATES = 40
_WEEK = 7


def draw_weeks(first: date, pairs: int, seed: int) -> tuple[TryoutWeek, ...]:
    """A try-out's plan: in each pair of weeks, chance decides which one is on."""
    dice = random.Random(seed)
    return tuple(
        TryoutWeek(first + timedelta(weeks=2 * pair + second), pair + 1, on)
        for pair in range(pairs)
        for second, on in enumerate(dice.choice([(True, False), (False, True)]))
    )


def windows(grid: Grid, weeks: int, changes: Iterable[date], most: int = MOST_DATES) -> list[date]:
    """First days of stretches of so many weeks in which nothing is known to have changed.

    They begin on the weekday of the newest stretch, a week apart or more, so that there are at most
    `most`. Those of them that overlap are not independent of each other: a report says on how many
    dates, never how sure that makes it.
    """
    day = grid.of(Place.CASE).day
    if not len(day):
        return []
    first, last = int(day.min()), int(day.max())
    barred = sorted(change.toordinal() for change in changes)
    span = weeks * _WEEK
    starts = [
        start
        for start in range(last + 1 - span, first - 1, -_WEEK)
        if not any(start < change < start + span for change in barred)
    ]
    kept = sorted(starts)[:: max(1, -(-len(starts) // most))]
    return [date_of(start) for start in kept]


def of_installation(
    grid: Grid,
    weeks: int,
    changes: Iterable[date],
    *,
    control_path: bool = False,
    on_date: Callable[[], None] = lambda: None,
) -> Placebo:
    """An installation of so many weeks a side, on dates between the changes."""
    method = Method.INSTALLATION_CONTROL_PATH if control_path else Method.INSTALLATION
    found = []
    for first in windows(grid, 2 * weeks, changes):
        middle = first + timedelta(weeks=weeks)
        stretch = _stretch(grid, first, 2 * weeks)
        found.append(installation(stretch, middle, control_path=control_path)[0])
        on_date()
    return _placebo(method, found)


def of_tryout(
    grid: Grid,
    pairs: int,
    changes: Iterable[date],
    *,
    on_date: Callable[[], None] = lambda: None,
) -> Placebo:
    """A try-out that nobody held, with a plan drawn for each stretch of weeks."""
    found = []
    for number, first in enumerate(windows(grid, 2 * pairs, changes)):
        stretch = _stretch(grid, first, 2 * pairs)
        found.append(tryout(stretch, draw_weeks(first, pairs, number))[0])
        on_date()
    return _placebo(Method.TRYOUT, found)


def _stretch(grid: Grid, first: date, weeks: int) -> Grid:
    begin = first.toordinal()
    return grid.between(begin, begin + weeks * _WEEK - 1)


def _placebo(method: Method, found: list[Estimate]) -> Placebo:
    outcomes: list[Outcome] = [estimate.outcome for estimate in found]
    told = int(np.isin(outcomes, [*TOLD]).sum())
    claimed = sum(outcome in SURE for outcome in outcomes)
    return Placebo(method, dates=told, claimed=claimed, without_data=len(outcomes) - told)
