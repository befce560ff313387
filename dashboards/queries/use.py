"""Questions about use: passages, and how much of the time somebody watched. Pure."""

from typing import Final

from dashboards.queries.influxql import (
    COVERAGE,
    DUE,
    LAST_WEEK,
    PARK,
    PASSAGES,
    PLACE,
    RATE,
    TABLE,
    WATCHED,
    WEEK_BEFORE,
    Query,
    daily,
    phase,
    total,
)

# A date is midnight in Greenwich, which is no hour that is compared, in Europe at least.
_CHANGED = "'${changed}'"
_BEFORE = f"time >= {_CHANGED} - 84d AND time < {_CHANGED}"
_AFTER = f"time >= {_CHANGED} AND time < {_CHANGED} + 84d"


def passages_in(light: str, time: str = "$timeFilter") -> Query:
    """How many passages there were by that light."""
    fields = f'{PASSAGES} AS "passages"'
    return Query(total(fields, "usage_1d", PLACE, phase(light), WATCHED, time=time))


def watched_in(light: str, time: str = "$timeFilter") -> Query:
    """What share of the time due counters watched by that light."""
    fields = f'{COVERAGE} AS "watched"'
    return Query(total(fields, "usage_1d", PLACE, phase(light), DUE, time=time))


def passages_of_days(light: str) -> Query:
    """How many passages each day had by that light."""
    return Query(daily(f'{PASSAGES} AS "passages"', PLACE, phase(light), WATCHED))


def watched_of_days() -> Query:
    """What share of each day counters watched."""
    return Query(daily(f'{COVERAGE} AS "watched"', PLACE, DUE))


def watched_of_days_in(light: str) -> Query:
    """What share of each day's time of that light counters watched."""
    return Query(daily(f'{COVERAGE} AS "watched"', PLACE, phase(light), DUE))


def watched_of_zones() -> Query:
    """What share of each day counters watched, zone by zone."""
    return Query(daily(f'{COVERAGE} AS "watched"', PLACE, DUE, by='"zone"'))


def rate_of_days(light: str) -> Query:
    """Passages in a watched hour of that light, day by day."""
    return Query(daily(f'{RATE} AS "rate"', PLACE, phase(light), '"obs_s" > 0'))


def due_of_days() -> Query:
    """How long counters of the whole park should have watched at noon each day, in seconds.

    Every day has it: what is the same on all days is drawn over these.
    """
    noon = "\"hour\" = '12'"
    return Query(daily('sum("due_s") AS "due_s"', PARK, noon, DUE, measurement="park_1h"))


def rate_of_weekday_and_hour() -> Query:
    """Passages in a watched hour, for each hour of the week, in the whole park."""
    fields = f'{RATE} AS "rate"'
    group = '"dow", "hour"'
    return Query(total(fields, "park_1h", PARK, '"obs_s" > 0', by=group), format=TABLE)


def watched_of_weekday_and_hour() -> Query:
    """What share of each hour of the week counters watched, in the whole park."""
    group = '"dow", "hour"'
    fields = f'{COVERAGE} AS "watched"'
    return Query(total(fields, "park_1h", PARK, DUE, by=group), format=TABLE)


def rate_of_hour_and_light() -> Query:
    """Passages in a watched hour, for each hour of the day and each light, in the whole park."""
    fields = f'{RATE} AS "rate"'
    group = '"hour", "light"'
    return Query(total(fields, "park_1h", PARK, '"obs_s" > 0', by=group), format=TABLE)


def simulated() -> Query:
    """1 when any of the figures is made up by a simulated park, 0 when all were measured."""
    return Query(total('max("simulated") AS "simulated"', "usage_1d", PLACE))


# Before and after, on one scale. `what` is one of COUNTS.
#
# Only like stands beside like: hours of the clock that are dark (or light) most of the year. All
# dark hours would not do: when winter comes, the busy end of the afternoon grows dark, and a park
# with the same people at the same hours would seem to be used more.

COUNTS: Final = {
    "n": (PASSAGES, WATCHED),  # passages
    "s": ('sum("obs_s")', WATCHED),  # seconds watched
    "d": ('sum("due_s")', DUE),  # seconds that should have been
}
HOURS: Final = {"dark_on": "19|20|21|22", "day": "10|11|12|13|14|15"}
_EVENINGS: Final = (f'"hour" =~ /^({HOURS["dark_on"]})$/', "\"light\" = 'dark_on'")


def before_week(what: str, light: str) -> Query:
    """A count of the 7 days before the last 7."""
    return _compared(what, light, WEEK_BEFORE)


def last_week(what: str, light: str) -> Query:
    """A count of the last 7 days."""
    return _compared(what, light, LAST_WEEK)


def before_change(what: str, light: str) -> Query:
    """A count of the 12 weeks before the date that `changed` says."""
    return _compared(what, light, _BEFORE)


def after_change(what: str, light: str) -> Query:
    """A count of the 12 weeks from that date on."""
    return _compared(what, light, _AFTER)


def park_before_change(what: str, light: str) -> Query:
    """The count of before of the whole park, whatever zone is chosen."""
    return _compared(what, light, _BEFORE, measurement="park_1h", place=PARK)


def evening_rate_before() -> Query:
    """Passages in a watched hour with lamps on, by hour of the evening, in the 12 weeks before."""
    return _evening("before", _BEFORE)


def evening_rate_after() -> Query:
    """The same in the 12 weeks from the date on."""
    return _evening("after", _AFTER)


def evening_rate_of_days() -> Query:
    """Passages in a watched hour of evenings with lamps on, day by day, in the whole park."""
    conditions = (*_EVENINGS, '"obs_s" > 0')
    return Query(daily(f'{RATE} AS "rate"', PARK, *conditions, measurement="park_1h"))


def evening_watched_of_days() -> Query:
    """What share of evenings with lamps on counters watched, day by day, in the whole park."""
    conditions = (*_EVENINGS, DUE)
    return Query(daily(f'{COVERAGE} AS "watched"', PARK, *conditions, measurement="park_1h"))


def _compared(
    what: str,
    light: str,
    time: str,
    *,
    measurement: str = "usage_1h",
    place: str = PLACE,
) -> Query:
    field, condition = COUNTS[what]
    hours = f'"hour" =~ /^({HOURS[light]})$/'
    bright = f"\"light\" = '{light}'"
    conditions = (place, hours, bright, condition)
    return Query(total(f'{field} AS "sum"', measurement, *conditions, time=time))


def _evening(name: str, time: str) -> Query:
    evening = '"hour" =~ /^(1[6-9]|2[0-3])$/'
    conditions = (PLACE, evening, "\"light\" = 'dark_on'", '"obs_s" > 0')
    text = total(f'{RATE} AS "{name}"', "usage_1h", *conditions, by='"hour"', time=time)
    return Query(text, format=TABLE)
