"""How big the ledger is, and how fast it grows."""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from padlicht.ledger.schema import COLUMNS

DAY_S = 86_400


@dataclass(frozen=True)
class TableSize:
    """Rows of a table, and its bytes in the file with those of its indices.

    `size_bytes` is None where SQLite was built without the means to tell.
    """

    name: str
    rows: int
    size_bytes: int | None


@dataclass(frozen=True)
class Sizes:
    """The file, its write-ahead log, the room in the file that is free again, and its tables."""

    file_bytes: int
    wal_bytes: int
    free_bytes: int
    tables: tuple[TableSize, ...]


@dataclass(frozen=True)
class Growth:
    """How many records of each kind came in during the last `days`, from how many nodes."""

    days: float
    nodes: int
    records: dict[str, int]


def sizes(database: sqlite3.Connection) -> Sizes:
    """What takes how much room, the biggest first."""
    path = Path(database.execute("PRAGMA database_list").fetchone()[2])
    wal = path.with_name(path.name + "-wal")
    page_bytes, free = (
        int(database.execute(f"PRAGMA {what}").fetchone()[0])
        for what in ("page_size", "freelist_count")
    )
    owners = dict(
        database.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type IN ('table', 'index')"
        ).fetchall()
    )
    size_bytes = _bytes(database, owners)
    tables = [
        TableSize(
            table,
            int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]),
            size_bytes.get(table) if size_bytes is not None else None,
        )
        for table in sorted(set(owners.values()))
    ]
    return Sizes(
        file_bytes=path.stat().st_size,
        wal_bytes=wal.stat().st_size if wal.exists() else 0,
        free_bytes=free * page_bytes,
        tables=tuple(sorted(tables, key=lambda table: (-(table.size_bytes or 0), table.name))),
    )


def growth(database: sqlite3.Connection, now_utc_s: int, most_days: int = 30) -> Growth:
    """What came in during the last `most_days`, or since the first record if that is less."""
    first_utc_s = now_utc_s
    for table in COLUMNS:
        row = database.execute(f"SELECT received_utc_s FROM {table} ORDER BY id LIMIT 1")
        first_utc_s = min(first_utc_s, *(first for (first,) in row), now_utc_s)
    from_utc_s = max(first_utc_s, now_utc_s - most_days * DAY_S)
    records, nodes = {}, set()
    for table in COLUMNS:
        count = 0
        # Backwards from the newest, because there is no index by time.
        for node_id, received_utc_s in database.execute(
            f"SELECT node_id, received_utc_s FROM {table} ORDER BY id DESC"
        ):
            if received_utc_s < from_utc_s:
                break
            count += 1
            nodes.add(node_id)
        records[table] = count
    return Growth((now_utc_s - from_utc_s) / DAY_S, len(nodes), records)


def _bytes(database: sqlite3.Connection, owners: dict[str, str]) -> dict[str, int] | None:
    """Bytes of each table with its indices, or None without the table `dbstat`."""
    total: dict[str, int] = defaultdict(int)
    try:
        for name, size_bytes in database.execute(
            "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE"
        ):
            total[owners.get(name, name)] += size_bytes
    except sqlite3.OperationalError:
        return None
    return dict(total)
