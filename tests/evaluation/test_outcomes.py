"""Four kinds of data that lead to false claims: each has an outcome of its own, and no ratio."""

from datetime import date, timedelta

import pytest

from padlicht.evaluation.estimators.analyse import analyse
from padlicht.evaluation.estimators.types import TOLD, Design, Outcome, Part, StudyData
from tests.evaluation.park import LIT, MONDAY, by_chance, hours

AFTER = MONDAY + timedelta(weeks=8)
MAY = date(2026, 5, 4)


def _covered():
    """A bin bag on every second evening: the counter says that it watches, and counts 0."""
    plain = by_chance(1)
    return StudyData(
        Design.INSTALLATION,
        hours(
            MONDAY,
            112,
            count=lambda day, hour, part: (
                0
                if part is Part.CASE and day >= AFTER and day.toordinal() % 2
                else plain(day, hour, part)
            ),
        ),
        AFTER,
    )


def _summer():
    """From May on the lamps' window has no dark hour any more."""
    first = MAY - timedelta(weeks=8)
    return StudyData(
        Design.INSTALLATION,
        hours(first, 112, count=by_chance(2), lit=lambda day: LIT if day < MAY else ()),
        MAY,
    )


def _wet():
    """After the date the counter dies in each third evening, in the rain."""
    return StudyData(
        Design.INSTALLATION,
        hours(
            MONDAY,
            112,
            count=by_chance(3),
            watched_s=lambda day, _, part: (
                0 if part is Part.CASE and day >= AFTER and day.toordinal() % 3 == 0 else 3600
            ),
        ),
        AFTER,
    )


def _too_few():
    """One passage an evening, but on Sundays: 48 in the eight weeks before the date."""
    return StudyData(
        Design.INSTALLATION,
        hours(
            MONDAY,
            112,
            count=lambda day, hour, part: (
                20
                if part is Part.CONTROL
                else int(hour == LIT[0] and (day >= AFTER or day.weekday() < 6))
            ),
        ),
        AFTER,
    )


@pytest.mark.parametrize(
    ("study", "outcome"),
    [
        (_covered, Outcome.COVERED),
        (_summer, Outcome.HARDLY_LIT),
        (_wet, Outcome.NIGHTS_MISSING),
        (_too_few, Outcome.TOO_FEW),
    ],
)
def test_data_that_would_lie_have_a_name_of_their_own_and_no_ratio(study, outcome):
    """Whoever writes the report looks its sentence up by this name."""
    found = analyse(study()).main
    assert found.outcome is outcome
    assert (found.ratio, found.low, found.high) == (None, None, None)
    assert found.outcome not in TOLD


def test_placebo_dates_do_not_count_dates_without_data_as_ones_without_a_claim():
    """A past in which the counter died in wet nights: dates were tried, and none could be told."""
    past = MONDAY - timedelta(weeks=30)
    data = StudyData(
        Design.INSTALLATION,
        hours(
            past,
            30 * 7 + 112,
            count=by_chance(4),
            watched_s=lambda day, _, part: (
                0 if part is Part.CASE and day < MONDAY and day.toordinal() % 3 else 3600
            ),
        ),
        AFTER,
    )
    placebo = analyse(data).placebos[0]
    assert (placebo.dates, placebo.claimed) == (0, 0)
    assert placebo.without_data > 10


def test_placebo_dates_find_what_did_change_where_nobody_said_so():
    """The café came twenty weeks before the study: dates near it claim, and the report says so."""
    past = MONDAY - timedelta(weeks=40)
    opened = MONDAY - timedelta(weeks=20)
    data = StudyData(
        Design.INSTALLATION,
        hours(past, 392, count=by_chance(8, opened, 1.0)),
        AFTER,
    )
    silent = analyse(data).placebos[0]
    said = analyse(StudyData(data.design, data.hours, AFTER, other_changes=(opened,))).placebos[0]
    assert silent.claimed > said.claimed
    assert silent.dates > said.dates
