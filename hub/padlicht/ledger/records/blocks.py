"""Where in a table of records something is: in which of its blocks of ids.

A table of records grows at its end only. Its ids are cut into blocks, and its index begins with the
block, so that new records change pages of the newest block alone. Whoever looks for a node's
records asks block by block: those that hold a day are in the table `days`, but for the newest one.
"""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from collections.abc import Iterator

# Ids of a block are 2 ** SHIFT; versions/v3.sql has the same number. Smaller blocks are more to
# look through; of bigger ones each batch changes more pages of the index.
SHIFT = 14
BLOCK = 1 << SHIFT
IN_BLOCKS = ("lamp", "footfall", "health")
DAY_S = 86_400

_NOTE = (
    "INSERT INTO days SELECT DISTINCT '{0}', t / 86400, ?1 FROM {0}"
    " WHERE id >= ?1 << {1} AND id < (?1 + 1) << {1} ORDER BY 2 ON CONFLICT DO NOTHING"
)


def note_full(database: sqlite3.Connection, table: str, before: int, last: int) -> None:
    """Note what days the blocks hold that became full while ids grew from `before` to `last`."""
    if table in IN_BLOCKS:
        for block in range(before >> SHIFT, last >> SHIFT):
            database.execute(_NOTE.format(table, SHIFT), (block,))


def newest(database: sqlite3.Connection, table: str) -> int:
    """The newest block, which is not full; 0 of an empty table."""
    return int(
        database.execute(f"SELECT coalesce(max(id), 0) >> {SHIFT} FROM {table}").fetchone()[0]
    )


def of_days(database: sqlite3.Connection, table: str, from_utc_s: int, to_utc_s: int) -> list[int]:
    """The blocks, oldest first, that may hold records which start in [from, to)."""
    rows = database.execute(
        "SELECT DISTINCT block FROM days WHERE source = ? AND day BETWEEN ? AND ?",
        (table, max(from_utc_s, 0) // DAY_S, (to_utc_s - 1) // DAY_S),
    )
    return sorted({newest(database, table), *(block for (block,) in rows)})


class Walk:
    """Ways through all blocks of a table, each block once."""

    def __init__(self, database: sqlite3.Connection, table: str) -> None:
        self._db = database
        self._began = f"SELECT received_utc_s FROM {table} WHERE id >= ? LIMIT 1"
        self._began_utc_s: dict[int, int] = {}
        self.last = newest(database, table)

    def back_from(self, received_utc_s: int) -> Iterator[int]:
        """From the block that grew at that time back to the first, then on to the newest."""
        low, high = 0, self.last
        while low < high:
            middle = (low + high + 1) // 2
            if self._began_at(middle) <= received_utc_s:
                low = middle
            else:
                high = middle - 1
        yield from range(low, -1, -1)
        yield from range(low + 1, self.last + 1)

    def forth_from(self, block: int) -> Iterator[int]:
        """From a block on to the newest, then back to the first."""
        yield from range(block, self.last + 1)
        yield from range(block - 1, -1, -1)

    def _began_at(self, block: int) -> int:
        """When its first record came in; of what retention left nothing of, the next one's."""
        if block not in self._began_utc_s:
            row = self._db.execute(self._began, (block << SHIFT,)).fetchone()
            self._began_utc_s[block] = row[0]
        return self._began_utc_s[block]
