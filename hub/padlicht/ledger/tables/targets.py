"""Table `targets`: baselines that were agreed, and what is aimed at.

A baseline is kept as it was known on the day of the agreement: what comes late changes charts, but
not what people agreed on. An agreement holds from its day until the next one of that place and
light. Nothing is changed or deleted; one can be taken back with a reason.
"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from datetime import date
from typing import Any, NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.usage.sums import date_of, day_number

_HOUR_S = 3600
_COLUMNS = (
    "id, site, zone, light, baseline_from_day, baseline_to_day, baseline_count, baseline_obs_s,"
    " baseline_due_s, target_rate_per_h, due_day, agreed_day, agreed_by, noted_utc_s, who,"
    " withdrawn_utc_s, withdrawn_by, withdrawn_why"
)


class Target(NamedTuple):
    """A baseline and, if one was agreed, what is aimed at by `due_day`.

    Of passages per watched hour of a place (`zone` None: the whole park) in one light. The counters
    watched `baseline_obs_s` of the `baseline_due_s` of the days of the baseline, first and last
    included. `agreed_by` says who agreed, by role: "quarter meeting", "residents and city".
    """

    id: int
    site: str
    zone: str | None
    light: str
    baseline_first: date
    baseline_last: date
    baseline_count: int
    baseline_obs_s: int
    baseline_due_s: int
    target_rate_per_h: float | None
    due_day: date | None
    agreed_day: date
    agreed_by: str
    noted_utc_s: int
    who: str
    withdrawn_utc_s: int | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    @property
    def baseline_rate_per_h(self) -> float:
        """Passages for each hour that a counter watched."""
        return self.baseline_count * _HOUR_S / self.baseline_obs_s


class TargetTable:
    """Agreements of parks; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, target: Target) -> int:
        """Write an agreement down (its `id` is given by the ledger); the id."""
        row = self._db.execute(
            "INSERT INTO targets (site, zone, light, baseline_from_day, baseline_to_day,"
            " baseline_count, baseline_obs_s, baseline_due_s, target_rate_per_h, due_day,"
            " agreed_day, agreed_by, noted_utc_s, who)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                target.site,
                target.zone,
                target.light,
                day_number(target.baseline_first),
                day_number(target.baseline_last),
                target.baseline_count,
                target.baseline_obs_s,
                target.baseline_due_s,
                target.target_rate_per_h,
                None if target.due_day is None else day_number(target.due_day),
                day_number(target.agreed_day),
                target.agreed_by,
                target.noted_utc_s,
                target.who,
            ),
        ).fetchone()
        return int(row[0])

    def withdraw(self, target_id: int, who: str, why: str, utc_s: int) -> Target:
        """Take an agreement back; it as it was. Refused when it is none, or was taken back."""
        target = self.get(target_id)
        if target.withdrawn_utc_s is not None:
            raise Refused(
                f"target {target_id} was withdrawn before, by {target.withdrawn_by}: "
                "nothing is left to do"
            )
        self._db.execute(
            "UPDATE targets SET withdrawn_utc_s = ?, withdrawn_by = ?, withdrawn_why = ?"
            " WHERE id = ?",
            (utc_s, who, why, target_id),
        )
        return target

    def get(self, target_id: int) -> Target:
        """One agreement, a withdrawn one too; Refused when there is none of that number."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM targets WHERE id = ?", (target_id,)
        ).fetchone()
        if row is None:
            raise Refused(f"there is no target {target_id}: `padlicht target list` shows all")
        return _target(row)

    def of_site(self, site: str) -> list[Target]:
        """All agreements of a park that were not withdrawn, oldest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM targets WHERE site = ? AND withdrawn_utc_s IS NULL"
            " ORDER BY agreed_day, id",
            (site,),
        )
        return [_target(row) for row in rows]

    def log(self, site: str) -> list[Target]:
        """All that was ever agreed of a park, what was withdrawn too, the newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM targets WHERE site = ? ORDER BY agreed_day DESC, id DESC",
            (site,),
        )
        return [_target(row) for row in rows]


def _target(row: tuple[Any, ...]) -> Target:
    days = (date_of(row[4]), date_of(row[5]))
    due = None if row[10] is None else date_of(row[10])
    return Target._make((*row[:4], *days, *row[6:10], due, date_of(row[11]), *row[12:]))
