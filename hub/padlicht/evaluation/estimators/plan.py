"""Planner: how many weeks a study must last, by how much this park's own weeks scatter.

The step from one week's r to the next one's is what a pair of weeks scatters by when nothing
changed. With it, the noncentral t tells how often a change of so many percent would show.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from padlicht.evaluation.estimators.blocks import Block, measure
from padlicht.evaluation.estimators.data_rules import Nights, sieve
from padlicht.evaluation.estimators.grid import Grid
from padlicht.evaluation.estimators.intervals import CONFIDENCE
from padlicht.evaluation.estimators.tryout import BEDDING_IN_DAYS
from padlicht.evaluation.estimators.types import (
    FEWEST_PAIRS,
    LEAST_LIT_H,
    LEAST_WEEKS,
    MOST_WEEKS,
    PLAN_FEWEST_WEEKS,
    PLAN_MOST_WEEKS,
    WEEKLY_BELOW_WEEKS,
    Design,
    Place,
    Plan,
    PlannedEffect,
)

POWER = 0.8
PERCENTS = (10, 20, 30)
_INFLATE = 1.15  # of a scatter that was itself measured in few weeks
_WEEK = 7
_DIGITS = 6

Size = tuple[int, float, int]  # weeks in all, standard error of ln(ratio), degrees of freedom


def plan(grid: Grid, percents: Sequence[int] = PERCENTS) -> Plan:
    """What each effect would need, from the whole weeks of `grid`, in which nothing was changed."""
    here = grid.of(Place.CASE)
    weeks = _lit_blocks(here, _WEEK)
    step = two_weeks_step = None
    if len(weeks) >= PLAN_FEWEST_WEEKS:
        step = _step(here, weeks, _WEEK)
        two_weeks_step = _step(here, _lit_blocks(here, 2 * _WEEK), 2 * _WEEK)
    designs = (
        (Design.TRYOUT, [*_tryouts(step)]),
        (Design.INSTALLATION, [*_installations(step, two_weeks_step)]),
    )
    return Plan(
        history_weeks=len(weeks),
        step=None if step is None else round(step, _DIGITS),
        effects=tuple(
            _planned(design, percent, sizes)
            for design, sizes in designs
            if sizes
            for percent in percents
        ),
    )


def power(log_ratio: float, error: float, freedom: int) -> float:
    """How often an effect of this size is found, and the right way round; 0 to 1."""
    if error <= 0.0:
        return 1.0
    beyond = stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)
    return round(float(stats.nct.sf(beyond, freedom, abs(log_ratio) / error)), _DIGITS)


def _planned(design: Design, percent: int, sizes: list[Size]) -> PlannedEffect:
    """The least of the sizes that has the power; else what the greatest one has."""
    log_ratio = float(np.log1p(percent / 100))
    found = 0.0
    for weeks, error, freedom in sizes:
        found = power(log_ratio, error, freedom)
        if found >= POWER:
            return PlannedEffect(design, percent, weeks, found)
    return PlannedEffect(design, percent, None, found)


def _tryouts(step: float | None) -> Iterator[Size]:
    """Try-outs of more and more pairs of weeks."""
    if step is not None:
        for pairs in range(FEWEST_PAIRS, PLAN_MOST_WEEKS // 2 + 1):
            yield 2 * pairs, step / pairs**0.5, pairs - 1


def _installations(step: float | None, two_weeks_step: float | None) -> Iterator[Size]:
    """As many weeks before a date as after it, by single weeks or by two, as they are studied."""
    for weeks in range(LEAST_WEEKS, MOST_WEEKS + 1):
        a_block = 1 if weeks < WEEKLY_BELOW_WEEKS else 2
        scatter = step if a_block == 1 else two_weeks_step
        if scatter is None or weeks % a_block:
            continue
        a_side = weeks // a_block
        after = np.repeat([0.0, 1.0], a_side)
        of_three = np.column_stack([np.ones(2 * a_side), after, np.arange(2.0 * a_side)])
        of_the_step = np.linalg.inv(of_three.T @ of_three)[1, 1]
        # A step from block to block has the scatter of two blocks.
        yield 2 * weeks, scatter * float(of_the_step / 2) ** 0.5, 2 * a_side - 3


def _lit_blocks(here: Grid, days: int) -> list[Block]:
    """Blocks end to end, up to the last day, of those in which the lamps' window has dark hours."""
    if not len(here.day):
        return []
    first_day, last_day = int(here.day.min()), int(here.day.max())
    # As in a try-out, where the first day of each week counts for neither side.
    skip = BEDDING_IN_DAYS if days == _WEEK else 0
    nights, found = Nights(here), []
    for first in reversed(range(last_day + 1 - days, first_day - 1, -days)):
        hours = nights.lit_hours(first, days)
        if hours is not None and hours >= LEAST_LIT_H:
            found.append(Block(first + skip, first + days - 1, "off"))
    return found


def _step(here: Grid, blocks: list[Block], days: int) -> float | None:
    """Root mean square of r's step from each block to the next, and _INFLATE of it.

    None when under half of the steps are known: then it is too quiet a place, or was not watched.
    """
    if len(blocks) < 2:
        return None
    sieved = sieve(here.between(blocks[0].first, blocks[-1].last))
    r = measure(sieved, Place.CASE, blocks, ("off", "on")).r
    adjoining = np.diff([block.last for block in blocks]) == days
    steps = np.diff(r)[adjoining]
    known = steps[~np.isnan(steps)]
    if len(known) < 2 or 2 * len(known) < len(blocks) - 1:
        return None
    return _INFLATE * float(np.sqrt((known**2).mean()))
