"""Try-out: weeks on and off in pairs, in an order that was drawn beforehand; a paired t on r.

Chance decides which week of a pair is lit, so that seasons, weather and feasts fall on both alike.
It shows quick reactions, not a year's habits.
"""

from datetime import timedelta

import numpy as np

from padlicht.evaluation.estimators.blocks import Block, dots, measure
from padlicht.evaluation.estimators.data_rules import Nights, Sieved, sieve
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

Pair = tuple[TryoutWeek, TryoutWeek]  # off, on


def tryout(
    grid: Grid, weeks: tuple[TryoutWeek, ...]
) -> tuple[Estimate, Sieved | None, tuple[LeftOut, ...]]:
    """How weeks on differ from weeks off; which days were left out; and which weeks."""
    pairs, weeks_out = _pairs(Nights(grid.of(Place.CASE)), weeks)
    if len(pairs) < FEWEST_PAIRS:
        return _nothing(len(pairs), weeks_out), None, weeks_out
    order = _in_order(pairs)
    sieved = sieve(grid.between(order[0].first.toordinal() + BEDDING_IN_DAYS, _last(order[-1])))
    pairs, unwatched = _watched(sieved.grid.of(Place.CASE), pairs)
    weeks_out = tuple(sorted((*weeks_out, *unwatched), key=lambda left: left.day))
    if len(pairs) < FEWEST_PAIRS:
        return _nothing(len(pairs), weeks_out), sieved, weeks_out
    order = _in_order(pairs)
    blocks = [
        Block(week.first.toordinal() + BEDDING_IN_DAYS, _last(week), SIDES[week.on])
        for week in order
    ]
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


def _nothing(pairs: int, weeks_out: tuple[LeftOut, ...]) -> Estimate:
    dim = any(left.reason is Reason.HARDLY_LIT for left in weeks_out)
    return Estimate(Method.TRYOUT, Outcome.HARDLY_LIT if dim else Outcome.TOO_SHORT, pairs, 0)


def _in_order(pairs: list[Pair]) -> list[TryoutWeek]:
    return sorted((week for pair in pairs for week in pair), key=lambda week: week.first)


def _last(week: TryoutWeek) -> int:
    return week.first.toordinal() + _WEEK - 1


def _watched(counted: Grid, pairs: list[Pair]) -> tuple[list[Pair], list[LeftOut]]:
    """The pairs of which both weeks have a day that counts, and the weeks of the others.

    A counter that stood still for a week takes its pair along, and no more: chance decided whether
    it was a week on or off.
    """
    kept, out = [], []
    for pair in pairs:
        silent = [_is_silent(counted, week) for week in pair]
        if not any(silent):
            kept.append(pair)
            continue
        out += [
            LeftOut(week.first, "", Reason.UNWATCHED if gone else Reason.PAIR_BROKEN)
            for week, gone in zip(pair, silent, strict=True)
        ]
    return kept, out


def _is_silent(counted: Grid, week: TryoutWeek) -> bool:
    first = week.first.toordinal() + BEDDING_IN_DAYS
    return not ((counted.day >= first) & (counted.day <= _last(week))).any()


def _pairs(nights: Nights, weeks: tuple[TryoutWeek, ...]) -> tuple[list[Pair], tuple[LeftOut, ...]]:
    """The pairs (off, on) of which both weeks can be used; and the weeks of the others."""
    of_pair: dict[int, list[TryoutWeek]] = {}
    for week in weeks:
        of_pair.setdefault(week.pair, []).append(week)
    pairs, out = [], []
    for _, both in sorted(of_pair.items()):
        both.sort(key=lambda week: (week.on, week.first))
        reasons = [_unfit(nights, week) for week in both]
        if [week.on for week in both] == [False, True] and reasons == [None, None]:
            pairs.append((both[0], both[1]))
            continue
        out += [
            LeftOut(week.first, "", reason or Reason.PAIR_BROKEN)
            for week, reason in zip(both, reasons, strict=True)
        ]
    return pairs, tuple(sorted(out, key=lambda left: left.day))


def _unfit(nights: Nights, week: TryoutWeek) -> Reason | None:
    """Why a week cannot be used, whatever was counted in it."""
    if not week.confirmed:
        return Reason.UNCONFIRMED
    hours = nights.lit_hours(week.first.toordinal(), _WEEK)
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
