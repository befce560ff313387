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
    _, day = np.unique(grid.counter_day, return_inverse=True)
    days = int(day.max()) + 1 if len(day) else 0
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
    _, day = np.unique(grid.counter_day, return_inverse=True)
    _, cell = np.unique(grid.cell, return_inverse=True)
    days = int(day.max()) + 1 if len(day) else 0
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

    def days(of: Bools) -> int:
        return len(np.unique(grid.counter_day[of]))

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


def lit_hours(grid: Grid, days: int) -> float | None:
    """Dark hours within the lamps' window that the almanac gives each night of a stretch of days.

    None when some day of it has no counter.
    """
    due = grid.due_s > 0.0
    if len(np.unique(grid.day[due])) < days:
        return None
    nights = len(np.unique(grid.counter_day[due]))
    return float(grid.due_s[grid.part == CASE].sum() / _HOUR_S / nights)


def hardly_lit(with_lamps: Side) -> bool:
    """Whether the lamps' window left too little dark to say anything of lamps."""
    return with_lamps.lit_h_a_night < LEAST_LIT_H


def judge(without: Side, with_lamps: Side) -> Outcome | None:
    """Why two sides cannot be compared; None when they can."""
    shares = without.nights_share, with_lamps.nights_share
    if min(shares) < LEAST_NIGHTS or abs(shares[0] - shares[1]) > MOST_NIGHTS_APART:
        return Outcome.NIGHTS_MISSING
    passages = (
        *(without.case_passages, with_lamps.case_passages),
        *(without.control_passages, with_lamps.control_passages),
    )
    return Outcome.TOO_FEW if min(passages) < FEWEST_PASSAGES else None
