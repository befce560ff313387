"""Rules of data: which days of a counter count, and when there is too little to say anything.

A day of a counter counts as a whole or not at all, so that its evening is never held against the
afternoon of another day: what the weather did to both stays in both.
"""

from dataclasses import dataclass

import numpy as np

from padlicht.evaluation.estimators.grid import CASE, CONTROL, Bools, Floats, Grid, Ints, date_of
from padlicht.evaluation.estimators.types import (
    COVERED_EXPECTED,
    FEWEST_PASSAGES,
    LEAST_LIT_H,
    LEAST_NIGHTS,
    LEAST_WATCHED,
    MOST_NIGHTS_APART,
    LeftOut,
    Outcome,
    Reason,
    Side,
)

_MOST_ROUNDS = 20  # of finding covered days; each makes the expectation of the others higher
_HOUR_S = 3600.0


@dataclass(frozen=True)
class Sieved:
    """The rows of days that count, and which days do not, and why."""

    grid: Grid
    everything: Grid  # as it came
    unwatched: Bools  # for each row of `everything`
    covered: Bools

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Each day of a counter that does not count, by date."""
        grid = self.everything
        found = {
            (int(grid.day[row]), grid.counters[grid.counter[row]], reason)
            for rows, reason in (
                (self.unwatched, Reason.UNWATCHED),
                (self.covered, Reason.COVERED),
            )
            for row in np.flatnonzero(rows)
        }
        return tuple(LeftOut(date_of(day), name, reason) for day, name, reason in sorted(found))


def sieve(grid: Grid) -> Sieved:
    """Leave out the days of counters that were not watched, or at which a counter was covered."""
    unwatched = _unwatched(grid)
    covered = _covered(grid, ~unwatched)
    return Sieved(grid.where(~unwatched & ~covered), grid, unwatched, covered)


def _unwatched(grid: Grid) -> Bools:
    """Rows of days watched for under LEAST_WATCHED, in all or in case or control hours alone."""
    day, days = _numbers(grid.counter_day)
    bad = np.zeros(days, bool)
    for rows in (np.ones(len(day), bool), grid.part == CASE, grid.part == CONTROL):
        watched = np.bincount(day[rows], grid.watched_s[rows], days)
        bad |= watched < LEAST_WATCHED * np.bincount(day[rows], grid.due_s[rows], days)
    return np.asarray(bad[day], bool)


def _covered(grid: Grid, kept: Bools) -> Bools:
    """Rows of days on which a counter saw nobody in its case or control hours, but should have.

    A radar behind a bin bag says that it watches, and counts 0. What is expected follows from the
    other days that count: the same counter, hours of the week and light.
    """
    day, days = _numbers(grid.counter_day)
    cell = grid.cell
    covered = np.zeros(len(day), bool)
    for part in (CASE, CONTROL):
        rows = kept & (grid.part == part)
        for _ in range(_MOST_ROUNDS):
            expected = np.bincount(day[rows], _expected(grid, cell, rows & ~covered)[rows], days)
            nothing = np.bincount(day[rows], grid.count[rows], days) == 0.0
            found = (nothing & (expected >= COVERED_EXPECTED))[day]
            if not (found & ~covered).any():
                break
            covered |= found & kept
    return covered


def _numbers(values: Ints) -> tuple[Ints, int]:
    """Values from 0 on, and how many bins they need: quicker than sorting them."""
    if not len(values):
        return values, 0
    from_zero = values - values.min()
    return from_zero, int(from_zero.max()) + 1


def _expected(grid: Grid, cell: Ints, rows: Bools) -> Floats:
    """What each row would count at the rate that its cell has in `rows`."""
    cells = int(cell.max()) + 1 if len(cell) else 0
    counted = np.bincount(cell[rows], grid.count[rows], cells)
    watched = np.bincount(cell[rows], grid.watched_s[rows], cells)
    rate = np.divide(counted, watched, out=np.zeros(cells), where=watched > 0.0)
    return np.asarray(rate[cell] * grid.watched_s, np.float64)


def side(name: str, sieved: Sieved, rows: Bools) -> Side:
    """What there is of one side; `rows` of `sieved.everything`, at one path."""
    grid = sieved.everything
    due = rows & (grid.due_s > 0.0)
    counts = rows & ~sieved.unwatched & ~sieved.covered

    day, number = _numbers(grid.counter_day)

    def days(of: Bools) -> int:
        return int(np.count_nonzero(np.bincount(day[of], minlength=number)))

    def total(values: Floats, of: Bools, part: int) -> int:
        return round(float(values[of & (grid.part == part)].sum()))

    all_days = days(due)
    lit_h = total(grid.due_s, due, CASE) / _HOUR_S
    return Side(
        name=name,
        days=all_days,
        days_counted=days(due & counts),
        unwatched=days(due & sieved.unwatched),
        covered=days(due & sieved.covered & ~sieved.unwatched),
        case_passages=total(grid.count, counts, CASE),
        case_watched_s=total(grid.watched_s, counts, CASE),
        control_passages=total(grid.count, counts, CONTROL),
        control_watched_s=total(grid.watched_s, counts, CONTROL),
        lit_h_a_night=round(lit_h / all_days, 3) if all_days else 0.0,
    )


class Nights:
    """What the almanac gives the nights of a path, whatever was counted in them."""

    def __init__(self, grid: Grid) -> None:
        due = grid.due_s > 0.0
        self._first = int(grid.day[due].min()) if due.any() else 0
        day = grid.day[due] - self._first
        number = grid.counter_day[due]
        self._counters = np.bincount(day[np.unique(number, return_index=True)[1]])
        lit = grid.part[due] == CASE
        self._lit_s = np.bincount(day[lit], grid.due_s[due][lit], len(self._counters))

    def lit_hours(self, first: int, days: int) -> float | None:
        """Dark hours within the lamps' window that each night has, from the day `first` on.

        None when some day of the stretch has no counter.
        """
        stretch = slice(first - self._first, first - self._first + days)
        nights = self._counters[stretch] if first >= self._first else self._counters[:0]
        if len(nights) < days or not nights.all():
            return None
        return float(self._lit_s[stretch].sum() / _HOUR_S / nights.sum())


def hardly_lit(with_lamps: Side) -> bool:
    """Whether the lamps' window left too little dark to say anything of lamps."""
    return with_lamps.lit_h_a_night < LEAST_LIT_H


def judge(without: Side, with_lamps: Side) -> Outcome | None:
    """Why two sides cannot be compared; None when they can."""
    both = without, with_lamps
    if _missing(*(side.nights_share for side in both)):
        watched = (1 - side.unwatched / side.days if side.days else 0.0 for side in both)
        return Outcome.NIGHTS_MISSING if _missing(*watched) else Outcome.COVERED
    passages = (
        *(without.case_passages, with_lamps.case_passages),
        *(without.control_passages, with_lamps.control_passages),
    )
    return Outcome.TOO_FEW if min(passages) < FEWEST_PASSAGES else None


def _missing(share: float, other: float) -> bool:
    """Whether too few nights are left of a side, or they are not like the other side's."""
    return min(share, other) < LEAST_NIGHTS or abs(share - other) > MOST_NIGHTS_APART
