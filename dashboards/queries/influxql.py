"""How a question is put in InfluxQL, the one language of InfluxDB 1, 2 and 3. Pure.

Grafana fills in `$timeFilter`, `$__interval` and the variables `${site:regex}`, `${zone:regex}`.
Only sum, mean, max, min, last and count are used, and `tz` only with whole days: all else differs
between the versions or is known to be faulty.

Hours of a year, by the hour or by the day, are asked of `park_1h`: of twenty zones it has a
twentieth of what `usage_1h` has, and such a question is answered in the time that a page may take.
What is asked for a chosen zone is asked of `usage_1h`, or of `usage_1d`.

A count of a time in which nobody watched is left out (WATCHED), never a zero: InfluxQL would call
0 passages in 0 seconds a rate of 0.
"""

from dataclasses import dataclass
from typing import Final

USAGE: Final = "padlicht-usage"  # uids of the data sources, as they are provisioned
RAW: Final = "padlicht-raw"
SERIES, TABLE = "time_series", "table"

TZ: Final = "Europe/Amsterdam"  # `padlicht grafana push` and `export` put the sites' own here
PARK: Final = '"site" =~ /^(${site:regex})$/'  # in park_1h, which knows no zones
PLACE: Final = f'{PARK} AND "zone" =~ /^(${{zone:regex}})$/'
WATCHED: Final = '("obs_s" > 0 OR "count_in" > 0 OR "count_out" > 0)'
DUE: Final = '"due_s" > 0'

# Periods of their own, by the database's clock. Grafana's `timeFrom` would not do: it is dropped as
# soon as the time above has a beginning and an end, as when somebody draws one in a chart.
LAST_HOURS: Final = "time >= now() - 3h AND time <= now()"  # presence is noted hourly
LAST_DAY: Final = "time >= now() - 24h AND time <= now()"
LAST_WEEK: Final = "time >= now() - 7d AND time <= now()"
WEEK_BEFORE: Final = "time >= now() - 14d AND time < now() - 7d"
LAST_QUARTER: Final = "time >= now() - 90d AND time <= now()"  # as long as records are kept
# Days are stamped at their midnight: these are the 7 before today, and the 7 before them. In the
# week after clocks were changed it is one day more or less, for an hour around midnight.
LAST_7_DAYS: Final = "time >= now() - 8d AND time < now() - 1d"
THE_7_BEFORE: Final = "time >= now() - 15d AND time < now() - 8d"

PASSAGES: Final = 'sum("count_in") + sum("count_out")'
COVERAGE: Final = 'sum("obs_s") / sum("due_s")'
# Passages in an hour of watching, summed over counters: what may be compared between times.
RATE: Final = f'({PASSAGES}) / sum("obs_s") * 3600'


@dataclass(frozen=True)
class Query:
    """One statement; `source` is a data source's uid, `format` SERIES or TABLE."""

    text: str
    source: str = USAGE
    format: str = SERIES


def where(*conditions: str, time: str = "$timeFilter") -> str:
    """The conditions of a statement; `time` is the first of them, because all have one."""
    return " AND ".join((time, *conditions))


def total(
    fields: str, measurement: str, *conditions: str, by: str = "", time: str = "$timeFilter"
) -> str:
    """Sums over a time, which is the dashboard's, one for each value of the tags `by`."""
    grouped = f" GROUP BY {by}" if by else ""
    return f'SELECT {fields} FROM "{measurement}" WHERE {where(*conditions, time=time)}{grouped}'


def daily(
    fields: str,
    *conditions: str,
    measurement: str = "usage_1d",
    by: str = "",
    fill: str = "null",
) -> str:
    """Sums of local days; a day without any point is empty, so that no line is drawn over it.

    `fill` "none" leaves it out: counts of points would else be 0 and not empty.
    """
    tags = f", {by}" if by else ""
    return (
        f'SELECT {fields} FROM "{measurement}" WHERE {where(*conditions)}'
        f" GROUP BY time(1d){tags} fill({fill}) tz('{TZ}')"
    )


def phase(light: str) -> str:
    """The days' sums of one light: day, twilight, dark_on (lamps on) or dark_off (lamps off)."""
    return f"\"phase\" = '{light}'"
