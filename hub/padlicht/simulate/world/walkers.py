"""People on a path, invented from a seed: they walk, jog, cycle, come in pairs, turn round.

Pure: time passes only by `Evening.step`, and the same seed gives the same evening.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import pi, sin
from random import Random
from typing import NamedTuple

from padlicht.simulate.world.park import Path, Point

STEP_S = 0.05  # of every call of Evening.step; a cyclist moves 25 cm in it

# Groups a minute by local time: home from work, dinner, an evening stroll, quiet. More than a real
# park has, so that a minute of watching shows something.
_RHYTHM = ((17.0, 5.0), (18.0, 3.0), (19.5, 4.0), (21.0, 2.0), (22.0, 0.8), (24.0, 0.4))
_GAP_S = 2.5  # between two groups from the same end: they do not walk through each other
_WARM_UP_S = 150  # an evening begins with people already under way
_HALF_WIDTH_M = 1.4  # of the path, as far as people use it
_LOOK_AHEAD_M = 6.0
_SIDE_ROOM_M = 1.1  # what somebody who overtakes leaves between


@dataclass(frozen=True)
class Gait:
    """How some people move, and how many of all groups do."""

    kind: str  # as pages draw them
    share: float  # of all groups
    people: int
    speed_m_s: tuple[float, float]  # slowest, fastest
    apart_m: tuple[float, float]  # beside each other, in a pair
    turns_back: float  # share that turns round half-way


GAITS = (
    Gait("walker", 0.46, 1, (1.1, 1.6), (0.0, 0.0), 0.15),
    Gait("walker", 0.14, 2, (1.0, 1.4), (1.1, 1.3), 0.10),
    Gait("walker", 0.08, 2, (0.9, 1.2), (0.55, 0.75), 0.10),  # arm in arm
    Gait("jogger", 0.14, 1, (2.3, 3.1), (0.0, 0.0), 0.20),
    Gait("cyclist", 0.18, 1, (3.6, 5.0), (0.0, 0.0), 0.0),
)


class Seen(NamedTuple):
    """Where somebody is now; `number` is the walk's, and says nothing about who walks."""

    number: int
    place: Point  # metres
    velocity: Point  # metres a second
    kind: str  # walker, jogger or cyclist


@dataclass
class _Person:
    number: int
    kind: str
    heading: int  # 1 east, -1 west
    speed_m_s: float
    lane_m: float  # right of the middle, in the direction of walking
    along_m: float
    aside_m: float
    turn_at_m: float | None
    swing: float  # phase of the gait, radians
    along_m_s: float = 0.0
    aside_m_s: float = 0.0


class Evening:
    """The people on `path` in one evening.

    `seed` decides everything; `start_h` is the local hour with its fraction, e.g. 17.33.
    """

    def __init__(self, path: Path, seed: int, start_h: float) -> None:
        self._path = path
        self._dice = Random(seed)
        self._people: list[_Person] = []
        self._next_number = 1
        self._hour = start_h
        self._wait_s = {1: 0.0, -1: 0.0}  # before the next group may come from either end
        for _ in range(round(_WARM_UP_S / STEP_S)):
            self.step()
        self._hour = start_h

    def step(self) -> None:
        """Let `STEP_S` seconds pass."""
        self._hour += STEP_S / 3600
        self._arrive()
        for person in self._people:
            self._move(person)
        end_m = self._path.length_m
        self._people = [
            person
            for person in self._people
            if not (person.along_m > end_m if person.heading > 0 else person.along_m < 0)
        ]

    def people(self) -> Iterator[Seen]:
        """Everybody on the path now."""
        for person in self._people:
            east, north = self._path.direction(person.along_m)
            ahead, aside = person.along_m_s, person.aside_m_s
            yield Seen(
                person.number,
                self._path.place(person.along_m, person.aside_m),
                (ahead * east - aside * north, ahead * north + aside * east),
                person.kind,
            )

    def _arrive(self) -> None:
        chance = groups_a_minute(self._hour) / 2 / 60 * STEP_S
        for heading in (1, -1):
            self._wait_s[heading] -= STEP_S
            if self._dice.random() < chance and self._wait_s[heading] <= 0:
                self._wait_s[heading] = _GAP_S
                self._add_group(heading)

    def _add_group(self, heading: int) -> None:
        dice = self._dice
        gait = dice.choices(GAITS, [gait.share for gait in GAITS])[0]
        speed_m_s = dice.uniform(*gait.speed_m_s)
        apart_m = dice.uniform(*gait.apart_m)
        length_m = self._path.length_m
        turn_at_m = None
        if dice.random() < gait.turns_back:
            turn_at_m = dice.uniform(0.25, 0.75) * length_m
        middle_m = dice.uniform(0.6, 0.8)
        for place in range(gait.people):
            lane_m = middle_m + (place - (gait.people - 1) / 2) * apart_m
            along_m = 0.0 if heading > 0 else length_m
            person = _Person(
                self._next_number, gait.kind, heading, speed_m_s, lane_m, along_m,
                -heading * lane_m, turn_at_m, dice.uniform(0, 2 * pi), heading * speed_m_s,
            )  # fmt: skip
            self._people.append(person)
            self._next_number += 1

    def _move(self, person: _Person) -> None:
        if person.turn_at_m is not None:
            beyond_m = (person.along_m - person.turn_at_m) * person.heading
            if beyond_m >= 0:
                person.heading, person.turn_at_m = -person.heading, None
        person.swing += STEP_S * 2 * pi * 0.9  # steps sway a body at about a hertz
        lane_m, speed_m_s = self._give_way(person)
        wanted_m_s = person.heading * speed_m_s * (1 + 0.04 * sin(person.swing / 5))
        person.along_m_s += _limited(wanted_m_s - person.along_m_s, 1.5 * STEP_S)
        wanted_m = -person.heading * lane_m + 0.03 * sin(person.swing)
        person.aside_m_s = _limited((wanted_m - person.aside_m) * 1.5, 0.9)
        person.along_m += person.along_m_s * STEP_S
        person.aside_m += person.aside_m_s * STEP_S

    def _give_way(self, person: _Person) -> tuple[float, float]:
        """The lane in metres and the speed in metres a second that others leave to `person`."""
        for other in self._people:
            gap_m = (other.along_m - person.along_m) * person.heading
            slower = other.heading == person.heading and other.speed_m_s < person.speed_m_s - 0.1
            if not slower or not -1.5 < gap_m < _LOOK_AHEAD_M:
                continue
            other_lane_m = -person.heading * other.aside_m
            if abs(other_lane_m - person.lane_m) >= _SIDE_ROOM_M:
                continue
            passing_m = other_lane_m - _SIDE_ROOM_M
            if passing_m < -_HALF_WIDTH_M or (gap_m > 1 and self._comes_towards(person)):
                return person.lane_m, other.speed_m_s  # no room: stay behind
            return passing_m, person.speed_m_s
        return person.lane_m, person.speed_m_s

    def _comes_towards(self, person: _Person) -> bool:
        return any(
            other.heading != person.heading
            and 0 < (other.along_m - person.along_m) * person.heading < 2.5 * _LOOK_AHEAD_M
            for other in self._people
        )


def groups_a_minute(hour: float) -> float:
    """How many groups come onto the path in a minute at the local `hour`, both ends together."""
    if not _RHYTHM[0][0] <= hour <= _RHYTHM[-1][0]:
        return _RHYTHM[-1][1]
    for (from_h, from_rate), (to_h, to_rate) in pairwise(_RHYTHM):
        if hour <= to_h:
            return from_rate + (to_rate - from_rate) * (hour - from_h) / (to_h - from_h)
    return _RHYTHM[-1][1]


def _limited(value: float, most: float) -> float:
    return max(-most, min(most, value))
