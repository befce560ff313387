"""Odds ratio round a clock change: what darkness does at one hour (Uttley and Fotios).

On a Sunday an hour on the clock turns from light to dark, or back, and habits keep to the clock.
Passages of that hour in the light over those in the dark, divided by the same of hours that are day
on both sides: above 1, fewer pass because it is dark. The interval comes from leaving out days
(jackknife): the textbook's √Σ1/n takes passages for independent of each other. One day at a time
takes the weather of a day for that of no other, so two at a time are left out as well, and the
wider of both counts (decision 0027).
"""

from dataclasses import replace
from datetime import date

import numpy as np
from msgspec import structs
from scipy import stats

from padlicht.evaluation.estimators.data_rules import judge, side, sieve
from padlicht.evaluation.estimators.grid import CASE, CONTROL, OTHER, Bools, Floats, Grid, Ints
from padlicht.evaluation.estimators.intervals import CONFIDENCE, told
from padlicht.evaluation.estimators.types import (
    CLOCK_CHANGE_DAYS,
    Estimate,
    Method,
    Outcome,
    Place,
)

SIDES = ("light", "dark")
NOT_DARK = ("day", "twilight")
TOGETHER_DAYS = (1, 2)  # left out at a time; a side has a whole number of either
_DAYS = 2 * CLOCK_CHANGE_DAYS
_MOST_OF_IT = 0.5  # of an hour in the one light before, and in the other after
_NEARLY_ALL = 0.9  # of an hour by day, on both sides


def clock_change(grid: Grid, on: date, place: Place = Place.CASE) -> Estimate:
    """The odds ratio round the clock change of a Sunday, at one path."""
    nothing = Estimate(Method.CLOCK_CHANGE, Outcome.NO_SUCH_HOUR, 0, 0, place=place, on=on)
    first = on.toordinal() - CLOCK_CHANGE_DAYS
    here = grid.of(place).between(first, first + _DAYS - 1)
    found = _hours_for_it(here, here.day - first >= CLOCK_CHANGE_DAYS)
    if found is None:
        return nothing
    rows, in_the_dark = found
    sieved = sieve(rows)
    sides = side(SIDES[0], sieved, ~in_the_dark), side(SIDES[1], sieved, in_the_dark)
    days = _whole_pairs(sieved.grid, first)
    number = days.day - first
    estimate = structs.replace(
        nothing,
        outcome=judge(*sides) or Outcome.NO_SURE_DIFFERENCE,
        cases=len(np.unique(number)),
        sides=sides,
    )
    if estimate.outcome is not Outcome.NO_SURE_DIFFERENCE:
        return estimate
    late_is_dark = bool(in_the_dark[rows.day - first >= CLOCK_CHANGE_DAYS].any())
    log_odds, error, freedom = _jackknife(days, number, late_is_dark)
    if not np.isfinite([log_odds, error]).all():
        return structs.replace(estimate, outcome=Outcome.TOO_FEW)
    return told(estimate, log_odds, error, freedom)


def between_years(without: Estimate, with_lamps: Estimate) -> Estimate | None:
    """Use of the dark hour with lamps over that without; None when one has no odds ratio.

    Above 1 the odds ratio came nearer to what daylight gives. That is a success when the control
    path does not show it as well.
    """
    logs, squares, freedoms = [], [], []
    for year in (without, with_lamps):
        if year.ratio is None or year.low is None or year.high is None:
            return None
        logs.append(np.log(year.ratio))
        reach = stats.t.ppf(0.5 + CONFIDENCE / 2, year.freedom)
        squares.append((np.log(year.high / year.low) / 2 / reach) ** 2)
        freedoms.append(year.freedom)
    error = float(np.sqrt(sum(squares)))
    welch = sum(squares) ** 2 / sum(s**2 / f for s, f in zip(squares, freedoms, strict=True))
    estimate = Estimate(
        method=Method.CLOCK_CHANGE_YEARS,
        outcome=Outcome.NO_SURE_DIFFERENCE,
        cases=without.cases + with_lamps.cases,
        freedom=0,
        sides=(*without.sides, *with_lamps.sides),
        place=with_lamps.place,
        on=with_lamps.on,
    )
    return told(estimate, float(logs[0] - logs[1]), error, int(welch))


def _hours_for_it(grid: Grid, late: Bools) -> tuple[Grid, Bools] | None:
    """The rows, with the case and control hours of this comparison, and which are of the dark side.

    Case hours: not dark on the one side, dark within the lamps' window on the other. Control hours:
    registered ones that are day on both. None when no hour is such a case.
    """
    light = np.isin(grid.light, [i for i, name in enumerate(grid.lights) if name in NOT_DARK])
    dark, control = grid.part == CASE, grid.part == CONTROL
    best = None
    for dark_side in (late, ~late):
        is_case = (_share(grid, light, ~dark_side) >= _MOST_OF_IT) & (
            _share(grid, dark, dark_side) >= _MOST_OF_IT
        )
        rows = is_case[grid.hour] & np.where(dark_side, dark, light)
        if rows.any() and (best is None or rows.sum() > best[0].sum()):
            best = rows, dark_side
    if best is None:
        return None
    by_day = np.minimum(_share(grid, control, late), _share(grid, control, ~late)) >= _NEARLY_ALL
    part = np.full(len(grid.day), OTHER)
    part[by_day[grid.hour] & control] = CONTROL
    part[best[0]] = CASE
    return replace(grid, part=part), best[1]


def _share(grid: Grid, rows: Bools, side: Bools) -> Floats:
    """For each hour of the day, which share of a side's time `rows` have."""
    due = np.bincount(grid.hour[side], grid.due_s[side], 24)
    of_it = np.bincount(grid.hour[side & rows], grid.due_s[side & rows], 24)
    return np.divide(of_it, due, out=np.zeros(24), where=due > 0.0)


def _whole_pairs(grid: Grid, first: int) -> Grid:
    """Days of counters of which the same weekday on the other side counts as well."""
    fortnight_day = (grid.day - first) % CLOCK_CHANGE_DAYS
    pair = fortnight_day * max(1, len(grid.counters)) + grid.counter
    late = grid.day - first >= CLOCK_CHANGE_DAYS
    return grid.where(np.isin(pair, np.intersect1d(pair[late], pair[~late])))


def _jackknife(grid: Grid, number: Ints, late_is_dark: bool) -> tuple[float, float, int]:
    """The logarithm of the odds ratio, its error, and degrees of freedom."""
    by_day = np.zeros((2, 2, _DAYS))  # case and control hours; passages and seconds; days
    for i, part in enumerate((CASE, CONTROL)):
        rows = grid.part == part
        by_day[i, 0] = np.bincount(number[rows], grid.count[rows], _DAYS)
        by_day[i, 1] = np.bincount(number[rows], grid.watched_s[rows], _DAYS)
    used = np.unique(number)
    dark = (np.arange(_DAYS) >= CLOCK_CHANGE_DAYS) == late_is_dark

    def log_odds(days: Ints) -> float:
        sums = [by_day[:, :, days[dark[days] == side]].sum(axis=2) for side in (False, True)]
        with np.errstate(divide="ignore", invalid="ignore"):
            light_rate, dark_rate = (np.log(one[:, 0] / one[:, 1]) for one in sums)
            return float((light_rate - dark_rate)[0] - (light_rate - dark_rate)[1])

    def error(together: int) -> float:
        group = used // together
        groups = np.unique(group)
        without_one = np.array([log_odds(used[group != left_out]) for left_out in groups])
        with np.errstate(invalid="ignore"):
            scatter = ((without_one - without_one.mean()) ** 2).sum()
        return float(np.sqrt((len(groups) - 1) / len(groups) * scatter))

    fewest = len(np.unique(used // max(TOGETHER_DAYS)))
    return log_odds(used), max(error(together) for together in TOGETHER_DAYS), fewest - 2
