"""Hours on the clocks of a place: their beginning, their end and their light; and local days."""

from datetime import UTC, date, datetime, timedelta
from math import degrees
from zoneinfo import ZoneInfo

import ephem
import pytest

from padlicht.usage.daylight import altitude_deg
from padlicht.usage.days import bounds_utc_s
from padlicht.usage.hours import SiteHours

GRONINGEN = (53.23, 6.57)
HOUR = 3600


def at(*moment: int, tz: str = "Europe/Amsterdam", fold: int = 0) -> int:
    return int(datetime(*moment, tzinfo=ZoneInfo(tz), fold=fold).timestamp())


def test_an_hour_is_what_the_clock_of_the_place_shows():
    """It begins at a full hour there: at half past in India, by UTC, and at a quarter in Nepal."""
    for tz in ("Europe/Amsterdam", "Asia/Kolkata", "Asia/Kathmandu"):
        hour = SiteHours(tz, 0.0, 0.0).at(at(2026, 11, 21, 14, 59, 59, tz=tz))
        assert hour[:2] == (at(2026, 11, 21, 14, tz=tz), at(2026, 11, 21, 15, tz=tz))


@pytest.mark.parametrize(
    "tz",
    ["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"],
)
def test_hours_lie_side_by_side_through_the_whole_year(tz):
    """No gap, no overlap, and none longer than an hour, even where clocks change by half of one."""
    hours = SiteHours(tz, 0.0, 0.0)
    start, end = at(2026, 1, 1, tz=tz), at(2027, 1, 1, tz=tz)
    reached = start
    while reached < end:
        hour = hours.at(reached)
        assert hour.start_utc_s == reached
        assert 900 <= hour.end_utc_s - reached <= HOUR
        assert hours.at(hour.end_utc_s - 1) == hour
        reached = hour.end_utc_s
    assert reached == end


@pytest.mark.parametrize(("day", "count"), [((3, 29), 23), ((10, 25), 25), ((11, 12), 24)])
def test_a_local_day_is_made_of_whole_hours(day, count):
    """23, 25 or 24 of them, from midnight to midnight."""
    start, end = bounds_utc_s(date(2026, *day), "Europe/Amsterdam")
    assert (start, end) == (at(2026, *day), at(2026, *day) + count * HOUR)
    hours = SiteHours("Europe/Amsterdam", *GRONINGEN)
    assert len({hours.at(t).start_utc_s for t in range(start, end, 900)}) == count


def test_two_oclock_comes_twice_when_summer_time_ends():
    """Both are hours of their own."""
    hours = SiteHours("Europe/Amsterdam", *GRONINGEN)
    first, second = at(2026, 10, 25, 2, 30), at(2026, 10, 25, 2, 30, fold=1)
    assert hours.at(second).start_utc_s - hours.at(first).start_utc_s == HOUR


def test_an_hour_is_as_light_as_its_middle():
    """In Groningen on 21 November, the sun's middle sets at 16:26 and is 6° below at 17:08."""
    hours = SiteHours("Europe/Amsterdam", *GRONINGEN)
    lights = [hours.at(at(2026, 11, 21, hour)).light for hour in range(24)]
    assert lights == ["dark_off"] * 7 + ["twilight"] + ["day"] * 8 + ["twilight"] + ["dark_off"] * 7


class Evening:
    """A window that is open between two moments."""

    def __init__(self, start_utc_s: int, end_utc_s: int) -> None:
        self.span = start_utc_s, end_utc_s

    def holds(self, utc_s: int) -> bool:
        return self.span[0] <= utc_s < self.span[1]


@pytest.mark.parametrize(
    ("minutes", "parts"),
    [
        (0, [("dark_off", 0, 60)]),
        (7, [("dark_off", 0, 60)]),  # of a quarter less than half
        (8, [("dark_on", 0, 15), ("dark_off", 15, 60)]),
        (30, [("dark_on", 0, 30), ("dark_off", 30, 60)]),
        (60, [("dark_on", 0, 60)]),
    ],
)
def test_an_hour_is_cut_where_the_window_ends(minutes, parts):
    """By whole quarters, each of which has the light that its middle has."""
    nine = at(2026, 11, 21, 21)
    hours = SiteHours("Europe/Amsterdam", *GRONINGEN, Evening(nine - HOUR, nine + minutes * 60))
    for light, begin, end in parts:
        for quarter in range(begin, end, 15):
            hour = hours.at(nine + quarter * 60 + 5)
            assert hour == (nine + begin * 60, nine + end * 60, light, begin * 60)


def test_lamps_part_the_dark_alone():
    """By day and in twilight it is as light as it is, whatever the lamps do."""
    start = at(2026, 11, 21)
    hours = SiteHours("Europe/Amsterdam", *GRONINGEN, Evening(start, start + 24 * HOUR))
    lights = [hours.at(start + hour * HOUR).light for hour in range(24)]
    assert lights == ["dark_on"] * 7 + ["twilight"] + ["day"] * 8 + ["twilight"] + ["dark_on"] * 7


def test_the_polar_night_has_twilight_and_no_day():
    """In Tromsø on the shortest day it is never day, but not always dark."""
    hours = SiteHours("Europe/Oslo", 69.65, 18.95)
    found = {hours.at(at(2026, 12, 21, hour, tz="Europe/Oslo")).light for hour in range(24)}
    assert found == {"twilight", "dark_off"}


def test_the_height_of_the_sun_agrees_with_the_full_algorithm():
    """Within 0.02° of PyEphem (VSOP87), from 2000 to 2050, in every climate."""
    for step in range(500):
        moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=step * 876.7)
        lat, lon = (step * 7.3) % 140 - 70, (step * 53.1) % 360 - 180
        observer = ephem.Observer()
        observer.lat, observer.lon, observer.pressure = str(lat), str(lon), 0
        observer.date = moment.replace(tzinfo=None)
        found = altitude_deg(int(moment.timestamp()), lat, lon)
        assert found == pytest.approx(degrees(ephem.Sun(observer).alt), abs=0.02)


def test_the_sun_right_overhead_is_a_height_too():
    """Here rounding carries its sine past 1."""
    assert altitude_deg(1_790_010_747, 0.5036087850904151, -79.866838683698) == 90.0
