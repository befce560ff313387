"""Table `usage_hour`: sums of each node's records by the hour in which they start.

What an hour is, how light it was and how long somebody should have watched is decided above the
ledger (usage/rollup.py); here it is kept; zone_hours.py adds it up. One in which the node moved, or
the lamps' window begins or ends, is kept in parts. Times are Unix seconds UTC.
"""

# ruff: noqa: S608 -- table and column names are constants of this file; values are always bound

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from padlicht.ledger.records import blocks
from padlicht.ledger.usage.counter_days import CounterDays

SUMS = ("count_in", "count_out", "trig", "lit_s", "boost_s", "mwh", "obs_s", "near_s", "near_obs_s")
FOLLOWER = "usage"
SOURCES = ("footfall", "lamp")


class Contribution(NamedTuple):
    """What a record says for its hour; `id` is the record's, 0 of what retention took away.

    `near_obs_s` is its `obs_s` if it says `near_s` at all.
    """

    id: int
    node_id: int
    t: int
    dt: int
    count_in: int
    count_out: int
    trig: int
    lit_s: int
    boost_s: int
    mwh: int
    obs_s: int
    near_s: int
    near_obs_s: int


class HourIncrement(NamedTuple):
    """What comes to one hour of a node, or to a part of one that begins `late_s` into it.

    `due_s` is what it is due when it is not there yet, `more_due_s` what comes to its due when it
    is; it is `length_s` long.
    """

    node_id: int
    hour_utc_s: int
    light: str
    count_in: int
    count_out: int
    trig: int
    lit_s: int
    boost_s: int
    mwh: int
    obs_s: int
    near_s: int
    near_obs_s: int
    due_s: int
    more_due_s: int
    late_s: int = 0
    length_s: int = 3600


class HourDue(NamedTuple):
    """How long a node should have watched in an hour that is over."""

    node_id: int
    hour_utc_s: int
    light: str
    due_s: int
    late_s: int = 0
    length_s: int = 3600


class Stale(NamedTuple):
    """Hours of a node that have to be added up anew: those that begin in [from, to)."""

    node_id: int
    from_utc_s: int
    to_utc_s: int


class NodeHour(NamedTuple):
    """One hour of a node, or part of one. Energy is in milliwatt-hours.

    `obs_s` of `due_s` is the part of the hour in which it watched. Somebody was near a lamp for
    `near_s` of the `near_obs_s` in which it watched and could tell.
    """

    site: str
    zone: str
    node: str
    hour_utc_s: int
    light: str
    count_in: int
    count_out: int
    trig: int
    lit_s: int
    boost_s: int
    mwh: int
    obs_s: int
    near_s: int
    near_obs_s: int
    due_s: int


_REPORTED = {
    "footfall": "id, node_id, t, dt, n_in, n_out, 0, 0, 0, 0, obs_s, 0, 0",
    "lamp": (
        "id, node_id, t, dt, 0, 0, trig, lit_s, boost_s, mwh, obs_s,"
        " coalesce(near_s, 0), iif(near_s IS NULL, 0, obs_s)"
    ),
}
_PUT = (
    f"INSERT INTO usage_hour (node_id, hour_utc_s, light, {', '.join(SUMS)}, due_s, late_s,"
    " length_s, rev)"
)
_ADD = (
    f"{_PUT} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?15, ?16, ?17)"
    " ON CONFLICT (node_id, hour_utc_s) DO UPDATE SET rev = ?17, due_s = due_s + ?14, "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
)
_OWE = (
    f"{_PUT} VALUES (?1, ?2, ?3, {', '.join('0' * len(SUMS))}, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (node_id, hour_utc_s) DO UPDATE SET rev = ?7, due_s = ?4 WHERE due_s <> ?4"
)
# Where a node was in an hour. CROSS JOIN keeps the order: the hours, and each one's node looked up.
IN_PLACE = (
    " CROSS JOIN node_places p ON p.node_id = u.node_id"
    " AND u.hour_utc_s >= p.from_utc_s AND u.hour_utc_s < p.to_utc_s"
)
_CHANGED = f"SELECT u.rev, p.site, p.zone, u.hour_utc_s - u.late_s FROM usage_hour u{IN_PLACE}"
_STALE = "SELECT node_id, from_utc_s, to_utc_s FROM usage_stale ORDER BY node_id LIMIT 1"


class NodeHourTable:
    """Hours of nodes; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.of_counters = CounterDays(connection)

    def contributions(self, source: str, after_id: int, limit: int) -> list[Contribution]:
        """At most `limit` records of "footfall" or "lamp" with an id above `after_id`, by id."""
        rows = self._db.execute(
            f"SELECT {_REPORTED[source]} FROM {source} WHERE id > ? ORDER BY id LIMIT ?",
            (after_id, limit),
        )
        return [*map(Contribution._make, rows)]

    def pruned_contributions(self, from_node_id: int) -> list[Contribution]:
        """What retention took away of the first node from `from_node_id` on, a row for each hour.

        Its `t` is a second after the hour began, which may be at 0.
        """
        rows = self._db.execute(
            f"SELECT 0, node_id, hour_utc_s + 1, dt_s, {', '.join(SUMS)} FROM usage_pruned"
            " WHERE node_id = (SELECT min(node_id) FROM usage_pruned WHERE node_id >= ?)",
            (from_node_id,),
        )
        return [*map(Contribution._make, rows)]

    def any(self) -> bool:
        """Whether there is any hour at all."""
        return self._db.execute("SELECT 1 FROM usage_hour LIMIT 1").fetchone() is not None

    def all(
        self,
        from_utc_s: int,
        to_utc_s: int,
        *,
        site: str | None = None,
        zone: str | None = None,
        node: str | None = None,
    ) -> list[NodeHour]:
        """Hours of nodes that start in [from, to), by hour and node; simulated ones, too."""
        rows = self._db.execute(
            f"SELECT p.site, p.zone, n.name, u.hour_utc_s, u.light, {', '.join(SUMS)}, due_s"
            " FROM nodes n JOIN node_places p ON p.node_id = n.id"
            " JOIN usage_hour u ON u.node_id = n.id"
            " AND u.hour_utc_s >= max(p.from_utc_s, ?4) AND u.hour_utc_s < min(p.to_utc_s, ?5)"
            " WHERE (?1 IS NULL OR p.site = ?1) AND (?2 IS NULL OR p.zone = ?2)"
            " AND (?3 IS NULL OR n.name = ?3) ORDER BY u.hour_utc_s, n.name",
            (site, zone, node, from_utc_s, to_utc_s),
        )
        return [*map(NodeHour._make, rows)]

    def changed(self, after_rev: int, limit: int) -> tuple[set[tuple[str, str, int]], int]:
        """The (site, zone, hour) that changed after a rev, and the rev up to which these are all.

        Looks at some `limit` node hours; what one transaction wrote is never split.
        """
        rows = self._db.execute(
            f"{_CHANGED} WHERE u.rev > ? ORDER BY u.rev LIMIT ?", (after_rev, limit)
        ).fetchall()
        if not rows:
            return set(), after_rev
        rev = int(rows[-1][0])
        if len(rows) == limit:
            # The last rev may go on beyond the limit: leave it for the next time, or take it whole.
            if rows[0][0] < rev:
                rev -= 1
            else:
                rows = self._db.execute(f"{_CHANGED} WHERE u.rev = ?", (rev,)).fetchall()
        return {(site, zone, hour) for row_rev, site, zone, hour in rows if row_rev <= rev}, rev

    def add(self, hours: Sequence[HourIncrement], rev: int) -> None:
        """Add to the hours of nodes; `rev` marks them as changed."""
        self._db.executemany(_ADD, [(*hour, rev) for hour in hours])

    def set_due(self, hours: Iterable[HourDue], rev: int) -> None:
        """Say what hours that are over were due; those in which nothing came in are made."""
        self._db.executemany(_OWE, [(*hour, rev) for hour in hours])

    def contributions_of(
        self, source: str, node_id: int, from_utc_s: int, to_utc_s: int, last_id: int
    ) -> list[Contribution]:
        """The records of a node up to an id that begin in [from, to)."""
        found: list[Contribution] = []
        for block in blocks.of_days(self._db, source, from_utc_s, to_utc_s):
            rows = self._db.execute(
                f"SELECT {_REPORTED[source]} FROM {source}"
                f" WHERE id >> {blocks.SHIFT} = ? AND node_id = ? AND t >= ? AND t < ? AND id <= ?",
                (block, node_id, from_utc_s, to_utc_s, last_id),
            )
            found += map(Contribution._make, rows)
        return found

    def pruned_of(self, node_id: int, from_utc_s: int, to_utc_s: int) -> list[Contribution]:
        """What retention took away of hours of a node that begin in [from, to)."""
        rows = self._db.execute(
            f"SELECT 0, node_id, hour_utc_s + 1, dt_s, {', '.join(SUMS)} FROM usage_pruned"
            " WHERE node_id = ? AND hour_utc_s >= ? AND hour_utc_s < ?",
            (node_id, from_utc_s, to_utc_s),
        )
        return [*map(Contribution._make, rows)]

    def stale(self) -> Stale | None:
        """Hours of a node that have to be added up anew; None when there are none."""
        row = self._db.execute(_STALE).fetchone()
        return None if row is None else Stale._make(row)

    def count_stale(self) -> int:
        """How many hours are there of those that have to be added up anew."""
        return int(
            self._db.execute(
                "SELECT count(*) FROM usage_stale s CROSS JOIN usage_hour u ON u.node_id ="
                " s.node_id AND u.hour_utc_s >= s.from_utc_s AND u.hour_utc_s < s.to_utc_s"
            ).fetchone()[0]
        )

    def next_hour(self, node_id: int, from_utc_s: int) -> int | None:
        """When the first hour of a node from there on begins; None without any."""
        row = self._db.execute(
            "SELECT min(hour_utc_s) FROM usage_hour WHERE node_id = ? AND hour_utc_s >= ?",
            (node_id, from_utc_s),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def forget(self, hours: Stale | None, mark: Stale, rest: Stale | None) -> None:
        """Take hours away that come anew, and leave the rest of a mark, or nothing of it."""
        if hours is not None:
            self._db.execute(
                "DELETE FROM usage_hour WHERE node_id = ? AND hour_utc_s >= ? AND hour_utc_s < ?",
                hours,
            )
        self._db.execute("DELETE FROM usage_stale WHERE node_id = ?", (mark.node_id,))
        if rest is not None:
            self._db.execute("INSERT INTO usage_stale VALUES (?, ?, ?)", rest)

    def begin_rebuild(self) -> None:
        """From here on all hours are forgotten, and added up anew from the records."""
        self._db.execute("DELETE FROM usage_stale")
        # How far hours were closed is known on: nobody doubts a clock for starting anew.
        self._db.execute(
            "INSERT INTO cursors SELECT follower, 'closed', last_id FROM cursors"
            " WHERE (follower, source) = (?, 'due') ON CONFLICT DO UPDATE SET"
            " last_id = excluded.last_id",
            (FOLLOWER,),
        )
        self._db.execute(
            "DELETE FROM cursors WHERE follower = ? AND source NOT IN ('rev', 'closed')",
            (FOLLOWER,),
        )
        # First the hours go; then what retention took away comes back, which is in no record.
        self._db.executemany(
            "INSERT INTO cursors VALUES (?, ?, 1)", [(FOLLOWER, "forget"), (FOLLOWER, "pruned")]
        )

    def delete_some(self, limit: int) -> None:
        """Take away at most so many hours."""
        self._db.execute(
            "DELETE FROM usage_hour WHERE (node_id, hour_utc_s) IN"
            " (SELECT node_id, hour_utc_s FROM usage_hour ORDER BY 1, 2 LIMIT ?)",
            (limit,),
        )
