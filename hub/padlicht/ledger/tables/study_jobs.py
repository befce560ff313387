"""Table `study_jobs`: statistics that wait for a process, and how far those are that have one.

Whoever wants one asks for it here; a hub begins it, or somebody who types the command. What writes
expects to be inside a transaction.
"""

import sqlite3
from typing import NamedTuple

RUN, PLAN = "run", "plan"
_JOB = (
    "SELECT id, site, kind, subject, who, asked_utc_s, begun_utc_s, stage, done, total,"
    " ended_utc_s, error FROM study_jobs"
)
_KEPT = 100  # of a site: who asks for the planner a thousand times fills no disk


class StudyJob(NamedTuple):
    """One piece of work: `kind` "run" of a study or "plan" of zones; `error` says why it failed."""

    id: int
    site: str
    kind: str
    subject: str
    who: str
    asked_utc_s: int
    begun_utc_s: int | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    ended_utc_s: int | None = None
    error: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or goes on."""
        return self.ended_utc_s is None


class StudyJobTable:
    """Jobs of all sites, by what they are about."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def newest(self, site: str, kind: str, subject: str) -> StudyJob | None:
        """The last one that was asked for about a subject."""
        row = self._db.execute(
            f"{_JOB} WHERE site = ? AND kind = ? AND subject = ? ORDER BY id DESC LIMIT 1",
            (site, kind, subject),
        ).fetchone()
        return StudyJob(*row) if row else None

    def get(self, number: int) -> StudyJob | None:
        """The job of that number."""
        row = self._db.execute(f"{_JOB} WHERE id = ?", (number,)).fetchone()
        return StudyJob(*row) if row else None

    def waiting(self) -> list[StudyJob]:
        """What nobody has begun, oldest first."""
        rows = self._db.execute(
            f"{_JOB} WHERE ended_utc_s IS NULL AND begun_utc_s IS NULL ORDER BY id"
        )
        return [StudyJob(*row) for row in rows]

    def ask(self, site: str, kind: str, subject: str, who: str, utc_s: int) -> StudyJob:
        """Want a job; the one that is open about the same, if there is one."""
        known = self.newest(site, kind, subject)
        if known is not None and known.is_open:
            return known
        asked = (site, kind, subject, who, utc_s)
        [number] = self._db.execute(
            "INSERT INTO study_jobs (site, kind, subject, who, asked_utc_s) VALUES (?, ?, ?, ?, ?)"
            " RETURNING id",
            asked,
        ).fetchone()
        self._db.execute(
            "DELETE FROM study_jobs WHERE site = ?1 AND ended_utc_s IS NOT NULL AND id <="
            " (SELECT id FROM study_jobs WHERE site = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (site, _KEPT),
        )
        return StudyJob(int(number), *asked)

    def begin(self, job: StudyJob, utc_s: int) -> None:
        """A process works on it."""
        self._db.execute("UPDATE study_jobs SET begun_utc_s = ? WHERE id = ?", (utc_s, job.id))

    def progress(self, job: StudyJob, stage: str, done: int, total: int) -> None:
        """How far it is."""
        self._db.execute(
            "UPDATE study_jobs SET stage = ?, done = ?, total = ? WHERE id = ?",
            (stage, done, total, job.id),
        )

    def end(self, job: StudyJob, utc_s: int, error: str | None = None) -> None:
        """It is done, or failed for the reason that is given; what has ended stays so."""
        self._db.execute(
            "UPDATE study_jobs SET ended_utc_s = ?, error = ? WHERE id = ? AND ended_utc_s IS NULL",
            (utc_s, error, job.id),
        )

    def end_lost(self, utc_s: int, error: str) -> None:
        """What was begun and never ended: its process is gone, for a hub begins none twice."""
        self._db.execute(
            "UPDATE study_jobs SET ended_utc_s = ?, error = ?"
            " WHERE ended_utc_s IS NULL AND begun_utc_s IS NOT NULL",
            (utc_s, error),
        )
