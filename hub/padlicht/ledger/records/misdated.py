"""Table `misdated`: the marks of records whose time is far from the hub's when they came in.

They are stored as they are, and count in the hour that they say; who reads them should know. The
node's clock may be wrong, or the hub's was: both times are here. Times are Unix seconds UTC.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from padlicht.ledger.records.contradictions import Rows

AHEAD_S = 600  # nodes hear the time every six hours, and drift by seconds
BEHIND_S = 100 * 86_400  # longer than any node keeps records for a hub that is away
_T, _DT = 4, 5  # in a row: node_id, boot, received_utc_s, seq, t, dt


class Misdated(NamedTuple):
    """What is marked of a node: how many records, between which times, and the last to come in."""

    node: str
    records: int
    first_t: int
    last_t: int
    received_utc_s: int


class MisdatedRecords:
    """Marks, one for each record; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def mark(self, rows: Rows, utc_s: int) -> dict[int, tuple[int, int]]:
        """Mark those rows that are far from `utc_s`; the first and last time of them by node id.

        A record that never was dated is far from nothing.
        """
        least, most = utc_s - BEHIND_S, utc_s + AHEAD_S
        far = [
            row
            for its_rows in rows.values()
            for row in its_rows
            if row[_T] > most or (row[_T] < least and row[_T] + row[_DT] < least and row[_T])
        ]
        self._db.executemany(
            "INSERT INTO misdated (node_id, boot, received_utc_s, seq, t) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [row[: _T + 1] for row in far],
        )
        spans: dict[int, tuple[int, int]] = {}
        for row in far:
            first_t, last_t = spans.get(row[0], (row[_T], row[_T]))
            spans[row[0]] = min(first_t, row[_T]), max(last_t, row[_T])
        return spans

    def since(self, received_utc_s: int, site: str | None = None) -> list[Misdated]:
        """What is marked of each node that came in since then, by name; also by a hub ahead."""
        rows = self._db.execute(
            "SELECT n.name, count(*), min(m.t), max(m.t), max(m.received_utc_s) FROM nodes n"
            " JOIN misdated m ON m.node_id = n.id AND m.received_utc_s >= ?1"
            " WHERE ?2 IS NULL OR n.site = ?2 GROUP BY n.id ORDER BY n.name",
            (received_utc_s, site),
        )
        return [*map(Misdated._make, rows)]

    def forget(self, runs: Iterable[tuple[int, int, int, int]]) -> None:
        """Records (node, boot, first, last) have gone: so do their marks."""
        self._db.executemany(
            "DELETE FROM misdated WHERE node_id = ? AND boot = ? AND seq BETWEEN ? AND ?", runs
        )
