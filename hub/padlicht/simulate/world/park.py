"""The demo park: where its path runs and where its lamps and counters stand.

Everything is in local metres, x east and y north of `ORIGIN`; along the path in metres from its
western end, aside in metres to the left of somebody who walks east.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import hypot
from zoneinfo import ZoneInfo

SITE = "molukkenplantsoen"
TITLE = "Molukkenplantsoen"
TZ = "Europe/Amsterdam"
ORIGIN = (53.2300, 6.5760)  # latitude, longitude
FITNESS = "fitness"  # the zone of the outdoor fitness place, where people stay
ZONES = {"west": "Western half", "east": "Eastern half", FITNESS: "Fitness place"}  # their titles
LAMP_MW = 6000  # at full light, as simulated boards have it built in

_BEND = ((-56.0, -14.0), (-22.0, 26.0), (20.0, -28.0), (56.0, 12.0))  # a cubic Bézier curve
_PIECES = 120
_LAMPS = 8
_LAMP_GAP_M = 15.0
LAMP_ASIDE_M = 0.9  # the radar hangs on the lamp's arm, so both lanes are within two metres
_COUNTER_INSET_M = 8.0  # from the path's ends: people come into the radar's view from both sides
_FITNESS_ASIDE_M = 9.0  # between the path and the road: nobody who passes comes near its lamp
_FITNESS_ALONG = 0.57  # share of the path's length
_COUNTER_ASIDE_M = -2.6  # beside the path, looking across it

Point = tuple[float, float]


class Path:
    """A polyline measured by its own length.

    `points` are (x, y) in metres, at least two; beyond its ends the path goes straight on.
    """

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        self._starts_m = [0.0]
        for (x0, y0), (x1, y1) in pairwise(self.points):
            self._starts_m.append(self._starts_m[-1] + hypot(x1 - x0, y1 - y0))
        self.length_m = self._starts_m[-1]

    def direction(self, along_m: float) -> Point:
        """The unit vector of somebody who walks east at `along_m`."""
        piece = self._piece(along_m)
        (x0, y0), (x1, y1) = self.points[piece], self.points[piece + 1]
        length_m = self._starts_m[piece + 1] - self._starts_m[piece]
        return (x1 - x0) / length_m, (y1 - y0) / length_m

    def place(self, along_m: float, aside_m: float = 0.0) -> Point:
        """The point (x, y) in metres at `along_m` from the start, `aside_m` to the left."""
        piece = self._piece(along_m)
        x0, y0 = self.points[piece]
        east, north = self.direction(along_m)
        rest_m = along_m - self._starts_m[piece]
        return x0 + rest_m * east - aside_m * north, y0 + rest_m * north + aside_m * east

    def _piece(self, along_m: float) -> int:
        last = len(self.points) - 2
        return min(max(bisect_right(self._starts_m, along_m) - 1, 0), last)


@dataclass(frozen=True)
class Lamp:
    """A lamp and the radar beside its light; `along_m` is where it stands beside the path."""

    name: str
    place: Point  # metres
    along_m: float


@dataclass(frozen=True)
class Counter:
    """A counting radar: where it stands, which way it looks, and the line that it counts at.

    `look` is a unit vector. In the radar's own frame y is ahead and x to its right, in mm;
    `line_mm` is (x1, y1, x2, y2) in that frame, and "in" is from its side s < 0 to s > 0.
    """

    name: str
    place: Point  # metres
    along_m: float
    look: Point
    line_mm: tuple[int, int, int, int]

    def sees_at(self, place: Point) -> Point:
        """The park's point `place` in metres as (x, y) in mm in the radar's frame."""
        east, north = place[0] - self.place[0], place[1] - self.place[1]
        right = (self.look[1], -self.look[0])
        x_mm = 1000 * (east * right[0] + north * right[1])
        y_mm = 1000 * (east * self.look[0] + north * self.look[1])
        return x_mm, y_mm

    def side_mm(self, place: Point) -> float:
        """Signed distance in mm of the park's point `place` from the line; "in" is upwards."""
        x1, y1, x2, y2 = self.line_mm
        x_mm, y_mm = self.sees_at(place)
        length_mm = hypot(x2 - x1, y2 - y1)
        return ((x2 - x1) * (y_mm - y1) - (y2 - y1) * (x_mm - x1)) / length_mm


@dataclass(frozen=True)
class Park:
    """A path with lamps along it and a counter near either end, and a place where people stay.

    `fitness` is the lamp of that place, which lies off the path.
    """

    path: Path
    lamps: tuple[Lamp, ...]
    counters: tuple[Counter, ...]
    fitness: Lamp

    @property
    def all_lamps(self) -> tuple[Lamp, ...]:
        """Those along the path, and that of the fitness place."""
        return (*self.lamps, self.fitness)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all nodes."""
        return (
            *(lamp.name for lamp in self.all_lamps),
            *(counter.name for counter in self.counters),
        )

    def zone_of(self, node: Lamp | Counter) -> str:
        """The half of the park in which a node stands, or the fitness place."""
        if node is self.fitness:
            return FITNESS
        return "west" if node.along_m < self.path.length_m / 2 else "east"


@cache
def demo_park() -> Park:
    """Molukkenplantsoen as the demo draws it: some 120 m, 8 lamps, 2 counters, a fitness place.

    For either counter "in" is towards the middle of the park.
    """
    path = Path([_bend(piece / _PIECES) for piece in range(_PIECES + 1)])
    first_m = (path.length_m - (_LAMPS - 1) * _LAMP_GAP_M) / 2
    lamps = tuple(
        _beside(path, f"lamp-{number + 1}", first_m + number * _LAMP_GAP_M)
        for number in range(_LAMPS)
    )
    west_m, east_m = _COUNTER_INSET_M, path.length_m - _COUNTER_INSET_M
    counters = (
        _across(path, "counter-west", west_m, (0, 5000, 0, 500)),
        _across(path, "counter-east", east_m, (0, 500, 0, 5000)),
    )
    fitness_m = _FITNESS_ALONG * path.length_m
    fitness = Lamp("lamp-fitness", path.place(fitness_m, _FITNESS_ASIDE_M), fitness_m)
    return Park(path, lamps, counters, fitness)


def _beside(path: Path, name: str, along_m: float) -> Lamp:
    """A lamp left of the path, its arm above it."""
    return Lamp(name, path.place(along_m, LAMP_ASIDE_M), along_m)


def _across(path: Path, name: str, along_m: float, line_mm: tuple[int, int, int, int]) -> Counter:
    """A counter south of the path, looking across: people pass from side to side before it."""
    east, north = path.direction(along_m)
    place = path.place(along_m, _COUNTER_ASIDE_M)
    return Counter(name, place, along_m, (-north, east), line_mm)


def _bend(share: float) -> Point:
    """The point at `share` (0 to 1) of the Bézier curve `_BEND`."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x_m = sum(weight * point[0] for weight, point in zip(weights, _BEND, strict=True))
    y_m = sum(weight * point[1] for weight, point in zip(weights, _BEND, strict=True))
    return x_m, y_m


DAY = (11, 12)  # month and day: the sun has set by 16:50, the path is busy
START = timedelta(hours=17, minutes=15)  # where an interval begins: history ends there


def last_evening_utc_s(now_utc_s: int) -> int:
    """The start of the last such evening that has passed: records never lie in the future."""
    zone = ZoneInfo(TZ)
    now = datetime.fromtimestamp(now_utc_s, UTC).astimezone(zone)
    start = datetime(now.year, *DAY, tzinfo=zone) + START
    if start > now:
        start = datetime(now.year - 1, *DAY, tzinfo=zone) + START
    return int(start.timestamp())


def local_hour(utc_s: int) -> float:
    """The park's local time of day in hours with their fraction."""
    local = datetime.fromtimestamp(utc_s, UTC).astimezone(ZoneInfo(TZ))
    return local.hour + local.minute / 60 + local.second / 3600
