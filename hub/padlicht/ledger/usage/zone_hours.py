"""Table `zone_hour`: sums of the hours of a zone's nodes, kept beside them.

Pages ask for months at once, of parks with hundreds of nodes; so what they ask for is kept ready,
with the date and the hour that the site's clock shows, for each zone and for the site as a whole.
It is written in the transactions that change the hours of nodes. When a node moves, or a site gets
its first real node of a role, the file itself marks the zones (`zone_stale`), and the roll-up sums
their hours anew, in pieces. Times are Unix seconds UTC.
"""

# ruff: noqa: S608 -- table and column names are constants of this file; values are always bound

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.node_hours import IN_PLACE
from padlicht.ledger.usage.sums import WHOLE_SITE, day_number, real_since_utc_s

SUMMED = ("count_in", "count_out", "trig", "lit_s", "boost_s", "mwh")
NEAR = ("near_s", "near_obs_s")
WATCHED = ("obs_s", "due_s", "lamp_obs_s", "lamp_due_s")
NODES = ("counters", "lamps", "sim_counters", "sim_lamps")
LENGTHS = ("counter_s", "lamp_s")  # how long the hours of the nodes were, in sum
VALUES = (*SUMMED, *NEAR, *WATCHED, *NODES, *LENGTHS)


Row = tuple[int, ...]
Key = tuple[int, str]  # an hour's beginning, and its light


class ZoneHour(NamedTuple):
    """One hour of all nodes of a zone. `obs_s` and `due_s` are of its counters only.

    Somebody was near its lamps for `near_s` of the `near_obs_s` in which they watched and could
    tell, both summed over lamps. `zone` is WHOLE_SITE where it is of all nodes of a site.
    `simulated`: how many of them are.
    """

    site: str
    zone: str
    hour_utc_s: int
    light: str
    count_in: int
    count_out: int
    trig: int
    lit_s: int
    boost_s: int
    mwh: int
    obs_s: int
    due_s: int
    near_s: int
    near_obs_s: int
    simulated: int = 0


# One that watched more than it was due must not hide another one's gap; and the simulated never
# mix with the real: they count only in hours before the site's first real node of that role.
_SUMS_OF_NODES = (
    "SELECT u.hour_utc_s - u.late_s AS hour, u.light, "
    + ", ".join(f"sum(u.{name})" for name in (*SUMMED, *NEAR))
    + "".join(
        f", sum(iif(p.role = '{role}', {value}, 0))"
        for role in ("counter", "lamp")
        for value in ("min(u.obs_s, u.due_s)", "u.due_s")
    )
    + "".join(
        f", count(DISTINCT iif(p.role = '{role}'{more}, n.id, NULL))"
        for more in ("", " AND n.simulated")
        for role in ("counter", "lamp")
    )
    + "".join(f", sum(iif(p.role = '{role}', u.length_s, 0))" for role in ("counter", "lamp"))
    + " FROM node_places p CROSS JOIN nodes n ON n.id = p.node_id"
    " CROSS JOIN usage_hour u ON u.node_id = p.node_id{hours}"
    " AND +u.hour_utc_s >= p.from_utc_s AND +u.hour_utc_s < p.to_utc_s"
    " WHERE p.site = ?1{zone}"
    " AND (NOT n.simulated OR u.hour_utc_s + 3600 <= iif(p.role = 'counter', ?3, ?4))"
    " GROUP BY 1, 2"
)
SUMS_OF_NODES = _SUMS_OF_NODES.replace("{zone}", " AND p.zone = ?2")
_SUMS_OF_SITE = _SUMS_OF_NODES.replace("{zone}", "")
_THESE_HOURS = " AND u.hour_utc_s IN (SELECT value FROM json_each(?5))"
# Parts of hours, of another light or of a node that moved, begin later than the hour.
_WITH_PARTS = (
    "SELECT value FROM json_each(?1) UNION SELECT hour_utc_s FROM usage_hour"
    " WHERE late_s > 0 AND hour_utc_s - late_s IN (SELECT value FROM json_each(?1))"
)
_CLOCK = ("day", "hour")
_KEPT = (
    f"SELECT hour_utc_s, light, {', '.join((*_CLOCK, *VALUES))} FROM zone_hour"
    " WHERE site = ? AND zone = ? AND hour_utc_s IN (SELECT value FROM json_each(?))"
)
_PUT = (
    f"INSERT INTO zone_hour (site, zone, hour_utc_s, light, {', '.join((*_CLOCK, *VALUES))})"
    f" VALUES ({', '.join('?' * (6 + len(VALUES)))})"
    " ON CONFLICT (site, zone, hour_utc_s, light) DO UPDATE SET "
    + "".join(f"{name} = excluded.{name}, " for name in _CLOCK)
)
_REPLACE = _PUT + ", ".join(f"{name} = excluded.{name}" for name in VALUES)
_ADD = _PUT + ", ".join(f"{name} = {name} + excluded.{name}" for name in VALUES)
_REMOVE = "DELETE FROM zone_hour WHERE (site, zone, hour_utc_s, light) = (?, ?, ?, ?)"
_NEXT_HOUR = (
    "SELECT min(hour_utc_s) FROM (SELECT (SELECT min(u.hour_utc_s - u.late_s) FROM usage_hour u"
    " WHERE u.node_id = p.node_id AND u.hour_utc_s >= max(p.from_utc_s, ?3)"
    " AND u.hour_utc_s < p.to_utc_s) AS hour_utc_s"
    " FROM node_places p WHERE p.site = ?1 AND p.zone = ?2 UNION ALL SELECT min(hour_utc_s)"
    " FROM zone_hour WHERE site = ?1 AND zone = ?2 AND hour_utc_s >= ?3)"
)
_HOURS_BETWEEN = (
    "SELECT hour_utc_s FROM zone_hour WHERE site = ?1 AND zone = ?2"
    " AND hour_utc_s >= ?3 AND hour_utc_s < ?4 UNION SELECT u.hour_utc_s - u.late_s"
    " FROM node_places p CROSS JOIN usage_hour u ON u.node_id = p.node_id"
    " AND u.hour_utc_s >= max(p.from_utc_s, ?3) AND u.hour_utc_s < min(p.to_utc_s, ?4)"
    " WHERE p.site = ?1 AND p.zone = ?2"
)


class ZoneHourTable:
    """Hours of zones and sites; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(
        self, from_utc_s: int, to_utc_s: int, *, site: str | None = None, zone: str | None = None
    ) -> list[ZoneHour]:
        """Hours of zones that start in [from, to); of each site by hour, zone and light."""
        rows = self._db.execute(
            f"SELECT h.site, h.zone, hour_utc_s, light, {', '.join(SUMMED)}, obs_s, due_s,"
            f" {', '.join(NEAR)}, sim_counters + sim_lamps"
            " FROM zones z CROSS JOIN zone_hour h ON h.site = z.site AND h.zone = z.name"
            " AND hour_utc_s >= ?3 AND hour_utc_s < ?4"
            " WHERE (?1 IS NULL OR z.site = ?1) AND (?2 IS NULL OR z.name = ?2)"
            " ORDER BY h.site, hour_utc_s, h.zone, light",
            (site, zone, from_utc_s, to_utc_s),
        )
        return [*map(ZoneHour._make, rows)]

    def of_site(self, site: str, hours_utc_s: Iterable[int]) -> list[ZoneHour]:
        """These hours of all zones of a site together, as far as there are such, by hour and light.

        While zones are summed anew, what is kept of the site is on its way from one to another:
        then the hours of its nodes are added up.
        """
        hours = json.dumps([*hours_utc_s])
        stale = "SELECT 1 FROM zone_stale WHERE site = ? LIMIT 1"
        if self._db.execute(stale, (site,)).fetchone() is None:
            rows = _by_hour(self._db.execute(_KEPT, (site, WHOLE_SITE, hours)), len(_CLOCK))
        else:
            rows = _by_hour(self._sums_of(_SUMS_OF_SITE, site, WHOLE_SITE, hours))
        found = []
        for (hour_utc_s, light), values in sorted(rows.items()):
            named = dict(zip(VALUES, values, strict=True))
            summed = (named[name] for name in (*SUMMED, "obs_s", "due_s", *NEAR))
            simulated = named["sim_counters"] + named["sim_lamps"]
            key = (site, WHOLE_SITE, hour_utc_s, light)
            found.append(ZoneHour._make((*key, *summed, simulated)))
        return found

    def has_stale(self) -> bool:
        """Whether hours of a zone have to be summed anew."""
        return self._db.execute("SELECT 1 FROM zone_stale LIMIT 1").fetchone() is not None

    def count_stale(self) -> int:
        """How many hours there are of those of zones that have to be summed anew."""
        return int(
            self._db.execute(
                "SELECT count(*) FROM zone_stale s CROSS JOIN zone_hour h"
                " ON (h.site, h.zone) = (s.site, s.zone) AND h.hour_utc_s >= s.from_utc_s"
            ).fetchone()[0]
        )

    def sum_changed(self, rev: int) -> None:
        """Bring the zones up to date with the hours of nodes that were written with `rev`."""
        touched: dict[tuple[str, str], set[int]] = {}
        for site, zone, hour_utc_s in self._db.execute(
            f"SELECT p.site, p.zone, u.hour_utc_s - u.late_s FROM usage_hour u{IN_PLACE}"
            " WHERE u.rev = ?",
            (rev,),
        ):
            touched.setdefault((site, zone), set()).add(hour_utc_s)
        for (site, zone), hours_utc_s in touched.items():
            self._sum(site, zone, hours_utc_s)

    def sum_stale(self, limit: int) -> None:
        """Sum some hours of a zone that is marked anew, of about so many hours of its nodes."""
        mark = self._db.execute("SELECT site, zone, from_utc_s FROM zone_stale LIMIT 1").fetchone()
        if mark is None:
            return
        site, zone, _ = mark
        first_utc_s = self._db.execute(_NEXT_HOUR, mark).fetchone()[0]
        if first_utc_s is None:
            self._db.execute("DELETE FROM zone_stale WHERE (site, zone) = (?, ?)", (site, zone))
            return
        [nodes] = self._db.execute(
            "SELECT count(DISTINCT node_id) FROM node_places WHERE site = ? AND zone = ?",
            (site, zone),
        ).fetchone()
        end_utc_s = first_utc_s + 3600 * max(1, limit // max(1, nodes))
        rows = self._db.execute(_HOURS_BETWEEN, (site, zone, first_utc_s, end_utc_s))
        self._sum(site, zone, (hour_utc_s for (hour_utc_s,) in rows.fetchall()))
        self._db.execute(
            "UPDATE zone_stale SET from_utc_s = ? WHERE (site, zone) = (?, ?)",
            (end_utc_s, site, zone),
        )

    def clear(self) -> None:
        """Take all hours of zones away, because those of nodes are gone."""
        self._db.execute("DELETE FROM zone_hour")
        self._db.execute("DELETE FROM zone_stale")

    def _sums_of(self, sums: str, site: str, zone: str, hours: str) -> sqlite3.Cursor:
        """The sums of nodes over hours that are given as JSON."""
        begins = [begin for (begin,) in self._db.execute(_WITH_PARTS, (hours,))]
        since = real_since_utc_s(self._db, site)
        return self._db.execute(
            sums.format(hours=_THESE_HOURS), (site, zone, *since, json.dumps(begins))
        )

    def _sum(self, site: str, zone: str, hours_utc_s: Iterable[int]) -> None:
        """Sum these hours of a zone, and give the whole site the difference."""
        hours = json.dumps([*hours_utc_s])
        clock = site_clock(self._db, site)
        now = {
            key: (*_on_the_clock(key[0], clock), *values)
            for key, values in _by_hour(self._sums_of(SUMS_OF_NODES, site, zone, hours)).items()
        }
        before = _by_hour(self._db.execute(_KEPT, (site, zone, hours)))
        nothing = (0,) * len(VALUES)
        changed, differences, gone = [], [], []
        for key in now.keys() | before.keys():
            if before.get(key) == now.get(key):
                continue
            old, new = (side[key][2:] if key in side else nothing for side in (before, now))
            when = (*key, *_on_the_clock(key[0], clock))
            if key in now:
                changed.append((site, zone, *when, *new))
            else:
                gone.append((site, zone, *key))
            difference = (b - a for a, b in zip(old, new, strict=True))
            differences.append((site, WHOLE_SITE, *when, *difference))
        self._db.executemany(_REMOVE, gone)
        self._db.executemany(_REPLACE, changed)
        self._db.executemany(_ADD, differences)
        # Only where a node's hour left is there possibly none left.
        self._db.executemany(
            f"{_REMOVE} AND counters + lamps = 0",
            [(site, WHOLE_SITE, *key) for _, _, *key in gone],
        )


def _by_hour(rows: Iterable[Row], passed_over: int = 0) -> dict[Key, Row]:
    return {(int(row[0]), str(row[1])): row[2 + passed_over :] for row in rows}


def site_clock(db: sqlite3.Connection, site: str) -> SiteClock:
    """The clock of a site over the years."""
    return SiteClock(
        db.execute(
            "SELECT from_utc_s, tz FROM site_places WHERE site = ? ORDER BY from_utc_s", (site,)
        ).fetchall()
    )


def _on_the_clock(utc_s: int, clock: SiteClock) -> tuple[int, int]:
    """The local date, in days since 1970-01-01, and the local hour."""
    local = clock.local(utc_s)
    return day_number(local.date()), local.hour
