"""Blocks of weeks: r of each, what there was on both sides, and the dots of a chart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from padlicht.evaluation.estimators.data_rules import Sieved, hardly_lit, judge, side
from padlicht.evaluation.estimators.grid import CASE, CONTROL, Floats, Ints, date_of
from padlicht.evaluation.estimators.levels import log_ratios
from padlicht.evaluation.estimators.types import Dot, Outcome, Place, Side

_DIGITS = 9  # that are kept: below, machines differ


@dataclass(frozen=True)
class Block:
    """Days (ordinals, both included) that make one dot."""

    first: int
    last: int
    side: str


@dataclass(frozen=True)
class Measured:
    """What one path showed, block by block, and on both sides."""

    place: Place
    r: Floats
    case_passages: Ints
    control_passages: Ints
    sides: tuple[Side, Side]

    @property
    def lacks(self) -> Outcome | None:
        """Why nothing can be said of it; None when something can."""
        if hardly_lit(self.sides[1]):
            return Outcome.HARDLY_LIT
        empty = Outcome.EMPTY_BLOCK if np.isnan(self.r).any() else None
        return judge(*self.sides) or empty


def measure(
    sieved: Sieved, place: Place, blocks: Sequence[Block], sides: tuple[str, str]
) -> Measured:
    """r of each block at one path; `sides` are the names of the one without and the one with."""
    everything, grid = sieved.everything, sieved.grid.of(place)
    found = block_of(grid.day, blocks)
    within = grid.where(found >= 0)
    found = found[found >= 0]
    passages = [
        np.bincount(found[rows], within.count[rows], len(blocks)).round().astype(np.int64)
        for rows in (within.part == CASE, within.part == CONTROL)
    ]
    here = everything.at_case_path == (place is Place.CASE)
    number = block_of(everything.day, blocks)
    of_side = [np.array([b.side == name for b in blocks] + [False]) for name in sides]
    without, with_change = (
        side(name, sieved, here & rows[number]) for name, rows in zip(sides, of_side, strict=True)
    )
    return Measured(
        place=place,
        r=log_ratios(within, found, len(blocks)),
        case_passages=passages[0],
        control_passages=passages[1],
        sides=(without, with_change),
    )


def block_of(day: Ints, blocks: Sequence[Block]) -> Ints:
    """The number of the block in which each day lies; −1 for none. Blocks do not overlap."""
    found = np.full(len(day), -1, np.int64)
    for number, block in enumerate(blocks):
        found[(day >= block.first) & (day <= block.last)] = number
    return found


def dots(
    blocks: Sequence[Block], measured: Measured, control: Measured | None = None
) -> tuple[Dot, ...]:
    """One dot a block; the first side's have the mean 1."""
    own = _levels(blocks, measured)
    other = [None] * len(blocks) if control is None else _levels(blocks, control)
    return tuple(
        Dot(
            first=date_of(block.first),
            last=date_of(block.last),
            side=block.side,
            level=own[i],
            control_path=other[i],
            case_passages=int(measured.case_passages[i]),
            control_passages=int(measured.control_passages[i]),
        )
        for i, block in enumerate(blocks)
    )


def _levels(blocks: Sequence[Block], measured: Measured) -> list[float | None]:
    first = np.array([block.side == measured.sides[0].name for block in blocks])
    known = measured.r[first & ~np.isnan(measured.r)]
    middle = known.mean() if len(known) else 0.0
    return [None if np.isnan(r) else round(float(np.exp(r - middle)), _DIGITS) for r in measured.r]
