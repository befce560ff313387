"""Before and after a date: the step in r beside a straight drift, over blocks of weeks.

With a control path its r is taken off first: then what changed evenings everywhere falls out.
Without one, the step is the lamps' *or anything else's that changed evenings*.
"""

from datetime import date

import numpy as np

from padlicht.evaluation.estimators.blocks import Block, dots, measure
from padlicht.evaluation.estimators.data_rules import Nights, Sieved, sieve
from padlicht.evaluation.estimators.grid import Grid
from padlicht.evaluation.estimators.intervals import step_with_slope, told
from padlicht.evaluation.estimators.types import (
    LEAST_LIT_H,
    LEAST_WEEKS,
    MOST_WEEKS,
    WEEKLY_BELOW_WEEKS,
    Estimate,
    Method,
    Outcome,
    Place,
)

SIDES = ("before", "after")
_WEEK = 7


def installation(
    grid: Grid, changes_on: date, until: date | None = None, *, control_path: bool = False
) -> tuple[Estimate, Sieved | None]:
    """The step at a date, and which days were left out to find it.

    `until` is the registered end; without one, all days after count, up to MOST_WEEKS. With
    `control_path`, the grid has hours of one.
    """
    method = Method.INSTALLATION_CONTROL_PATH if control_path else Method.INSTALLATION
    blocks = _blocks(grid, changes_on.toordinal(), until)
    if isinstance(blocks, Outcome):
        return Estimate(method, blocks, 0, 0, on=changes_on), None
    sieved = sieve(grid.between(blocks[0].first, blocks[-1].last))
    paths = [measure(sieved, Place.CASE, blocks, SIDES)]
    if control_path:
        paths.append(measure(sieved, Place.CONTROL, blocks, SIDES))
    lacking = next((path for path in paths if path.lacks is not None), None)
    estimate = Estimate(
        method=method,
        outcome=lacking.lacks if lacking and lacking.lacks else Outcome.NO_SURE_DIFFERENCE,
        cases=len(blocks),
        freedom=0,
        sides=paths[0].sides,
        dots=dots(blocks, *paths),
        place=Place.CASE if lacking is None else lacking.place,
        on=changes_on,
    )
    if lacking is None:
        r = paths[0].r - paths[1].r if control_path else paths[0].r
        after = np.array([block.side == SIDES[1] for block in blocks], np.float64)
        estimate = told(estimate, *step_with_slope(r, after))
    return estimate, sieved


def _blocks(grid: Grid, changes_on: int, until: date | None) -> list[Block] | Outcome:
    """As many blocks before the date as after it; or why there are none.

    Two weeks each; under WEEKLY_BELOW_WEEKS a side, single ones. An odd week is left out at both
    ends. A week in which the almanac gives lamps hardly any dark ends its side: it could show
    nothing. What was counted has no part in this.
    """
    here = grid.of(Place.CASE)
    if until is not None:
        here = here.where(here.day <= until.toordinal())
    nights = Nights(here)
    before, after = (_weeks(nights, changes_on, step) for step in (-1, 1))
    weeks = min(MOST_WEEKS, before[0], after[0])
    if weeks < LEAST_WEEKS:
        dim = any(there >= LEAST_WEEKS > lit for lit, there in (before, after))
        return Outcome.HARDLY_LIT if dim else Outcome.TOO_SHORT
    a_block = 1 if weeks < WEEKLY_BELOW_WEEKS else 2
    a_side, days = weeks // a_block, a_block * _WEEK
    return [
        Block(changes_on + i * days, changes_on + (i + 1) * days - 1, SIDES[i >= 0])
        for i in range(-a_side, a_side)
    ]


def _weeks(nights: Nights, changes_on: int, step: int) -> tuple[int, int]:
    """Whole weeks from the date on, backwards or onwards: lit ones, and ones with counters."""
    lit = None
    for number in range(MOST_WEEKS):
        first = changes_on + (number if step > 0 else -number - 1) * _WEEK
        hours = nights.lit_hours(first, _WEEK)
        if hours is None:
            return (number if lit is None else lit), number
        if hours < LEAST_LIT_H and lit is None:
            lit = number
    return (MOST_WEEKS if lit is None else lit), MOST_WEEKS
