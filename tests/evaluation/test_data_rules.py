"""When nothing can be said, and why: each case of bad data has its own name."""

from datetime import date, timedelta

import pytest

from padlicht.evaluation.estimators.analyse import analyse
from padlicht.evaluation.estimators.placebo import draw_weeks
from padlicht.evaluation.estimators.types import (
    Design,
    Outcome,
    Part,
    Place,
    Reason,
    StudyData,
)
from tests.evaluation.park import LIT, MONDAY, by_chance, hours

AFTER = MONDAY + timedelta(weeks=8)


def study(**park):
    return analyse(StudyData(Design.INSTALLATION, hours(MONDAY, 112, **park), AFTER))


def reasons(analysis):
    return [(left.day, left.reason) for left in analysis.left_out]


def test_a_night_without_passages_where_eight_were_expected_is_a_covered_counter():
    """It is left out as a whole day, named, and the estimate is as if it had not been."""
    nights = {AFTER + timedelta(days=number) for number in (3, 17, 30)}
    plain = by_chance(1)
    found = study(
        count=lambda day, hour, part: (
            0 if day in nights and part is Part.CASE else plain(day, hour, part)
        )
    )
    assert reasons(found) == [(night, Reason.COVERED) for night in sorted(nights)]
    assert found.main.outcome is Outcome.NO_SURE_DIFFERENCE
    assert (found.main.sides[0].covered, found.main.sides[1].covered) == (0, 3)


def test_a_quiet_night_stays_a_night():
    """Of six passages expected, none is rare and happens: seven nights' mean is not eight."""
    quiet = AFTER + timedelta(days=3)
    found = study(
        count=lambda day, hour, part: (
            20 if part is Part.CONTROL else 0 if day == quiet or hour > 20 else 2
        )
    )
    assert found.left_out == ()


def test_a_counter_covered_half_of_the_nights_after_gives_no_verdict():
    """ "Fewer" would be the cover's. The nights that are left may not be like the others."""
    plain = by_chance(1)
    found = study(
        count=lambda day, hour, part: (
            0
            if day >= AFTER and day.toordinal() % 2 and part is Part.CASE
            else plain(day, hour, part)
        )
    )
    assert found.main.outcome is Outcome.COVERED
    assert found.main.sides[1].covered == 28
    assert found.main.ratio is None


def test_a_counter_that_dies_in_wet_nights_gives_no_verdict():
    """In those nights fewer people walk: without them, the others look busy."""
    plain = by_chance(1)
    found = study(
        count=plain,
        watched_s=lambda day, hour, part: (
            0 if day >= AFTER and day.toordinal() % 3 == 0 and part is Part.CASE else 3600
        ),
    )
    assert found.main.outcome is Outcome.NIGHTS_MISSING
    assert {reason for _, reason in reasons(found)} == {Reason.UNWATCHED}
    assert found.main.sides[1].unwatched in (18, 19)


def test_lamps_of_a_summer_hardly_shine():
    """Installed in May, the window of half past nine to ten has too little dark to say anything."""
    may = date(2026, 5, 4)
    rows = hours(
        may - timedelta(weeks=8),
        112,
        lit=lambda day: LIT[2:] if day < may else (),
    )
    found = analyse(StudyData(Design.INSTALLATION, rows, may)).main
    assert (found.outcome, found.ratio) == (Outcome.HARDLY_LIT, None)


def test_a_tryout_of_a_summer_is_hardly_lit_too():
    """Its weeks are named one by one."""
    weeks = draw_weeks(date(2026, 6, 1), 4, seed=1)
    rows = hours(date(2026, 6, 1), 56, lit=lambda _: ())
    found = analyse(StudyData(Design.TRYOUT, rows, weeks=weeks))
    assert found.main.outcome is Outcome.HARDLY_LIT
    assert sum(left.reason is Reason.HARDLY_LIT for left in found.left_out) == 8


def test_the_dark_weeks_of_an_autumn_are_compared_and_its_summer_is_not():
    """Lamps came in October; of twelve weeks before it six had dark hours in the window."""
    october = date(2025, 10, 6)
    dark_from = october - timedelta(weeks=6)
    rows = hours(
        october - timedelta(weeks=12),
        168,
        count=by_chance(3),
        lit=lambda day: LIT if day >= dark_from else (),
    )
    found = analyse(StudyData(Design.INSTALLATION, rows, october)).main
    assert found.outcome is Outcome.NO_SURE_DIFFERENCE
    assert found.dots[0].first == dark_from
    assert found.dots[-1].last == october + timedelta(days=41)


def test_a_date_without_fifty_passages_is_too_few():
    """48 in eight weeks before it: no ratio, whatever came after."""
    found = study(
        count=lambda day, hour, part: (
            20
            if part is Part.CONTROL
            else int(day >= AFTER or (hour == LIT[0] and day.weekday() < 6))
        )
    ).main
    assert found.sides[0].case_passages == 48
    assert (found.outcome, found.ratio) == (Outcome.TOO_FEW, None)


def test_a_block_without_a_passage_is_named():
    """Fifty on each side, but none in two weeks: there is no level of nothing."""
    empty = range(AFTER.toordinal() + 14, AFTER.toordinal() + 28)
    found = study(
        count=lambda day, hour, part: (
            20 if part is Part.CONTROL else 2 * (day.toordinal() not in empty and hour == LIT[0])
        )
    ).main
    assert found.outcome is Outcome.EMPTY_BLOCK
    assert [dot.level is None for dot in found.dots] == [False] * 5 + [True] + [False] * 2


@pytest.mark.parametrize(("weeks", "outcome"), [(5, "too_short"), (6, "no_sure_difference")])
def test_under_six_weeks_a_side_is_too_short(weeks, outcome):
    """The registered end counts, not the days that there are."""
    data = StudyData(
        Design.INSTALLATION,
        hours(MONDAY, 112, count=by_chance(2)),
        AFTER,
        until=AFTER + timedelta(days=7 * weeks - 1),
    )
    assert analyse(data).main.outcome == outcome


def test_a_day_watched_for_under_three_quarters_does_not_count():
    """Three of four evening hours are enough, two are not; its daylight goes with it."""
    nights = {AFTER + timedelta(days=3): 2, AFTER + timedelta(days=5): 3}
    found = study(
        watched_s=lambda day, hour, part: (
            3600 if part is Part.CONTROL or hour < LIT[0] + nights.get(day, 4) else 0
        )
    )
    assert reasons(found) == [(AFTER + timedelta(days=3), Reason.UNWATCHED)]
    assert found.main.sides[1].control_passages == 55 * 6 * 20


def test_a_control_path_that_lacks_data_is_said_to_be_the_one():
    """Without it there is no estimate with it; the other one stands."""
    rows = [
        *hours(MONDAY, 112, count=by_chance(1)),
        *hours(MONDAY, 112, count=lambda *_: 0, place=Place.CONTROL, counter="counter-2"),
    ]
    controlled, plain, *_ = analyse(StudyData(Design.INSTALLATION, rows, AFTER)).estimates
    assert (controlled.outcome, controlled.place) == (Outcome.TOO_FEW, Place.CONTROL)
    assert plain.outcome is Outcome.NO_SURE_DIFFERENCE


def test_a_counter_that_stood_still_for_a_week_takes_its_pair_along_and_no_more():
    """Eight weeks of a try-out, one of them unwatched: three pairs are left, two weeks named."""
    weeks = draw_weeks(MONDAY, 4, seed=1)
    silent = weeks[2].first
    rows = hours(
        MONDAY,
        56,
        count=by_chance(1),
        watched_s=lambda day, *_: 0 if silent <= day < silent + timedelta(days=7) else 3600,
    )
    found = analyse(StudyData(Design.TRYOUT, rows, weeks=weeks))
    assert (found.main.outcome, found.main.cases) == (Outcome.NO_SURE_DIFFERENCE, 3)
    whole = {(left.day, left.reason) for left in found.left_out if left.counter == ""}
    assert {(silent, Reason.UNWATCHED), (weeks[3].first, Reason.PAIR_BROKEN)} <= whole
