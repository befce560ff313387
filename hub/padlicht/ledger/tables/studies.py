"""Tables `studies` and beside it: what was registered, amended, switched, and what came out.

What is registered, amended or found is added and never changed; the file itself refuses it. What
writes expects to be inside a transaction.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

_STUDY = "SELECT id, name, site, utc_s, who, registration FROM studies"
_RESULT = (
    "SELECT utc_s, who, version, registration_sha256, data_sha256, result FROM study_results"
    " WHERE study_id = ? ORDER BY id"
)
_PLAN = (
    "SELECT zone, utc_s, version, data_sha256, result FROM study_plans"
    " WHERE site = ? ORDER BY id DESC"
)


class Amendment(NamedTuple):
    """What was changed of a registered study, when, by whom and why."""

    utc_s: int
    who: str
    why: str
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class StudyRow:
    """A study as it was registered, and its amendments, oldest first."""

    id: int
    name: str
    site: str
    utc_s: int
    who: str
    registration: Mapping[str, Any]
    amendments: tuple[Amendment, ...] = ()


class Switch(NamedTuple):
    """What the hub switched at the beginning of a week.

    `before`: what lamps had that are switched for the first time, by name.
    """

    week: int
    arm: str
    utc_s: int
    lamps: int
    before: Mapping[str, Mapping[str, Any]]


class StoredResult(NamedTuple):
    """What came out of a study, of which registration and data, by which version; JSON text."""

    utc_s: int
    who: str
    version: str
    registration_sha256: str
    data_sha256: str
    result: str


class StoredLook(NamedTuple):
    """The dots of a study that is not over; JSON text."""

    utc_s: int
    data_sha256: str
    result: str


class StoredPlan(NamedTuple):
    """How many weeks studies of a zone ("": the park) would need; JSON text."""

    zone: str
    utc_s: int
    version: str
    data_sha256: str
    result: str


class StudyTable:
    """Studies of all sites; the jobs that work them out are in `StudyJobTable`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self, site: str | None = None) -> list[StudyRow]:
        """The studies of a site (None: of all), in the order in which they were registered."""
        rows = self._db.execute(
            f"{_STUDY} WHERE ?1 IS NULL OR site = ?1 ORDER BY id", (site,)
        ).fetchall()
        return [self._study(row) for row in rows]

    def get(self, name: str) -> StudyRow | None:
        """The study of that name."""
        row = self._db.execute(f"{_STUDY} WHERE name = ?", (name,)).fetchone()
        return self._study(row) if row else None

    def register(
        self, name: str, site: str, registration: Mapping[str, Any], who: str, utc_s: int
    ) -> None:
        """Keep a study for ever."""
        self._db.execute(
            "INSERT INTO studies (site, name, utc_s, who, registration) VALUES (?, ?, ?, ?, ?)",
            (site, name, utc_s, who, _json(registration)),
        )

    def amend(self, study: StudyRow, amendment: Amendment) -> None:
        """Keep an amendment beside the registration."""
        utc_s, who, why, changes = amendment
        self._db.execute(
            "INSERT INTO study_amendments (study_id, utc_s, who, why, changes)"
            " VALUES (?, ?, ?, ?, ?)",
            (study.id, utc_s, who, why, _json(changes)),
        )

    def switches(self, study: StudyRow) -> list[Switch]:
        """What the hub switched of a try-out, in order."""
        rows = self._db.execute(
            "SELECT week, arm, utc_s, lamps, before FROM study_switches WHERE study_id = ?"
            " ORDER BY week",
            (study.id,),
        )
        return [
            Switch(week, arm, utc_s, lamps, json.loads(before))
            for week, arm, utc_s, lamps, before in rows
        ]

    def note_switch(self, study: StudyRow, switch: Switch) -> None:
        """Keep that a week was switched."""
        week, arm, utc_s, lamps, before = switch
        self._db.execute(
            "INSERT INTO study_switches (study_id, week, arm, utc_s, lamps, before)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (study.id, week, arm, utc_s, lamps, _json(before)),
        )

    def results(self, study: StudyRow) -> list[StoredResult]:
        """What came out of a study; the first is its verdict."""
        return [StoredResult(*row) for row in self._db.execute(_RESULT, (study.id,))]

    def store_result(self, study: StudyRow, result: StoredResult) -> None:
        """Keep a result beside those that there are."""
        self._db.execute(
            "INSERT INTO study_results (study_id, utc_s, who, version, registration_sha256,"
            " data_sha256, result) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (study.id, *result),
        )

    def look(self, study: StudyRow) -> StoredLook | None:
        """The newest dots of a study that was not over."""
        row = self._db.execute(
            "SELECT utc_s, data_sha256, result FROM study_looks WHERE study_id = ?", (study.id,)
        ).fetchone()
        return StoredLook(*row) if row else None

    def store_look(self, study: StudyRow, look: StoredLook) -> None:
        """Keep dots in place of those of before."""
        self._db.execute(
            "INSERT OR REPLACE INTO study_looks (study_id, utc_s, data_sha256, result)"
            " VALUES (?, ?, ?, ?)",
            (study.id, *look),
        )

    def plans(self, site: str) -> list[StoredPlan]:
        """What the planner found for a site, the newest first."""
        return [StoredPlan(*row) for row in self._db.execute(_PLAN, (site,))]

    def store_plan(self, site: str, plan: StoredPlan) -> None:
        """Keep what the planner found, in place of what it found before for the same zone."""
        self._db.execute("DELETE FROM study_plans WHERE site = ? AND zone = ?", (site, plan.zone))
        self._db.execute(
            "INSERT INTO study_plans (site, zone, utc_s, version, data_sha256, result)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (site, *plan),
        )

    def _study(self, row: tuple[Any, ...]) -> StudyRow:
        number, name, site, utc_s, who, registration = row
        found = self._db.execute(
            "SELECT utc_s, who, why, changes FROM study_amendments WHERE study_id = ? ORDER BY id",
            (number,),
        )
        amendments = tuple(
            Amendment(utc_s, who, why, json.loads(changes)) for utc_s, who, why, changes in found
        )
        return StudyRow(number, name, site, utc_s, who, json.loads(registration), amendments)


def _json(value: object) -> str:
    """The one way in which a value is written, so that the same one has the same hash."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
