"""From people on the path to what counters and lamps notice of them. Pure."""

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from padlicht.simulate.history.people import Group
from padlicht.simulate.world.park import LAMP_ASIDE_M, Park

REACH_M = 2.0  # of a lamp, as the firmware's reach_cm is by default


class Crossing(NamedTuple):
    """A group crosses the line of a counter. Unix seconds UTC."""

    utc_s: int
    counter: str
    inward: bool


class Nearness(NamedTuple):
    """A group is within reach of a lamp, from one moment to another."""

    from_utc_s: float
    until_utc_s: float
    lamp: str


class _Leg(NamedTuple):
    """Part of a walk in one direction; metres along the path from its western end."""

    start_utc_s: float
    start_m: float
    end_m: float
    heading: int


class Walks:
    """Where everybody of a group is when."""

    def __init__(self, park: Park) -> None:
        self._park = park
        self._length_m = park.path.length_m

    def crossings(self, group: Group) -> Iterator[Crossing]:
        """Whom the counters could count; "in" is towards the middle of the park."""
        for leg in self._legs(group):
            for counter in self._park.counters:
                along_m = counter.along_m
                if min(leg.start_m, leg.end_m) <= along_m < max(leg.start_m, leg.end_m):
                    passed_s = abs(along_m - leg.start_m) / group.speed_m_s
                    inward = (leg.heading > 0) == (along_m < self._length_m / 2)
                    yield Crossing(int(leg.start_utc_s + passed_s), counter.name, inward)

    def nearnesses(self, group: Group) -> Iterator[Nearness]:
        """Whom the lamps could notice."""
        for leg in self._legs(group):
            aside_m = LAMP_ASIDE_M + leg.heading * group.lane_m
            half_m = sqrt(REACH_M**2 - aside_m**2)
            low_m, high_m = min(leg.start_m, leg.end_m), max(leg.start_m, leg.end_m)
            for lamp in self._park.lamps:
                from_m = max(lamp.along_m - half_m, low_m)
                until_m = min(lamp.along_m + half_m, high_m)
                if from_m < until_m:
                    first_m, last_m = (from_m, until_m)[:: leg.heading]
                    yield Nearness(
                        leg.start_utc_s + abs(first_m - leg.start_m) / group.speed_m_s,
                        leg.start_utc_s + abs(last_m - leg.start_m) / group.speed_m_s,
                        lamp.name,
                    )

    def _legs(self, group: Group) -> Iterator[_Leg]:
        begin_m = 0.0 if group.heading > 0 else self._length_m
        if group.turn is None:
            yield _Leg(group.start_utc_s, begin_m, self._length_m - begin_m, group.heading)
            return
        way_m = group.turn * self._length_m
        turn_m = begin_m + group.heading * way_m
        yield _Leg(group.start_utc_s, begin_m, turn_m, group.heading)
        turned_s = group.start_utc_s + way_m / group.speed_m_s
        yield _Leg(turned_s, turn_m, begin_m, -group.heading)
