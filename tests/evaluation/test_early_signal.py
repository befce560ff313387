"""When a zone's newest week is a hint to go and look, and when it is not."""

import random
import subprocess
import sys
from datetime import timedelta

import pytest

from padlicht.evaluation.estimators.early_signal import WEEKS, WeekCount, early_signal
from tests.evaluation.park import MONDAY

WEEK_S = 7 * 86_400


def weeks(*newest, number=WEEKS, watched_s=lambda _: WEEK_S, mean=500):
    """A zone's weeks of about 500 passages, up to 10 % more or fewer; then the newest ones."""
    dice = random.Random(2)
    counts = [round(mean * dice.uniform(0.9, 1.1)) for _ in range(number - len(newest))]
    return [
        WeekCount(MONDAY + timedelta(weeks=i), count, watched_s(i), WEEK_S)
        for i, count in enumerate([*counts, *newest])
    ]


@pytest.mark.parametrize(("count", "ratio"), [(250, 0.5), (1000, 2.0), (0, 0.001)])
def test_a_week_far_from_what_was_expected_is_a_signal(count, ratio):
    """Half, twice and nobody, where the year before kept within a tenth."""
    found = early_signal(weeks(count))
    assert found.count == count
    assert found.ratio == pytest.approx(ratio, rel=0.05)
    assert found.monday == MONDAY + timedelta(weeks=WEEKS - 1)


def test_a_week_like_one_of_the_past_year_is_none():
    """A feast doubled a week in spring: to be doubled again is no news, to be tenfold is."""
    past = weeks(500)
    past[20] = WeekCount(past[20].monday, 1000, WEEK_S, WEEK_S)
    again, more = (
        [*past[:-1], WeekCount(past[-1].monday, count, WEEK_S, WEEK_S)] for count in (1000, 5000)
    )
    assert early_signal(again) is None
    assert early_signal(more).farthest == pytest.approx(2.0, rel=0.1)


def test_without_most_of_a_year_there_is_none():
    """What is usual is not known yet: 40 weeks with four before each of them."""
    assert early_signal(weeks(50, number=44)) is None
    assert early_signal(weeks(50, number=45)) is not None
    assert early_signal([]) is None


def test_a_week_that_was_hardly_watched_is_none():
    """Under nine tenths; what was counted is not all that passed."""
    assert early_signal(weeks(50, watched_s=lambda i: WEEK_S * 8 // 10 if i == 56 else WEEK_S)) is (
        None
    )
    assert early_signal(weeks(50, watched_s=lambda i: 0 if i == 54 else WEEK_S)) is None


def test_weeks_with_another_number_of_counters_are_not_compared():
    """A second counter came eight weeks ago: its first year has to pass before there is a hint."""
    zone = weeks(100)
    two = [
        WeekCount(
            week.monday, week.count, week.obs_s * (1 + (i >= 49)), week.due_s * (1 + (i >= 49))
        )
        for i, week in enumerate(zone)
    ]
    assert early_signal(zone) is not None
    assert early_signal(two) is None


def test_a_zone_that_was_always_empty_is_none():
    """No passage is what no passages lead to expect; the first one is not the hundredth."""
    assert early_signal(weeks(0, mean=0)) is None


@pytest.mark.usefixtures("programs")
def test_pages_can_read_it_without_the_extra():
    """Neither numpy nor scipy comes along into the process that serves pages."""
    code = (
        "import sys, padlicht.evaluation.estimators.early_signal;"
        "print({'numpy', 'scipy', 'statsmodels'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
