"""Ratios and their intervals, for each design, on parks of which the truth is known."""

import random
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant

from padlicht.evaluation.estimators.analyse import analyse
from padlicht.evaluation.estimators.intervals import mean_with_error, step_with_slope, told
from padlicht.evaluation.estimators.placebo import draw_weeks
from padlicht.evaluation.estimators.types import (
    Analysis,
    Design,
    Estimate,
    LeftOut,
    Method,
    Outcome,
    Place,
    Reason,
    StudyData,
)
from tests.evaluation.park import MONDAY, by_chance, hours

WEEKS = timedelta(weeks=8)
AFTER = MONDAY + WEEKS


def installation(count, **more):
    return StudyData(Design.INSTALLATION, hours(MONDAY, 112, count=count), AFTER, **more)


def test_use_that_rises_by_half_is_found():
    """The interval lies above 1 and has the truth in it; there is a dot for each two weeks."""
    found = analyse(installation(by_chance(1, AFTER, 0.5))).main
    assert found.method is Method.INSTALLATION
    assert found.outcome is Outcome.MORE
    assert found.low < 1.5 < found.high
    assert [dot.side for dot in found.dots] == ["before"] * 4 + ["after"] * 4
    assert (found.cases, found.freedom) == (8, 5)


def test_under_eight_weeks_a_side_dots_are_single_weeks():
    """Six weeks make twelve dots and 9 degrees of freedom, as twelve weeks do by two."""
    data = StudyData(Design.INSTALLATION, hours(MONDAY, 84), MONDAY + timedelta(weeks=6))
    found = analyse(data).main
    assert (found.cases, found.freedom) == (12, 9)


def test_a_path_that_rises_alike_takes_the_claim_away():
    """What changed evenings everywhere is in both paths, and falls out of the registered one."""
    both = [
        *hours(MONDAY, 112, count=by_chance(1, AFTER, 0.5)),
        *hours(MONDAY, 112, count=by_chance(3, AFTER, 0.5), place=Place.CONTROL, counter="c-2"),
    ]
    controlled, plain, *_ = analyse(StudyData(Design.INSTALLATION, both, AFTER)).estimates
    assert controlled.method is Method.INSTALLATION_CONTROL_PATH
    assert controlled.outcome is Outcome.NO_SURE_DIFFERENCE
    assert plain.outcome is Outcome.MORE
    assert all(dot.control_path for dot in controlled.dots)


def test_a_tryout_is_the_paired_t_of_its_weeks():
    """The interval is that of scipy's paired t on the logarithms of the dots."""
    weeks = draw_weeks(MONDAY, 6, seed=3)
    found = analyse(StudyData(Design.TRYOUT, hours(MONDAY, 84, count=by_chance(5)), weeks=weeks))
    level = {dot.first - timedelta(days=1): np.log(dot.level) for dot in found.main.dots}
    on = [level[week.first] for week in sorted(weeks, key=lambda w: w.pair) if week.on]
    off = [level[week.first] for week in sorted(weeks, key=lambda w: w.pair) if not week.on]
    low, high = np.exp(stats.ttest_rel(on, off).confidence_interval())
    assert (found.main.low, found.main.high) == pytest.approx((low, high), abs=1e-7)
    assert sum(out.reason is Reason.BEDDING_IN for out in found.left_out) == 12


def test_a_week_that_was_not_confirmed_takes_its_pair_along():
    """Both weeks are named: the one that lamps did not confirm, and the other one."""
    weeks = [*draw_weeks(MONDAY, 6, seed=3)]
    weeks[4] = msgspec.structs.replace(weeks[4], confirmed=False)
    data = StudyData(Design.TRYOUT, hours(MONDAY, 84, count=by_chance(5)), weeks=tuple(weeks))
    found = analyse(data)
    assert found.main.cases == 5
    assert LeftOut(weeks[4].first, "", Reason.UNCONFIRMED) in found.left_out
    assert LeftOut(weeks[5].first, "", Reason.PAIR_BROKEN) in found.left_out


def test_the_step_and_its_error_are_those_of_least_squares_with_hc3():
    """The model has a level, a step and a slope, and nothing else."""
    r = np.random.default_rng(4).normal(size=12)
    after = np.repeat([0.0, 1.0], 6)
    matrix = add_constant(np.column_stack([after, np.arange(12)]))
    theirs = OLS(r, matrix).fit()
    step, error, freedom = step_with_slope(r, after)
    assert (step, error) == pytest.approx((theirs.params[1], theirs.HC3_se[1]))
    assert freedom == 9


def test_an_interval_that_ends_at_one_claims_nothing():
    """Nothing scatters and nothing changed: 1, from 1 to 1, is no sure difference."""
    nothing = Estimate(Method.TRYOUT, Outcome.TOO_FEW, 6, 0)
    assert told(nothing, *mean_with_error(np.zeros(6))).outcome is Outcome.NO_SURE_DIFFERENCE


def test_a_result_is_the_same_to_the_last_bit_in_any_order_of_the_data():
    """Ledger rows come in any order; the JSON of two runs is compared byte by byte."""
    data = installation(by_chance(1, AFTER, 0.2))
    shuffled = random.Random(1).sample(data.hours, len(data.hours))
    first, second = (
        msgspec.json.encode(analyse(msgspec.structs.replace(data, hours=rows)))
        for rows in (data.hours, shuffled)
    )
    assert first == second
    assert msgspec.json.encode(msgspec.json.decode(first, type=Analysis)) == first


def test_placebo_dates_keep_off_the_study_and_what_else_changed():
    """Of 40 weeks of past, those over the café's opening are not tried; steps are all heard."""
    past = MONDAY - timedelta(weeks=40)
    opened = MONDAY - timedelta(weeks=10)
    data = StudyData(
        Design.INSTALLATION,
        hours(past, 392, count=by_chance(8)),
        AFTER,
        other_changes=(opened,),
    )
    heard = []
    found = analyse(data, heard.append)
    # 38 weeks before the opening; 18 to the date, and 8 after it; 16 weeks each.
    assert found.placebos[0].dates == 15 + 3
    assert found.placebos[0].claimed <= 3
    assert heard == ["load", "estimate", "clock_changes", *["placebo"] * 18]


@pytest.mark.parametrize("design", Design)
def test_a_study_without_its_plan_says_what_it_needs(design):
    """A date, or weeks on and off."""
    with pytest.raises(ValueError, match="needs its"):
        analyse(StudyData(design, []))
