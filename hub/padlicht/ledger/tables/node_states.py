"""Tables `node_state` and `presence`: what nodes last said, and who was online when."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from padlicht.ledger.rows import NodeState
from padlicht.ledger.tables.registry import of_site

# Rows that are noted in one transaction; a hub with many nodes stores records in between.
PRESENCE_PIECE = 10_000
# Of births and of records: a record may arrive although its boot's birth never did.
_HIGHEST_BOOT = (
    "max(coalesce(s.highest_boot, 0),"
    " coalesce((SELECT max(boot) FROM seen WHERE node_id = n.id), 0))"
)


class NodeStateTable:
    """States of nodes by name; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self, site: str | None = None) -> dict[str, NodeState]:
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

    def counts(self) -> dict[tuple[str, str], int]:
        """How many nodes are in service, by (site, state): ready, lost or never."""
        rows = self._db.execute(
            "SELECT n.site, coalesce(s.state, 'never'), count(*) FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE NOT n.retired GROUP BY 1, 2"
        )
        return {(site, state): count for site, state, count in rows}

    def boots(self, node: str) -> tuple[int | None, int]:
        """The boot of a node's last birth (None before the first) and the highest ever known."""
        row = self._db.execute(
            f"SELECT s.boot, {_HIGHEST_BOOT} FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE n.name = ?",
            (node,),
        ).fetchone()
        return (row[0], row[1]) if row else (None, 0)

    def last_heard_utc_s(self, node: str) -> int | None:
        """When a node was last heard, or its state last changed; None before the first word."""
        row = self._db.execute(
            "SELECT max(coalesce(s.last_word_utc_s, 0), s.since_utc_s) FROM node_state s"
            " JOIN nodes n ON n.id = s.node_id WHERE n.name = ?",
            (node,),
        ).fetchone()
        return int(row[0]) if row else None

    def silent_since(self, utc_s: int, now_utc_s: int) -> list[tuple[str, int, Mapping[str, Any]]]:
        """Nodes that should be there and said nothing since `utc_s`, or only in what lies ahead.

        Ahead of `now_utc_s` lies what was noted while the hub's clock was wrong. With each name
        when it was last heard (or became ready), and its wanted settings.
        """
        rows = self._db.execute(
            "SELECT n.name, coalesce(s.last_word_utc_s, s.since_utc_s), coalesce((SELECT l.after"
            " FROM settings_log l WHERE l.node_id = n.id ORDER BY l.version DESC LIMIT 1), '{}')"
            " FROM node_state s JOIN nodes n ON n.id = s.node_id"
            " WHERE s.state = 'ready'"
            " AND coalesce(s.last_word_utc_s, s.since_utc_s) NOT BETWEEN ? AND ?"
            " ORDER BY n.name",
            (utc_s, now_utc_s),
        )
        return [(name, heard_utc_s, json.loads(after)) for name, heard_utc_s, after in rows]

    def record_birth(
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

    def record_loss(self, node: str, utc_s: int) -> None:
        """A node is lost: the broker published its last will, or it fell silent."""
        self._touch(node, utc_s)
        self._db.execute(
            "UPDATE node_state SET since_utc_s = ?1, state = 'lost'"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?2) AND state <> 'lost'",
            (utc_s, node),
        )

    def mark_heard(self, node: str, utc_s: int) -> None:
        """A node said something just now, so it is there, even if it had been given up."""
        self._touch(node, utc_s)
        self._db.execute(
            "UPDATE node_state SET last_word_utc_s = ?1, since_utc_s = CASE WHEN state = 'ready'"
            " THEN since_utc_s ELSE ?1 END, state = 'ready'"
            " WHERE node_id = (SELECT id FROM nodes WHERE name = ?2)",
            (utc_s, node),
        )

    def mark_all_heard(self, node_ids: Iterable[int], utc_s: int) -> None:
        """These nodes said something just now, so they are there, even if they were given up."""
        words = [(utc_s, node_id) for node_id in node_ids]
        if self._note_words(words) < len(words):
            # Never heard of before. A state of its own first: what changes it is written down.
            self._db.executemany(
                "INSERT INTO node_state (since_utc_s, node_id) VALUES (?, ?)"
                " ON CONFLICT DO NOTHING",
                words,
            )
            self._note_words(words)

    def log_presence(self, utc_s: int, after_node_id: int, limit: int = PRESENCE_PIECE) -> int:
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

    def _touch(self, node: str, utc_s: int) -> None:
        self._db.execute(
            "INSERT INTO node_state (node_id, since_utc_s) SELECT id, ? FROM nodes WHERE name = ?"
            " ON CONFLICT DO NOTHING",
            (utc_s, node),
        )

    def _note_words(self, words: list[tuple[int, int]]) -> int:
        return self._db.executemany(
            "UPDATE node_state SET last_word_utc_s = ?1, since_utc_s = CASE WHEN state = 'ready'"
            " THEN since_utc_s ELSE ?1 END, state = 'ready' WHERE node_id = ?2",
            words,
        ).rowcount
