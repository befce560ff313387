"""Questions that the ledger answers. Nothing here writes."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from padlicht.ledger.records.queries import of_site
from padlicht.ledger.rows import Node, NodeState, SettingsChange, Site
from padlicht.ledger.schema import COLUMNS

_NODE = "id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired, retired_utc_s"
# Of births and of records: a record may arrive although its boot's birth never did.
_HIGHEST_BOOT = (
    "max(coalesce(s.highest_boot, 0),"
    " coalesce((SELECT max(boot) FROM seen WHERE node_id = n.id), 0))"
)
_WANTED = (
    "SELECT n.name, s.version, s.utc_s, s.who, s.why, s.before, s.after, s.confirmed_utc_s"
    " FROM settings_log s JOIN nodes n ON n.id = s.node_id"
)


class Reader:
    """The read side of the ledger; every answer is a snapshot of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def data_version(self) -> int:
        """A number that changes whenever somebody else's connection changed the file."""
        return int(self._one("PRAGMA data_version"))

    def sites(self) -> list[Site]:
        """All parks, by name."""
        rows = self._db.execute("SELECT name, title, tz, lat, lon, path FROM sites ORDER BY name")
        return [Site(*(*row[:5], _path(row[5]))) for row in rows]

    def nodes(self, site: str | None = None) -> list[Node]:
        """All nodes, or those of one site, by name; retired ones too."""
        rows = self._db.execute(
            f"SELECT {_NODE} FROM nodes n WHERE {of_site(site)} ORDER BY name",
            (site,),
        )
        return [Node(*(*row[:7], bool(row[7]), row[8], bool(row[9]), row[10])) for row in rows]

    def states(self, site: str | None = None) -> dict[str, NodeState]:
        """What is known now of every node, or of those of one site, by node name."""
        rows = self._db.execute(
            "SELECT n.name, coalesce(s.state, 'never'), coalesce(s.since_utc_s, n.added_utc_s),"
            " s.last_word_utc_s, s.boot, s.fw, s.board, s.clock, s.reset,"
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = n.id),"
            f" s.confirmed_version, coalesce(s.refused, '{{}}'), s.error, {_HIGHEST_BOOT}"
            " FROM nodes n LEFT JOIN node_state s ON s.node_id = n.id"
            f" WHERE {of_site(site)}",
            (site,),
        )
        return {row[0]: NodeState(*(*row[1:11], json.loads(row[11]), *row[12:])) for row in rows}

    def boots(self, node: str) -> tuple[int | None, int]:
        """The boot of a node's last birth (None before the first) and the highest ever known."""
        row = self._db.execute(
            f"SELECT s.boot, {_HIGHEST_BOOT} FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE n.name = ?",
            (node,),
        ).fetchone()
        return (row[0], row[1]) if row else (None, 0)

    def record_ids(self) -> Iterator[tuple[str, int, int]]:
        """The identity (node, boot, seq) of every record, kind by kind."""
        for table in COLUMNS:
            yield from self._db.execute(
                f"SELECT n.name, r.boot, r.seq FROM {table} r JOIN nodes n ON n.id = r.node_id"
            )

    def counts(self) -> dict[str, int]:
        """How many rows each table of records, and the quarantine, has."""
        return {
            table: int(self._one(f"SELECT count(*) FROM {table}"))
            for table in (*COLUMNS, "quarantine")
        }

    def wanted(self, site: str | None = None) -> dict[str, SettingsChange]:
        """The newest wanted settings of each node (of a site) that has any, by node name."""
        rows = self._db.execute(
            f"{_WANTED} WHERE s.version ="
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = s.node_id)"
            f" AND {of_site(site)}",
            (site,),
        )
        return {row[0]: _change(row) for row in rows}

    def settings_log(self, node: str) -> list[SettingsChange]:
        """All versions of a node's wanted settings, newest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.name = ? ORDER BY s.version DESC", (node,))
        return [_change(row) for row in rows]

    def site_settings(self, site: str) -> list[SettingsChange]:
        """All versions of the wanted settings of a site's nodes, oldest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.site = ? ORDER BY s.utc_s, n.name", (site,))
        return [_change(row) for row in rows]

    def _one(self, query: str, arguments: tuple[object, ...] = ()) -> Any:
        return self._db.execute(query, arguments).fetchone()[0]


def _path(stored: str) -> tuple[tuple[float, float], ...]:
    return tuple((lat, lon) for lat, lon in json.loads(stored))


def _change(row: Any) -> SettingsChange:
    node, version, utc_s, who, why, before, after, confirmed_utc_s = row
    return SettingsChange(
        node, version, utc_s, who, why, json.loads(before), json.loads(after), confirmed_utc_s
    )
