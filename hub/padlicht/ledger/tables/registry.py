"""Tables `sites`, `zones` and `nodes`: the registry of parks, and of the nodes in them."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from padlicht.errors import Refused
from padlicht.ledger.rows import Node, Site, Zone
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.tables.attributes import RATED, WAYS, AttributeTable
from padlicht.ledger.timeline import Note
from padlicht.ledger.usage.zone_hours import site_clock

_NODE = (
    "id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired, retired_utc_s,"
    " rated_mw, way_in, way_out"
)


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

    def added_utc_s(self) -> dict[int, int]:
        """Since when something is expected of each node, by id, in the order of ids."""
        return dict(self._db.execute("SELECT id, added_utc_s FROM nodes ORDER BY id").fetchall())

    def former_sites(self, name: str) -> set[str]:
        """The sites to which a node ever belonged."""
        rows = self._db.execute(
            "SELECT DISTINCT p.site FROM nodes n JOIN node_places p ON p.node_id = n.id"
            " WHERE n.name = ?",
            (name,),
        )
        return {site for (site,) in rows}

    def add(self, node: Node) -> None:
        """Add a node (its `id` is given by the ledger); Refused when the name is taken.

        A name is never given twice, not even after retirement: its certificate may still be out.
        """
        values = (
            node.name, node.site, node.zone, node.role, node.lat, node.lon,
            node.simulated, node.added_utc_s, node.retired, node.retired_utc_s, node.rated_mw,
            node.way_in, node.way_out,
        )  # fmt: skip
        if self._db.execute("SELECT 1 FROM nodes WHERE name = ?", (node.name,)).fetchone():
            raise Refused(f"node {node.name} is already there: choose another name")
        if not self._db.execute("SELECT 1 FROM sites WHERE name = ?", (node.site,)).fetchone():
            raise Refused(f"there is no site {node.site}: add it first")
        node_id = self._db.execute(
            "INSERT INTO nodes (name, site, zone, role, lat, lon, simulated, added_utc_s, retired,"
            " retired_utc_s, rated_mw, way_in, way_out)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            values,
        ).fetchone()[0]
        self._need_zone(node)
        AttributeTable(self._db).add_node(replace(node, id=node_id))

    def change(self, node: Node, note: Note, about: Collection[str] = ()) -> bool:
        """Give the node of that name this site, zone, place, role, retirement, power and ways.

        Whether any of it is another than it was.

        Since when and why is in the note; see `AttributeTable.change_node`. Its key and its name
        are a node's for ever. Zones are added if need be.
        """
        known = self.get(node.name)
        if known is None:
            raise Refused(f"there is no node {node.name}: add it first")
        node = replace(node, id=known.id)
        self._need_zone(node)
        if not AttributeTable(self._db).change_node(node, note, about):
            return False
        self._db.execute(
            "UPDATE nodes SET (site, zone, role, lat, lon, retired, retired_utc_s) ="
            " (SELECT site, zone, role, lat, lon, NOT serves, iif(serves, NULL, from_utc_s)"
            " FROM node_places WHERE node_id = nodes.id ORDER BY from_utc_s DESC LIMIT 1)"
            " WHERE id = ?",
            (node.id,),
        )
        lines = AttributeTable(self._db).of_node(node.id)
        self._db.execute(
            "UPDATE nodes SET (rated_mw, way_in, way_out) = (?, ?, ?) WHERE id = ?",
            (lines[RATED][-1].value, *lines[WAYS][-1].value, node.id),
        )
        self._db.execute(
            "UPDATE nodes SET retired_utc_s = coalesce((SELECT max(to_utc_s) FROM node_places"
            " WHERE node_id = nodes.id AND serves), retired_utc_s) WHERE id = ? AND retired",
            (node.id,),
        )
        return True

    def _need_zone(self, node: Node) -> None:
        self._db.execute(
            "INSERT INTO zones (site, name, title) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING",
            (node.site, node.zone),
        )


def _node(row: tuple[Any, ...]) -> Node:
    return Node(*(*row[:7], bool(row[7]), row[8], bool(row[9]), *row[10:]))


class SiteTable:
    """Parks and their zones; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> list[Site]:
        """All parks, by name."""
        rows = self._db.execute("SELECT name, title, tz, lat, lon, path FROM sites ORDER BY name")
        return [Site(*(*row[:5], _path(row[5]))) for row in rows]

    def clock(self, site: str) -> SiteClock:
        """The clock of a park over the years."""
        return site_clock(self._db, site)

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
        AttributeTable(self._db).add_site(site)

    def change(self, site: Site, note: Note, about: Collection[str] = ()) -> None:
        """Give the park of that name this title, time zone, place and path, as the note says."""
        AttributeTable(self._db).change_site(site, note, about)
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
