"""How the ledger stands at this moment: what waits for followers, who is there; cheap to ask."""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3

from padlicht.ledger.schema import COLUMNS

# When a row of each followed table came to be; usage_hour is followed by rev, which has no time.
_CAME = {table: f"SELECT received_utc_s FROM {table}" for table in COLUMNS} | {
    "presence": "SELECT utc_s FROM presence",
    "settings": "SELECT utc_s FROM settings_log",
}


class Standing:
    """Questions of those who watch over a hub."""

    _db: sqlite3.Connection

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

    def node_counts(self) -> dict[tuple[str, str], int]:
        """How many nodes are in service, by (site, state): ready, lost or never."""
        rows = self._db.execute(
            "SELECT n.site, coalesce(s.state, 'never'), count(*) FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE NOT n.retired GROUP BY 1, 2"
        )
        return {(site, state): count for site, state, count in rows}
