"""Questions about lamps: light, energy, and the hours of darkness they keep. Pure."""

from dashboards.queries.influxql import (
    LAST_7_DAYS,
    LAST_WEEK,
    PARK,
    PLACE,
    TABLE,
    TZ,
    Query,
    daily,
    phase,
    total,
    where,
)

# A lamp of older firmware says nothing of who is near: that is not 0 seconds.
_TELLS = '"near_obs_s" > 0'
_DARK = '"light" =~ /^(dark_on|dark_off)$/'
# Every setting that a lamp accepts ends its light by 23:00 and some minutes of grace.
_DEEP_NIGHT = '"hour" =~ /^0[0-5]$/'


def lit_in_deep_night() -> Query:
    """How long lamps were lit between midnight and six in 7 days, in minutes summed over lamps."""
    fields = 'sum("lit_s") / 60 AS "lit"'
    return Query(total(fields, "usage_1h", PLACE, _DEEP_NIGHT, time=LAST_WEEK))


def lit_of_days() -> Query:
    """How long lamps were lit each day, in hours summed over lamps."""
    return Query(daily('sum("lit_s") / 3600 AS "lit"', PLACE))


def brightened_of_days() -> Query:
    """What share of their lit time lamps were brightened by somebody near, day by day."""
    return Query(daily('sum("boost_s") / sum("lit_s") AS "brightened"', PLACE, '"lit_s" > 0'))


def triggers_of_days() -> Query:
    """How often lamps were brightened each day."""
    return Query(daily('sum("trig") AS "brightened"', PLACE))


def near_of_zones() -> Query:
    """In what share of the time watched somebody was near a lamp, day by day, zone by zone."""
    fields = 'sum("near_s") / sum("near_obs_s") AS "near"'
    return Query(daily(fields, PLACE, _TELLS, by='"zone"'))


def near() -> Query:
    """How long somebody was near lamps, in hours summed over lamps."""
    return Query(total('sum("near_s") / 3600 AS "near"', "usage_1d", PLACE, _TELLS))


def near_watched() -> Query:
    """How long lamps watched that can tell, in hours summed over lamps."""
    return Query(total('sum("near_obs_s") / 3600 AS "watched"', "usage_1d", PLACE, _TELLS))


def energy() -> Query:
    """The energy of the lamps, in watt-hours."""
    return Query(total('sum("mwh") / 1000 AS "energy"', "usage_1d", PLACE))


def energy_of_days() -> Query:
    """The energy of the lamps each day, in watt-hours."""
    return Query(daily('sum("mwh") / 1000 AS "energy"', PLACE))


def power_of_days() -> Query:
    """How many watts a lit lamp takes on average, day by day."""
    # mWh / 1000 are Wh, and s / 3600 are h.
    return Query(daily('sum("mwh") / sum("lit_s") * 3.6 AS "power"', PLACE, '"lit_s" > 0'))


def dark_hours_of_days() -> Query:
    """How many hours of a day were dark."""
    return Query(_daily_dark("dark"))


def kept_hours_of_days() -> Query:
    """In how many dark hours of a day no lamp of the whole park was lit at all."""
    return Query(_daily_dark("kept", '"lit" = 0'))


def kept_hours() -> Query:
    """The same of the whole time."""
    return Query(_dark_hours("kept", '"lit" = 0'))


def dark_hours() -> Query:
    """All hours of darkness in that time."""
    return Query(_dark_hours("dark"))


def lit_of_zones() -> Query:
    """How long lamps were lit each day, in seconds, zone by zone."""
    return Query(daily('sum("lit_s") AS "lit"', PLACE, by='"zone"'))


def sun_at_the_end_of_zones() -> Query:
    """1 on days on which the sun is still up in the last hour that lamps may be lit, else 0."""
    still_day = "\"hour\" = '${end_hour}' AND \"light\" = 'day'"
    measured = {"measurement": "usage_1h", "by": '"zone"', "fill": "0"}
    return Query(daily('count("lit_s") AS "sun"', PLACE, still_day, **measured))


def lit_by_light(light: str) -> Query:
    """How long lamps were lit by that light in 7 days, in hours summed over lamps."""
    fields = 'sum("lit_s") / 3600 AS "lit"'
    return Query(total(fields, "usage_1d", PLACE, phase(light), time=LAST_7_DAYS))


def setting_changes() -> Query:
    """Who changed which settings when, and why."""
    fields = '"title", "detail", "actor", "version"'
    return Query(total(fields, "setting_change", PLACE), format=TABLE)


def setting_marks() -> Query:
    """The same by the names that Grafana knows of annotations."""
    fields = '"title", "detail" AS "text", "actor" AS "tags"'
    return Query(total(fields, "setting_change", PLACE), format=TABLE)


def diary_marks() -> Query:
    """What is public of the park's diary, by the names that Grafana knows of annotations."""
    fields = '"title", "detail" AS "text"'
    return Query(total(fields, "diary", PARK, '"holds" = 1'), format=TABLE)


def _dark_hours(name: str, *conditions: str) -> str:
    """How many dark hours there were of each park: one that lamps part has two points."""
    hours = (
        f'SELECT sum("lit_s") AS "lit" FROM "park_1h" WHERE {where(PARK, _DARK)}'
        ' GROUP BY time(1h), "site" fill(none)'
    )
    return f'SELECT count("lit") AS "{name}" FROM ({hours}) WHERE {where(*conditions)}'


def _daily_dark(name: str, *conditions: str) -> str:
    """The same of each local day; one without such hours is left out."""
    return f"{_dark_hours(name, *conditions)} GROUP BY time(1d) fill(none) tz('{TZ}')"
