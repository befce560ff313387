"""Almanac windows of a zone: when its lamps are meant to be lit, by the settings in force. Pure.

The settings of a zone are those of most of its lamps; where as many have others, the shorter
evening. Those of a zone without lamps are those of its site. Before there were lamps the first
known ones count, and after the last lamp went the last ones, so that the time before and the time
after are parted by the same rule. Ambient light, faults and the minutes in which nobody is left in
sudden darkness change nothing: what parts the hours is known beforehand. Times are Unix seconds
UTC.
"""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger.tables.settings import InForce
from padlicht.ledger.timeline import STILL
from padlicht.usage.lamp_nights import LightWindow, hours_of, light_window

# A lamp is set up on the day it comes: what holds at the end of it is the first that is known.
_FIRST_S = 86_400


class Evening(NamedTuple):
    """What begins and ends a lamp's evening, by the settings of the same names."""

    start_at: str
    start_offset_min: int
    end_at: str


class Rule(NamedTuple):
    """From when on which evening holds; until the next one does."""

    from_utc_s: int
    evening: Evening


class LampStay(NamedTuple):
    """A stretch of time in which a lamp was in service in a zone; what it said, oldest first."""

    from_utc_s: int
    to_utc_s: int
    said: Sequence[InForce]


Rules = tuple[Rule, ...]


class ZoneWindow:
    """The lamps' window of a zone at a place, evening by evening."""

    def __init__(self, rules: Rules, tz: str, lat: float, lon: float) -> None:
        self._rules = rules
        self._begins = [rule.from_utc_s for rule in rules]
        self._place = (lat, lon)
        self._tz = tz
        self._zone = ZoneInfo(tz)
        self._known: dict[tuple[date, Evening], LightWindow] = {}

    def holds(self, utc_s: int) -> bool:
        """Whether lamps are meant to be lit at that moment, by the settings in force then."""
        if not self._rules:
            return False
        rule = self._rules[max(0, bisect_right(self._begins, utc_s) - 1)]
        return self._on(datetime.fromtimestamp(utc_s, self._zone).date(), rule.evening).holds(utc_s)

    def _on(self, day: date, evening: Evening) -> LightWindow:
        known = self._known.get((day, evening))
        if known is None:
            known = light_window(day, self._place, self._tz, **evening._asdict())
            self._known[day, evening] = known
        return known


def rules_of(stays: Iterable[LampStay]) -> Rules:
    """The rules of a zone with these lamps; none without any."""
    changes: list[tuple[int, Evening, int]] = []
    for stay in stays:
        for begin, end, evening in _evenings(stay):
            changes += [(begin, evening, 1), (end, evening, -1)]
    changes.sort(key=lambda change: change[0])
    lamps: Counter[Evening] = Counter()
    found: list[Rule] = []
    for place, (at, evening, more) in enumerate(changes):
        lamps[evening] += more
        if lamps[evening] == 0:
            del lamps[evening]
        if place + 1 < len(changes) and changes[place + 1][0] == at:
            continue
        if lamps and (not found or found[-1].evening != _of_most(lamps)):
            found.append(Rule(at, _of_most(lamps)))
    if not found:
        return ()
    first = [rule for rule in found if rule.from_utc_s <= found[0].from_utc_s + _FIRST_S][-1]
    later = [rule for rule in found if rule.from_utc_s > first.from_utc_s]
    return (Rule(0, first.evening), *later)


def differing(before: Rules, after: Rules) -> tuple[int, int] | None:
    """From when until when two rules say something else; None when they never do."""
    moments = sorted({rule.from_utc_s for rule in (*before, *after)})
    other = [
        (begin, end)
        for begin, end in pairwise([*moments, STILL])
        if _at(before, begin) != _at(after, begin)
    ]
    return (other[0][0], other[-1][1]) if other else None


def to_text(rules: Rules) -> str:
    """Rules as the ledger keeps them."""
    return json.dumps([[rule.from_utc_s, *rule.evening] for rule in rules])


def from_text(text: str) -> Rules:
    """Rules that the ledger kept."""
    return tuple(Rule(from_utc_s, Evening(*evening)) for from_utc_s, *evening in json.loads(text))


def _at(rules: Rules, utc_s: int) -> Evening | None:
    held = [rule.evening for rule in rules if rule.from_utc_s <= utc_s]
    return held[-1] if held else None


def _of_most(lamps: Mapping[Evening, int]) -> Evening:
    """The evening of most lamps; of several with as many, the one that is over first."""
    return min(lamps, key=lambda one: (-lamps[one], one.end_at, -one.start_offset_min, one))


def _evenings(stay: LampStay) -> Iterator[tuple[int, int, Evening]]:
    """(from, to, evening) of a stay, end to end: before it said anything, what it said first."""
    said = [*stay.said] or [InForce(0, {})]
    begins = [max(stay.from_utc_s, one.utc_s if place else 0) for place, one in enumerate(said)]
    ends = [*begins[1:], stay.to_utc_s]
    for one, begin, end in zip(said, begins, ends, strict=True):
        if begin < min(end, stay.to_utc_s):
            hours = hours_of(one.settings)
            yield begin, min(end, stay.to_utc_s), Evening(*hours[:3])
