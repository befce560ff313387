"""An evening of walkers: repeatable, along the path, of every kind, and truly counted."""

from math import dist, hypot

import pytest

from padlicht.simulate.world.crossings import Gate
from padlicht.simulate.world.park import Counter, Path, demo_park
from padlicht.simulate.world.walkers import STEP_S, Evening, Seen, groups_a_minute

PARK = demo_park()


def run(evening: Evening, seconds: float) -> list[list[Seen]]:
    """Everybody at each step of `seconds`."""
    steps = []
    for _ in range(round(seconds / STEP_S)):
        evening.step()
        steps.append(list(evening.people()))
    return steps


def test_the_same_seed_gives_the_same_evening() -> None:
    """Two evenings of one seed are equal to the millimetre; another seed's is not."""
    one, same, other = (run(Evening(PARK.path, seed, 17.5), 20)[-1] for seed in (7, 7, 8))
    assert one == same
    assert one != other


def test_an_evening_begins_with_people_under_way() -> None:
    """Nobody who opens the page has to wait until the first walker reaches the middle."""
    middle = PARK.path.place(PARK.path.length_m / 2)
    started = [list(Evening(PARK.path, seed, 17.5).people()) for seed in range(8)]
    assert all(started)
    assert any(dist(person.place, middle) < 40 for people in started for person in people)


@pytest.mark.long
def test_people_move_smoothly_and_stay_on_the_path() -> None:
    """No step is longer than a cyclist's, and nobody is further aside than the path is wide."""
    before: dict[int, Seen] = {}
    for people in run(Evening(PARK.path, 3, 17.5), 300):
        for person in people:
            nearest_m = min(dist(person.place, point) for point in PARK.path.points)
            assert nearest_m < 2.0
            was = before.get(person.number)
            if was is not None:
                assert dist(was.place, person.place) <= 5.8 * STEP_S
                assert hypot(*person.velocity) < 5.8
        before = {person.number: person for person in people}


@pytest.mark.long
def test_all_sorts_come_by() -> None:
    """Walkers, joggers and cyclists, some beside each other, and some who turn round."""
    steps = run(Evening(PARK.path, 5, 17.5), 1200)
    assert {person.kind for people in steps for person in people} == {
        "walker",
        "jogger",
        "cyclist",
    }
    first: dict[int, Seen] = {}
    last: dict[int, Seen] = {}
    for people in steps[: -round(200 / STEP_S)]:
        for person in people:
            first.setdefault(person.number, person)
            last[person.number] = person
    west = PARK.path.place(0)
    came_back = [
        number
        for number, person in first.items()
        if dist(person.place, west) < 3 and dist(last[number].place, west) < 3
        and dist(person.place, last[number].place) > 0.5
    ]  # fmt: skip
    assert came_back
    apart_m: dict[int, list[float]] = {}
    for people in steps[::20]:
        places = {person.number: person.place for person in people}
        for number in places.keys() & {other - 1 for other in places}:
            apart_m.setdefault(number, []).append(dist(places[number], places[number + 1]))
    assert any(len(each) > 20 and 0.4 < min(each) < max(each) < 3 for each in apart_m.values())


@pytest.mark.parametrize(("hour", "rate"), [(17.0, 5.0), (17.5, 4.0), (24.0, 0.4), (3.0, 0.4)])
def test_an_evening_has_a_rhythm(hour: float, rate: float) -> None:
    """Busy when people come home, quiet at night, and straight lines between."""
    assert groups_a_minute(hour) == pytest.approx(rate)


def test_a_path_is_measured_by_its_length() -> None:
    """Places are metres from the start, left is positive, and the ends go straight on."""
    path = Path([(0, 0), (10, 0), (10, 5)])
    assert path.length_m == 15
    assert path.place(4, 1) == (4, 1)
    assert path.place(12, 1) == (9, 2)
    assert path.place(-3) == (-3, 0)
    assert path.place(17) == (10, 7)


def test_the_demo_park_is_as_big_as_the_real_one() -> None:
    """Eight lamps 15 m apart on 120 m of path, and a counter near either end."""
    assert PARK.path.length_m == pytest.approx(120, abs=5)
    assert [lamp.name for lamp in PARK.lamps] == [f"lamp-{number}" for number in range(1, 9)]
    gaps_m = [dist(a.place, b.place) for a, b in zip(PARK.lamps, PARK.lamps[1:], strict=False)]
    assert all(13.5 < gap < 16.5 for gap in gaps_m)
    assert [counter.name for counter in PARK.counters] == ["counter-west", "counter-east"]


@pytest.mark.parametrize("counter", PARK.counters, ids=lambda counter: counter.name)
def test_in_is_towards_the_middle(counter: Counter) -> None:
    """From either end, s goes from negative to positive on the way into the park."""
    middle = PARK.path.place(PARK.path.length_m / 2)
    ends = [PARK.path.place(0), PARK.path.place(PARK.path.length_m)]
    near_end = min(ends, key=lambda end: dist(end, counter.place))
    assert counter.side_mm(near_end) < -1000
    assert counter.side_mm(middle) > 1000


def seen(number: int, along_m: float, aside_m: float = 0.0) -> Seen:
    return Seen(number, PARK.path.place(along_m, aside_m), (0.0, 0.0), "walker")


def test_a_gate_tells_direction_and_closeness() -> None:
    """One goes in alone, two come out beside each other: three crossings, two of them close."""
    gate = Gate(PARK.counters[0])
    assert gate.step([seen(1, 7.5)], 1000) == []
    (crossing,) = gate.step([seen(1, 8.5)], 1050)
    assert (crossing.utc_ms, crossing.counter) == (1050, "counter-west")
    assert (crossing.inward, crossing.close) == (True, False)
    gate.step([seen(2, 8.5), seen(3, 8.5, 0.7)], 1100)
    pair = gate.step([seen(2, 7.5), seen(3, 7.5, 0.7)], 1150)
    assert [(crossing.inward, crossing.close) for crossing in pair] == [(False, True)] * 2


def test_somebody_who_appears_beyond_the_line_has_not_crossed_it() -> None:
    """The first step of a walk has no step before it."""
    assert Gate(PARK.counters[0]).step([seen(1, 9.0)], 1000) == []
