"""People at the outdoor fitness place, invented from a seed: they come, exercise, rest, and go.

They come from the road and cross no counter's line: only the lamp there notices them, by how long
somebody is near it. Pure: time passes only by `FitnessPlace.step`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from random import Random

from padlicht.simulate.world.park import Park, Point
from padlicht.simulate.world.walkers import STEP_S, Seen

FIRST_NUMBER = 1_000_000  # of a walk there: none on the path comes to so many

# Sessions begin so often, and last so long: short, so that a minute of watching shows something.
_PER_MINUTE = 0.4
_SESSION_S = (90.0, 300.0)
_MOST_AT_ONCE = 4
_ROAD_M = 16.0  # from the lamp: where people come from, on the far side of the path
_SPOT_M = (0.6, 1.7)  # from the lamp: within its reach of two metres
_SPEED_M_S = 1.3
_SWAY_M = 0.25  # how far somebody who exercises moves to and fro
_SWAY_HZ = 0.5


@dataclass
class _Athlete:
    number: int
    come_from: Point
    spot: Point
    place: Point
    left_s: float  # until they go
    phase: float  # of their movement, radians
    velocity: Point = (0.0, 0.0)


class FitnessPlace:
    """Who exercises near the lamp `park.fitness`; `seed` decides everything."""

    def __init__(self, park: Park, seed: int) -> None:
        lamp = park.fitness
        self._middle = lamp.place
        east, north = park.path.direction(lamp.along_m)
        self._away = (-north, east)  # from the path
        self._dice = Random(f"{seed} fitness")
        self._next_number = FIRST_NUMBER
        self._athletes: list[_Athlete] = []
        self._arrive()  # somebody is there when the evening begins
        self._athletes[0].place = self._athletes[0].spot

    def step(self) -> None:
        """Let `STEP_S` seconds pass."""
        comes = self._dice.random() < _PER_MINUTE / 60 * STEP_S
        if comes and len(self._athletes) < _MOST_AT_ONCE:
            self._arrive()
        for athlete in self._athletes:
            self._move(athlete)
        self._athletes = [
            athlete
            for athlete in self._athletes
            if athlete.left_s > 0 or _apart(athlete.place, athlete.come_from) > 0.1
        ]

    def people(self) -> Iterator[Seen]:
        """Everybody there, or on the way there or back."""
        for athlete in self._athletes:
            yield Seen(athlete.number, athlete.place, athlete.velocity, "walker")

    def _arrive(self) -> None:
        dice = self._dice
        angle, far_m = dice.uniform(0, 2 * pi), dice.uniform(*_SPOT_M)
        x, y = self._middle
        road_m = _ROAD_M * dice.uniform(0.9, 1.1)
        come_from = (x + road_m * self._away[0], y + road_m * self._away[1])
        spot = (x + far_m * cos(angle), y + far_m * sin(angle))
        self._athletes.append(
            _Athlete(
                self._next_number, come_from, spot, come_from, dice.uniform(*_SESSION_S),
                dice.uniform(0, 2 * pi),
            )
        )  # fmt: skip
        self._next_number += 1

    def _move(self, athlete: _Athlete) -> None:
        goal = athlete.spot if athlete.left_s > 0 else athlete.come_from
        far_m = _apart(athlete.place, goal)
        before = athlete.place
        if athlete.left_s > 0 and far_m <= 2 * _SWAY_M:  # there: exercises
            athlete.left_s -= STEP_S
            athlete.phase += 2 * pi * _SWAY_HZ * STEP_S
            goal = (goal[0] + _SWAY_M * cos(athlete.phase), goal[1])
            far_m = _apart(athlete.place, goal)
        step_m = min(far_m, _SPEED_M_S * STEP_S)
        if far_m > 0:
            athlete.place = (
                before[0] + (goal[0] - before[0]) * step_m / far_m,
                before[1] + (goal[1] - before[1]) * step_m / far_m,
            )
        athlete.velocity = (
            (athlete.place[0] - before[0]) / STEP_S,
            (athlete.place[1] - before[1]) / STEP_S,
        )


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
