"""Days of single counters: passages and seconds watched, by local day and light. For comparisons.

A counter that was covered for a night, or dead for one, cannot be told from sums of a whole site;
here each counter stands alone.
"""

import sqlite3
from datetime import date
from typing import NamedTuple

from padlicht.ledger.usage.sums import date_of, real_since_utc_s

_HOUR_S = 3600
_DAY_S = 86_400
_DAYS = (
    f"SELECT (hour_utc_s + ?4) / {_DAY_S}, light, sum(count_in + count_out),"  # noqa: S608
    " sum(min(obs_s, due_s)), sum(due_s) FROM usage_hour"
    " WHERE node_id = ?1 AND hour_utc_s >= ?2 AND hour_utc_s < ?3 GROUP BY 1, 2"
)


class CounterDay(NamedTuple):
    """The hours of one light class on a local day of one counter; `counter` is its node's id."""

    counter: int
    day: date
    light: str
    passages: int
    obs_s: int
    due_s: int


class CounterStay(NamedTuple):
    """When a counter counted for a site, or for one zone of it."""

    counter: int
    from_utc_s: int
    to_utc_s: int


class CounterDays:
    """Questions about single counters; simulated ones count only until there is a real one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def stays(
        self, site: str, from_utc_s: int, to_utc_s: int, zone: str | None = None
    ) -> list[CounterStay]:
        """Which counters stood there between two moments, each from when until when."""
        rows = self._db.execute(
            "SELECT n.id, n.simulated, p.from_utc_s, p.to_utc_s"
            " FROM node_places p JOIN nodes n ON n.id = p.node_id"
            " WHERE p.site = ?1 AND p.role = 'counter' AND (?2 IS NULL OR p.zone = ?2)"
            " AND p.from_utc_s < ?4 AND p.to_utc_s > ?3 ORDER BY n.id, p.from_utc_s",
            (site, zone, from_utc_s, to_utc_s),
        ).fetchall()
        real_utc_s = real_since_utc_s(self._db, site)[0]
        found = []
        for counter, simulated, came_utc_s, went_utc_s in rows:
            end_utc_s = min(to_utc_s, went_utc_s)
            if simulated:
                end_utc_s = min(end_utc_s, real_utc_s - _HOUR_S + 1)
            found.append(CounterStay(counter, max(from_utc_s, came_utc_s), end_utc_s))
        return [stay for stay in found if stay.from_utc_s < stay.to_utc_s]

    def between(
        self, site: str, from_utc_s: int, to_utc_s: int, offset_s: int, zone: str | None = None
    ) -> list[CounterDay]:
        """The days of each counter, of hours that start in [from, to).

        In that time the clock is `offset_s` ahead of UTC.
        """
        return [
            CounterDay(stay.counter, date_of(day), light, passages, obs_s, due_s)
            for stay in self.stays(site, from_utc_s, to_utc_s, zone)
            for day, light, passages, obs_s, due_s in self._db.execute(_DAYS, (*stay, offset_s))
        ]

    def hours(self, counter: int, from_utc_s: int, to_utc_s: int) -> list[tuple[int, str, int]]:
        """The hours of a counter that start in [from, to): start, light, seconds watched."""
        return self._db.execute(
            "SELECT hour_utc_s - late_s, light, min(obs_s, due_s) FROM usage_hour"
            " WHERE node_id = ? AND hour_utc_s >= ? AND hour_utc_s < ?",
            (counter, from_utc_s, to_utc_s),
        ).fetchall()
