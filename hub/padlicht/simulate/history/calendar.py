"""Which days are free and which are school days, about as in the north of the Netherlands. Pure.

School holidays are set anew for every year; here they fall in the weeks in which they mostly do.
"""

from datetime import date, timedelta

_SATURDAY = 5
# Weeks of the year, as the Dutch count them (ISO 8601), in which schools are closed.
_SCHOOL_HOLIDAYS = frozenset({1, 8, 18, *range(28, 34), 42, 52, 53})


def is_weekend(day: date) -> bool:
    """Whether it is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def is_public_holiday(day: date) -> bool:
    """Whether most people have the day off, weekends apart."""
    if (day.month, day.day) in ((1, 1), (12, 25), (12, 26)):
        return True
    if day == kings_day(day.year):
        return True
    if (day.month, day.day) == (5, 5):
        return day.year % 5 == 0  # liberation day: every fifth year for most
    after_easter = (day - easter(day.year)).days
    return after_easter in (0, 1, 39, 49, 50)  # Easter, Ascension, Whitsun


def is_school_holiday(day: date) -> bool:
    """Whether schools are closed for a week or more."""
    return day.isocalendar().week in _SCHOOL_HOLIDAYS


def is_school_day(day: date) -> bool:
    """Whether a school's children pass on that day."""
    return not (is_weekend(day) or is_public_holiday(day) or is_school_holiday(day))


def kings_day(year: int) -> date:
    """27 April, or the day before when that is a Sunday."""
    day = date(year, 4, 27)
    return day - timedelta(days=1) if day.weekday() == _SATURDAY + 1 else day


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
