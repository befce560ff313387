"""Questions whose answers may be public: without variables, late, without small counts. Pure.

Whoever sees a public dashboard sees what the database answers, so all is kept back here and not in
how it is drawn: only whole days that ended at least 24 hours ago, counts under 5 as 0 (the panel
says "<5"), others rounded to 5. Zones are not told apart, and there are no totals: from totals of
changing times one could work out what is kept back (decision 0012).
"""

from dashboards.queries.influxql import COVERAGE, DUE, PASSAGES, TZ, WATCHED, Query, phase, where

# A day is stamped at its beginning and lasts 25 hours at most.
_LATE = "time < now() - 49h"
_SITE = '"site"'
# To the nearest 5, without functions that older databases lack.
_ROUNDED = '("n" + 2) - ("n" + 2) % 5'


def days(light: str) -> Query:
    """Passages of each day by that light, rounded; days with fewer than 5 are left out."""
    return Query(f'SELECT {_ROUNDED} AS "passages" FROM ({_days(light)}) {_outer(">= 5")}')


def few_days(light: str) -> Query:
    """0 for each day with fewer than 5 passages by that light."""
    return Query(f'SELECT "n" * 0 AS "passages" FROM ({_days(light)}) {_outer("< 5")}')


def watched_of_days() -> Query:
    """What share of each day counters watched."""
    conditions = where(_LATE, DUE)
    return Query(
        f'SELECT {COVERAGE} AS "watched" FROM "usage_1d" WHERE {conditions}'
        f" GROUP BY time(1d), {_SITE} fill(null) tz('{TZ}')"
    )


def simulated() -> Query:
    """1 when any of it is made up by a simulated park, 0 when all was measured."""
    return Query(
        f'SELECT max("simulated") AS "simulated" FROM "usage_1d" WHERE {where(_LATE)}'
        f" GROUP BY {_SITE}"
    )


def _days(light: str) -> str:
    conditions = where(_LATE, phase(light), WATCHED)
    return (
        f'SELECT {PASSAGES} AS "n" FROM "usage_1d" WHERE {conditions}'
        f" GROUP BY time(1d), {_SITE} fill(none) tz('{TZ}')"
    )


def _outer(size: str) -> str:
    return f'WHERE $timeFilter AND "n" {size} GROUP BY {_SITE}'
