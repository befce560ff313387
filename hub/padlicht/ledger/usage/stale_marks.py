"""Marks on what has to be added up anew, because what is known of a place changed.

Hours of nodes (`usage_stale`) and of zones (`zone_stale`) are added up anew by the roll-up; copies
elsewhere write theirs anew (`rewrites`). Times are Unix seconds UTC.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from padlicht.ledger.timeline import STILL, Moment, differing
from padlicht.ledger.usage.sums import real_since_utc_s

# An hour of the clock is at most so long, also where it is put forward or back in it.
_EDGE_S = 2 * 3600
_DAYS_S = 2 * 86_400  # a local day lies within so much of any of its moments


class StaleMarks:
    """Puts marks; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def node(self, node_id: int, before: Sequence[Moment], after: Sequence[Moment]) -> None:
        """Have done anew what rests on where a node was in the time that is told otherwise now."""
        counted = ("place", "role", "serves")
        part = differing(_only(before, counted), _only(after, counted))
        if part is None:
            return
        from_utc_s, to_utc_s = part
        self._hours([node_id], from_utc_s, to_utc_s)
        places = {
            (site, zone)
            for moment in (*before, *after)
            if moment.from_utc_s < to_utc_s and moment.to_utc_s > from_utc_s
            for site, zone in [moment.values["place"]]
        }
        self._zones(places, from_utc_s)
        for site in sorted({site for site, _ in places}):
            self._rewrite(None, site, from_utc_s - _DAYS_S, to_utc_s + _DAYS_S)
        if part := differing(_only(before, ("place",)), _only(after, ("place",))):
            self._rewrite(node_id, None, *part)

    def site(self, site: str, from_utc_s: int, to_utc_s: int) -> None:
        """Have done anew what rests on the clock and the light of a site in that time."""
        rows = self._db.execute(
            "SELECT DISTINCT node_id, zone FROM node_places"
            " WHERE site = ? AND from_utc_s < ? AND to_utc_s > ?",
            (site, to_utc_s, from_utc_s),
        ).fetchall()
        self._hours({node_id for node_id, _ in rows}, from_utc_s, to_utc_s)
        self._zones({(site, zone) for _, zone in rows}, from_utc_s)
        self._rewrite(None, site, from_utc_s - _DAYS_S, to_utc_s + _DAYS_S)

    def windows(
        self, site: str, zone: str, node_ids: Iterable[int], from_utc_s: int, to_utc_s: int
    ) -> None:
        """Have hours of a zone's nodes done anew in which lamps are meant to be lit otherwise."""
        self._hours(node_ids, from_utc_s, to_utc_s)
        self._zones([(site, zone)], from_utc_s)
        self._rewrite(None, site, from_utc_s - _DAYS_S, to_utc_s + _DAYS_S)

    def real(self, site: str, before: tuple[int, int]) -> None:
        """Have the hours done anew in which simulated nodes count otherwise than before.

        They count only until a site has real ones of their role.
        """
        now = real_since_utc_s(self._db, site)
        moved = [min(a, b) for a, b in zip(before, now, strict=True) if a != b]
        simulated = "SELECT 1 FROM nodes WHERE site = ? AND simulated LIMIT 1"
        if moved and self._db.execute(simulated, (site,)).fetchone():
            self.site(site, min(moved) - _EDGE_S, STILL)

    def _hours(self, node_ids: Iterable[int], from_utc_s: int, to_utc_s: int) -> None:
        self._db.executemany(
            "INSERT INTO usage_stale VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
            " from_utc_s = min(from_utc_s, excluded.from_utc_s),"
            " to_utc_s = max(to_utc_s, excluded.to_utc_s)",
            [
                (node_id, max(0, from_utc_s - _EDGE_S), min(to_utc_s + _EDGE_S, STILL))
                for node_id in node_ids
            ],
        )

    def _zones(self, zones: Iterable[tuple[str, str]], from_utc_s: int) -> None:
        self._db.executemany(
            "INSERT INTO zone_stale VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
            " from_utc_s = min(from_utc_s, excluded.from_utc_s)",
            [(*zone, max(0, from_utc_s - _EDGE_S)) for zone in zones],
        )

    def _rewrite(
        self, node_id: int | None, site: str | None, from_utc_s: int, to_utc_s: int
    ) -> None:
        self._db.execute(
            "INSERT INTO rewrites (node_id, site, from_utc_s, to_utc_s) VALUES (?, ?, ?, ?)",
            (node_id, site, max(0, from_utc_s), min(to_utc_s, STILL)),
        )


def _only(moments: Iterable[Moment], names: Iterable[str]) -> list[Moment]:
    return [
        moment._replace(values={name: moment.values[name] for name in names}) for moment in moments
    ]
