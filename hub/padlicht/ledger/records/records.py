"""Tables of records: insert a whole batch, each record once (deduplicated); read by node and time.

A node's records of a day are in the few blocks of their table that hold the day (blocks.py).
"""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.records import blocks
from padlicht.ledger.records.contradictions import Row, Rows, contradictions, split_known
from padlicht.ledger.records.identity_index import IdentityIndex, Numbers
from padlicht.ledger.records.newest import FEW_NODES, newest_health
from padlicht.ledger.rows import Fault, Footfall, Health, Lamp, Record
from padlicht.ledger.schema import COLUMNS
from padlicht.ledger.tables.registry import of_site

_KEY = ("node_id", "boot", "received_utc_s", "seq")
_INSERT = {
    table: f"INSERT INTO {table} ({', '.join((*_KEY, *columns))})"
    f" VALUES ({', '.join('?' * (len(_KEY) + len(columns)))})"
    for table, columns in COLUMNS.items()
}

_TABLES: dict[type, str] = {Lamp: "lamp", Footfall: "footfall", Health: "health", Fault: "fault"}
_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter("seq", *COLUMNS[table]) for kind, table in _TABLES.items()
}


_IN_BLOCK = f"r.id >> {blocks.SHIFT}"


class InsertResult(NamedTuple):
    """What became of rows: how many of each table are `new`, and how many were there already.

    `contradictions` are those whose identity is there with other content, each with its table.
    """

    new: dict[str, int]
    repeated: int
    contradictions: list[tuple[str, Row]]


class RecordTables:
    """Records: the way in, and all questions; every method that adds expects a transaction."""

    def __init__(
        self, connection: sqlite3.Connection, identities: Callable[[], IdentityIndex]
    ) -> None:
        self._db = connection
        self._index = identities

    def add_batch(self, rows: Rows, runs: Iterable[Numbers]) -> InsertResult:
        """Add the rows, by table, that are not there yet and never were.

        A row is `(node_id, boot, received_utc_s, seq, *COLUMNS[table])` of a registered node.
        `runs` say the same numbers once more, in the order in which they came: `(node_id, boot,
        first, last)` for what counts on without a gap, so that most rows are never looked at.

        A record's identity is (node, boot, seq), whatever its kind: the same one again changes
        nothing, also when retention has taken it. Its `t` and `clock` may differ from the first
        time.
        """
        self._index().catch_up()
        repeats, late = self._index().add(runs)
        fresh, known = split_known(rows, repeats) if repeats else (rows, [])
        if late:
            self._keep_newest_health(late)
        for table, its_rows in fresh.items():
            if its_rows:
                self.add_rows(table, its_rows)
        new = {table: len(fresh[table]) for table, its_rows in rows.items() if its_rows}
        self._index().count_stored(new)
        found = [*contradictions(self._db, known)] if known else []
        return InsertResult(new, len(known) - len(found), found)

    def add_rows(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows that are known to be new; only `add_batch` knows."""
        before = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        # In the order of the index of a block, and of a node's numbers: the newest has the last id.
        self._db.executemany(_INSERT[table], sorted(rows))
        if before >> blocks.SHIFT != before + len(rows) >> blocks.SHIFT:
            blocks.note_full(self._db, table, before, before + len(rows))

    def add(self, records: Iterable[Record], received_utc_s: int) -> list[Record]:
        """The same for records as they are read; returns those that contradict.

        Raises Refused when a record's node is not registered.
        """
        rows: dict[str, list[Row]] = defaultdict(list)
        runs: list[Numbers] = []
        known: dict[tuple[str, Row], Record] = {}
        for record in records:
            node_id, table = self._node_id(record.node), _TABLES[type(record)]
            row = (node_id, record.boot, received_utc_s, *_VALUES[type(record)](record))
            rows[table].append(row)
            runs.append((node_id, record.boot, record.seq, record.seq))
            known[table, row] = record
        return [known[found] for found in self.add_batch(rows, runs).contradictions]

    def _keep_newest_health(self, node_ids: Iterable[int]) -> None:
        """Remember the newest health of nodes of which something older comes just now."""
        self._db.executemany(
            "INSERT INTO health_before VALUES (?, ?) ON CONFLICT DO UPDATE SET id = excluded.id",
            [
                (node_id, place.id)
                for node_id, place in newest_health(self._db, self._last_words(node_ids)).items()
            ],
        )

    def _last_words(self, node_ids: Iterable[int]) -> dict[int, int]:
        ask = "SELECT last_word_utc_s FROM node_state WHERE node_id = ?"
        words = {node_id: self._db.execute(ask, (node_id,)).fetchone() for node_id in node_ids}
        return {node_id: (word and word[0]) or 0 for node_id, word in words.items()}

    def _node_id(self, node: str) -> int:
        found = self._db.execute("SELECT id FROM nodes WHERE name = ?", (node,)).fetchone()
        if found is None:
            raise Refused(f"{node} is not registered: add it with `padlicht node add`")
        return int(found[0])

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
        return [_lamp(row) for row in rows]

    def lamp_lit(self, site: str, from_utc_s: int, to_utc_s: int) -> list[Lamp]:
        """Of the lamp intervals that start in [from, to) those in which it was lit at all."""
        rows = self._intervals("lamp", site, None, from_utc_s, to_utc_s, "AND r.lit_s > 0")
        return [_lamp(row) for row in rows]

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
        self,
        table: str,
        site: str | None,
        node: str | None,
        from_utc_s: int,
        to_utc_s: int,
        also: str = "",
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
            f" WHERE r.t >= :from AND r.t < :to {also}",
            values,
        )
        found = [(nodes[row[0]], *row[1:]) for row in rows if row[0] in nodes]
        return sorted(found, key=lambda row: (row[3], row[0], row[1], row[2]))


def _lamp(row: Sequence[Any]) -> Lamp:
    return Lamp(*(*row[:-2], bool(row[-2]), row[-1]))


def _columns(table: str, prefix: str = "r.") -> str:
    return ", ".join(prefix + name for name in COLUMNS[table])
