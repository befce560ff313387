"""The drawing of a park: turned to fit, true to scale, the same every time."""

import re
from math import hypot

import pytest

from padlicht.ledger import Site
from padlicht.map_projection import to_degrees
from padlicht.web.park_view.picture import draw
from tests.browser.park import ORIGIN, node


def park(bearing_east: float, bearing_north: float):
    """A straight path of 120 m that way, with three lamps on it and a counter beside it."""
    ends = [to_degrees(bearing_east * s, bearing_north * s, ORIGIN) for s in (-60, 0, 60)]
    site = Site("park", "Park", "Europe/Amsterdam", *ORIGIN, tuple(ends))
    places = {"lamp-1": -50, "lamp-2": 0, "lamp-3": 50}
    nodes = [
        node(name, "lamp", to_degrees(bearing_east * s, bearing_north * s, ORIGIN))
        for name, s in places.items()
    ]
    return site, [*nodes, node("gate", "counter", to_degrees(0, 3, ORIGIN))]


def through(matrix: str, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = (float(number) for number in re.findall(r"-?[\d.]+", matrix))
    return a * x + c * y + e, b * x + d * y + f


@pytest.mark.parametrize("bearing", [(1, 0), (0, 1), (0.6, 0.8), (-0.6, 0.8)])
@pytest.mark.parametrize("layout", ["wide", "tall"])
def test_the_path_runs_along_the_longer_side(bearing, layout):
    """Across a wide screen and down a tall one, wherever it points on the ground, and inside."""
    picture = draw(*park(*bearing), layout)
    first, last = picture.lamps[0], picture.lamps[-1]
    distance_along, across = abs(last.x - first.x), abs(last.y - first.y)
    if layout == "tall":
        distance_along, across = across, distance_along
    assert (distance_along, across) == (pytest.approx(100, abs=0.1), pytest.approx(0, abs=0.1))
    assert (picture.width > picture.height) == (layout == "wide")
    assert all(0 < lamp.x < picture.width and 0 < lamp.y < picture.height for lamp in picture.lamps)


@pytest.mark.parametrize("layout", ["wide", "tall"])
def test_people_and_lamps_are_drawn_in_the_same_place(layout):
    """The matrix for people takes metres on the ground to where a lamp there is drawn."""
    picture = draw(*park(0.6, 0.8), layout)
    x, y = through(picture.matrix, 30.0, 40.0)
    assert (x, y) == (
        pytest.approx(picture.lamps[2].x, 0.01),
        pytest.approx(picture.lamps[2].y, 0.01),
    )


def test_north_is_where_the_arrow_points():
    """A point to the north of another lies in the arrow's direction from it."""
    picture = draw(*park(0.6, 0.8), "wide")
    (x0, y0), (x1, y1) = through(picture.matrix, 0, 0), through(picture.matrix, 0, 10)
    gate, lamp = picture.counters[0], picture.lamps[1]
    assert hypot(x1 - x0, y1 - y0) == pytest.approx(10, abs=0.01)
    assert picture.north_deg == pytest.approx(53.13, abs=0.1)  # the path's own turn, clockwise
    assert (gate.x - lamp.x, gate.y - lamp.y) == (
        pytest.approx(0.3 * (x1 - x0), abs=0.05),
        pytest.approx(0.3 * (y1 - y0), abs=0.05),
    )


def test_no_tree_stands_on_the_path():
    """No crown covers a lamp or where people walk, and a park grows the same trees every time."""
    picture = draw(*park(1, 0), "wide")
    assert len(picture.trees) > 20
    middle = picture.lamps[0].y
    assert all(abs(tree.y - middle) > tree.radius + 2 for tree in picture.trees)
    assert draw(*park(1, 0), "wide") == picture


def test_without_places_there_is_no_map():
    """Nodes whose places nobody registered are not drawn somewhere."""
    site = Site("park", "Park", "Europe/Amsterdam", *ORIGIN)
    assert draw(site, [node("lamp-1", "lamp", None), node("lamp-2", "lamp", None)], "wide") is None
    at_one_place = [node(f"lamp-{n}", "lamp", ORIGIN) for n in (1, 2)]
    assert draw(site, at_one_place, "wide") is None


def test_without_a_surveyed_path_the_lamps_stand_for_it():
    """Two lamps that are apart suffice for a drawing."""
    _, nodes = park(1, 0)
    picture = draw(Site("park", "Park", "Europe/Amsterdam", *ORIGIN), nodes[:3], "wide")
    assert [lamp.label for lamp in picture.lamps] == ["1", "2", "3"]
