"""Table `rewrites`: what copies elsewhere have to take out and write anew, and the rows for it.

A point in a copy is known by where it was counted and by the clock of that place. When what is
known of those changes, it has another identity, and the point of before would stay beside it.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from padlicht.ledger.records import blocks
from padlicht.ledger.tables.cursors import QUERIES, rows_of

_SITE_SPAN = "SELECT min(hour_utc_s), max(hour_utc_s) FROM zone_hour WHERE site = ?"


class Rewrite(NamedTuple):
    """What begins in [from, to): all hours and settings of a site, or all records of a node."""

    whose: str
    node_id: int | None  # None: `whose` is a site
    from_utc_s: int
    to_utc_s: int


class RewriteTable:
    """What has to be written anew; rows come with changes of attributes and are followed by id."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def after(self, row_id: int, *, of_nodes: bool) -> tuple[list[Rewrite], int]:
        """What came after an id, of nodes or of sites, one for each; and the newest id."""
        rows = self._db.execute(
            "SELECT coalesce(n.name, r.site), r.node_id, min(r.from_utc_s), max(r.to_utc_s)"
            " FROM rewrites r LEFT JOIN nodes n ON n.id = r.node_id"
            " WHERE r.id > ? AND (r.node_id IS NOT NULL) = ? GROUP BY r.node_id, r.site",
            (row_id, of_nodes),
        ).fetchall()
        [newest] = self._db.execute("SELECT coalesce(max(id), 0) FROM rewrites").fetchone()
        return [*map(Rewrite._make, rows)], int(newest)

    def span(self, rewrite: Rewrite) -> tuple[int, int]:
        """The part of the time of a site's rewrite in which there are any hours."""
        first, last = self._db.execute(_SITE_SPAN, (rewrite.whose,)).fetchone()
        if first is None:
            return rewrite.from_utc_s, rewrite.from_utc_s
        day_s = blocks.DAY_S  # the day of the first hour begins so much earlier at most
        begin = max(rewrite.from_utc_s, first - 2 * day_s)
        return begin, max(begin, min(rewrite.to_utc_s, last + 2 * day_s))

    def text(self, table: str, line: str, rewrite: Rewrite) -> Iterator[str]:
        """The records of a node as lines, block by block; `line` as of `CursorTable.text_after`."""
        for block in blocks.of_days(self._db, table, rewrite.from_utc_s, rewrite.to_utc_s):
            [text] = self._db.execute(
                f"SELECT group_concat({line}, char(10)){rows_of(table)}"
                f" WHERE r.id >> {blocks.SHIFT} = ? AND r.node_id = ? AND r.t >= ? AND r.t < ?",
                (block, *rewrite[1:]),
            ).fetchone()
            if text:
                yield text

    def rows(self, table: str, rewrite: Rewrite) -> list[tuple[Any, ...]]:
        """The rows of a table of a node, or of a site, as `CursorTable.rows_after` has them."""
        time = {"presence": "utc_s", "settings": "utc_s"}.get(table, "t")
        whose = "p.site = ?" if rewrite.node_id is None else "r.node_id = ?"
        return self._db.execute(
            f"{QUERIES[table]} WHERE {whose} AND r.{time} >= ? AND r.{time} < ? ORDER BY r.id",
            (rewrite.node_id or rewrite.whose, rewrite.from_utc_s, rewrite.to_utc_s),
        ).fetchall()
