"""Hours of nodes that were closed while the hub's clock was ahead: found, and opened again.

An open hour is due what was reported of it; one of which nothing was reported is not there. What
writes expects to be inside a transaction. Times are Unix seconds UTC.
"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import json
import sqlite3
from collections.abc import Iterable

from padlicht.ledger.records import blocks
from padlicht.ledger.usage.node_hours import FOLLOWER, SOURCES

_ADDED_UP = (
    "SELECT r.node_id, r.t, r.dt FROM json_each(?) b CROSS JOIN {0} r"
    f" ON r.id >> {blocks.SHIFT} = b.value WHERE r.t >= ? AND r.t < ?"
    " AND r.id <= coalesce((SELECT last_id FROM cursors"
    f" WHERE (follower, source) = ('{FOLLOWER}', '{{0}}')), 0)"
)


class ReopenedHours:
    """The hours of nodes by when they begin, and what was reported of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def beginning(self, from_utc_s: int, to_utc_s: int) -> list[tuple[int, int]]:
        """Node and beginning of the hours that begin in [from, to)."""
        return self._db.execute(
            "SELECT u.node_id, u.hour_utc_s FROM nodes n CROSS JOIN usage_hour u"
            " ON u.node_id = n.id AND u.hour_utc_s >= ? AND u.hour_utc_s < ?",
            (from_utc_s, to_utc_s),
        ).fetchall()

    def reported(self, from_utc_s: int, to_utc_s: int) -> list[tuple[int, int, int]]:
        """Node, beginning and length of what begins in [from, to) and is in the hours already.

        Of what retention took away it is the hour's beginning, and the length of all of it.
        """
        found: list[tuple[int, int, int]] = []
        for source in SOURCES:
            held = json.dumps(blocks.of_days(self._db, source, from_utc_s, to_utc_s))
            found += self._db.execute(_ADDED_UP.format(source), (held, from_utc_s, to_utc_s))
        found += self._db.execute(
            "SELECT p.node_id, p.hour_utc_s, p.dt_s FROM nodes n CROSS JOIN usage_pruned p"
            " ON p.node_id = n.id AND p.hour_utc_s >= ? AND p.hour_utc_s < ?",
            (from_utc_s, to_utc_s),
        )
        return found

    def remove(self, hours: Iterable[tuple[int, int]]) -> dict[tuple[str, str], set[int]]:
        """Take hours (node, beginning) away; those that their zones lack now, by site and zone."""
        lacking: dict[tuple[str, str], set[int]] = {}
        for node_id, hour_utc_s in hours:
            zone = self._db.execute("SELECT site, zone FROM nodes WHERE id = ?", (node_id,))
            lacking.setdefault(zone.fetchone(), set()).add(hour_utc_s)
            self._db.execute(
                "DELETE FROM usage_hour WHERE (node_id, hour_utc_s) = (?, ?)", (node_id, hour_utc_s)
            )
        for (site, _), hours_utc_s in lacking.items():
            # Copies elsewhere have these hours, and hear of them by no record.
            self._db.execute(
                "INSERT INTO rewrites (site, from_utc_s, to_utc_s) VALUES (?, ?, ?)",
                (site, min(hours_utc_s), max(hours_utc_s) + 1),
            )
        return lacking
