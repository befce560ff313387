"""Which nodes a park of the wanted size has, and where they stand. Pure."""

from typing import NamedTuple

from padlicht.errors import BadData
from padlicht.simulate.history.scenario import Plan
from padlicht.simulate.world.park import FITNESS, ZONES, Park, Point

_APART_M = 80.0  # from one path to the next


class Copy(NamedTuple):
    """A node; `of` is the one whose life it shares, which is itself on the first path.

    `place` is in metres from the park's origin.
    """

    name: str
    role: str
    of: str
    zone: str
    zone_title: str
    place: Point
    line_mm: tuple[int, int, int, int] | None = None
    stays: bool = False  # people do not only pass there


def copies(park: Park, plan: Plan) -> list[Copy]:
    """All nodes by the plan: the demo park's, then those of further paths north of it.

    Each counter has a zone of its own, with its share of the lamps, and the lamp of the fitness
    place one in a park of any size. BadData when there is no counter or no lamp.
    """
    if plan.counters < 1 or plan.lamps < 1:
        raise BadData("a park needs a counter and a lamp at least: give --counters and --lamps")
    originals = len(park.counters)
    small = plan.counters <= originals and plan.lamps <= len(park.lamps)
    each = -(-plan.lamps // plan.counters)
    found = []
    for number in range(plan.counters):
        counter = park.counters[number % originals]
        path = number // originals
        name = counter.name if path == 0 else f"{counter.name}-{path + 1}"
        place = (counter.place[0], counter.place[1] + path * _APART_M)
        zone = _half(park.zone_of(counter)) if small else _zone(number)
        found.append(Copy(name, "counter", counter.name, *zone, place, counter.line_mm))
    for number in range(plan.lamps):
        lamp = park.lamps[number % len(park.lamps)]
        path = number // len(park.lamps)
        place = (lamp.place[0], lamp.place[1] + path * _APART_M)
        zone = _half(park.zone_of(lamp)) if small else _zone(number // each)
        found.append(Copy(f"lamp-{number + 1}", "lamp", lamp.name, *zone, place))
    name = park.fitness.name
    zone = FITNESS, ZONES[FITNESS]
    found.append(Copy(name, "lamp", name, *zone, park.fitness.place, stays=True))
    return found


def _half(name: str) -> tuple[str, str]:
    return name, ZONES[name]


def _zone(number: int) -> tuple[str, str]:
    """Name and title of a zone in a park of many paths."""
    halves = [(name, title) for name, title in ZONES.items() if name != FITNESS]
    half, title = halves[number % len(halves)]
    path = number // len(halves) + 1
    return (half, title) if path == 1 else (f"{half}-{path}", f"{title}, path {path}")
