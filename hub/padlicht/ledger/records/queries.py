"""Records by node and time. Nothing here writes.

A node's records of a day are in the few blocks of their table that hold the day (blocks.py).
"""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from padlicht.ledger.records import blocks
from padlicht.ledger.records.newest import FEW_NODES, newest_health
from padlicht.ledger.rows import Fault, Footfall, Health, Lamp
from padlicht.ledger.schema import COLUMNS
from padlicht.ledger.tables.nodes import of_site

_IN_BLOCK = f"r.id >> {blocks.SHIFT}"


class RecordQueries:
    """Questions about what nodes recorded."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def identities(self) -> Iterator[tuple[str, int, int]]:
        """The identity (node, boot, seq) of every record, kind by kind."""
        for table in COLUMNS:
            yield from self._db.execute(
                f"SELECT n.name, r.boot, r.seq FROM {table} r JOIN nodes n ON n.id = r.node_id"
            )

    def counts(self) -> dict[str, int]:
        """How many rows each table of records, and the quarantine, has."""
        return {
            table: int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in (*COLUMNS, "quarantine")
        }

    def lamp(
        self, site: str | None, from_utc_s: int, to_utc_s: int, *, node: str | None = None
    ) -> list[Lamp]:
        """Lamp intervals of a site (None: of all) that start in [from, to), oldest first.

        With `node` only its own.
        """
        rows = self._intervals("lamp", site, node, from_utc_s, to_utc_s)
        return [Lamp(*(*row[:-1], bool(row[-1]))) for row in rows]

    def footfall(
        self, site: str | None, from_utc_s: int, to_utc_s: int, *, node: str | None = None
    ) -> list[Footfall]:
        """Counter intervals of a site (None: of all) that start in [from, to), oldest first.

        With `node` only its own.
        """
        rows = self._intervals("footfall", site, node, from_utc_s, to_utc_s)
        return [Footfall(*row) for row in rows]

    def health(
        self, site: str | None, from_utc_s: int, to_utc_s: int, *, node: str | None = None
    ) -> list[Health]:
        """Health records of a site (None: of all) that start in [from, to), oldest first.

        With `node` only its own.
        """
        rows = self._intervals("health", site, node, from_utc_s, to_utc_s)
        return [Health(*row) for row in rows]

    def faults(
        self, site: str | None, from_utc_s: int, to_utc_s: int, *, node: str | None = None
    ) -> list[Fault]:
        """Faults of a site (None: of all) that began or ended in [from, to), oldest first.

        With `node` only its own.
        """
        rows = self._db.execute(
            f"SELECT n.name, r.boot, r.seq, {_columns('fault')}"
            " FROM fault r INDEXED BY fault_by_time CROSS JOIN nodes n ON n.id = r.node_id"
            " WHERE r.t >= ?3 AND r.t < ?4 AND (?1 IS NULL OR n.site = ?1)"
            " AND (?2 IS NULL OR n.name = ?2) ORDER BY r.t, n.name, r.boot, r.seq",
            (site, node, from_utc_s, to_utc_s),
        )
        return [Fault(*(*row[:-1], bool(row[-1]))) for row in rows]

    def last_health(self, site: str | None = None) -> dict[str, Health]:
        """The newest health record of each node that has one, by node name."""
        nodes: dict[int, int] = dict(
            self._db.execute(
                "SELECT n.id, coalesce(s.last_word_utc_s, 0) FROM nodes n"
                f" LEFT JOIN node_state s ON s.node_id = n.id WHERE {of_site(site)}"
                " AND EXISTS (SELECT 1 FROM seen WHERE node_id = n.id)",
                (site,),
            ).fetchall()
        )
        ids = [place.id for place in newest_health(self._db, nodes).values()]
        rows = self._db.execute(
            f"SELECT n.name, r.boot, r.seq, {_columns('health')} FROM json_each(?) i"
            " CROSS JOIN health r ON r.id = i.value CROSS JOIN nodes n ON n.id = r.node_id",
            (json.dumps(ids),),
        )
        return {row[0]: Health(*row) for row in rows}

    def open_faults(self, site: str | None = None) -> list[Fault]:
        """Faults whose last word is that they are active, by node and code.

        Only a node's newest boot counts: a node that restarts forgets its faults, and reports
        again those that it still finds.
        """
        rows = self._db.execute(
            f"SELECT name, boot, seq, {_columns('fault', '')} FROM"
            f" (SELECT n.name, r.boot, r.seq, {_columns('fault')}, row_number() OVER"
            " (PARTITION BY n.id, r.code ORDER BY r.boot DESC, r.seq DESC) AS place"
            " FROM nodes n LEFT JOIN node_state s ON s.node_id = n.id"
            " JOIN fault r ON r.node_id = n.id AND r.boot >= coalesce(s.boot, 0)"
            f" WHERE {of_site(site)}) WHERE place = 1 AND active ORDER BY name, code",
            (site,),
        )
        return [Fault(*(*row[:-1], True)) for row in rows]

    def _intervals(
        self, table: str, site: str | None, node: str | None, from_utc_s: int, to_utc_s: int
    ) -> list[tuple[Any, ...]]:
        nodes = dict(
            self._db.execute(
                f"SELECT id, name FROM nodes n WHERE {of_site(site)}"
                " AND (?2 IS NULL OR n.name = ?2)",
                (site, node),
            ).fetchall()
        )
        values: dict[str, object] = {
            "blocks": json.dumps(blocks.of_days(self._db, table, from_utc_s, to_utc_s)),
            "from": from_utc_s,
            "to": to_utc_s,
        }
        # CROSS JOIN keeps the order: block by block, and in each the nodes or all of it.
        if len(nodes) <= FEW_NODES:
            values["nodes"] = json.dumps([*nodes])
            where = (
                f"CROSS JOIN json_each(:nodes) n CROSS JOIN {table} r"
                f" ON {_IN_BLOCK} = b.value AND r.node_id = n.value"
            )
        else:
            where = (
                f"CROSS JOIN {table} r ON r.id >= b.value << {blocks.SHIFT}"
                f" AND r.id < (b.value + 1) << {blocks.SHIFT}"
            )
        rows = self._db.execute(
            f"SELECT r.node_id, r.boot, r.seq, {_columns(table)} FROM json_each(:blocks) b {where}"
            " WHERE r.t >= :from AND r.t < :to",
            values,
        )
        found = [(nodes[row[0]], *row[1:]) for row in rows if row[0] in nodes]
        return sorted(found, key=lambda row: (row[3], row[0], row[1], row[2]))


def _columns(table: str, prefix: str = "r.") -> str:
    return ", ".join(prefix + name for name in COLUMNS[table])
