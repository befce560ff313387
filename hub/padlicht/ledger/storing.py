"""How records get into the ledger: a whole batch at a time, each record once."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from padlicht.ledger.pruning import Pruning
from padlicht.ledger.rows import Fault, Footfall, Health, Lamp, Record
from padlicht.ledger.schema import COLUMNS

# (node_id, boot, received_utc_s, seq, *COLUMNS[table]): dataclasses would cost as much as SQLite.
Row = tuple[Any, ...]

_NODE_ID = itemgetter(0)
_KEY = ("node_id", "boot", "received_utc_s", "seq")
_INSERT = {
    table: f"INSERT INTO {table} ({', '.join((*_KEY, *columns))})"
    f" VALUES ({', '.join('?' * (len(_KEY) + len(columns)))})"
    " ON CONFLICT (node_id, boot, seq) DO NOTHING"
    for table, columns in COLUMNS.items()
}
_STORED = {
    table: f"SELECT {', '.join(columns)} FROM {table} WHERE node_id = ? AND boot = ? AND seq = ?"
    for table, columns in COLUMNS.items()
}
# Where a record differs when it is sent again with the time that the node has learnt meanwhile.
_MAY_DIFFER = frozenset({"t", "clock"})
_COMPARED = {
    table: [i for i, name in enumerate(columns) if name not in _MAY_DIFFER]
    for table, columns in COLUMNS.items()
}

_TABLES: dict[type, str] = {Lamp: "lamp", Footfall: "footfall", Health: "health", Fault: "fault"}
_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter("seq", *COLUMNS[table]) for kind, table in _TABLES.items()
}


class Added(NamedTuple):
    """What became of rows: how many are `new`, and which contradict what is there already."""

    new: int
    contradictions: list[Row]


class Storing(Pruning):
    """The ledger's way in for records and for words; every method expects a transaction."""

    def add_rows(self, table: str, rows: Sequence[Row]) -> Added:
        """Add the rows that are not there yet and never were.

        A row is `(node_id, boot, received_utc_s, seq, *COLUMNS[table])`. A record's identity is
        (node, boot, seq): the same one again changes nothing, also when retention has taken it.
        Its `t` and `clock` may differ from the first time.
        """
        rows = self._without_pruned(rows)
        if not rows:
            return Added(0, [])
        # Node by node, as the identity index is ordered: with a thousand nodes in turn, finding the
        # place of each row in it cost as much as all the rest of the row.
        rows = sorted(rows, key=_NODE_ID)
        before = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        new = self._db.executemany(_INSERT[table], rows).rowcount
        if new == len(rows):
            return Added(new, [])
        return Added(new, [*self._contradictions(table, rows, before)])

    def add_records(self, records: Iterable[Record], received_utc_s: int) -> list[Record]:
        """The same for records as they are read; returns those that contradict."""
        by_kind: dict[type, list[Record]] = defaultdict(list)
        for record in records:
            by_kind[type(record)].append(record)
        contradicting: list[Record] = []
        for kind, batch in by_kind.items():
            known = {
                (self._node_id(record.node), record.boot, record.seq, values): record
                for record, values in zip(batch, map(_VALUES[kind], batch), strict=True)
            }
            rows = [(key[0], key[1], received_utc_s, *key[3]) for key in known]
            found = self.add_rows(_TABLES[kind], rows).contradictions
            contradicting += [known[row[0], row[1], row[3], row[3:]] for row in found]
        return contradicting

    def heard_all(self, node_ids: Iterable[int], utc_s: int) -> None:
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

    def _note_words(self, words: list[tuple[int, int]]) -> int:
        return self._db.executemany(
            "UPDATE node_state SET last_word_utc_s = ?1, since_utc_s = CASE WHEN state = 'ready'"
            " THEN since_utc_s ELSE ?1 END, state = 'ready' WHERE node_id = ?2",
            words,
        ).rowcount

    def _without_pruned(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Leave out what retention has taken; it is only looked for where it took anything."""
        if self._db.execute("SELECT 1 FROM pruned LIMIT 1").fetchone() is None:
            return rows
        marks = {
            node_id: self._db.execute(
                "SELECT boot, last_seq FROM pruned WHERE node_id = ?"
                " ORDER BY boot DESC, first_seq DESC LIMIT 1",
                (node_id,),
            ).fetchone()
            or (-1, -1)
            for node_id in {row[0] for row in rows}
        }
        return [
            row
            for row in rows
            if (row[1], row[3]) > marks[row[0]] or not self.was_pruned(row[0], row[1], row[3])
        ]

    def _contradictions(self, table: str, rows: Iterable[Row], before: int) -> Iterable[Row]:
        """Those of `rows` that were not added because another record has their identity."""
        added = set(
            self._db.execute(f"SELECT node_id, boot, seq FROM {table} WHERE id > ?", (before,))
        )
        for row in rows:
            identity = (row[0], row[1], row[3])
            if identity in added:
                added.discard(identity)  # the second of that identity in the batch is a repeat
                continue
            stored = self._db.execute(_STORED[table], identity).fetchone()
            values = row[len(_KEY) :]
            if any(stored[i] != values[i] for i in _COMPARED[table]):
                yield row

    def _node_id(self, node: str) -> int:
        """The id of a node; of one that is not registered an id that no record may have."""
        found = self._db.execute("SELECT id FROM nodes WHERE name = ?", (node,)).fetchone()
        return -1 if found is None else int(found[0])
