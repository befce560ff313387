"""Correction of a counter by hand: how many people stand behind a passage, and how surely. Pure.

A counter takes two who walk arm in arm for one, and a dog for somebody (firmware/README.md has
the table). Whoever counts people beside it for some hours learns the ratio of this place. It is a
ratio of sums, its interval by how the quarters of an hour differ from it, with Student's t.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from padlicht.ledger import Footfall
from padlicht.participation.field.sheets import QUARTER_S, Visit
from padlicht.participation.survey.scoring import t_quantile

LEAST_QUARTERS = 12  # three hours
LEAST_PASSAGES = 50
LEAST_WATCHED_S = 810  # nine tenths of a quarter


class Quarter(NamedTuple):
    """A quarter of an hour that was counted by hand, and what the counter made of it."""

    begin_utc_s: int
    people: float
    passages: int


class Correction(NamedTuple):
    """What the quarters say: people for each passage, with a 95 % interval; None: too few yet.

    `left_out` quarters were counted by hand and not wholly watched by the counter.
    """

    quarters: int
    left_out: int
    people: float
    passages: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


def hand_quarters(visits: Iterable[Visit]) -> dict[int, float]:
    """People by the beginning of the quarter; where two counted the same one, their mean."""
    found: dict[int, list[int]] = {}
    for visit in visits:
        for number, each in enumerate(visit.values["people"]):
            if each is not None:
                found.setdefault(visit.begin_utc_s + number * QUARTER_S, []).append(each)
    return {begin: sum(each) / len(each) for begin, each in sorted(found.items())}


def beside(people: Mapping[int, float], records: Iterable[Footfall]) -> tuple[list[Quarter], int]:
    """The quarters that the counter watched, too, and how many it did not.

    A record that does not lie in one quarter belongs to none: its quarters are left out.
    """
    dt: dict[int, int] = {}
    watched: dict[int, int] = {}
    passages: dict[int, int] = {}
    for record in records:
        begin = record.t - record.t % QUARTER_S
        dt[begin] = dt.get(begin, 0) + record.dt
        watched[begin] = watched.get(begin, 0) + record.obs_s
        passages[begin] = passages.get(begin, 0) + record.n_in + record.n_out
    found = [
        Quarter(begin, counted, passages[begin])
        for begin, counted in people.items()
        if dt.get(begin, 0) <= QUARTER_S and watched.get(begin, 0) >= LEAST_WATCHED_S
    ]
    return found, len(people) - len(found)


def correction(quarters: Sequence[Quarter], left_out: int = 0) -> Correction:
    """The ratio and its interval; without them under three hours or 50 passages.

    Who counts by hand may be one person off: that all quarters agree is no certainty.
    """
    people = sum(quarter.people for quarter in quarters)
    passages = sum(quarter.passages for quarter in quarters)
    number = len(quarters)
    known = Correction(number, left_out, people, passages)
    if number < LEAST_QUARTERS or passages < LEAST_PASSAGES:
        return known
    ratio = people / passages
    off = max(1.0, sum((one.people - ratio * one.passages) ** 2 for one in quarters))
    half = t_quantile(number - 1) * sqrt(number / (number - 1) * off) / passages
    return known._replace(ratio=ratio, low=max(0.0, ratio - half), high=ratio + half)
