"""Try-out: weeks on and off in pairs, in an order that was drawn beforehand; a paired t on r.

Chance decides which week of a pair is lit, so that seasons, weather and feasts fall on both alike.
It shows quick reactions, not a year's habits.
"""

from datetime import timedelta

import numpy as np

from padlicht.evaluation.estimators.blocks import Block, dots, measure
from padlicht.evaluation.estimators.data_rules import Sieved, lit_hours, sieve
from padlicht.evaluation.estimators.grid import Grid
from padlicht.evaluation.estimators.intervals import mean_with_error, told
from padlicht.evaluation.estimators.types import (
    FEWEST_PAIRS,
    LEAST_LIT_H,
    Estimate,
    LeftOut,
    Method,
    Outcome,
    Place,
    Reason,
    TryoutWeek,
)

SIDES = ("off", "on")
BEDDING_IN_DAYS = 1  # at the beginning of each week: people and lamps change over
_WEEK = 7


def tryout(
    grid: Grid, weeks: tuple[TryoutWeek, ...]
) -> tuple[Estimate, Sieved | None, tuple[LeftOut, ...]]:
    """How weeks on differ from weeks off; which days were left out; and which weeks."""
    pairs, weeks_out = _pairs(grid.of(Place.CASE), weeks)
    order = sorted((week for pair in pairs for week in pair), key=lambda week: week.first)
    if len(pairs) < FEWEST_PAIRS:
        dim = any(left.reason is Reason.HARDLY_LIT for left in weeks_out)
        why = Outcome.HARDLY_LIT if dim else Outcome.TOO_SHORT
        nothing = Estimate(Method.TRYOUT, why, len(pairs), 0)
        return nothing, None, weeks_out
    firsts = [week.first.toordinal() for week in order]
    blocks = [
        Block(first + BEDDING_IN_DAYS, first + _WEEK - 1, SIDES[week.on])
        for first, week in zip(firsts, order, strict=True)
    ]
    sieved = sieve(grid.between(blocks[0].first, blocks[-1].last))
    path = measure(sieved, Place.CASE, blocks, SIDES)
    estimate = Estimate(
        method=Method.TRYOUT,
        outcome=path.lacks or Outcome.NO_SURE_DIFFERENCE,
        cases=len(pairs),
        freedom=0,
        sides=path.sides,
        dots=dots(blocks, path),
        on=order[0].first,
    )
    if path.lacks is None:
        r = {week.first: path.r[i] for i, week in enumerate(order)}
        differences = np.array([r[on.first] - r[off.first] for off, on in pairs])
        estimate = told(estimate, *mean_with_error(differences))
    return estimate, sieved, weeks_out


def _pairs(
    grid: Grid, weeks: tuple[TryoutWeek, ...]
) -> tuple[list[tuple[TryoutWeek, TryoutWeek]], tuple[LeftOut, ...]]:
    """The pairs (off, on) of which both weeks can be used; and the weeks of the others."""
    of_pair: dict[int, list[TryoutWeek]] = {}
    for week in weeks:
        of_pair.setdefault(week.pair, []).append(week)
    pairs, out = [], []
    for _, both in sorted(of_pair.items()):
        both.sort(key=lambda week: (week.on, week.first))
        reasons = [_unfit(grid, week) for week in both]
        if [week.on for week in both] == [False, True] and reasons == [None, None]:
            pairs.append((both[0], both[1]))
            continue
        out += [
            LeftOut(week.first, "", reason or Reason.PAIR_BROKEN)
            for week, reason in zip(both, reasons, strict=True)
        ]
    return pairs, tuple(sorted(out, key=lambda left: left.day))


def _unfit(grid: Grid, week: TryoutWeek) -> Reason | None:
    """Why a week cannot be used, whatever was counted in it."""
    if not week.confirmed:
        return Reason.UNCONFIRMED
    first = week.first.toordinal()
    hours = lit_hours(grid.between(first, first + _WEEK - 1), _WEEK)
    if hours is None:
        return Reason.UNWATCHED
    return Reason.HARDLY_LIT if hours < LEAST_LIT_H else None


def bedding_in(weeks: tuple[TryoutWeek, ...]) -> tuple[LeftOut, ...]:
    """The days at which each week began, which count for neither side."""
    return tuple(
        LeftOut(week.first + timedelta(days=number), "", Reason.BEDDING_IN)
        for week in weeks
        for number in range(BEDDING_IN_DAYS)
    )
