"""How long a study must last, by how much the park's own weeks scatter."""

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from padlicht.evaluation.estimators.grid import grid_of
from padlicht.evaluation.estimators.plan import plan, power
from padlicht.evaluation.estimators.types import Design, Part
from tests.evaluation.park import LIT, MONDAY, by_chance, hours


def of(found, design):
    return {effect.percent: effect for effect in found.effects if effect.design is design}


def test_power_is_that_of_a_paired_t_test():
    """statsmodels says the same of twelve pairs, of the tail that is meant."""
    theirs = TTestPower().power(0.18 / 0.25, 12, 0.025, alternative="larger")
    assert power(0.18, 0.25 / 12**0.5, 11) == pytest.approx(theirs, abs=1e-5)


def test_a_tryout_takes_the_least_number_of_pairs_that_has_the_power():
    """One pair less has under 80 %; a greater effect needs fewer weeks."""
    found = plan(grid_of(hours(MONDAY, 20 * 7, count=by_chance(4))))
    planned = of(found, Design.TRYOUT)
    twenty, thirty = planned[20], planned[30]
    assert found.history_weeks == 20
    assert 6 <= thirty.weeks <= twenty.weeks <= 24
    pairs = twenty.weeks // 2
    assert twenty.power >= 0.8
    assert power(np.log(1.2), found.step / (pairs - 1) ** 0.5, pairs - 2) < 0.8


def test_a_quiet_path_is_told_that_24_weeks_are_not_enough():
    """With the power that 24 weeks have, so that nobody hopes for more."""
    found = plan(grid_of(hours(MONDAY, 20 * 7, count=_restless)))
    effect = of(found, Design.TRYOUT)[20]
    assert effect.weeks is None
    assert 0.0 < effect.power < 0.8


def test_an_installation_is_planned_by_weeks_on_both_sides():
    """Twelve to twenty-four, and never with less than a try-out of as many weeks would show."""
    found = plan(grid_of(hours(MONDAY, 24 * 7, count=by_chance(4))), (20, 50, 100))
    before_after, tryout = of(found, Design.INSTALLATION), of(found, Design.TRYOUT)
    assert before_after[100].weeks in range(12, 25)
    assert tryout[20].weeks <= (before_after[20].weeks or 99)


def test_under_twelve_weeks_of_history_nothing_is_planned():
    """Eleven weeks, or a summer in which lamps had no dark."""
    eleven = plan(grid_of(hours(MONDAY, 11 * 7, count=by_chance(4))))
    summer = plan(grid_of(hours(MONDAY, 20 * 7, count=by_chance(4), lit=lambda _: ())))
    assert (eleven.history_weeks, eleven.step, eleven.effects) == (11, None, ())
    assert (summer.history_weeks, summer.effects) == (0, ())


def test_no_history_at_all_is_no_error():
    """A park that begins today asks for a plan, too."""
    assert plan(grid_of([])).effects == ()


def _restless(day, hour, part):
    """Evenings of one week are twice as busy as those of the next."""
    if part is Part.CONTROL:
        return 20
    return (4 if day.toordinal() // 7 % 2 else 2) + (hour == LIT[0])
