"""Table `nodes`: the registry of lamps and counters, those in service and those retired."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.rows import Node

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

    def get(self, name: str) -> Node | None:
        """One node, or None when there is none of that name."""
        row = self._db.execute(
            f"SELECT {_NODE} FROM nodes WHERE name = ?",
            (name,),
        ).fetchone()
        return _node(row) if row else None

    def added_after(self, node_id: int) -> tuple[int, list[str]]:
        """The highest id of a node (0: there is none), and the names of nodes above `node_id`."""
        rows = self._db.execute(
            "SELECT id, name FROM nodes WHERE id > ? ORDER BY id", (node_id,)
        ).fetchall()
        return (rows[-1][0] if rows else max(node_id, 0)), [name for _, name in rows]

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
