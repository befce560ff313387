"""Map of a park for a drawing: from registry positions to places in a viewBox.

Pure. One unit of the drawing is one metre. The path is turned so that it runs across a wide
screen or down a tall one; an arrow tells where north went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, sin
from random import Random

from padlicht.ledger import Node, Site
from padlicht.map_projection import to_metres

Point = tuple[float, float]

CROWNS = 4

_MARGIN_M = {"wide": (14.0, 16.0), "tall": (16.0, 11.0)}  # left and right, above and below
_SHAPE = {"wide": (0.36, 0.45), "tall": (1.0, 1.5)}  # least and most height for the width
_NO_TREES_M = 3.4  # from a path, so that no crown hides it
_STEP_M = 4.0  # between points of the drawn curve
_FOREST_M = 70.0  # around the path's ends


@dataclass(frozen=True)
class Spot:
    """A node in the drawing; `label` is short enough to stand beside it, at (`label_x`, `label_y`)
    with its middle, start or end as `anchor` says.

    `angle_deg` is the direction of the path where the node stands, as SVG turns things.
    """

    name: str
    label: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    angle_deg: float


@dataclass(frozen=True)
class Tree:
    """A crown: decoration, not surveyed. `shape` is one of the `CROWNS` that the drawing has."""

    x: float
    y: float
    radius: float
    shape: int


@dataclass(frozen=True)
class Picture:
    """All that the drawing needs. `matrix` takes metres east and north of the site to the drawing.

    `north_deg` is where north points, clockwise from up.
    """

    layout: str
    width: float
    height: float
    matrix: str
    path: str
    lamps: tuple[Spot, ...]
    counters: tuple[Spot, ...]
    trees: tuple[Tree, ...]
    north_deg: float


@dataclass(frozen=True)
class _Turn:
    """Turns the park by `angle` radians and moves it; a drawing's y runs down."""

    angle: float
    shift: Point = (0.0, 0.0)

    def __call__(self, point: Point) -> Point:
        x, y = point
        return (
            cos(self.angle) * x - sin(self.angle) * y + self.shift[0],
            -(sin(self.angle) * x + cos(self.angle) * y) + self.shift[1],
        )

    @property
    def matrix(self) -> str:
        """The same as an SVG matrix."""
        c, s = cos(self.angle), sin(self.angle)
        numbers = (c, -s, -s, -c, *self.shift)
        return "matrix(" + " ".join(f"{number:.5f}" for number in numbers) + ")"


def draw(site: Site, nodes: Sequence[Node], layout: str) -> Picture | None:
    """The picture of `site` in `layout` "wide" or "tall"; None when too little is known of places.

    Without a surveyed path the nodes themselves, in the order given, stand for it.
    """
    origin = (site.lat, site.lon)
    placed = {
        node.name: to_metres(node.lat, node.lon, origin)
        for node in nodes
        if node.lat is not None and node.lon is not None
    }
    path = path_m(site) or _thinned(list(placed.values()))
    if len(path) < 2:
        return None

    turn, width, height = _fit([*path, *placed.values()], _angle(path[0], path[-1], layout), layout)
    drawn = [turn(point) for point in path]
    spots = [_spot(node, turn(placed[node.name]), drawn) for node in nodes if node.name in placed]
    counters = {node.name for node in nodes if node.role == "counter"}
    return Picture(
        layout=layout,
        width=round(width, 1),
        height=round(height, 1),
        matrix=turn.matrix,
        path=_curve(_extended(drawn)),
        lamps=tuple(spot for spot in spots if spot.name not in counters),
        counters=tuple(spot for spot in spots if spot.name in counters),
        trees=tuple(_trees(site.name, path, turn, width, height)),
        north_deg=round(-degrees(turn.angle), 1),
    )


def path_m(site: Site) -> list[Point]:
    """The surveyed path in metres east and north of the site, without points too close to draw."""
    return _thinned([to_metres(lat, lon, (site.lat, site.lon)) for lat, lon in site.path])


def distance_along(path: Sequence[Point], point: Point) -> float:
    """How far along `path` its place nearest to `point` lies, in the path's own units."""
    return _nearest(path, point)[0]


def _angle(first: Point, last: Point, layout: str) -> float:
    """The smallest turn that lays the path across or down."""
    heading = atan2(last[1] - first[1], last[0] - first[0])
    angle = (0.0 if layout == "wide" else pi / 2) - heading
    return (angle + pi / 2) % pi - pi / 2


def _fit(points: Sequence[Point], angle: float, layout: str) -> tuple[_Turn, float, float]:
    xs, ys = zip(*(_Turn(angle)(point) for point in points), strict=True)
    side, above = _MARGIN_M[layout]
    width = max(xs) - min(xs) + 2 * side
    height = max(ys) - min(ys) + 2 * above
    least, most = _SHAPE[layout]
    width, height = max(width, height / most), max(height, width * least)
    shift = (width / 2 - (max(xs) + min(xs)) / 2, height / 2 - (max(ys) + min(ys)) / 2)
    return _Turn(angle, shift), width, height


def _spot(node: Node, at: Point, path: Sequence[Point]) -> Spot:
    _, foot, heading = _nearest(path, at)
    away_x, away_y = at[0] - foot[0], at[1] - foot[1]
    distance = hypot(away_x, away_y)
    if distance < 0.05:  # it stands on the path: its label goes to the side
        away_x, away_y, distance = -sin(heading), cos(heading), 1.0
    to_the_side = abs(away_x) > abs(away_y)  # beside a standing path, or above or below a lying one
    beyond = (2.6 if to_the_side else 3.4) / distance
    tail = node.name.rsplit("-", 1)[-1]
    return Spot(
        name=node.name,
        label=tail if tail.isdigit() or node.role == "counter" else node.name,
        x=round(at[0], 2),
        y=round(at[1], 2),
        label_x=round(at[0] + away_x * beyond, 2),
        label_y=round(at[1] + away_y * beyond, 2),
        anchor=("start" if away_x > 0 else "end") if to_the_side else "middle",
        angle_deg=round(degrees(heading), 1),
    )


def _nearest(path: Sequence[Point], point: Point) -> tuple[float, Point, float]:
    """Distance along the path, foot and heading of the path's place nearest to `point`."""
    best = (float("inf"), 0.0, path[0], 0.0)
    before = 0.0
    for a, b in pairwise(path):
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = hypot(dx, dy)
        share = 0.0
        if length > 0:
            share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length**2
            share = min(1.0, max(0.0, share))
        foot = (a[0] + share * dx, a[1] + share * dy)
        off = hypot(point[0] - foot[0], point[1] - foot[1])
        if off < best[0]:
            best = (off, before + share * length, foot, atan2(dy, dx))
        before += length
    return best[1:]


def _extended(path: Sequence[Point]) -> list[Point]:
    """The path led on beyond both ends, out of the picture: people come from somewhere."""
    return [_beyond(path[1], path[0]), *path, _beyond(path[-2], path[-1])]


def _beyond(inner: Point, end: Point) -> Point:
    dx, dy = end[0] - inner[0], end[1] - inner[1]
    reach = 40.0 / (hypot(dx, dy) or 1.0)
    return end[0] + dx * reach, end[1] + dy * reach


def _curve(points: Sequence[Point]) -> str:
    """A smooth SVG path through all points (Catmull-Rom, as cubic Béziers)."""
    padded = [points[0], *points, points[-1]]
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        c1 = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        parts.append(f"C{c1[0]:.1f} {c1[1]:.1f} {c2[0]:.1f} {c2[1]:.1f} {p2[0]:.1f} {p2[1]:.1f}")
    return "".join(parts)


def _trees(name: str, path: list[Point], turn: _Turn, width: float, height: float) -> list[Tree]:
    """The same trees for the same park, whichever way it is turned."""
    dice = Random(name)
    way = _extended(path)
    xs, ys = zip(*path, strict=True)
    trees: list[Tree] = []
    standing: list[tuple[Point, float]] = []
    for _ in range(1500):
        radius = 1.7 + 3.3 * dice.random() ** 1.6
        at = (
            dice.uniform(min(xs) - _FOREST_M, max(xs) + _FOREST_M),
            dice.uniform(min(ys) - _FOREST_M, max(ys) + _FOREST_M),
        )
        foot = _nearest(way, at)[1]
        if hypot(at[0] - foot[0], at[1] - foot[1]) < radius + _NO_TREES_M or any(
            hypot(at[0] - x, at[1] - y) < (radius + other) * 0.8 for (x, y), other in standing
        ):
            continue
        standing.append((at, radius))
        x, y = turn(at)
        if -radius < x < width + radius and -radius < y < height + radius:
            shape = len(standing) % CROWNS
            trees.append(Tree(round(x, 1), round(y, 1), round(radius, 1), shape))
    return trees


def _thinned(points: Sequence[Point]) -> list[Point]:
    """The points but those within `_STEP_M` of the one before; both ends stay."""
    kept: list[Point] = list(points[:1])
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= _STEP_M:
            kept.append(point)
    if len(kept) > 1:
        kept[-1] = points[-1]
    return kept
