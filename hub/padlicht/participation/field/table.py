"""Table `visits`: sheets of who goes out, each kept once, however often it is handed in."""

import json
import sqlite3
from datetime import date
from typing import Any

from padlicht.errors import Refused
from padlicht.participation.field.sheets import Visit

_COLUMNS = "site, kind, once, day, begin_utc_s, place, light, sheet, who, received_utc_s"


class VisitTable:
    """Hand counts, observations and points of walks; what writes expects a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, visit: Visit) -> bool:
        """Keep a sheet; False when the very same was handed in before.

        A sheet with the same mark and other content is another sheet: nothing that somebody wrote
        is dropped.
        """
        done = self._db.execute(
            f"INSERT INTO visits ({_COLUMNS}, delete_after)"  # noqa: S608 -- a constant
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                visit.site,
                visit.kind,
                visit.once,
                visit.day.isoformat(),
                visit.begin_utc_s,
                visit.place,
                visit.light,
                json.dumps(visit.values, ensure_ascii=False),
                visit.who,
                visit.received_utc_s,
                visit.delete_after.isoformat(),
            ),
        )
        return done.rowcount == 1

    def of_site(self, site: str, kind: str | None = None) -> list[Visit]:
        """All sheets of a park, or of a kind, the oldest first."""
        rows = self._db.execute(
            f"SELECT id, {_COLUMNS} FROM visits WHERE site = ?1 AND (?2 IS NULL OR kind = ?2)"  # noqa: S608
            " ORDER BY begin_utc_s, id",
            (site, kind),
        )
        return [_visit(row) for row in rows]

    def delete(self, visit_id: int, site: str) -> None:
        """Delete a sheet for good; Refused when the park has none of that number."""
        done = self._db.execute("DELETE FROM visits WHERE id = ? AND site = ?", (visit_id, site))
        if not done.rowcount:
            raise Refused(f"{site} has no sheet {visit_id}: `padlicht field export` shows all")

    def delete_expired(self, today: date) -> int:
        """Delete what is past its term; how many sheets."""
        done = self._db.execute("DELETE FROM visits WHERE delete_after < ?", (today.isoformat(),))
        return done.rowcount


def _visit(row: tuple[Any, ...]) -> Visit:
    visit_id, site, kind, once, day, begin, place, light, sheet, who, received = row
    return Visit(
        site, kind, once, date.fromisoformat(day), begin, place, light, json.loads(sheet), who,
        received, visit_id,
    )  # fmt: skip
