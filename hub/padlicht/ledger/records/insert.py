"""Insert records into the ledger: a whole batch at a time, each record once (deduplicated)."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.records import blocks
from padlicht.ledger.records.duplicates import Row, Rows, apart, contradictions
from padlicht.ledger.records.identity_index import IdentityIndex, Numbers
from padlicht.ledger.records.newest import newest_health
from padlicht.ledger.records.queries import RecordQueries
from padlicht.ledger.rows import Fault, Footfall, Health, Lamp, Record
from padlicht.ledger.schema import COLUMNS

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


class InsertResult(NamedTuple):
    """What became of rows: how many of each table are `new`, and how many were there already.

    `contradictions` are those whose identity is there with other content, each with its table.
    """

    new: dict[str, int]
    repeated: int
    contradictions: list[tuple[str, Row]]


class RecordTables(RecordQueries):
    """Records: the way in, and all questions; every method that adds expects a transaction."""

    def __init__(self, connection: sqlite3.Connection, identities: IdentityIndex) -> None:
        super().__init__(connection)
        self._identities = identities

    def add_batch(self, rows: Rows, runs: Iterable[Numbers]) -> InsertResult:
        """Add the rows, by table, that are not there yet and never were.

        A row is `(node_id, boot, received_utc_s, seq, *COLUMNS[table])` of a registered node.
        `runs` say the same numbers once more, in the order in which they came: `(node_id, boot,
        first, last)` for what counts on without a gap, so that most rows are never looked at.

        A record's identity is (node, boot, seq), whatever its kind: the same one again changes
        nothing, also when retention has taken it. Its `t` and `clock` may differ from the first
        time.
        """
        self._identities.catch_up()
        repeats, late = self._identities.add(runs)
        fresh, known = apart(rows, repeats) if repeats else (rows, [])
        if late:
            self._keep_newest_health(late)
        for table, its_rows in fresh.items():
            if its_rows:
                self.add_rows(table, its_rows)
        new = {table: len(fresh[table]) for table, its_rows in rows.items() if its_rows}
        self._identities.count_stored(new)
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
