"""Rules of data: what of a counter's days counts, and when two times may stand side by side.

A part of a day (its light hours, or its dusk and dark) does not count when less than 75 % of it, or
of the whole day, was watched: a counter that dies on wet nights misses just the quiet ones. Nor
does a part in which nobody at all was counted where 8 or more were to be expected: a radar under a
plastic bag goes on saying that it watches. What is expected is the counter's own middle rate on
other days near it. Two times are alike when both were watched for 75 % or more, and within 5 points
as much.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from padlicht.ledger.usage.counter_days import CounterDay
from padlicht.usage.hours import DAY

LEAST_COVERAGE = 0.75
ALIKE_COVERAGE = 0.05  # how far the coverage of two times may be apart
LEAST_EXPECTED = 8  # passages; where as many are usual and none was counted, nobody was watching
NEAR = timedelta(days=28)  # how far around a day its counter's usual rate is taken from
_NIGHT = "night"


class Watching(StrEnum):
    """How far two times can be held beside each other, by how they were watched."""

    ALIKE = "alike"
    UNLIKE = "unlike"  # one was watched for a larger part than the other
    LOW = "low"  # one of them for less than 75 %
    NOBODY = "nobody"  # one of them not at all


class Reason(StrEnum):
    """Why a part of a counter's day does not count."""

    SHORT = "short"  # less than 75 % of it was watched
    COVERED = "covered"  # nobody was counted where many pass, though the counter says it watched


class LeftOut(NamedTuple):
    """A part of a counter's day that does not count; `obs_s` is what the counter says it watched.

    `counter` is its node's id.
    """

    counter: int
    day: date
    light: str
    reason: Reason
    obs_s: int


def watching(before: float | None, after: float | None) -> Watching:
    """How two times were watched, by their coverage, 0 to 1; None: no counter stood there."""
    if not before or not after:
        return Watching.NOBODY
    if min(before, after) < LEAST_COVERAGE:
        return Watching.LOW
    alike = abs(before - after) <= ALIKE_COVERAGE
    return Watching.ALIKE if alike else Watching.UNLIKE


def is_enough(coverage: float | None) -> bool:
    """Whether a time was watched for as large a part as a headline needs."""
    return coverage is not None and coverage >= LEAST_COVERAGE


def judge(days: Iterable[CounterDay]) -> list[LeftOut]:
    """What of these does not count. Pure; days before and after say what is usual."""
    by_counter: defaultdict[int, dict[date, dict[str, CounterDay]]] = defaultdict(dict)
    for part in days:
        by_counter[part.counter].setdefault(part.day, {})[part.light] = part
    found: list[LeftOut] = []
    for its_days in by_counter.values():
        wholes = {day: _groups(parts.values()) for day, parts in sorted(its_days.items())}
        for day, parts in sorted(its_days.items()):
            for light, part in sorted(parts.items()):
                if part.due_s and (reason := _reason(wholes, day, _group(light))):
                    found.append(LeftOut(part.counter, day, light, reason, part.obs_s))
    return found


def _reason(
    wholes: Mapping[date, Mapping[str, CounterDay]], day: date, group: str
) -> Reason | None:
    whole = wholes[day]
    part = whole[group]
    obs_s, due_s = (
        sum(each.obs_s for each in whole.values()),
        sum(each.due_s for each in whole.values()),
    )
    if obs_s < LEAST_COVERAGE * due_s or part.obs_s < LEAST_COVERAGE * part.due_s:
        return Reason.SHORT
    if part.passages == 0 and _usual(wholes, day, group) * part.obs_s >= LEAST_EXPECTED:
        return Reason.COVERED
    return None


def _usual(wholes: Mapping[date, Mapping[str, CounterDay]], day: date, group: str) -> float:
    """Passages a second in such hours on other days near it; those without any are left out.

    So half of the nights may be covered, and the rest still says what is usual.
    """
    rates = [
        part.passages / part.obs_s
        for other, whole in wholes.items()
        if other != day
        and abs(other - day) <= NEAR
        and (part := whole.get(group))
        and part.passages
        if part.obs_s
    ]
    return median(rates) if rates else 0.0


def _groups(parts: Iterable[CounterDay]) -> dict[str, CounterDay]:
    """A day's light hours, and its night: what is dusk or dark of it."""
    found: dict[str, CounterDay] = {}
    for part in parts:
        known = found.get(_group(part.light))
        found[_group(part.light)] = part if known is None else both(known, part)
    return found


def _group(light: str) -> str:
    """Twilight and dark stand together: an hour of dusk alone is often without anybody."""
    return DAY if light == DAY else _NIGHT


def both(one: CounterDay, other: CounterDay) -> CounterDay:
    """Two parts of a day in one."""
    return one._replace(
        passages=one.passages + other.passages,
        obs_s=one.obs_s + other.obs_s,
        due_s=one.due_s + other.due_s,
    )
