"""Contradictions: records whose identity is known, but which differ from what was stored."""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from padlicht.ledger.records import blocks
from padlicht.ledger.records.identity_ranges import Run, holds
from padlicht.ledger.schema import COLUMNS, OPTIONAL

# (node_id, boot, received_utc_s, seq, *COLUMNS[table]): dataclasses would cost as much as SQLite.
Row = tuple[Any, ...]
Rows = Mapping[str, Sequence[Row]]
Identity = tuple[int, int, int]

_VALUES = 4  # where in a row its values begin

# Where a record differs when it is sent again with the time that the node has learnt meanwhile.
_MAY_DIFFER = frozenset({"t", "clock"})
_COMPARED = {
    table: [i for i, name in enumerate(columns) if name not in _MAY_DIFFER | OPTIONAL]
    for table, columns in COLUMNS.items()
}
# A hub that was older than the node did not keep them; afterwards the node may send again.
_COMPARED_IF_SAID = {
    table: [i for i, name in enumerate(columns) if name in OPTIONAL]
    for table, columns in COLUMNS.items()
}
_STORED = {
    table: f"SELECT seq, {', '.join(columns)} FROM {table} WHERE "
    + (f"id >> {blocks.SHIFT} = ? AND " if table in blocks.IN_BLOCKS else "? IS NOT NULL AND ")
    + "node_id = ? AND boot = ? AND seq BETWEEN ? AND ?"
    for table, columns in COLUMNS.items()
}


def split_known(rows: Rows, repeats: Iterable[Run]) -> tuple[Rows, list[tuple[str, Row]]]:
    """What is new among rows, and what was known, by the runs that were known before.

    Of two with one identity that came together, the first is new.
    """
    times = Counter(
        (node_id, boot, seq)
        for node_id, boot, first, last in repeats
        for seq in range(first, last + 1)
    )
    new: dict[str, list[Row]] = {}
    known: list[tuple[str, Row]] = []
    for table in reversed([*rows]):
        new[table] = []
        for row in reversed(rows[table]):
            identity = (row[0], row[1], row[3])
            if times.get(identity):
                times[identity] -= 1
                known.append((table, row))
            else:
                new[table].append(row)
    return new, known[::-1]


def contradictions(
    database: sqlite3.Connection, known: Sequence[tuple[str, Row]]
) -> Iterator[tuple[str, Row]]:
    """Those that are in the ledger with other content, or as another kind of record.

    What retention has taken contradicts nothing.
    """
    stored = _find(database, known)
    for table, row in known:
        found = stored.get((row[0], row[1], row[3]))
        if found is None:
            continue
        stored_as, values = found
        mine = row[_VALUES:]
        if stored_as != table or _differ(table, values, mine):
            yield table, row


def _differ(table: str, stored: Row, mine: Row) -> bool:
    return any(stored[i] != mine[i] for i in _COMPARED[table]) or any(
        stored[i] != mine[i] and None not in (stored[i], mine[i]) for i in _COMPARED_IF_SAID[table]
    )


def _find(
    database: sqlite3.Connection, known: Iterable[tuple[str, Row]]
) -> dict[Identity, tuple[str, Row]]:
    """Table and values of what is stored. Mostly it has just come, or it is of the same day."""
    wanted: dict[str, dict[tuple[int, int], set[int]]] = defaultdict(lambda: defaultdict(set))
    days: dict[str, set[int]] = defaultdict(set)
    pruned = database.execute("SELECT 1 FROM pruned LIMIT 1").fetchone() is not None
    for table, row in known:
        node_id, boot, seq = row[0], row[1], row[3]
        if pruned and holds(database, "pruned", node_id, boot, seq):
            continue
        wanted[table][node_id, boot].add(seq)
        days[table].add(row[_VALUES] // blocks.DAY_S)
    found: dict[Identity, tuple[str, Row]] = {}
    for table, numbers in wanted.items():
        _look_in(database, table, _order(database, table, days[table]), numbers, found)
    for table, numbers in wanted.items():
        for other in COLUMNS:
            if other != table and numbers:
                _look_in(database, other, _order(database, other, days[table]), numbers, found)
    return found


def _look_in(
    database: sqlite3.Connection,
    table: str,
    order: Iterable[int],
    wanted: dict[tuple[int, int], set[int]],
    found: dict[Identity, tuple[str, Row]],
) -> None:
    """Look through blocks until all is found; what is found is no longer wanted."""
    for block in order:
        if not wanted:
            return
        for (node_id, boot), numbers in [*wanted.items()]:
            values = (block, node_id, boot, min(numbers), max(numbers))
            for seq, *stored in database.execute(_STORED[table], values):
                if seq in numbers:
                    numbers.discard(seq)
                    found[node_id, boot, seq] = table, tuple(stored)
            if not numbers:
                del wanted[node_id, boot]


def _order(database: sqlite3.Connection, table: str, days: Iterable[int]) -> Iterator[int]:
    """All blocks of a table: the newest first, then those of some days, then the others."""
    if table not in blocks.IN_BLOCKS:
        yield 0  # all of it has one index
        return
    last = blocks.newest(database, table)
    told = {last, last - 1}
    yield from range(last, max(last - 2, -1), -1)
    for day in days:
        for block in reversed(
            blocks.of_days(database, table, day * blocks.DAY_S, (day + 1) * blocks.DAY_S)
        ):
            if block not in told:
                told.add(block)
                yield block
    for block in range(last, -1, -1):
        if block not in told:
            yield block
