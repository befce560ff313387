"""Table `settings_log`: every version of the wanted settings, and whether it was confirmed."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from padlicht.ledger.rows import SettingsChange, Unconfirmed
from padlicht.ledger.tables.registry import of_site

_HAS_STATE = (
    "INSERT INTO node_state (node_id, since_utc_s) SELECT id, ? FROM nodes WHERE name = ?"
    " ON CONFLICT DO NOTHING"
)
_WANTED = (
    "SELECT n.name, s.version, s.utc_s, s.who, s.why, s.before, s.after, s.confirmed_utc_s"
    " FROM settings_log s JOIN nodes n ON n.id = s.node_id"
)


_IN_FORCE = (
    "SELECT f.node_id, f.utc_s, iif(json_valid(s.after), s.after, '{}') FROM settings_in_force f"
    " LEFT JOIN settings_log s ON s.node_id = f.node_id AND s.version = f.version"
    " WHERE s.id IS NOT NULL OR f.version = 0 ORDER BY f.node_id, f.utc_s, f.id"
)


class InForce(NamedTuple):
    """Since when a node said that these settings are in force."""

    utc_s: int
    settings: Mapping[str, object]


class SettingsTable:
    """Wanted settings of nodes; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def wanted(self, site: str | None = None) -> dict[str, SettingsChange]:
        """The newest wanted settings of each node (of a site) that has any, by node name."""
        rows = self._db.execute(
            f"{_WANTED} WHERE s.version ="
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = s.node_id)"
            f" AND {of_site(site)}",
            (site,),
        )
        return {row[0]: _change(row) for row in rows}

    def log(self, node: str) -> list[SettingsChange]:
        """All versions of a node's wanted settings, newest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.name = ? ORDER BY s.version DESC", (node,))
        return [_change(row) for row in rows]

    def of_site(self, site: str) -> list[SettingsChange]:
        """All versions of the wanted settings of a site's nodes, oldest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.site = ? ORDER BY s.utc_s, n.name", (site,))
        return [_change(row) for row in rows]

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

    def in_force(self) -> dict[int, list[InForce]]:
        """What each node (by id) said was in force, oldest first; {} is how it was delivered."""
        found: dict[int, list[InForce]] = {}
        for node_id, utc_s, settings in self._db.execute(_IN_FORCE):
            found.setdefault(node_id, []).append(InForce(utc_s, json.loads(settings)))
        return found

    def newest_in_force_id(self) -> int:
        """A number that is another when a node said that other settings are in force."""
        [newest] = self._db.execute("SELECT max(id) FROM settings_in_force").fetchone()
        return int(newest or 0)

    def request(
        self, node: str, after: Mapping[str, object], who: str, why: str, utc_s: int
    ) -> int:
        """Note new wanted settings, whole; the version, one above the last."""
        row = self._db.execute(
            "SELECT version, after FROM settings_log"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?) ORDER BY version DESC LIMIT 1",
            (node,),
        ).fetchone()
        version, before = (row[0] + 1, row[1]) if row else (1, "{}")
        self._db.execute(
            "INSERT INTO settings_log (node_id, version, utc_s, who, why, before, after)"
            " VALUES ((SELECT id FROM nodes WHERE name = ?), ?, ?, ?, ?, ?, ?)",
            (node, version, utc_s, who, why, before, json.dumps(after)),
        )
        return int(version)

    def confirm(self, node: str, version: int, refused: Mapping[str, str], utc_s: int) -> None:
        """A node says which settings version is in force, and what it refused of the wanted one."""
        self._db.execute(_HAS_STATE, (utc_s, node))
        node_id = "(SELECT id FROM nodes WHERE name = ?)"
        self._db.execute(
            "INSERT INTO settings_in_force (node_id, utc_s, version) SELECT n.id, ?1, ?2"
            " FROM nodes n WHERE n.name = ?3 AND ?2 IS NOT (SELECT f.version"
            " FROM settings_in_force f WHERE f.node_id = n.id ORDER BY f.id DESC LIMIT 1)",
            (utc_s, version, node),
        )
        self._db.execute(
            f"UPDATE node_state SET confirmed_version = ?, refused = ? WHERE node_id = {node_id}",
            (version, json.dumps(refused), node),
        )
        self._db.execute(
            "UPDATE settings_log SET confirmed_utc_s = ? WHERE version = ?"
            f" AND confirmed_utc_s IS NULL AND node_id = {node_id}",
            (utc_s, version, node),
        )

    def _id_of(self, node: str) -> int:
        """The ledger's number of a node, 0 (which is none's) when there is none of that name."""
        row = self._db.execute("SELECT id FROM nodes WHERE name = ?", (node,)).fetchone()
        return int(row[0]) if row else 0


def _change(row: Any) -> SettingsChange:
    node, version, utc_s, who, why, before, after, confirmed_utc_s = row
    return SettingsChange(
        node, version, utc_s, who, why, json.loads(before), json.loads(after), confirmed_utc_s
    )
