"""Use of a park over days: sums of hours of zones, ready for pages.

Days are dates on the clock of the place. A sum that is not there had no hour at all: nothing stood
there yet. That is a fourth thing beside nobody passing (watched, and 0), nobody watching (`obs_s`
is 0) and a lamp that was off (heard of, and `lit_s` 0).
"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

WHOLE_SITE = ""  # in place of a zone's name: all zones of the site together
_EPOCH = date(1970, 1, 1)
_FOR_EVER_UTC_S = 2**62

_DAY_S = 86_400
_HOUR_S = 3600
# Which part of an hour of the clock has a light. Only the dark is parted; asked of each row of it,
# this costs half of what a window over all of them does.
_SHARE = (
    "iif(h.light IN ('day', 'twilight'), 1.0, (h.counter_s + h.lamp_s) * 1.0 /"
    " (SELECT sum(o.counter_s + o.lamp_s) FROM zone_hour o"
    " WHERE o.site = ?1 AND o.zone = ?2 AND o.hour_utc_s = h.hour_utc_s))"
)
_COLUMNS = (
    "sum(count_in), sum(count_out), sum(trig), sum(lit_s), sum(boost_s), sum(mwh),"
    " sum(near_s), sum(near_obs_s), sum(obs_s), sum(due_s), sum(lamp_obs_s), sum(lamp_due_s),"
    f" sum({_SHARE}), sum(lamp_s) / 3600.0,"
    f" sum(iif(boost_s = 0 AND lamp_obs_s > 0, {_SHARE}, 0.0)),"
    " max(sim_counters > 0), max(sim_lamps > 0)"
)
# Local midnight is at most a day away from that of UTC: the bounds in UTC are for the index.
_WHERE = (
    " FROM zone_hour h WHERE site = ?1 AND zone = ?2"
    f" AND hour_utc_s >= (?3 - 1) * {_DAY_S} AND hour_utc_s < (?4 + 2) * {_DAY_S}"
    " AND day BETWEEN ?3 AND ?4"
)
# Hours of the clock since a Monday, 0 to 167: the first of January 1970 was a Thursday.
# Where the sun stands; and in the dark, whether the hour lies in the lamps' window.
LIGHTS = ("day", "twilight", "dark_on", "dark_off")
_CELLS = (
    f"SELECT ((hour_utc_s - late_s + ?4) / {_HOUR_S} + 72) % 168 * {len(LIGHTS)} + CASE light"
    + "".join(f" WHEN '{light}' THEN {number}" for number, light in enumerate(LIGHTS))
    + " END,"
    " sum(count_in + count_out), sum(min(obs_s, due_s)) FROM usage_hour"
    " WHERE node_id = ?1 AND hour_utc_s >= ?2 AND hour_utc_s < ?3 GROUP BY 1"
)
_MONDAY = "(day + 3) / 7 * 7 - 3"
_WEEKDAY = "(day + 3) % 7 + 1"


def day_number(day: date) -> int:
    """A date as the ledger keeps it: days since 1970-01-01."""
    return (day - _EPOCH).days


def date_of(number: int) -> date:
    """The date of a day as the ledger keeps it."""
    return _EPOCH + timedelta(days=number)


def real_since_utc_s(db: sqlite3.Connection, site: str) -> tuple[int, int]:
    """Since when a site has a counter, and a lamp, that is not simulated."""
    found = []
    for role in ("counter", "lamp"):
        row = db.execute(
            "SELECT min(max(n.added_utc_s, p.from_utc_s)) FROM node_places p"
            " JOIN nodes n ON n.id = p.node_id"
            " WHERE p.site = ? AND p.role = ? AND NOT n.simulated",
            (site, role),
        ).fetchone()
        found.append(_FOR_EVER_UTC_S if row[0] is None else int(row[0]))
    return found[0], found[1]


class CounterCell(NamedTuple):
    """One counter at one hour of the week, 0 (Monday after midnight) to 167, in one light."""

    counter: int
    hour_of_week: int
    light: str


@dataclass(frozen=True, slots=True)
class Use:
    """Sums over some hours; `a + b` is of both.

    Counters watched `obs_s` of the `due_s` in which they should have, lamps were heard of
    `lamp_obs_s` of `lamp_due_s`. `hours` are those of the clock: of one that is parted between
    lights (or whose zones are lit differently) each light has its share. `lamp_hours`: as many for
    each lamp in service; somebody was near lamps for `near_s` of the `near_obs_s` in which they
    watched and could tell; in `calm_hours` lamps were heard of, and none went to full light. Energy
    is in milliwatt-hours. `simulated_counts`, `simulated_lamps`: whether any of it is made up.
    """

    count_in: int = 0
    count_out: int = 0
    trig: int = 0
    lit_s: int = 0
    boost_s: int = 0
    mwh: int = 0
    near_s: int = 0
    near_obs_s: int = 0
    obs_s: int = 0
    due_s: int = 0
    lamp_obs_s: int = 0
    lamp_due_s: int = 0
    hours: float = 0.0
    lamp_hours: float = 0.0
    calm_hours: float = 0.0
    simulated_counts: bool = False
    simulated_lamps: bool = False

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.count_in + other.count_in,
            self.count_out + other.count_out,
            self.trig + other.trig,
            self.lit_s + other.lit_s,
            self.boost_s + other.boost_s,
            self.mwh + other.mwh,
            self.near_s + other.near_s,
            self.near_obs_s + other.near_obs_s,
            self.obs_s + other.obs_s,
            self.due_s + other.due_s,
            self.lamp_obs_s + other.lamp_obs_s,
            self.lamp_due_s + other.lamp_due_s,
            self.hours + other.hours,
            self.lamp_hours + other.lamp_hours,
            self.calm_hours + other.calm_hours,
            self.simulated_counts or other.simulated_counts,
            self.simulated_lamps or other.simulated_lamps,
        )

    @property
    def count(self) -> int:
        """Passages in both directions; says nothing unless `watched`."""
        return self.count_in + self.count_out

    @property
    def watched(self) -> bool:
        """Whether the counts say anything at all: without a second watched they do not."""
        return self.obs_s > 0

    @property
    def coverage(self) -> float | None:
        """Share of the due time in which counters watched, 0 to 1; None when none was due."""
        return self.obs_s / self.due_s if self.due_s else None

    @property
    def rate_per_h(self) -> float | None:
        """Passages for each hour that a counter watched; None when none did."""
        return self.count * _HOUR_S / self.obs_s if self.obs_s else None

    @property
    def lamps(self) -> float:
        """How many lamps were in service, on average."""
        return self.lamp_hours / self.hours if self.hours else 0.0


class UseSums:
    """Questions about use over days; first and last day are both included.

    `zone` None is the whole site, in which simulated nodes count only until there is a real one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def span(self, site: str, zone: str | None = None) -> tuple[date, date] | None:
        """The first and the last day of which anything is known; None when there is none.

        A record with a time that no node of the site was in service, or that is yet to come (of a
        clock that ran wild), does not stretch it.
        """
        place = (site, WHOLE_SITE if zone is None else zone)
        bounds = (
            " FROM zone_hour WHERE site = ?1 AND zone = ?2"
            " AND hour_utc_s > (SELECT min(max(n.added_utc_s, p.from_utc_s)) FROM node_places p"
            f" JOIN nodes n ON n.id = p.node_id WHERE p.site = ?1) - {_HOUR_S}"
            " AND hour_utc_s <= (SELECT last_id FROM cursors"
            " WHERE (follower, source) = ('usage', 'due'))"
        )
        # Two questions, so that SQLite looks at one end of the index each.
        ends = [
            self._db.execute(f"SELECT day{bounds} ORDER BY hour_utc_s {way} LIMIT 1", place)
            for way in ("ASC", "DESC")
        ]
        days = [row[0] for end in ends for row in end.fetchall()]
        return (date_of(days[0]), date_of(days[1])) if days else None

    def by_light(
        self, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[str, Use]:
        """Sums by light: "day", "twilight", "dark_on" (lamps on) and "dark_off" (lamps off)."""
        rows = self._sums("light", site, first, last, zone)
        return {light: _use(values) for light, *values in rows}

    def by_hour(
        self, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[tuple[int, str], Use]:
        """Sums by (beginning of the hour in Unix seconds UTC, light), in order."""
        rows = self._sums("hour_utc_s, light", site, first, last, zone)
        return {(hour_utc_s, light): _use(values) for hour_utc_s, light, *values in rows}

    def by_day(
        self, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[tuple[date, str], Use]:
        """Sums by (day, light), in order."""
        rows = self._sums("day, light", site, first, last, zone)
        return {(date_of(day), light): _use(values) for day, light, *values in rows}

    def by_week(
        self, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[tuple[date, str], Use]:
        """Sums by (Monday of the week, light), in order; weeks at both ends may be cut short."""
        rows = self._sums(f"{_MONDAY}, light", site, first, last, zone)
        return {(date_of(monday), light): _use(values) for monday, light, *values in rows}

    def zone_weeks(
        self, site: str, first: date, last: date
    ) -> dict[str, dict[date, tuple[int, int, int]]]:
        """Passages, seconds watched and due, by zone and by the Monday of the week."""
        found: dict[str, dict[date, tuple[int, int, int]]] = {}
        for zone, monday, *values in self._db.execute(
            f"SELECT zone, {_MONDAY}, sum(count_in + count_out), sum(obs_s), sum(due_s)"
            f"{_WHERE.replace('zone = ?2', 'zone != ?2')} GROUP BY 1, 2 ORDER BY 1, 2",
            (site, WHOLE_SITE, day_number(first), day_number(last)),
        ):
            found.setdefault(zone, {})[date_of(monday)] = (values[0], values[1], values[2])
        return found

    def by_clock(
        self, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[tuple[int, int, str], Use]:
        """Sums by (weekday, hour, light): Monday is 1, the hour is that of the clock, 0 to 23."""
        rows = self._sums(f"{_WEEKDAY}, hour, light", site, first, last, zone)
        return {(weekday, hour, light): _use(values) for weekday, hour, light, *values in rows}

    def counter_cells(
        self, site: str, from_utc_s: int, to_utc_s: int, offset_s: int, zone: str | None = None
    ) -> dict[CounterCell, tuple[int, int]]:
        """Passages and seconds watched of each counter by the hour of the week and the light.

        Of hours that start in [from, to), in which the clock is `offset_s` ahead of UTC.
        """
        counters = self._db.execute(
            "SELECT n.id, n.simulated, p.from_utc_s, p.to_utc_s"
            " FROM node_places p JOIN nodes n ON n.id = p.node_id"
            " WHERE p.site = ?1 AND p.role = 'counter' AND (?2 IS NULL OR p.zone = ?2)"
            " AND p.from_utc_s < ?4 AND p.to_utc_s > ?3 ORDER BY n.id, p.from_utc_s",
            (site, zone, from_utc_s, to_utc_s),
        ).fetchall()
        real_utc_s = real_since_utc_s(self._db, site)[0]
        found: dict[CounterCell, tuple[int, int]] = {}
        for counter, simulated, came_utc_s, went_utc_s in counters:
            end_utc_s = min(to_utc_s, went_utc_s)
            if simulated:
                end_utc_s = min(end_utc_s, real_utc_s - _HOUR_S + 1)
            # One after the other, and by a number: a quarter of the time that it takes at once.
            for key, count, obs_s in self._db.execute(
                _CELLS, (counter, max(from_utc_s, came_utc_s), end_utc_s, offset_s)
            ):
                cell = CounterCell(counter, key // len(LIGHTS), LIGHTS[key % len(LIGHTS)])
                before = found.get(cell, (0, 0))
                found[cell] = (before[0] + count, before[1] + obs_s)
        return found

    def _sums(
        self, group: str, site: str, first: date, last: date, zone: str | None
    ) -> sqlite3.Cursor:
        columns = range(1, 2 + group.count(", "))
        order = ", ".join(map(str, columns))
        return self._db.execute(
            f"SELECT {group}, {_COLUMNS}{_WHERE} GROUP BY {order} ORDER BY {order}",
            (site, WHOLE_SITE if zone is None else zone, day_number(first), day_number(last)),
        )


def _use(values: Sequence[Any]) -> Use:
    return Use(*values[:-2], *map(bool, values[-2:]))
