"""Sums of the hours of lamps, one by one or of some together: nearness, light, energy.

A lamp counts where it stood: each of its stretches in a site is asked for by itself. Simulated ones
count only until the site has a real lamp. Times are Unix seconds UTC.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from padlicht.ledger.usage.sums import real_since_utc_s

_HOUR_S = 3600
# A lamp whose radar is silent watches nobody, but it is there while it is lit.
_SUMS = (
    "sum(lit_s), sum(boost_s), sum(mwh), sum(near_s), sum(min(near_obs_s, due_s)),"
    " sum(min(max(obs_s, lit_s), due_s)), sum(due_s)"
)
_OF_THESE = (
    " FROM usage_hour WHERE node_id IN (SELECT value FROM json_each(?1))"
    " AND hour_utc_s >= ?2 AND hour_utc_s < ?3"
)


class LampStretch(NamedTuple):
    """A lamp in a zone of a site from `from_utc_s` until `to_utc_s`."""

    node_id: int
    node: str
    zone: str
    simulated: bool
    from_utc_s: int
    to_utc_s: int


class LampTotals(NamedTuple):
    """Sums of some hours of lamps.

    Lamps told of `told_s` of the `due_s` in which they were in service, and were lit for `lit_s`,
    at full for `boost_s`. Somebody was near for `near_s` of the `near_obs_s` in which they watched
    and could tell. Energy is in milliwatt-hours.
    """

    lit_s: int = 0
    boost_s: int = 0
    mwh: int = 0
    near_s: int = 0
    near_obs_s: int = 0
    told_s: int = 0
    due_s: int = 0

    def plus(self, other: "LampTotals") -> "LampTotals":
        """Both together."""
        return LampTotals._make(a + b for a, b in zip(self, other, strict=True))

    @property
    def near_share(self) -> float | None:
        """Share of the time watched in which somebody was near; None when nothing was watched."""
        return min(1.0, self.near_s / self.near_obs_s) if self.near_obs_s else None

    @property
    def near_coverage(self) -> float | None:
        """Share of the due time in which lamps watched and could tell; None when none was due."""
        return self.near_obs_s / self.due_s if self.due_s else None


class LampSums:
    """Questions about lamps over some time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def stretches(self, site: str, from_utc_s: int, to_utc_s: int) -> list[LampStretch]:
        """Where lamps of a site stood in that time, by name and time."""
        real_utc_s = real_since_utc_s(self._db, site)[1]
        rows = self._db.execute(
            "SELECT n.id, n.name, p.zone, n.simulated, max(p.from_utc_s, ?2),"
            " min(p.to_utc_s, ?3, iif(n.simulated, ?4, ?3))"
            " FROM node_places p JOIN nodes n ON n.id = p.node_id"
            " WHERE p.site = ?1 AND p.role = 'lamp' AND p.from_utc_s < ?3 AND p.to_utc_s > ?2"
            " ORDER BY n.name, p.from_utc_s",
            (site, from_utc_s, to_utc_s, real_utc_s - _HOUR_S + 1),
        )
        found = (LampStretch._make((*row[:3], bool(row[3]), *row[4:])) for row in rows)
        return [stretch for stretch in found if stretch.from_utc_s < stretch.to_utc_s]

    def by_hour(
        self, node_ids: Iterable[int], from_utc_s: int, to_utc_s: int
    ) -> dict[tuple[int, str], LampTotals]:
        """Sums of these lamps together, by the hour of the clock (its beginning) and light."""
        return self._by("hour_utc_s - late_s, light", node_ids, from_utc_s, to_utc_s)

    def by_light(self, node_id: int, from_utc_s: int, to_utc_s: int) -> dict[str, LampTotals]:
        """Sums of one lamp by light."""
        found = self._by("light, 0", [node_id], from_utc_s, to_utc_s)
        return {str(light): totals for (light, _), totals in found.items()}

    def _by(
        self, group: str, node_ids: Iterable[int], begin: int, end: int
    ) -> dict[tuple[Any, Any], LampTotals]:
        rows = self._db.execute(
            f"SELECT {group}, {_SUMS}{_OF_THESE} GROUP BY 1, 2 ORDER BY 1, 2",
            (json.dumps([*node_ids]), begin, end),
        )
        return {(row[0], row[1]): LampTotals._make(row[2:]) for row in rows}
