"""Table `diary`: what else may have moved people: works, a café, a final, a new path.

Entries belong to local days. Nothing is changed or deleted: who wrote something wrongly takes it
back with a reason and writes it anew, and both stay.
"""

import sqlite3
from datetime import date
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.usage.sums import date_of, day_number

_ENTRIES = (
    "SELECT d.id, d.site, d.zone, d.from_day, d.to_day, d.text, d.public, d.noted_utc_s, d.who,"
    " w.noted_utc_s, w.who, w.text FROM diary d LEFT JOIN diary w ON w.withdraws = d.id"
    " WHERE d.withdraws IS NULL"
)


class DiaryEntry(NamedTuple):
    """Something that happened on local days; `zone` None: it concerns the whole park.

    What is not `public` is kept quiet: it is for those who are logged in. `withdrawn_…` say when
    it was taken back, by whom and why; None while it holds.
    """

    id: int
    site: str
    zone: str | None
    first_day: date
    last_day: date
    text: str
    public: bool
    noted_utc_s: int
    who: str
    withdrawn_utc_s: int | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class DiaryTable:
    """Entries of parks; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, entry: DiaryEntry) -> int:
        """Write an entry down (its `id` is given by the ledger); the id."""
        row = self._db.execute(
            "INSERT INTO diary (site, zone, from_day, to_day, text, public, noted_utc_s, who)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                entry.site,
                entry.zone,
                day_number(entry.first_day),
                day_number(entry.last_day),
                entry.text,
                int(entry.public),
                entry.noted_utc_s,
                entry.who,
            ),
        ).fetchone()
        return int(row[0])

    def withdraw(self, entry_id: int, who: str, why: str, utc_s: int) -> DiaryEntry:
        """Take an entry back; it as it was. Refused when it is none, or was taken back before."""
        entry = self.get(entry_id)
        if entry.withdrawn_utc_s is not None:
            raise Refused(
                f"diary entry {entry_id} was withdrawn before, by {entry.withdrawn_by}: "
                "nothing is left to do"
            )
        self._db.execute(
            "INSERT INTO diary (site, zone, from_day, to_day, text, public, noted_utc_s, who,"
            " withdraws) SELECT site, zone, from_day, to_day, ?, public, ?, ?, id FROM diary"
            " WHERE id = ?",
            (why, utc_s, who, entry_id),
        )
        return entry

    def get(self, entry_id: int) -> DiaryEntry:
        """One entry, a withdrawn one too; Refused when there is none of that number."""
        row = self._db.execute(f"{_ENTRIES} AND d.id = ?", (entry_id,)).fetchone()
        if row is None:
            raise Refused(f"there is no diary entry {entry_id}: `padlicht diary list` shows all")
        return _entry(row)

    def of_site(
        self,
        site: str,
        first: date | None = None,
        last: date | None = None,
        *,
        zone: str | None = None,
        public_only: bool = False,
    ) -> list[DiaryEntry]:
        """What holds of a park and touches the days from `first` to `last`, oldest first.

        With a zone: of that zone and of the whole park.
        """
        rows = self._db.execute(
            f"{_ENTRIES} AND w.id IS NULL AND d.site = ?1 AND d.to_day >= ?2 AND d.from_day <= ?3"
            " AND (?4 IS NULL OR d.zone IS NULL OR d.zone = ?4) AND (d.public OR NOT ?5)"
            " ORDER BY d.from_day, d.id",
            (
                site,
                day_number(first or date.min),
                day_number(last or date.max),
                zone,
                public_only,
            ),
        )
        return [_entry(row) for row in rows]

    def log(self, site: str) -> list[DiaryEntry]:
        """All that was ever written of a park, what was withdrawn too, the newest day first."""
        rows = self._db.execute(
            f"{_ENTRIES} AND d.site = ? ORDER BY d.from_day DESC, d.id DESC", (site,)
        )
        return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> DiaryEntry:
    days = (date_of(row[3]), date_of(row[4]))
    return DiaryEntry._make((*row[:3], *days, row[5], bool(row[6]), *row[7:]))
