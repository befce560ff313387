"""Questions that the ledger answers. Nothing here writes."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from padlicht.ledger.rows import (
    Fault,
    Footfall,
    Health,
    Lamp,
    Node,
    NodeState,
    SettingsChange,
    Site,
)
from padlicht.ledger.schema import COLUMNS

_NODE = "id, name, site, zone, role, lat, lon, simulated, added_utc_s, retired, retired_utc_s"
# Of births and of records: a record may arrive although its boot's birth never did.
_HIGHEST_BOOT = "max(coalesce(s.highest_boot, 0), {})".format(
    ", ".join(
        f"coalesce((SELECT max(boot) FROM {table} WHERE node_id = n.id), 0)" for table in COLUMNS
    )
)
# Records of a node come in the order of their time, but for a clock that was wrong for a while:
# a search for a day goes back until so many in a row are older by another day.
_SLACK_S = 86_400
_OLDER_ENOUGH = 100
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
            f"SELECT {_NODE} FROM nodes n WHERE {_of_site(site)} ORDER BY name",
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
            f" WHERE {_of_site(site)}",
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
            f" ORDER BY boot DESC, seq DESC LIMIT 1) WHERE {_of_site(site)}",
            (site,),
        )
        return {row[0]: Health(*row) for row in rows}

    def open_faults(self, site: str | None = None) -> list[Fault]:
        """Faults whose last word is that they are active, by node and code.

        Only a node's newest boot counts: a node that restarts forgets its faults, and reports
        again those that it still finds.
        """
        rows = self._db.execute(
            f"SELECT name, boot, seq, {_columns('fault')} FROM"
            f" (SELECT n.name, f.boot, f.seq, {_columns('fault', 'f')}, row_number() OVER"
            " (PARTITION BY n.id, f.code ORDER BY f.boot DESC, f.seq DESC) AS place"
            " FROM nodes n LEFT JOIN node_state s ON s.node_id = n.id"
            " JOIN fault f ON f.node_id = n.id AND f.boot >= coalesce(s.boot, 0)"
            f" WHERE {_of_site(site)}) WHERE place = 1 AND active ORDER BY name, code",
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

    def wanted(self, site: str | None = None) -> dict[str, SettingsChange]:
        """The newest wanted settings of each node (of a site) that has any, by node name."""
        rows = self._db.execute(
            f"{_WANTED} WHERE s.version ="
            " (SELECT max(version) FROM settings_log l WHERE l.node_id = s.node_id)"
            f" AND {_of_site(site)}",
            (site,),
        )
        return {row[0]: _change(row) for row in rows}

    def settings_log(self, node: str) -> list[SettingsChange]:
        """All versions of a node's wanted settings, newest first."""
        rows = self._db.execute(f"{_WANTED} WHERE n.name = ? ORDER BY s.version DESC", (node,))
        return [_change(row) for row in rows]

    def _intervals(
        self, table: str, site: str | None, from_utc_s: int, to_utc_s: int
    ) -> list[tuple[Any, ...]]:
        """Each node's records from its newest back; there is no index by time (see v2.sql)."""
        nodes = self._db.execute(
            f"SELECT id, name FROM nodes n WHERE {_of_site(site)}", (site,)
        ).fetchall()
        found: list[tuple[Any, ...]] = []
        for node_id, name in nodes:
            older = 0
            for row in self._db.execute(
                f"SELECT '', boot, seq, {_columns(table)} FROM {table} WHERE node_id = ?"
                " ORDER BY boot DESC, seq DESC",
                (node_id,),
            ):
                t = row[3]
                if from_utc_s <= t < to_utc_s:
                    found.append((name, *row[1:]))
                older = older + 1 if 0 < t < from_utc_s - _SLACK_S else 0
                if older == _OLDER_ENOUGH:
                    break
        return sorted(found, key=lambda row: (row[3], row[0], row[1], row[2]))

    def _one(self, query: str, arguments: tuple[object, ...] = ()) -> Any:
        return self._db.execute(query, arguments).fetchone()[0]


def _of_site(site: str | None) -> str:
    """The condition for nodes `n` of site ?1, or of any: an OR of both could use no index."""
    return "?1 IS NULL" if site is None else "n.site = ?1"


def _columns(table: str, alias: str = "") -> str:
    prefix = alias + "." if alias else ""
    return ", ".join(prefix + name for name in COLUMNS[table])


def _path(stored: str) -> tuple[tuple[float, float], ...]:
    return tuple((lat, lon) for lat, lon in json.loads(stored))


def _change(row: Any) -> SettingsChange:
    node, version, utc_s, who, why, before, after, confirmed_utc_s = row
    return SettingsChange(
        node, version, utc_s, who, why, json.loads(before), json.loads(after), confirmed_utc_s
    )
