"""How things get into the ledger; the caller holds the transaction, so a batch is one commit."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Mapping

from padlicht.errors import Refused
from padlicht.ledger.rows import Node, Site


class Writer:
    """The write side of the ledger; every method expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add_site(self, site: Site) -> None:
        """Add a park; Refused when there is one of that name."""
        values = (site.name, site.title, site.tz, site.lat, site.lon, json.dumps(site.path))
        try:
            self._db.execute("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise Refused(f"site {site.name} is already there: choose another name") from error

    def add_node(self, node: Node) -> None:
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

    def born(
        self,
        node: str,
        boot: int,
        fw: str,
        board: str,
        clock: int,
        reset: str,
        utc_s: int,
        error: str | None = None,
    ) -> None:
        """A node says that it is there. Hearing of the same boot again does not restart `since`."""
        self._touch(node, utc_s)
        self._db.execute(
            "UPDATE node_state SET since_utc_s = CASE WHEN state = 'ready' AND boot IS ?1"
            " THEN since_utc_s ELSE ?6 END, state = 'ready', boot = ?1, fw = ?2, board = ?3,"
            " clock = ?4, reset = ?5, error = ?8, highest_boot = max(highest_boot, ?1)"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?7)",
            (boot, fw, board, clock, reset, utc_s, node, error),
        )

    def gone(self, node: str, utc_s: int) -> None:
        """A node is lost: the broker published its last will, or it fell silent."""
        self._touch(node, utc_s)
        self._db.execute(
            "UPDATE node_state SET since_utc_s = ?1, state = 'lost'"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?2) AND state <> 'lost'",
            (utc_s, node),
        )

    def heard(self, node: str, utc_s: int) -> None:
        """A node said something just now, so it is there, even if it had been given up."""
        self._touch(node, utc_s)
        self._db.execute(
            "UPDATE node_state SET last_word_utc_s = ?1, since_utc_s = CASE WHEN state = 'ready'"
            " THEN since_utc_s ELSE ?1 END, state = 'ready'"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?2)",
            (utc_s, node),
        )

    def confirmed(self, node: str, version: int, refused: Mapping[str, str], utc_s: int) -> None:
        """A node says which settings version is in force, and what it refused of the wanted one."""
        self._touch(node, utc_s)
        node_id = "(SELECT id FROM nodes WHERE name = ?)"
        self._db.execute(
            f"UPDATE node_state SET confirmed_version = ?, refused = ? WHERE node_id = {node_id}",
            (version, json.dumps(refused), node),
        )
        self._db.execute(
            "UPDATE settings_log SET confirmed_utc_s = ? WHERE version = ?"
            f" AND confirmed_utc_s IS NULL AND node_id = {node_id}",
            (utc_s, version, node),
        )

    def want(self, node: str, after: Mapping[str, object], who: str, why: str, utc_s: int) -> int:
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

    def _touch(self, node: str, utc_s: int) -> None:
        self._db.execute(
            "INSERT INTO node_state (node_id, since_utc_s) SELECT id, ? FROM nodes WHERE name = ?"
            " ON CONFLICT DO NOTHING",
            (utc_s, node),
        )
