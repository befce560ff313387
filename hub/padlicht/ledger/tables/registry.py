"""Tables `sites`, `zones` and `nodes`: the registry of parks, and of the nodes in them."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.rows import Node, Site, Zone

_NODE = "id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired, retired_utc_s"


class ServicePeriod(NamedTuple):
    """When a node was in service; `retired_utc_s` None: it still is."""

    node_id: int
    site: str
    added_utc_s: int
    retired_utc_s: int | None


def of_site(site: str | None) -> str:
    """The condition for nodes `n` of site ?1, or of any: an OR of both could use no index."""
    return "?1 IS NULL" if site is None else "n.site = ?1"


class NodeTable:
    """Nodes by name; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self, site: str | None = None) -> list[Node]:
        """All nodes, or those of one site, by name; retired ones too."""
        rows = self._db.execute(
            f"SELECT {_NODE} FROM nodes n WHERE {of_site(site)} ORDER BY name",
            (site,),
        )
        return [_node(row) for row in rows]

    def first_added_utc_s(self) -> int | None:
        """When the first node was added, or None without any."""
        (found,) = self._db.execute("SELECT min(added_utc_s) FROM nodes").fetchone()
        return None if found is None else int(found)

    def get(self, name: str) -> Node | None:
        """One node, or None when there is none of that name."""
        row = self._db.execute(
            f"SELECT {_NODE} FROM nodes WHERE name = ?",
            (name,),
        ).fetchone()
        return _node(row) if row else None

    def added_after(self, node_id: int) -> tuple[int, list[str]]:
        """The highest id of a node (0: there is none), and the names of nodes above `node_id`.

        The highest of now: when the newest node was removed, its id is given again.
        """
        [newest] = self._db.execute("SELECT coalesce(max(id), 0) FROM nodes").fetchone()
        names = self._db.execute("SELECT name FROM nodes WHERE id > ? ORDER BY id", (node_id,))
        return newest, [name for (name,) in names]

    def service_periods(self) -> list[ServicePeriod]:
        """When each node was in service, by id."""
        rows = self._db.execute(
            "SELECT id, site, added_utc_s, retired_utc_s FROM nodes ORDER BY id"
        )
        return [*map(ServicePeriod._make, rows)]

    def add(self, node: Node) -> None:
        """Add a node (its `id` is given by the ledger); Refused when the name is taken.

        A name is never given twice, not even after retirement: its certificate may still be out.
        """
        values = (
            node.name, node.site, node.zone, node.role, node.lat, node.lon,
            node.simulated, node.added_utc_s, node.retired, node.retired_utc_s,
        )  # fmt: skip
        if self._db.execute("SELECT 1 FROM nodes WHERE name = ?", (node.name,)).fetchone():
            raise Refused(f"node {node.name} is already there: choose another name")
        if not self._db.execute("SELECT 1 FROM sites WHERE name = ?", (node.site,)).fetchone():
            raise Refused(f"there is no site {node.site}: add it first")
        self._db.execute(
            "INSERT INTO nodes (name, site, zone, role, lat, lon, simulated, added_utc_s, retired,"
            " retired_utc_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        self._db.execute(
            "INSERT INTO zones (site, name, title) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING",
            (node.site, node.zone),
        )

    def change(self, node: Node) -> None:
        """Give the node of that name this zone, place and time of retirement.

        The zone is added if need be. Site, role and key are a node's for ever.
        """
        self._db.execute(
            "INSERT INTO zones (site, name, title) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING",
            (node.site, node.zone),
        )
        self._db.execute(
            "UPDATE nodes SET zone = ?, lat = ?, lon = ?, retired = ?, retired_utc_s = ?"
            " WHERE name = ?",
            (
                node.zone, node.lat, node.lon, node.retired_utc_s is not None,
                node.retired_utc_s, node.name,
            ),
        )  # fmt: skip


def _node(row: tuple[Any, ...]) -> Node:
    return Node(*(*row[:7], bool(row[7]), row[8], bool(row[9]), row[10]))


class SiteTable:
    """Parks and their zones; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> list[Site]:
        """All parks, by name."""
        rows = self._db.execute("SELECT name, title, tz, lat, lon, path FROM sites ORDER BY name")
        return [Site(*(*row[:5], _path(row[5]))) for row in rows]

    def zones(self, site: str | None = None) -> list[Zone]:
        """The zones of a park (None: of all parks), by park and name."""
        rows = self._db.execute(
            "SELECT site, name, title, lat, lon FROM zones WHERE ?1 IS NULL OR site = ?1"
            " ORDER BY site, name",
            (site,),
        )
        return [Zone(*row) for row in rows]

    def add(self, site: Site) -> None:
        """Add a park; Refused when there is one of that name."""
        values = (site.name, site.title, site.tz, site.lat, site.lon, json.dumps(site.path))
        try:
            self._db.execute("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise Refused(f"site {site.name} is already there: choose another name") from error

    def change(self, site: Site) -> None:
        """Give the park of that name this title, time zone, place and path."""
        self._db.execute(
            "UPDATE sites SET title = ?, tz = ?, lat = ?, lon = ?, path = ? WHERE name = ?",
            (site.title, site.tz, site.lat, site.lon, json.dumps(site.path), site.name),
        )

    def put_zone(self, zone: Zone) -> None:
        """Add a zone, or give it this title and place."""
        self._db.execute(
            "INSERT INTO zones (site, name, title, lat, lon) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (site, name) DO UPDATE SET title = excluded.title, lat = excluded.lat,"
            " lon = excluded.lon",
            (zone.site, zone.name, zone.title, zone.lat, zone.lon),
        )


def _path(stored: str) -> tuple[tuple[float, float], ...]:
    return tuple((lat, lon) for lat, lon in json.loads(stored))
