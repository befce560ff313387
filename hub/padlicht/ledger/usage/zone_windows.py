"""Table `zone_windows`: the lamps' windows by which the hours of each zone are parted.

What they are is decided above the ledger (usage/schedule); here it is kept, so that hours which are
parted otherwise than by what is known now are found, whoever stopped in between.
"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3

from padlicht.ledger.usage.stale_marks import StaleMarks

_HOUR_S = 3600
_OF_NODE = (
    "(SELECT {which}(hour_utc_s) FROM usage_hour u WHERE u.node_id = p.node_id"
    " AND u.hour_utc_s >= max(p.from_utc_s, ?3) AND u.hour_utc_s < min(p.to_utc_s, ?4))"
)
# The first and the last hour of each node of a zone in some time.
_HOURS = (
    f"SELECT p.node_id, {_OF_NODE.format(which='min')}, {_OF_NODE.format(which='max')}"
    " FROM node_places p WHERE p.site = ?1 AND p.zone = ?2"
)


class ZoneWindowTable:
    """Windows of zones, as text; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> dict[tuple[str, str], str]:
        """The windows of each (site, zone) whose hours are parted by any."""
        rows = self._db.execute("SELECT site, zone, windows FROM zone_windows")
        return {(site, zone): windows for site, zone, windows in rows}

    def put(self, site: str, zone: str, windows: str, changed: tuple[int, int] | None) -> None:
        """Part the hours of a zone by these; those from when until when it `changed` are marked."""
        self._db.execute(
            "INSERT INTO zone_windows VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET windows = excluded.windows",
            (site, zone, windows),
        )
        if changed is not None:
            self._mark(site, zone, *changed)

    def _mark(self, site: str, zone: str, from_utc_s: int, to_utc_s: int) -> None:
        """Mark what there is of hours in that time, and no more: copies write all of it anew."""
        place = (site, zone, from_utc_s - _HOUR_S, to_utc_s)
        rows = [row for row in self._db.execute(_HOURS, place) if row[1] is not None]
        if rows:
            begin = max(from_utc_s, min(first for _, first, _ in rows))
            end = min(to_utc_s, max(last for _, _, last in rows) + _HOUR_S)
            nodes = {node_id for node_id, _, _ in rows}
            StaleMarks(self._db).windows(site, zone, nodes, begin, end)
