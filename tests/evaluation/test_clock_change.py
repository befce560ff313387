"""The odds ratio round a clock change, and that of two years."""

from datetime import date, timedelta
from math import log

import pytest

from padlicht.evaluation.estimators.analyse import analyse
from padlicht.evaluation.estimators.clock_change import clock_change
from padlicht.evaluation.estimators.grid import grid_of
from padlicht.evaluation.estimators.types import (
    CounterHour,
    Design,
    Method,
    Outcome,
    Part,
    Place,
    StudyData,
)

CLOCK_BACK = date(2025, 10, 26)
LAST_YEAR = date(2024, 10, 27)


def fortnights(on, in_the_dark, *, dark_first=False, light="day", control=30):
    """Hour 18 is light on one side of `on` and dark on the other; hours 10 to 15 are day."""
    found = []
    for number in range(-14, 14):
        day = on + timedelta(days=number)
        dark = (number >= 0) != dark_first
        people = (in_the_dark if dark else 40) + day.toordinal() % 3
        rows = [(18, "dark_on" if dark else light, Part.CASE if dark else Part.OTHER, people)]
        rows += [(hour, "day", Part.CONTROL, control) for hour in range(10, 16)]
        found += [
            CounterHour(Place.CASE, "counter-1", day, hour, name, part, count, 3600, 3600)
            for hour, name, part, count in rows
        ]
    return found


@pytest.mark.parametrize("dark_first", [False, True])
@pytest.mark.parametrize("light", ["day", "twilight"])
def test_fewer_in_the_dark_make_an_odds_ratio_above_one(dark_first, light):
    """41 an hour in the light, 31 in the dark; in autumn the dark comes after, in spring before."""
    grid = grid_of(fortnights(CLOCK_BACK, 30, dark_first=dark_first, light=light))
    found = clock_change(grid, CLOCK_BACK)
    assert found.ratio == pytest.approx(41 / 31, rel=0.01)
    assert found.low > 1.2
    assert (found.method, found.freedom, found.on) == (Method.CLOCK_CHANGE, 12, CLOCK_BACK)
    assert [side.name for side in found.sides] == ["light", "dark"]


def test_more_people_at_all_hours_after_it_change_nothing():
    """A feast in the second fortnight: hours by day have it as well."""
    rows = [
        CounterHour(h.place, h.counter, h.day, h.hour, h.light, h.part, 2 * h.count, 3600, 3600)
        if h.day >= CLOCK_BACK
        else h
        for h in fortnights(CLOCK_BACK, 40)
    ]
    assert clock_change(grid_of(rows), CLOCK_BACK).ratio == pytest.approx(1.0, abs=0.02)


def test_where_no_hour_turns_from_light_to_dark_there_is_no_odds_ratio():
    """The window ends before it is dark."""
    rows = [hour for hour in fortnights(CLOCK_BACK, 30) if hour.part is not Part.CASE]
    assert clock_change(grid_of(rows), CLOCK_BACK).outcome is Outcome.NO_SUCH_HOUR


def test_a_day_that_was_not_watched_takes_the_same_weekday_of_the_other_side_along():
    """Else Sundays would be held against six other days."""
    rows = [
        CounterHour(h.place, h.counter, h.day, h.hour, h.light, h.part, 0, 0, 3600)
        if h.day == CLOCK_BACK
        else h
        for h in fortnights(CLOCK_BACK, 30)
    ]
    found = clock_change(grid_of(rows), CLOCK_BACK)
    assert (found.cases, found.freedom) == (26, 12)


def test_a_year_with_lamps_is_held_against_the_one_without():
    """30 in the dark without lamps and 38 with: above 1, the odds ratio came down."""
    rows = [*fortnights(LAST_YEAR, 30), *fortnights(CLOCK_BACK, 38)]
    data = StudyData(
        Design.INSTALLATION, rows, date(2025, 9, 1), clock_changes=(LAST_YEAR, CLOCK_BACK)
    )
    found = analyse(data).estimates[1:]
    assert [one.method for one in found] == [
        *[Method.CLOCK_CHANGE] * 2,
        Method.CLOCK_CHANGE_YEARS,
    ]
    assert found[2].ratio == pytest.approx(found[0].ratio / found[1].ratio)
    assert found[2].outcome is Outcome.MORE
    assert found[0].ratio > found[1].ratio > 1.0


def test_two_years_with_lamps_are_not_held_against_each_other():
    """The lamps must have come in between."""
    rows = [*fortnights(LAST_YEAR, 30), *fortnights(CLOCK_BACK, 38)]
    data = StudyData(
        Design.INSTALLATION, rows, date(2024, 9, 1), clock_changes=(LAST_YEAR, CLOCK_BACK)
    )
    assert Method.CLOCK_CHANGE_YEARS not in {one.method for one in analyse(data).estimates}


def test_days_that_go_in_twos_make_the_interval_wider():
    """The same counts, alike two by two or turn by turn: weather of a day is that of the next."""
    in_turn, in_twos = (
        clock_change(
            grid_of(
                [
                    CounterHour(
                        *(h.place, h.counter, h.day, h.hour, h.light, h.part),
                        h.count
                        + (10 if busy((h.day - CLOCK_BACK).days) and h.part is Part.CASE else 0),
                        *(3600, 3600),
                    )
                    for h in fortnights(CLOCK_BACK, 30)
                ]
            ),
            CLOCK_BACK,
        )
        for busy in (lambda day: day % 2 == 0, lambda day: day // 2 % 2 == 0)
    )
    widths = [log(one.high / one.low) for one in (in_turn, in_twos)]
    assert widths[1] > 1.2 * widths[0]
