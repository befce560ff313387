"""What anybody may see: a day late, rounded, and nothing hidden that could be worked out."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from padlicht.usage.open_figures import (
    Figure,
    Hour,
    OpenFigure,
    cell,
    last_open_day,
    open_use,
    total,
)

TZ = "Europe/Amsterdam"
HOUR_S = 3600
MONDAY = datetime(2026, 11, 1, 23, tzinfo=UTC)  # 2 November 2026, local midnight
START_UTC_S = int(MONDAY.timestamp())
LIGHTS = ("day", "twilight", "dark")


def hours(*passages, light="dark", start_utc_s=START_UTC_S, **other):
    """An hour for each number, one after the other; None: nobody was watching."""
    known = {"due_s": 3600, "simulated": False, **other}
    return [
        Hour(start_utc_s + HOUR_S * i, light, count or 0, 0 if count is None else 3600, **known)
        for i, count in enumerate(passages)
    ]


def later(days):
    """Unix seconds some days after the Monday's midnight."""
    return START_UTC_S + days * 86_400


@pytest.mark.parametrize(
    ("count", "text"), [(0, "<5"), (4, "<5"), (5, "5"), (7, "5"), (8, "10"), (1234, "1235")]
)
def test_small_cells_are_hidden_and_others_rounded(count, text):
    """Under 5 nothing but that is said; else the nearest multiple of 5."""
    figure = cell(count)
    assert figure.text == text
    assert figure.low <= count <= figure.high
    assert figure.hidden is (figure.value == 0)


def test_a_sum_is_rounded_on_its_own():
    """The roundings of its parts do not add up in it."""
    parts = [cell(21)] * 8
    assert sum(part.value for part in parts) == 160
    assert total(168, parts).value == 170


def groups(shapes, publish):
    """All data sets that are published alike."""
    alike = defaultdict(list)
    for values in shapes:
        alike[publish(values)].append(values)
    return alike


def assert_nothing_leaks(alike, cells_of):
    """Whoever knows the rules and all that is published finds every hidden cell at 0 to 4."""
    for published, candidates in alike.items():
        for place, figure in enumerate(cells_of(published)):
            possible = {values[place] for values in candidates}
            if figure.hidden:
                assert possible == {0, 1, 2, 3, 4}, published
            else:
                assert len(possible) >= 3, published


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_total_tells_nothing_of_a_hidden_cell(count):
    """Of all parks with the same public figures, some have each of 0 to 4 in a hidden cell."""

    def publish(values):
        cells = tuple(cell(value) for value in values)
        return cells, total(sum(values), cells)

    top = {2: 43, 3: 23, 4: 13}[count]  # the end of a step, so that none is cut
    assert_nothing_leaks(
        groups(product(range(top), repeat=count), publish), lambda published: published[0]
    )


def test_totals_of_totals_tell_nothing_either():
    """Hours, days and a week together leave every hidden hour as open as it was."""

    def publish(values):
        cells = tuple(cell(value) for value in values)
        days = (total(sum(values[:3]), cells[:3]), total(sum(values[3:]), cells[3:]))
        return cells, days, total(sum(values), days)

    assert_nothing_leaks(
        groups(product(range(8), repeat=5), publish), lambda published: published[0]
    )


def test_a_total_is_near_the_truth():
    """It is wrong by no more than its steps at the very ends, and mostly by two."""
    dice = random.Random(5)
    for _ in range(2000):
        values = [dice.choice([0, 1, 4, 5, 12, 60]) for _ in range(dice.randint(2, 24))]
        figure = total(sum(values), [cell(value) for value in values])
        assert figure.low <= sum(values) <= figure.high
        if not figure.hidden:
            assert abs(figure.value - sum(values)) <= 8
        assert figure.value % 5 == 0


def test_a_sum_of_one_part_is_that_part():
    """The same number is not shown in two ways."""
    assert total(3, [cell(3)]) == cell(3)
    assert total(41, [Figure(30, 42, 40)]) == Figure(30, 42, 40)


@pytest.mark.parametrize(
    ("hours_after", "day"),
    [(0, -2), (23.99, -2), (24, -1), (48, 0), (71.9, 0), (72, 1)],
)
def test_a_day_is_open_a_day_after_it_ended(hours_after, day):
    """Of Monday nothing is told before Tuesday is over."""
    now = START_UTC_S + int(hours_after * HOUR_S)
    assert last_open_day(now, TZ) == date(2026, 11, 2) + timedelta(days=day)


def test_a_long_day_is_waited_for():
    """25 October 2026 has 25 hours; 24 hours after it ended it is open, a second before not."""
    end = int(datetime(2026, 10, 25, 23, tzinfo=UTC).timestamp())
    assert last_open_day(end + 86_400, TZ) == date(2026, 10, 25)
    assert last_open_day(end + 86_399, TZ) == date(2026, 10, 24)


def test_nothing_newer_or_finer_gets_out():
    """Whatever the counts: hours at the finest, none of a day too young, no true small number."""
    dice = random.Random(9)
    for _ in range(30):
        data = [
            Hour(
                START_UTC_S + HOUR_S * i,
                LIGHTS[i % 24 // 8],
                dice.randint(0, 30),
                3600,
                3600,
                False,
            )
            for i in range(24 * dice.randint(1, 30))
        ]
        now = later(dice.randint(1, 40))
        use = open_use(data, TZ, now)
        if use is None:
            assert now < later(2)
            continue
        shown = [*use.hours.values(), *use.days.values(), *use.weeks.values()]
        for part in [*shown, *use.whole_weeks.values()]:
            assert part.figure.hidden or part.figure.value % 5 == 0
            assert part.figure.high - part.figure.low >= 2
        assert max(start for start, _ in use.hours) < now - 86_400
        assert all(start % HOUR_S == 0 for start, _ in use.hours)
        assert all(monday.weekday() == 0 for monday in use.whole_weeks)
        assert all(monday + timedelta(days=6) <= use.last for monday in use.whole_weeks)


def test_unwatched_is_not_small():
    """An hour in which nobody watched has no figure, and takes part in no sum."""
    use = open_use(hours(None, 7, 9), TZ, later(3))
    shown = [part.figure.text if part.figure else None for part in use.hours.values()]
    assert shown == [None, "5", "10"]
    day = use.days[date(2026, 11, 2), "dark"]
    assert day.figure.low <= 16 <= day.figure.high
    assert day.coverage == pytest.approx(2 / 3)
    unwatched = open_use(hours(None, None), TZ, later(3)).days[date(2026, 11, 2), "dark"]
    assert unwatched.figure is None
    assert unwatched.coverage == 0


def test_made_up_figures_stay_marked():
    """One simulated hour marks its day and its week."""
    data = hours(*[9] * 24 * 7) + hours(8, light="day", simulated=True)
    use = open_use(data, TZ, later(10))
    assert use.days[date(2026, 11, 2), "day"].simulated
    assert use.whole_weeks[date(2026, 11, 2)].simulated
    assert not use.days[date(2026, 11, 3), "dark"].simulated


def test_a_week_is_told_when_all_of_it_is_open():
    """A week that began before the park did, or that still lacks a day, has no figure."""
    data = hours(*[20] * 24 * 20, start_utc_s=START_UTC_S + 86_400)
    use = open_use(data, TZ, later(21))
    assert list(use.whole_weeks) == [date(2026, 11, 9)]
    use = open_use(data, TZ, later(22))
    assert list(use.whole_weeks) == [date(2026, 11, 9), date(2026, 11, 16)]


def test_without_an_open_day_there_is_nothing():
    """On its first day a park shows nobody anything."""
    assert open_use(hours(9, 9), TZ, later(1)) is None
    assert open_use([], TZ, later(9)) is None


def test_passages_of_an_hour_that_nobody_watched_count_nowhere():
    """A counter that says 50 and that it watched for no second brings its day no count."""
    blind = [Hour(START_UTC_S + HOUR_S * i, "dark", 50, 0, 3600, False) for i in range(6)]
    seen = hours(*[20] * 10, start_utc_s=START_UTC_S + HOUR_S * 6)
    use = open_use([*blind, *seen], TZ, later(3))
    assert use.hours[START_UTC_S, "dark"].figure is None
    assert use.days[date(2026, 11, 2), "dark"].figure == total(200, [cell(20)] * 10)


def test_a_sum_that_may_be_nothing_is_hidden_as_widely_as_its_parts():
    """Two hidden cells are together under 9, of three few are under 8: no less, and no more."""
    for values, text in (((2, 3), "<9"), ((0, 0), "<9"), ((1, 1, 1), "<8")):
        figure = total(sum(values), [cell(value) for value in values])
        assert (figure.hidden, figure.text) == (True, text)
        assert figure.low <= sum(values) <= figure.high


def test_where_one_step_is_all_its_middle_is_shown():
    """5 to 11 can be told apart no further: it is shown as 10, the step nearest to its middle."""
    assert total(7, [cell(6), cell(1)]) == Figure(5, 11, 10)


def test_coverage_is_a_share():
    """Of what was due; more than all of it is all of it, and where nothing was due there is
    none."""
    figure = cell(9)
    assert OpenFigure(figure, 900, 3600, simulated=False).coverage == 0.25
    assert OpenFigure(figure, 3700, 3600, simulated=False).coverage == 1
    assert OpenFigure(None, 0, 3600, simulated=False).coverage == 0
    assert OpenFigure(None, 900, 0, simulated=False).coverage is None


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_told_begins_with_the_first_hour_that_is_known(count):
    """Though it be the only one, or the last of its day."""
    (only, *_) = known = hours(9, 9, start_utc_s=START_UTC_S + 23 * HOUR_S)[:count]
    use = open_use(known, TZ, later(9))
    assert use.first == MONDAY.date() + timedelta(days=1)
    assert (only.hour_utc_s, "dark") in use.hours
