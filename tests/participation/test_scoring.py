"""Scores, pairs and t intervals, against hand-made answers and against scipy."""

from statistics import fmean

import pytest
from scipy import stats

from padlicht.participation.survey.scoring import (
    ANSWER_ROUNDING_VARIANCE,
    change,
    interval,
    pair_up,
    score,
    t_quantile,
)
from tests.participation.parts import FIRST, person, persons, sheet


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ("444434", 4.0),
        ("666616", 6.0),  # the fifth is reversed
        ("111161", 1.0),
        ("6666-1", 6.0),  # four of five are enough
        ("066616", 6.0),  # "don't know" is no answer
        ("0-6616", None),
        ("------", None),
    ],
)
def test_a_score_is_the_mean_of_five_if_four_are_answered(answers, wanted):
    """The sixth question is no part of it."""
    assert score(sheet(answers=answers)) == wanted


@pytest.mark.parametrize("freedom", [9, 10, 19, 24.7, 38, 59, 200])
def test_the_quantile_is_students(freedom):
    """From nine degrees of freedom on, where we begin to use it."""
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=2e-4)


def test_ten_pairs_have_an_interval_and_nine_have_none():
    """By the t distribution, as scipy has it."""
    gaps = [0.2, 1.4, -0.4, 0.8, 2.0, 0.0, 0.6, 1.2, 0.4, 1.0]
    found = pair_up(persons(gaps))
    assert found.differences == pytest.approx(gaps)
    assert interval(found.differences[:9]) is None
    of_ten = interval(found.differences)
    wanted = stats.t.interval(0.95, 9, loc=fmean(gaps), scale=stats.sem(gaps))
    assert (of_ten.low, of_ten.high) == pytest.approx(wanted, abs=1e-3)


def test_a_change_is_welchs():
    """Of different people, with spreads of their own."""
    before, after = [0.2 * i for i in range(20)], [0.1 * i for i in range(25)]
    found = change(interval(before), interval(after))
    wanted = stats.ttest_ind(after, before, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-3)
    assert found.mean == pytest.approx(fmean(after) - fmean(before))
    assert found.n == 20


def test_a_code_that_two_people_made_up_pairs_nobody():
    """Three sheets of a code, or two ages: it is told, and left out."""
    twice = [*person(1, "444434", "333343"), sheet("day", pair=(1).to_bytes(8))]
    ages = [
        sheet("day", pair=(2).to_bytes(8), age="12-24"),
        sheet("dark", pair=(2).to_bytes(8), age="65+"),
    ]
    found = pair_up([*twice, *ages, *person(3, "444434", "444434", age="65+")])
    assert (found.pairs, found.clashes, len(found.differences)) == (1, 2, 1)
    assert found.people == 4  # two of the first code, one at least of the second, one of the third


def test_the_order_is_told_and_sheets_without_a_code_are_no_pair():
    """By the days of both sheets; the same day was the day's first."""
    later = FIRST.replace(day=9)
    found = pair_up(
        [
            *person(1, "444434", "444434"),
            sheet("day", pair=(2).to_bytes(8), day=later),
            sheet("dark", pair=(2).to_bytes(8)),
            sheet("day"),
            sheet("dark"),
        ]
    )
    assert (found.pairs, found.day_first, found.dark_first, found.people) == (2, 1, 1, 4)


def test_people_who_all_answer_alike_are_no_certainty():
    """Answers are whole points: ten zeros are between −0.29 and 0.29, not between 0 and 0."""
    found = interval([0.0] * 10, ANSWER_ROUNDING_VARIANCE)
    assert found.mean == 0
    assert found.high == -found.low == pytest.approx(2.262 * (1 / 6 / 10) ** 0.5, abs=0.001)


def test_rounding_is_no_more_than_a_floor():
    """Answers that scatter more than rounding does have the interval that they had."""
    values = [0.0, 1.0, 2.0, 3.0, -1.0] * 2
    assert interval(values, ANSWER_ROUNDING_VARIANCE) == interval(values)
