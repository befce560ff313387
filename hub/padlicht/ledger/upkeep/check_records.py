"""Is what the ledger knows of its records' identities and days true? Reads every record."""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections.abc import Iterator

from padlicht.ledger.records.blocks import DAY_S, IN_BLOCKS, SHIFT
from padlicht.ledger.schema import COLUMNS

_ALL = " UNION ALL ".join(f"SELECT node_id, boot, seq FROM {table}" for table in COLUMNS)
_TOTAL = "SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM {}"


def identity_problems(database: sqlite3.Connection) -> Iterator[str]:
    """No identity is there twice, none is forgotten, and none was known whose record is lost."""
    for name, boot, seq, count in database.execute(
        f"SELECT n.name, r.boot, r.seq, count(*) FROM ({_ALL}) r"
        " LEFT JOIN nodes n ON n.id = r.node_id GROUP BY r.node_id, r.boot, r.seq"
        " HAVING count(*) > 1"
    ):
        yield f"the record {name}/{boot}/{seq} is there {count} times"
    known = 0
    for table in COLUMNS:
        is_seen = _within("seen")
        forgotten = (
            f"NOT {is_seen} AND r.id <="
            f" coalesce((SELECT last_id FROM seen_up_to WHERE source = '{table}'), 0)"
        )
        here, faults = database.execute(
            f"SELECT coalesce(sum({is_seen}), 0), coalesce(sum({forgotten}), 0) FROM {table} r"
        ).fetchone()
        known += here
        if faults:
            for record in _named(database, table, forgotten):
                yield f"the {table} record {record} is there, but would be taken for a new one"
    total, pruned = (
        database.execute(_TOTAL.format(table)).fetchone()[0] for table in ("seen", "pruned")
    )
    if total > known + pruned:
        yield (
            f"{total - known - pruned} records are known to have been stored, but are neither "
            "there nor pruned"
        )


def pruned_problems(database: sqlite3.Connection) -> Iterator[str]:
    """What retention took is not there."""
    if database.execute("SELECT 1 FROM pruned LIMIT 1").fetchone() is None:
        return
    for table in COLUMNS:
        for record in _named(database, table, _within("pruned")):
            yield f"the {table} record {record} is there, but counts as pruned"


def node_problems(database: sqlite3.Connection) -> Iterator[str]:
    """Every record is of a registered node."""
    for table in IN_BLOCKS:  # the others have a foreign key
        for number, node_id in database.execute(
            f"SELECT id, node_id FROM {table} r"
            " WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE id = r.node_id)"
        ):
            yield f"row {number} of {table} is of node {node_id}, which is not registered"


def day_problems(database: sqlite3.Connection) -> Iterator[str]:
    """Every day of a block that is full is noted, or nobody would find its records."""
    for table in IN_BLOCKS:
        for block, day in database.execute(
            f"SELECT DISTINCT id >> {SHIFT}, t / {DAY_S} FROM {table} WHERE id >> {SHIFT}"
            f" < (SELECT max(id) >> {SHIFT} FROM {table})"
            " EXCEPT SELECT block, day FROM days WHERE source = ?",
            (table,),
        ):
            yield f"block {block} of {table} has records of day {day}, which is not noted"


def _within(table: str) -> str:
    """Whether the number of record `r` is in one of the ranges of a table."""
    return (
        f"(coalesce((SELECT p.last_seq FROM {table} p WHERE p.node_id = r.node_id"
        " AND p.boot = r.boot AND p.first_seq <= r.seq ORDER BY p.first_seq DESC LIMIT 1), -1)"
        " >= r.seq)"
    )


def _named(database: sqlite3.Connection, table: str, condition: str) -> Iterator[str]:
    for name, boot, seq in database.execute(
        f"SELECT n.name, r.boot, r.seq FROM {table} r JOIN nodes n ON n.id = r.node_id"
        f" WHERE {condition}"
    ):
        yield f"{name}/{boot}/{seq}"
