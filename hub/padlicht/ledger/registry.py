"""Parks, zones and nodes: how they change, who is there, and who has its settings."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from padlicht.ledger.rows import Node, Site, Unconfirmed, Zone

# Rows that are noted in one transaction; a hub with many nodes stores records in between.
PRESENCE_PIECE = 10_000


class Registry:
    """What changes of the fleet; what writes expects to be inside a transaction."""

    _db: sqlite3.Connection

    def node(self, name: str) -> Node | None:
        """One node, or None when there is none of that name."""
        row = self._db.execute(
            "SELECT id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired,"
            " retired_utc_s FROM nodes WHERE name = ?",
            (name,),
        ).fetchone()
        return Node(*(*row[:7], bool(row[7]), row[8], bool(row[9]), row[10])) if row else None

    def heard_utc_s(self, node: str) -> int | None:
        """When a node was last heard, or its state last changed; None before the first word."""
        row = self._db.execute(
            "SELECT max(coalesce(s.last_word_utc_s, 0), s.since_utc_s) FROM node_state s"
            " JOIN nodes n ON n.id = s.node_id WHERE n.name = ?",
            (node,),
        ).fetchone()
        return int(row[0]) if row else None

    def nodes_after(self, node_id: int) -> tuple[int, list[str]]:
        """The highest id of a node (0: there is none), and the names of nodes above `node_id`."""
        rows = self._db.execute(
            "SELECT id, name FROM nodes WHERE id > ? ORDER BY id", (node_id,)
        ).fetchall()
        return (rows[-1][0] if rows else max(node_id, 0)), [name for _, name in rows]

    def unconfirmed(self, node: str | None = None) -> list[Unconfirmed]:
        """Nodes in service (or the one named, if it is among them) that should have newer settings.

        Newer, or other ones: a node that forgot what it had is one of them too.
        """
        rows = self._db.execute(
            "SELECT n.site, n.name, l.version, l.after FROM nodes n"
            " JOIN settings_log l ON l.node_id = n.id AND l.version ="
            " (SELECT max(version) FROM settings_log WHERE node_id = n.id)"
            " LEFT JOIN node_state s ON s.node_id = n.id"
            " WHERE NOT n.retired AND s.confirmed_version IS NOT l.version"
            " AND n.id BETWEEN coalesce(?1, 0) AND coalesce(?1, 9223372036854775807)",
            (None if node is None else self._id_of(node),),
        )
        return [
            Unconfirmed(site, name, version, json.loads(wanted))
            for site, name, version, wanted in rows
        ]

    def unheard_since(self, utc_s: int) -> list[tuple[str, int, Mapping[str, Any]]]:
        """Nodes that should be there and said nothing since `utc_s`.

        With each name when it was last heard (or became ready), and its wanted settings.
        """
        rows = self._db.execute(
            "SELECT n.name, coalesce(s.last_word_utc_s, s.since_utc_s), coalesce((SELECT l.after"
            " FROM settings_log l WHERE l.node_id = n.id ORDER BY l.version DESC LIMIT 1), '{}')"
            " FROM node_state s JOIN nodes n ON n.id = s.node_id"
            " WHERE s.state = 'ready' AND coalesce(s.last_word_utc_s, s.since_utc_s) < ?"
            " ORDER BY n.name",
            (utc_s,),
        )
        return [(name, heard_utc_s, json.loads(after)) for name, heard_utc_s, after in rows]

    def zones(self, site: str | None = None) -> list[Zone]:
        """The zones of a park (None: of all parks), by park and name."""
        rows = self._db.execute(
            "SELECT site, name, title, lat, lon FROM zones WHERE ?1 IS NULL OR site = ?1"
            " ORDER BY site, name",
            (site,),
        )
        return [Zone(*row) for row in rows]

    def change_site(self, site: Site) -> None:
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

    def change_node(self, node: Node) -> None:
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

    def _id_of(self, node: str) -> int:
        """The ledger's number of a node, 0 (which is none's) when there is none of that name."""
        row = self._db.execute("SELECT id FROM nodes WHERE name = ?", (node,)).fetchone()
        return int(row[0]) if row else 0

    def note_presence(self, utc_s: int, after_node_id: int, limit: int = PRESENCE_PIECE) -> int:
        """Note of the next nodes in service whether they are there, as is done every hour.

        The id of the last node looked at, 0 when there was none left. Changes in between are noted
        by the file itself, by a trigger on the state. A node that was never heard of has no line.
        """
        last = self._db.execute(
            "SELECT max(id) FROM (SELECT id FROM nodes WHERE id > ? ORDER BY id LIMIT ?)",
            (after_node_id, limit),
        ).fetchone()[0]
        if last is None:
            return 0
        self._db.execute(
            "INSERT INTO presence (node_id, utc_s, online) SELECT s.node_id, ?, s.state = 'ready'"
            " FROM node_state s JOIN nodes n ON n.id = s.node_id"
            " WHERE s.node_id > ? AND s.node_id <= ? AND s.state <> 'never' AND NOT n.retired",
            (utc_s, after_node_id, last),
        )
        return int(last)
