"""Questions that the ledger answers. Nothing here writes."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from padlicht.ledger.rows import (
    Command,
    Fault,
    Footfall,
    Health,
    Lamp,
    Node,
    NodeState,
    Quarantined,
    SelfTest,
    SettingsChange,
    Site,
)
from padlicht.ledger.schema import COLUMNS

_NODE = "id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired"
# Of births and of records: a record may arrive although its boot's birth never did.
_HIGHEST_BOOT = "max(coalesce(s.highest_boot, 0), {})".format(
    ", ".join(
        f"coalesce((SELECT max(boot) FROM {table} WHERE node_id = n.id), 0)" for table in COLUMNS
    )
)
_COMMAND = (
    "SELECT c.id, n.name, c.do, c.who, c.utc_s, c.for_s, c.sent_utc_s, c.answered_utc_s, c.ok,"
    " c.why FROM commands c JOIN nodes n ON n.id = c.node_id"
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
            f"SELECT {_NODE} FROM nodes WHERE ?1 IS NULL OR site = ?1 ORDER BY name",
            (site,),
        )
        return [Node(*(*row[:7], bool(row[7]), row[8], bool(row[9]))) for row in rows]

    def states(self) -> dict[str, NodeState]:
        """What is known of every node now, by node name."""
        rows = self._db.execute(
            "SELECT n.name, coalesce(s.state, 'never'), coalesce(s.since_utc_s, n.added_utc_s),"
            " s.last_word_utc_s, s.boot, s.fw, s.board, s.clock, s.reset,"
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = n.id),"
            f" s.confirmed_version, coalesce(s.refused, '{{}}'), s.error, {_HIGHEST_BOOT}"
            " FROM nodes n LEFT JOIN node_state s ON s.node_id = n.id"
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

    def lamp(self, site: str | None, from_utc_s: int, to_utc_s: int) -> list[Lamp]:
        """Lamp intervals of a site (None: of all) that start in [from, to), oldest first."""
        return [
            Lamp(*(*row[:-1], bool(row[-1])))
            for row in self._intervals("lamp", site, from_utc_s, to_utc_s)
        ]

    def footfall(self, site: str | None, from_utc_s: int, to_utc_s: int) -> list[Footfall]:
        """Counter intervals of a site (None: of all) that start in [from, to), oldest first."""
        return [Footfall(*row) for row in self._intervals("footfall", site, from_utc_s, to_utc_s)]

    def last_health(self, site: str | None = None) -> dict[str, Health]:
        """The newest health record of each node that has one, by node name."""
        rows = self._db.execute(
            f"SELECT n.name, h.boot, h.seq, {_columns('health')} FROM nodes n"
            " JOIN health h ON h.id = (SELECT id FROM health WHERE node_id = n.id"
            " ORDER BY boot DESC, seq DESC LIMIT 1) WHERE ?1 IS NULL OR n.site = ?1",
            (site,),
        )
        return {row[0]: Health(*row) for row in rows}

    def open_faults(self, site: str | None = None) -> list[Fault]:
        """Faults whose last word is that they are active, by node and code.

        Only a node's newest boot counts: a node that restarts forgets its faults, and reports
        again those that it still finds.
        """
        rows = self._db.execute(
            f"SELECT n.name, f.boot, f.seq, {_columns('fault', 'f')} FROM nodes n"
            " JOIN fault f ON f.node_id = n.id LEFT JOIN node_state s ON s.node_id = n.id"
            " WHERE f.active AND (?1 IS NULL OR n.site = ?1) AND f.boot >= coalesce(s.boot, 0)"
            " AND NOT EXISTS (SELECT 1 FROM fault later WHERE later.node_id = f.node_id"
            " AND later.code = f.code AND (later.boot, later.seq) > (f.boot, f.seq))"
            " ORDER BY n.name, f.code",
            (site,),
        )
        return [Fault(*(*row[:-1], True)) for row in rows]

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

    def quarantine_count(self) -> int:
        """How many different unreadable things are kept."""
        return int(self._one("SELECT count(*) FROM quarantine"))

    def quarantined(self, limit: int = 100) -> list[Quarantined]:
        """The unreadable things seen most recently, newest first."""
        rows = self._db.execute(
            "SELECT id, first_utc_s, last_utc_s, times, topic, payload, reason FROM quarantine"
            " ORDER BY last_utc_s DESC, id DESC LIMIT ?",
            (limit,),
        )
        return [Quarantined(*row) for row in rows]

    def wanted(self) -> dict[str, SettingsChange]:
        """The newest wanted settings of each node that has any, by node name."""
        rows = self._db.execute(
            f"{_WANTED} WHERE s.version ="
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = s.node_id)"
        )
        return {row[0]: _change(row) for row in rows}

    def settings_log(self, node: str) -> list[SettingsChange]:
        """All versions of a node's wanted settings, newest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.name = ? ORDER BY s.version DESC", (node,))
        return [_change(row) for row in rows]

    def command(self, command_id: str) -> Command | None:
        """What became of a command."""
        rows = self._db.execute(f"{_COMMAND} WHERE c.id = ?", (command_id,))
        return next(map(_command, rows), None)

    def unsent(self, utc_s: int) -> list[Command]:
        """Commands that wait for a hub and may still be obeyed, oldest first."""
        rows = self._db.execute(
            f"{_COMMAND} WHERE c.sent_utc_s IS NULL AND c.utc_s + c.for_s > ? ORDER BY c.utc_s",
            (utc_s,),
        )
        return [*map(_command, rows)]

    def selftests(self, node: str, limit: int | None = None) -> list[SelfTest]:
        """The tables that a node made of itself, newest first."""
        rows = self._db.execute(
            "SELECT n.name, t.reply, t.utc_s, t.boot, t.fw, t.board, t.rows FROM selftests t"
            " JOIN nodes n ON n.id = t.node_id WHERE n.name = ? ORDER BY t.id DESC LIMIT ?",
            (node, -1 if limit is None else limit),
        )
        return [_selftest(row) for row in rows]

    def _intervals(
        self, table: str, site: str | None, from_utc_s: int, to_utc_s: int
    ) -> Iterator[Any]:
        # Going node by node uses the index on (node_id, t); a scan over t alone could not.
        return self._db.execute(
            f"SELECT n.name, r.boot, r.seq, {_columns(table, 'r')}"
            f" FROM nodes n JOIN {table} r ON r.node_id = n.id AND r.t >= ?2 AND r.t < ?3"
            " WHERE ?1 IS NULL OR n.site = ?1 ORDER BY r.t, n.name, r.boot, r.seq",
            (site, from_utc_s, to_utc_s),
        )

    def _one(self, query: str, arguments: tuple[object, ...] = ()) -> Any:
        return self._db.execute(query, arguments).fetchone()[0]


def _columns(table: str, alias: str = "") -> str:
    prefix = alias + "." if alias else ""
    return ", ".join(prefix + name for name in COLUMNS[table])


def _path(stored: str) -> tuple[tuple[float, float], ...]:
    return tuple((lat, lon) for lat, lon in json.loads(stored))


def _command(row: Any) -> Command:
    command_id, node, do, who, utc_s, for_s, sent_utc_s, answered_utc_s, ok, why = row
    okay = None if ok is None else bool(ok)
    return Command(command_id, node, do, who, utc_s, for_s, sent_utc_s, answered_utc_s, okay, why)


def _selftest(row: Any) -> SelfTest:
    node, reply, utc_s, boot, fw, board, stored = row
    rows = tuple((what, value, unit, verdict) for what, value, unit, verdict in json.loads(stored))
    return SelfTest(node, reply, utc_s, boot, fw, board, rows)


def _change(row: Any) -> SettingsChange:
    node, version, utc_s, who, why, before, after, confirmed_utc_s = row
    return SettingsChange(
        node, version, utc_s, who, why, json.loads(before), json.loads(after), confirmed_utc_s
    )
