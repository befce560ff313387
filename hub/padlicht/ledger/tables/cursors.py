"""Table `cursors`: the ledger as a stream, read in the order in which it grew, and how far each
follower has come.
"""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from typing import Any

from padlicht.errors import Refused
from padlicht.ledger.schema import COLUMNS

# After `id, site, zone, node`: what a follower gets of each table.
FOLLOWED = {table: ("boot", "seq", *columns) for table, columns in COLUMNS.items()} | {
    "presence": ("utc_s", "online"),
    "settings": ("version", "utc_s", "who", "why", "before", "after"),
}
_STORED_IN = {"settings": "settings_log"}  # all others have the name by which they are followed
_TIMES = dict.fromkeys(COLUMNS, "t") | {"presence": "utc_s", "settings": "utc_s"}
# The rows of a table, each with its node and with where that was at the time. CROSS JOIN keeps the
# order: the table by its id, and each row's node looked up.
_ROWS = {
    table: (
        f" FROM {_STORED_IN.get(table, table)} r CROSS JOIN nodes n ON n.id = r.node_id"
        " CROSS JOIN node_places p ON p.node_id = r.node_id"
        f" AND r.{time} >= p.from_utc_s AND r.{time} < p.to_utc_s"
    )
    for table, time in _TIMES.items()
}
QUERIES = {
    table: (
        f"SELECT r.id, p.site, p.zone, n.name, {', '.join(f'r.{name}' for name in columns)}"
        f"{_ROWS[table]}"
    )
    for table, columns in FOLLOWED.items()
} | {
    # Of no node. Who takes an entry back overwrites what copies have of it: so the text of a
    # withdrawal comes with the number of what it withdraws.
    "diary": "SELECT r.id, r.site, r.zone, NULL, r.from_day, r.to_day, r.text, r.public,"
    " r.noted_utc_s, r.who, r.withdraws FROM diary r"
}
_NEXT = " WHERE r.id > ? ORDER BY r.id LIMIT ?"
# What the newest id of each is; of the hours of use, their newest rev.
NEWEST = {
    table: f"SELECT coalesce(max(id), 0) FROM {_STORED_IN.get(table, table)}" for table in FOLLOWED
} | {
    "diary": "SELECT coalesce(max(id), 0) FROM diary",
    "usage_hour": "SELECT coalesce(max(rev), 0) FROM usage_hour",
    "rewrites_raw": "SELECT coalesce(max(id), 0) FROM rewrites",
    "rewrites_usage": "SELECT coalesce(max(id), 0) FROM rewrites",
}

# When a row of each followed table came to be; usage_hour is followed by rev, which has no time.
_CAME = {table: f"SELECT received_utc_s FROM {table}" for table in COLUMNS} | {
    "presence": "SELECT utc_s FROM presence",
    "settings": "SELECT utc_s FROM settings_log",
    "diary": "SELECT noted_utc_s FROM diary",
}


class CursorTable:
    """Rows after a cursor, and the cursors; one is moved inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def rows_after(self, table: str, after_id: int, limit: int) -> list[tuple[Any, ...]]:
        """At most `limit` rows with an id above `after_id`, oldest first.

        A row is `(id, site, zone, node, *FOLLOWED[table])` as it is stored: booleans are 0 or 1,
        settings are JSON. Ids only grow, and retention never takes the newest row of a table, so
        that no id is given twice.
        """
        return self._db.execute(_of(QUERIES, table) + _NEXT, (after_id, limit)).fetchall()

    def rows_of_diary(self, site: str) -> list[tuple[Any, ...]]:
        """All rows of a site's diary, as `rows_after` has them."""
        return self._db.execute(
            f"{QUERIES['diary']} WHERE r.site = ? ORDER BY r.id", (site,)
        ).fetchall()

    def text_after(self, table: str, line: str, after_id: int, limit: int) -> tuple[str, int]:
        """The same rows as lines of text, and the last id of them (`after_id` without any).

        `line` is a constant of the caller: an SQL expression over the row `r`, its node `n` and the
        place `p` where that was then, NULL for a row that has no line. SQLite makes all of it in
        one step: a third of the work of fetching values, and Python's other threads go on
        meanwhile.
        """
        text, last_id = self._db.execute(
            "SELECT group_concat(line, char(10)), max(id) FROM"
            f" (SELECT r.id AS id, {line} AS line{_ROWS[table]}{_NEXT})",
            (after_id, limit),
        ).fetchone()
        return text or "", after_id if last_id is None else last_id

    def newest_id(self, source: str) -> int:
        """The highest id of a followed table (of `usage_hour`: rev), 0 when it is empty."""
        return int(self._db.execute(_of(NEWEST, source)).fetchone()[0])

    def get(self, follower: str, source: str) -> int:
        """The id up to which a follower has done everything; 0 when it has done nothing."""
        row = self._db.execute(
            "SELECT last_id FROM cursors WHERE follower = ? AND source = ?", (follower, source)
        ).fetchone()
        return int(row[0]) if row else 0

    def all(self) -> dict[tuple[str, str], int]:
        """Every cursor by (follower, source)."""
        rows = self._db.execute("SELECT follower, source, last_id FROM cursors")
        return {(follower, source): last_id for follower, source, last_id in rows}

    def move(self, follower: str, source: str, last_id: int) -> None:
        """Note that a follower has done everything up to `last_id`."""
        self._db.execute(
            "INSERT INTO cursors VALUES (?, ?, ?)"
            " ON CONFLICT (follower, source) DO UPDATE SET last_id = excluded.last_id",
            (follower, source, last_id),
        )

    def drop(self, follower: str) -> None:
        """Forget how far a follower had come; what nobody follows holds retention up no longer."""
        self._db.execute("DELETE FROM cursors WHERE follower = ?", (follower,))

    def waiting_since(self, source: str, after_id: int) -> int | None:
        """When the oldest row above `after_id` came, in Unix seconds UTC.

        None when there is none, and for a source whose rows have no time.
        """
        if source not in _CAME:
            return None
        row = self._db.execute(
            f"{_CAME[source]} WHERE id > ? ORDER BY id LIMIT 1", (after_id,)
        ).fetchone()
        return None if row is None else int(row[0])


def rows_of(table: str) -> str:
    """The FROM of a followed table: its rows `r`, their nodes `n`, and where those were, `p`."""
    return _ROWS[table]


def _of(queries: dict[str, str], table: str) -> str:
    """The query of a table; Refused when nobody can follow it."""
    if table not in queries:
        raise Refused(f"{table!r} cannot be followed: choose one of {', '.join(queries)}")
    return queries[table]
