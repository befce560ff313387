"""What of a counter's days counts: short ones, covered ones, and when two times are alike."""

from datetime import date, timedelta

import pytest

from padlicht.ledger.usage.counter_days import CounterDay
from padlicht.ledger.usage.sums import Use
from padlicht.usage.coverage.left_out import uncover, uncovered
from padlicht.usage.coverage.watching import Reason, Watching, judge, watching
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY, TWILIGHT

FIRST = date(2026, 10, 1)
HOUR = 3600


def night(number: int, on: int, off: int = 0, obs_h: float = 10.0) -> list[CounterDay]:
    """A day of 14 watched light hours, and 10 dark ones of which `obs_h` were watched."""
    day = FIRST + timedelta(number)
    share = obs_h / 10
    return [
        CounterDay(1, day, DAY, 400, 14 * HOUR, 14 * HOUR),
        CounterDay(1, day, DARK_ON, on, round(4 * HOUR * share), 4 * HOUR),
        CounterDay(1, day, DARK_OFF, off, round(6 * HOUR * share), 6 * HOUR),
    ]


def reasons(*nights: list[CounterDay]) -> set[tuple[int, str, Reason]]:
    """What is left out, by number of the day."""
    found = judge(part for each in nights for part in each)
    return {((part.day - FIRST).days, part.light, part.reason) for part in found}


def test_a_night_without_anybody_where_many_are_usual_was_covered():
    """All of its dark, lamps on and lamps off; the days around it stay, and its own day, too."""
    found = reasons(*(night(number, 20, 4) for number in range(6)), night(6, 0, 0))
    assert found == {(6, DARK_ON, Reason.COVERED), (6, DARK_OFF, Reason.COVERED)}


def test_half_of_the_nights_covered_does_not_make_it_usual():
    """What is usual is taken from nights in which somebody was counted."""
    found = reasons(*(night(number, 20 * (number % 2)) for number in range(10)))
    assert {number for number, _, _ in found} == {0, 2, 4, 6, 8}


def test_a_dusk_without_anybody_is_no_cover():
    """Its hour is short, and the evening around it was counted: nothing is left out."""
    dusk = [
        CounterDay(1, FIRST + timedelta(number), TWILIGHT, 20 * (number != 6), HOUR, HOUR)
        for number in range(7)
    ]
    nights = [night(number, 20, 4) for number in range(7)]
    assert reasons(*nights, dusk) == set()


@pytest.mark.parametrize(("usual", "covered"), [(7, False), (8, True)])
def test_a_quiet_path_may_have_a_night_without_anybody(usual, covered):
    """Only where 8 or more were to be expected is nobody a sign of a cover."""
    found = reasons(*(night(number, usual) for number in range(6)), night(6, 0))
    assert bool(found) is covered


def test_a_night_that_was_watched_too_little_is_left_out():
    """Under 75 %; the day before it, watched whole, stays. A day of which too much is missing goes
    whole."""
    assert reasons(night(0, 20, obs_h=7.5)) == set()
    found = reasons(night(0, 20, obs_h=7.4))
    assert found == {(0, DARK_ON, Reason.SHORT), (0, DARK_OFF, Reason.SHORT)}
    found = reasons(night(0, 20, obs_h=3.0))
    assert {light for _, light, _ in found} == {DAY, DARK_ON, DARK_OFF}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (0.98, 0.95, Watching.ALIKE),
        (0.98, 0.92, Watching.UNLIKE),
        (0.98, 0.74, Watching.LOW),
        (0.6, 0.6, Watching.LOW),
        (None, 0.98, Watching.NOBODY),
        (0.98, 0.0, Watching.NOBODY),
    ],
)
def test_two_times_are_alike_when_both_were_watched_much_and_as_much(before, after, found):
    """75 % or more, and within 5 points."""
    assert watching(before, after) is found


def test_covered_time_was_not_watched_whatever_the_counter_said():
    """Its seconds go from what was watched, not from what was due; by hour, too."""
    use = Use(count_in=9, obs_s=2 * HOUR, due_s=2 * HOUR)
    assert (uncovered(use, HOUR).coverage, uncovered(use, 0)) == (0.5, use)
    uses = {(7, DAY): use, (8, DARK_ON): use}
    found = uncover(uses, {(8, DARK_ON): 2 * HOUR}, lambda hour, light: (hour, light))
    assert (found[7, DAY].coverage, found[8, DARK_ON].coverage) == (1.0, 0.0)
