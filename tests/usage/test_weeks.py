"""The newest whole week beside the one before, and before and after a date."""

from datetime import date, timedelta

import pytest

from padlicht.usage.compare import compare_before_after, compare_last_weeks
from padlicht.usage.coverage.watching import Reason, Watching
from padlicht.usage.days import (
    Period,
    bounds_utc_s,
    last_days,
    last_weeks,
    newest_monday,
    offsets,
)
from padlicht.usage.hours import DARK, DARK_OFF, DARK_ON
from padlicht.usage.open_figures import last_open_day
from tests.hub.use import HOUR, TZ, add_up, count, node, park, store

TODAY = date(2026, 10, 21)  # a Wednesday; no clock changes in the weeks before
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def filled(tmp_path, of_hour, *, days: int = 21, names=("gate", "bridge"), today=TODAY, **other):
    """A park in which each counter saw `of_hour(name, day, hour) -> passages`, None: covered."""
    first = today - timedelta(days)
    added = bounds_utc_s(first, TZ)[0]
    nodes = [node(name, added_utc_s=added, **other) for name in names]
    ledger = park(tmp_path / "ledger.sqlite", *nodes)
    records = []
    for name in names:
        for number in range(days):
            day = first + timedelta(number)
            for hour in range(24):
                begin = bounds_utc_s(day, TZ)[0] + hour * HOUR
                passages = of_hour(name, day, hour)
                obs_s = 0 if passages is None else HOUR
                records.append(count(begin, passages or 0, node=name, dt=HOUR, obs_s=obs_s))
    store(ledger, *records)
    add_up(ledger, bounds_utc_s(today, TZ)[0] + HOUR)
    return ledger


def test_weeks_are_whole_from_monday_to_sunday_and_ended_a_day_ago():
    """As on the public page: on Monday the week that ended in the night is still too young."""
    before, after = last_weeks(TODAY)
    assert after == Period(date(2026, 10, 12), date(2026, 10, 18))
    assert before == Period(date(2026, 10, 5), date(2026, 10, 11))
    assert (before.days, after.days) == (7, 7)
    monday, tuesday = (last_weeks(date(2026, 10, day))[1] for day in (19, 20))
    assert (monday.last, tuesday.last) == (date(2026, 10, 11), date(2026, 10, 18))
    for number in range(14):
        day = TODAY + timedelta(number)
        noon_utc_s = bounds_utc_s(day, TZ)[0] + 12 * HOUR
        assert last_weeks(day)[1].first == newest_monday(last_open_day(noon_utc_s, TZ))


def test_what_needs_somebody_is_of_the_last_seven_whole_days():
    """A gap of yesterday does not wait for the end of its week."""
    assert last_days(TODAY) == Period(date(2026, 10, 14), date(2026, 10, 20))


def test_two_weeks_stand_side_by_side_as_rates(tmp_path):
    """By day nothing changed, from nine in the evening on it doubled; nothing is said of why."""

    def of_hour(_, day, hour):
        return 20 if day >= date(2026, 10, 12) and hour >= 21 else 10

    with filled(tmp_path, of_hour) as ledger:
        beside = compare_last_weeks(ledger, "park", TODAY)
    assert beside.weeks == 1
    rates = beside.lights["day"].rates
    assert (rates.before_per_h, rates.after_per_h) == pytest.approx((10.0, 10.0))
    dark = beside.lights[DARK]
    assert dark.rates.before_per_h == pytest.approx(10.0)
    assert 12 < dark.rates.after_per_h < 20
    assert dark.watching is Watching.ALIKE
    on, off = (beside.lights[light].after for light in (DARK_ON, DARK_OFF))
    assert on.count + off.count == dark.after.count
    assert dark.after.count > dark.before.count > 0
    assert not dark.after.simulated_counts


def test_a_covered_busy_counter_is_not_people_who_stayed_away(tmp_path):
    """The busy gate was covered this week: what is compared is the bridge, which did not change."""

    def of_hour(name, day, _):
        if name == "bridge":
            return 10
        return None if day >= date(2026, 10, 12) else 100

    with filled(tmp_path, of_hour) as ledger:
        beside = compare_last_weeks(ledger, "park", TODAY)
    dark = beside.lights[DARK]
    assert (dark.rates.before_per_h, dark.rates.after_per_h) == pytest.approx((10.0, 10.0))
    assert (dark.before.coverage, dark.after.coverage) == (1.0, 0.5)
    assert dark.watching is Watching.LOW
    assert beside.days_left_out(Reason.SHORT) == {"gate": 7}
    assert dark.after.count < dark.before.count / 5  # and yet nobody stayed away


def test_a_bag_over_a_counter_that_says_it_watches_is_not_people_who_stayed_away(tmp_path):
    """Half of the gate's nights of this week were covered: they are not watched, and rates stay."""

    def of_hour(name, day, hour):
        covered = name == "gate" and day >= date(2026, 10, 12) and day.day % 2
        dark = hour < 9 or hour >= 17
        return 0 if covered and dark else 10

    with filled(tmp_path, of_hour, days=35) as ledger:
        beside = compare_last_weeks(ledger, "park", TODAY)
    dark = beside.lights[DARK]
    assert (dark.rates.before_per_h, dark.rates.after_per_h) == pytest.approx((10.0, 10.0))
    assert beside.days_left_out(Reason.COVERED) == {"gate": 3}
    assert dark.before.coverage == 1.0
    assert dark.after.coverage == pytest.approx(1 - 3 / 7 / 2, abs=0.01)
    assert dark.watching is Watching.UNLIKE


def test_when_all_counters_were_covered_nothing_is_said(tmp_path):
    """No data is not no people."""

    def of_hour(_, day, __):
        return None if day >= date(2026, 10, 12) else 10

    with filled(tmp_path, of_hour) as ledger:
        beside = compare_last_weeks(ledger, "park", TODAY)
    assert beside.lights[DARK].rates is None
    assert beside.lights[DARK].watching is Watching.NOBODY
    assert not beside.lights[DARK].after.watched


def test_dark_hours_are_held_against_dark_hours_at_the_same_time(tmp_path):
    """Nights grow longer; the evening hour that is newly dark is in neither side's comparison."""

    def of_hour(_, __, hour):
        return 100 if 17 <= hour < 20 else 5  # the same each day

    with filled(tmp_path, of_hour, days=56) as ledger:
        beside = compare_before_after(ledger, "park", TODAY - timedelta(28), TODAY)
    dark = beside.lights[DARK]
    assert beside.weeks == 4
    assert dark.after.count > dark.before.count  # of longer nights
    assert dark.rates.before_per_h == pytest.approx(dark.rates.after_per_h)


def test_before_and_after_take_as_many_whole_weeks_as_both_sides_have(tmp_path):
    """Ten days after make one week; more before than after are left out."""
    with filled(tmp_path, lambda *_: 5, days=38) as ledger:
        beside = compare_before_after(ledger, "park", TODAY - timedelta(10), TODAY)
        assert beside.after == Period(date(2026, 10, 11), date(2026, 10, 17))
        assert beside.before == Period(date(2026, 10, 4), date(2026, 10, 10))
        early = compare_before_after(ledger, "park", TODAY - timedelta(3), TODAY)
        assert (early.weeks, early.after.days) == (0, 0)
        assert early.lights[DARK].rates is None
        late = compare_before_after(ledger, "park", TODAY - timedelta(31), TODAY)
        assert (late.weeks, late.before.first) == (1, date(2026, 9, 13))
        most = compare_before_after(ledger, "park", TODAY - timedelta(15), TODAY, most_weeks=1)
        assert most.weeks == 1


def test_a_zone_can_be_asked_for_alone(tmp_path):
    """Its counters alone are compared."""
    with filled(tmp_path, lambda *_: 5) as ledger:
        found = compare_last_weeks(ledger, "park", TODAY, "path").lights["day"]
        nothing = compare_last_weeks(ledger, "park", TODAY, "elsewhere").lights["day"]
    assert found.rates.before_per_h == found.rates.after_per_h == pytest.approx(5.0)
    assert nothing.rates is None


@pytest.mark.parametrize(("night", "hours"), [(AUTUMN, 25), (SPRING, 23)])
def test_a_week_in_which_the_clocks_change_is_held_by_the_clock(tmp_path, night, hours):
    """Eight in the evening is eight in the evening, on both sides of that night."""
    today = night + timedelta(3)

    def of_hour(_, day, hour):
        # The hour is counted from midnight: on that day the clock shows another one later.
        moved = (25 - hours) - 1 if day == night and hour > 3 else 0
        return 200 if hour + moved == 12 else 5

    with filled(tmp_path, of_hour, today=today) as ledger:
        [clock] = [
            hour
            for (_, hour, _), use in ledger.use.by_clock("park", night, night).items()
            if use.count > 100
        ]
        assert clock == 12
        day = compare_last_weeks(ledger, "park", today).lights["day"]
    assert day.rates.before_per_h == pytest.approx(day.rates.after_per_h, rel=0.02)


def test_weeks_on_both_sides_of_a_clock_change_are_all_compared(tmp_path):
    """No hour that is watched on both sides is lost where the stretches meet."""
    today = AUTUMN + timedelta(14)
    with filled(tmp_path, lambda *_: 5, days=56, today=today) as ledger:
        day = compare_before_after(ledger, "park", today - timedelta(28), today).lights["day"]
    hours = 2 * 28 * 8  # two counters; it is light from 9 to 17 on every day of both sides
    assert day.rates.before.count >= hours * 5
    assert day.rates.after.count >= hours * 5
    assert day.rates.before_per_h == pytest.approx(day.rates.after_per_h)


def test_stretches_lie_end_to_end_and_split_where_the_clock_changes():
    """From the first midnight to the last, with the offset that the clock has."""
    week = Period(AUTUMN - timedelta(3), AUTUMN + timedelta(3))
    found = offsets(week, TZ)
    change_utc_s = bounds_utc_s(AUTUMN, TZ)[0] + 3 * HOUR
    end_utc_s = bounds_utc_s(week.last, TZ)[1]
    assert found == [
        (bounds_utc_s(week.first, TZ)[0], change_utc_s, 2 * HOUR),
        (change_utc_s, end_utc_s, HOUR),
    ]
    assert offsets(Period(AUTUMN, AUTUMN - timedelta(1)), TZ) == []
    assert len(offsets(week, "Asia/Kolkata")) == 1
