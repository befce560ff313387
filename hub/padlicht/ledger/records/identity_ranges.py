"""Identities as ranges: a node's numbers of one boot, from the first to the last, both included.

A table of ranges is `(node_id, boot, first_seq, last_seq)` with the first three as its key. Ranges
in it neither overlap nor touch, so that a node that counts on is one row.
"""

# ruff: noqa: S608 -- the tables are constants of the callers; values are always bound

import sqlite3
from typing import NamedTuple


class Run(NamedTuple):
    """Consecutive numbers of a node within one boot."""

    node_id: int
    boot: int
    first: int
    last: int


def holds(database: sqlite3.Connection, table: str, node_id: int, boot: int, seq: int) -> bool:
    """Whether a number is in one of the ranges."""
    row = database.execute(
        f"SELECT last_seq FROM {table} WHERE node_id = ? AND boot = ? AND first_seq <= ?"
        " ORDER BY first_seq DESC LIMIT 1",
        (node_id, boot, seq),
    ).fetchone()
    return row is not None and seq <= row[0]


def include(database: sqlite3.Connection, table: str, run: Run) -> tuple[list[Run], Run]:
    """Add a run; which parts of it were there before, and the range that it is in now.

    Ranges that touch become one.
    """
    node_id, boot, first, last = run
    touching = database.execute(
        f"SELECT first_seq, last_seq FROM {table} WHERE node_id = ?1 AND boot = ?2"
        f" AND first_seq <= ?4 + 1 AND first_seq >= coalesce((SELECT max(first_seq) FROM {table}"
        " WHERE node_id = ?1 AND boot = ?2 AND first_seq <= ?3), ?3)"
        " AND last_seq >= ?3 - 1 ORDER BY first_seq",
        run,
    ).fetchall()
    there = []
    low, high = first, last
    for known_first, known_last in touching:
        if known_first <= last and known_last >= first:
            there.append(Run(node_id, boot, max(first, known_first), min(last, known_last)))
        low, high = min(low, known_first), max(high, known_last)
    if there != [run]:
        database.executemany(
            f"DELETE FROM {table} WHERE node_id = ? AND boot = ? AND first_seq = ?",
            [(node_id, boot, known_first) for known_first, _ in touching],
        )
        database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", (node_id, boot, low, high))
    return there, Run(node_id, boot, low, high)
