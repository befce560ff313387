"""Look at a study that is not over: its weeks as dots, and nothing that could pass for a verdict.

Needs the extra `padlicht[evaluation]`; only the job of a study imports it.
"""

from datetime import date, timedelta

import msgspec
import numpy as np

from padlicht.evaluation.estimators.blocks import Block, dots, measure
from padlicht.evaluation.estimators.data_rules import sieve
from padlicht.evaluation.estimators.grid import grid_of
from padlicht.evaluation.estimators.installation import SIDES as BEFORE_AFTER
from padlicht.evaluation.estimators.tryout import BEDDING_IN_DAYS
from padlicht.evaluation.estimators.tryout import SIDES as OFF_ON
from padlicht.evaluation.estimators.types import Design, Dot, LeftOut, Place, Reason, StudyData
from padlicht.evaluation.outcomes import Look
from padlicht.evaluation.registration import WEEK, Registration

_DAYS = 7


def look(data: StudyData, asked: Registration) -> Look:
    """One dot for each whole week that has passed."""
    last = max((hour.day for hour in data.hours), default=date.min)
    blocks = _weeks(data, asked, last)
    if not blocks:
        return Look(())
    sieved = sieve(grid_of(data.hours).between(blocks[0].first, blocks[-1].last))
    sides = OFF_ON if data.design is Design.TRYOUT else BEFORE_AFTER
    path = measure(sieved, Place.CASE, blocks, sides)
    control = measure(sieved, Place.CONTROL, blocks, sides) if asked.control_zone else None
    unconfirmed = tuple(
        LeftOut(week.first, "", Reason.UNCONFIRMED)
        for week in data.weeks
        if week.first + WEEK <= last and not week.confirmed
    )
    left_out = (*unconfirmed, *sieved.left_out)
    return Look(_scaled(dots(blocks, path, control), sides[0]), left_out)


def _weeks(data: StudyData, asked: Registration, last: date) -> list[Block]:
    """The whole weeks of the study up to a day; of a try-out those that lamps confirmed."""
    if data.design is Design.TRYOUT:
        return [
            Block(
                week.first.toordinal() + BEDDING_IN_DAYS,
                week.first.toordinal() + _DAYS - 1,
                OFF_ON[week.on],
            )
            for week in data.weeks
            if week.confirmed and week.first + WEEK - timedelta(days=1) <= last
        ]
    begin = min((hour.day for hour in data.hours), default=last)
    firsts = [asked.first_day + number * WEEK for number in range(-asked.weeks, asked.weeks)]
    return [
        Block(
            first.toordinal(),
            first.toordinal() + _DAYS - 1,
            BEFORE_AFTER[first >= asked.first_day],
        )
        for first in firsts
        if begin <= first and first + WEEK - timedelta(days=1) <= last
    ]


def _scaled(found: tuple[Dot, ...], first_side: str) -> tuple[Dot, ...]:
    """Dots of which the first side has the mean 1; all of them, while it has none."""
    if any(dot.side == first_side and dot.level is not None for dot in found):
        return found
    known = [dot.level for dot in found if dot.level is not None]
    middle = float(np.exp(np.mean(np.log(known)))) if known else 1.0
    return tuple(
        dot
        if dot.level is None
        else msgspec.structs.replace(dot, level=round(dot.level / middle, 9))
        for dot in found
    )
