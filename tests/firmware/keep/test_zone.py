"""Local time from POSIX time zone strings."""

from node.errors import BadData
from node.keep.zone import Zone, civil, days

AMSTERDAM = "CET-1CEST,M3.5.0,M10.5.0/3"
DAY_S = 86400


def unix(year, month, day, hour=0, minute=0, second=0):
    """Return Unix seconds of a UTC date and time."""
    return (days(year, month, day) + 10957) * DAY_S + hour * 3600 + minute * 60 + second


def complaint(text):
    """Return what a zone says about a string that it cannot read."""
    try:
        Zone(text)
    except BadData as e:
        return str(e)
    raise AssertionError("{!r} was taken".format(text))


def test_every_day_has_its_number():
    """Days and dates answer to each other through four centuries with their leap years."""
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    number = days(1900, 1, 1)
    for year in range(1900, 2301, 4):
        for y in range(year, year + 4):
            leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
            for month in range(1, 13):
                length = lengths[month - 1] + (1 if month == 2 and leap else 0)
                for day in (1, 15, length):
                    assert days(y, month, day) == number + day - 1
                    assert civil(number + day - 1) == (y, month, day)
                number += length
    assert days(2000, 1, 1) == 0
    assert civil(-1) == (1999, 12, 31)


def test_summer_time_starts_and_ends_to_the_second():
    """In Amsterdam the clocks change at 01:00 UTC on the last Sundays of March and October."""
    zone = Zone(AMSTERDAM)
    for start, end in (
        ((2024, 3, 31), (2024, 10, 27)),
        ((2025, 3, 30), (2025, 10, 26)),
        ((2026, 3, 29), (2026, 10, 25)),
        ((2038, 3, 28), (2038, 10, 31)),
        ((2099, 3, 29), (2099, 10, 25)),
    ):
        y, m, d = start
        assert zone.offset_s(unix(y, m, d, 1) - 1) == 3600
        assert zone.offset_s(unix(y, m, d, 1)) == 7200
        y, m, d = end
        assert zone.offset_s(unix(y, m, d, 1) - 1) == 7200
        assert zone.offset_s(unix(y, m, d, 1)) == 3600


def test_an_instant_has_a_local_day_and_second():
    """Local midnight, not that of UTC, begins the day."""
    zone = Zone(AMSTERDAM)
    assert zone.local(unix(2026, 7, 1, 21, 59, 59)) == (days(2026, 7, 1), DAY_S - 1)
    assert zone.local(unix(2026, 7, 1, 22)) == (days(2026, 7, 2), 0)
    assert zone.local(unix(2026, 12, 31, 23, 30)) == (days(2027, 1, 1), 1800)


def test_local_times_that_are_skipped_move_forward():
    """02:30 on the morning when summer time starts means 03:30."""
    zone = Zone(AMSTERDAM)
    day = days(2026, 3, 29)
    assert zone.utc(day, 7199) == unix(2026, 3, 29, 0, 59, 59)
    assert zone.utc(day, 9000) == unix(2026, 3, 29, 1, 30)
    assert zone.utc(day, 10800) == unix(2026, 3, 29, 1)


def test_of_a_local_time_that_comes_twice_the_first_counts():
    """02:30 on the morning when summer time ends is the one in summer time."""
    zone = Zone(AMSTERDAM)
    day = days(2026, 10, 25)
    assert zone.utc(day, 9000) == unix(2026, 10, 25, 0, 30)
    assert zone.utc(day, 10800) == unix(2026, 10, 25, 2)


def test_local_and_back_is_the_same_instant():
    """Every hour of three years survives the way to local time and back, but the doubled ones."""
    zone = Zone(AMSTERDAM)
    doubled = 0
    for hour in range(0, 3 * 365 * 24, 1):
        utc_s = unix(2026, 1, 1) + hour * 3600
        day, second = zone.local(utc_s)
        back = zone.utc(day, second)
        if back != utc_s:
            assert back == utc_s - 3600
            doubled += 1
    assert doubled == 3


def test_south_of_the_equator_summer_runs_over_new_year():
    """In Sydney summer time lasts from October to April."""
    zone = Zone("AEST-10AEDT,M10.1.0,M4.1.0/3")
    assert zone.offset_s(unix(2025, 12, 31, 23)) == 11 * 3600
    assert zone.offset_s(unix(2026, 1, 1, 12)) == 11 * 3600
    assert zone.offset_s(unix(2026, 4, 4, 16) - 1) == 11 * 3600
    assert zone.offset_s(unix(2026, 4, 4, 16)) == 10 * 3600
    assert zone.offset_s(unix(2026, 10, 3, 16) - 1) == 10 * 3600
    assert zone.offset_s(unix(2026, 10, 3, 16)) == 11 * 3600


def test_strings_of_other_places():
    """Zones with no summer time, odd offsets, <names>, hours below 0 or day numbers are read."""
    july = unix(2026, 7, 1)
    january = unix(2026, 1, 15)
    for text, in_january_s, in_july_s in (
        ("UTC0", 0, 0),
        ("<+0545>-5:45", 20700, 20700),
        ("NST3:30NDT,M3.2.0,M11.1.0", -12600, -9000),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
        ("EST5EDT4,J60/2:00:00,J300/2", -18000, -14400),
        ("EST5EDT,59,299", -18000, -14400),
        ("XXX3EDT4,0/0,J365/23", -14400, -14400),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", 7200, 10800),
        ("LMT-0:19:32", 1172, 1172),
    ):
        zone = Zone(text)
        assert zone.offset_s(january) == in_january_s, text
        assert zone.offset_s(july) == in_july_s, text


def test_summer_time_all_year_has_no_seam():
    """A zone whose summer time ends where the next begins never leaves it, at New Year either."""
    zone = Zone("XXX3EDT4,0/0,J365/23")
    for hour in range(-8, 9):
        assert zone.offset_s(unix(2026, 1, 1) + hour * 3600) == -14400


def test_a_change_may_be_days_after_its_date():
    """Hours beyond a day count on: 50 after the fourth Thursday of March is Saturday, 02:00."""
    zone = Zone("EET-2EEST,M3.4.4/50,M10.4.4/50")
    assert zone.offset_s(unix(2026, 3, 28, 0) - 1) == 7200
    assert zone.offset_s(unix(2026, 3, 28, 0)) == 10800


def test_a_day_number_with_j_never_means_the_leap_day():
    """J60 is the first of March in every year; 59 without J is the leap day when there is one."""
    julian = Zone("AAA0BBB,J60/0,J300/0")
    counted = Zone("AAA0BBB,59/0,299/0")
    for year, first_of_march_is_59 in ((2027, True), (2028, False)):
        assert julian.offset_s(unix(year, 3, 1) - 1) == 0
        assert julian.offset_s(unix(year, 3, 1)) == 3600
        assert (counted.offset_s(unix(year, 3, 1) - 1) == 0) == first_of_march_is_59
        assert counted.offset_s(unix(year, 3, 1)) == 3600


def test_what_cannot_be_read_is_named():
    """A string with a fault is refused with a sentence that quotes it and names the fault."""
    for text, fault in (
        ("", "the name ''"),
        ("Europe/Amsterdam", "number of hours in its offset"),
        ("CE-1", "the name 'CE'"),
        ("CET", "number of hours in its offset"),
        ("CET-25", "from 0 to 24"),
        ("CET-1:60", "minutes"),
        ("CET-1CEST", "not from when"),
        ("CET-1CEST,M3.5.0", "not when it ends"),
        ("CET-1CEST,M13.5.0,M10.5.0", "month"),
        ("CET-1CEST,M3.6.0,M10.5.0", "week"),
        ("CET-1CEST,M3.5.7,M10.5.0", "day of the week"),
        ("CET-1CEST,M3.5,M10.5.0", "dots"),
        ("CET-1CEST,M3.5.0/168,M10.5.0", "hour of change"),
        ("CET-1CEST,J0,J9", "day of the year"),
        ("CET-1CEST,366,9", "day of the year"),
        ("CET-1CEST,M3.5.0,M10.5.0/3x", "'x' left over"),
        ("<+01-1", "'<'"),
        ("<+0 1>-1", "the name '+0 1'"),
        ("CET-00000000001", "number of hours"),
    ):
        said = complaint(text)
        assert fault in said and (not text or repr(text) in said), said
    assert "not a text" in complaint(None)
