"""How things get into the ledger; the caller holds the transaction, so a batch is one commit."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from operator import attrgetter
from typing import Any

from padlicht.errors import Refused
from padlicht.ledger.rows import (
    Command,
    Fault,
    Footfall,
    Health,
    Lamp,
    Node,
    Record,
    Site,
    TestRow,
)
from padlicht.ledger.schema import COLUMNS

# Enough to see what is wrong with a whole city's nodes, too little to fill a disk (40 MB).
MAX_QUARANTINED = 10_000
# Of one node: more than anybody climbs a ladder for, and 2 MB when a node runs wild.
MAX_SELFTESTS = 1000

_TABLES: dict[type, str] = {Lamp: "lamp", Footfall: "footfall", Health: "health", Fault: "fault"}
_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter("boot", "seq", *COLUMNS[table]) for kind, table in _TABLES.items()
}


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
            node.simulated, node.added_utc_s, node.retired,
        )  # fmt: skip
        if self._db.execute("SELECT 1 FROM nodes WHERE name = ?", (node.name,)).fetchone():
            raise Refused(f"node {node.name} is already there: choose another name")
        if not self._db.execute("SELECT 1 FROM sites WHERE name = ?", (node.site,)).fetchone():
            raise Refused(f"there is no site {node.site}: add it first")
        self._db.execute(
            "INSERT INTO nodes (name, site, zone, role, lat, lon, simulated, added_utc_s, retired)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )

    def add_records(self, records: Iterable[Record], received_utc_s: int) -> list[Record]:
        """Add records that are not there yet; return those that contradict one that is.

        A record's identity is (node, boot, seq): the same one again changes nothing. Its `t` and
        `clock` may differ from the first time, because a node may learn the time in between.
        """
        by_kind: dict[type, list[Record]] = defaultdict(list)
        for record in records:
            by_kind[type(record)].append(record)
        contradictions: list[Record] = []
        for kind, batch in by_kind.items():
            table, values = _TABLES[kind], _VALUES[kind]
            marks = ", ".join("?" * (3 + len(COLUMNS[table])))
            before = self._db.total_changes
            self._db.executemany(
                f"INSERT INTO {table} (boot, seq, {', '.join(COLUMNS[table])}, received_utc_s,"
                f" node_id) VALUES ({marks}, (SELECT id FROM nodes WHERE name = ?))"
                " ON CONFLICT (node_id, boot, seq) DO NOTHING",
                [(*values(record), received_utc_s, record.node) for record in batch],
            )
            if self._db.total_changes - before < len(batch):
                contradictions += [r for r in batch if self._contradicts(table, values(r), r.node)]
        return contradictions

    def _contradicts(self, table: str, values: tuple[Any, ...], node: str) -> bool:
        """Whether the stored record of this identity says something else."""
        stored = self._db.execute(
            f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE boot = ? AND seq = ?"
            " AND node_id = (SELECT id FROM nodes WHERE name = ?)",
            (*values[:2], node),
        ).fetchone()
        skipped = [i for i, name in enumerate(COLUMNS[table]) if name in ("t", "clock")]
        return any(
            old != new
            for i, (old, new) in enumerate(zip(stored, values[2:], strict=True))
            if i not in skipped
        )

    def quarantine(self, topic: str, payload: bytes, reason: str, utc_s: int) -> None:
        """Keep what could not be read; the same again only counts up, so repeats fill no disk."""
        digest = sha256(b"\0".join((_utf8(topic), _utf8(reason), payload))).digest()
        self._db.execute(
            "INSERT INTO quarantine (digest, first_utc_s, last_utc_s, topic, payload, reason)"
            " VALUES (?1, ?2, ?2, ?3, ?4, ?5)"
            " ON CONFLICT (digest) DO UPDATE SET last_utc_s = ?2, times = times + 1",
            (digest, utc_s, _utf8(topic).decode(), payload, _utf8(reason).decode()),
        )
        self._db.execute(
            "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?",
            (MAX_QUARANTINED,),
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

    def ask(self, command: Command) -> None:
        """Note a command for a node; a running hub sends it."""
        self._db.execute(
            "INSERT INTO commands (id, node_id, do, who, utc_s, for_s)"
            " VALUES (?, (SELECT id FROM nodes WHERE name = ?), ?, ?, ?, ?)",
            (command.id, command.node, command.do, command.who, command.utc_s, command.for_s),
        )

    def sent(self, command_id: str, utc_s: int) -> None:
        """A command is on its way."""
        self._db.execute("UPDATE commands SET sent_utc_s = ? WHERE id = ?", (utc_s, command_id))

    def answered(self, node: str, command_id: str, ok: bool, why: str | None, utc_s: int) -> None:
        """A node answered; what nobody asked of it by this way changes nothing."""
        self._db.execute(
            "UPDATE commands SET answered_utc_s = ?, ok = ?, why = ? WHERE id = ?"
            " AND answered_utc_s IS NULL AND node_id = (SELECT id FROM nodes WHERE name = ?)",
            (utc_s, ok, why, command_id, node),
        )

    def add_selftest(self, node: str, reply: str, rows: Iterable[TestRow], utc_s: int) -> None:
        """Keep a node's table of itself; the same one again changes nothing."""
        self._db.execute(
            "INSERT INTO selftests (node_id, reply, utc_s, boot, fw, board, rows)"
            " SELECT n.id, ?, ?, s.boot, s.fw, s.board, ? FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE n.name = ?"
            " ON CONFLICT DO NOTHING",
            (reply, utc_s, json.dumps(list(rows)), node),
        )
        self._db.execute(
            "DELETE FROM selftests WHERE node_id = (SELECT id FROM nodes WHERE name = ?1)"
            " AND id <= (SELECT id FROM selftests WHERE node_id ="
            " (SELECT id FROM nodes WHERE name = ?1) ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (node, MAX_SELFTESTS),
        )

    def _touch(self, node: str, utc_s: int) -> None:
        self._db.execute(
            "INSERT INTO node_state (node_id, since_utc_s) SELECT id, ? FROM nodes WHERE name = ?"
            " ON CONFLICT DO NOTHING",
            (utc_s, node),
        )


def _utf8(text: str) -> bytes:
    """Text as UTF-8, also when it came from bytes that were none (lone surrogates)."""
    return text.encode("utf-8", "backslashreplace")
