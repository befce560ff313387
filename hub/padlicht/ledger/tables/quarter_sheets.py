"""Tables `quarter_sheets`, `quarter_actions`, `quarter_outcomes`: a park's talk of each quarter."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from padlicht.errors import Refused

OUTCOMES: Final = ("done", "going", "dropped")
_SHEET = (
    "id, site, quarter, revision, held_on, present, going_on, goes_well, saved_utc_s, saved_by,"
    " closed_utc_s, closed_by, figures"
)


class Action(NamedTuple):
    """What was agreed: `owner` does `what` by `due_day`. `quarter` is that of the sheet it is of.

    `id` is 0 for one that is not in the ledger yet.
    """

    id: int
    quarter: str
    what: str
    owner: str
    due_day: date | None


class Outcome(NamedTuple):
    """What a later sheet says of an action: one of OUTCOMES, and in words."""

    outcome: str
    note: str


@dataclass(frozen=True)
class QuarterSheet:
    """One quarter's sheet of a park; `revision` grows with every save and is 0 before the first.

    `before` are the actions of earlier sheets that were still open when this one began, each with
    what became of it (None: not said yet); `actions` those that were agreed on this one. Figures
    are JSON, kept when the sheet was closed.
    """

    site: str
    quarter: str
    revision: int = 0
    held_on: date | None = None
    present: str = ""
    going_on: str = ""
    goes_well: str = ""
    before: tuple[tuple[Action, Outcome | None], ...] = ()
    actions: tuple[Action, ...] = ()
    saved_utc_s: int | None = None
    saved_by: str = ""
    closed_utc_s: int | None = None
    closed_by: str | None = None
    figures: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it is kept as it is."""
        return self.closed_utc_s is not None


class QuarterSheetTable:
    """Quarter sheets; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self, site: str) -> list[QuarterSheet]:
        """All sheets of a park, the newest quarter first."""
        names = self._db.execute(
            "SELECT quarter FROM quarter_sheets WHERE site = ? ORDER BY quarter DESC", (site,)
        ).fetchall()
        return [self.get(site, quarter) for (quarter,) in names]

    def get(self, site: str, quarter: str) -> QuarterSheet:
        """The sheet of a quarter; one that nobody began has the open actions alone."""
        row = self._db.execute(
            f"SELECT {_SHEET} FROM quarter_sheets WHERE site = ? AND quarter = ?",  # noqa: S608
            (site, quarter),
        ).fetchone()
        before = self._before(site, quarter, row[0] if row else None)
        if row is None:
            return QuarterSheet(site, quarter, before=before)
        sheet_id, _, _, revision, held_on, present, going_on, goes_well, *rest = row
        return QuarterSheet(
            site, quarter, revision, _day(held_on), present, going_on, goes_well, before,
            self._actions(sheet_id, quarter), *rest,
        )  # fmt: skip

    def save(self, sheet: QuarterSheet, who: str, utc_s: int) -> QuarterSheet:
        """Keep what a sheet says now, in place of the revision that it was made from.

        Refused when it is closed, or when somebody else saved it meanwhile.
        """
        known = self.get(sheet.site, sheet.quarter)
        if known.is_closed:
            raise Refused(f"the sheet of {sheet.quarter} is closed, and stays as it is")
        if known.revision != sheet.revision:
            raise Refused(
                f"{known.saved_by} saved the sheet of {sheet.quarter} meanwhile: look at both"
            )
        self._db.execute(
            "INSERT INTO quarter_sheets (site, quarter, revision, held_on, present, going_on,"
            " goes_well, saved_utc_s, saved_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
            " ON CONFLICT (site, quarter) DO UPDATE SET revision = ?3, held_on = ?4, present = ?5,"
            " going_on = ?6, goes_well = ?7, saved_utc_s = ?8, saved_by = ?9",
            (
                sheet.site, sheet.quarter, sheet.revision + 1, _text(sheet.held_on), sheet.present,
                sheet.going_on, sheet.goes_well, utc_s, who,
            ),
        )  # fmt: skip
        sheet_id = self._id(sheet.site, sheet.quarter)
        self._keep_actions(sheet_id, sheet.actions)
        self._db.execute("DELETE FROM quarter_outcomes WHERE sheet_id = ?", (sheet_id,))
        self._db.executemany(
            "INSERT INTO quarter_outcomes (action_id, sheet_id, outcome, note) VALUES (?, ?, ?, ?)",
            [(action.id, sheet_id, *said) for action, said in sheet.before if said is not None],
        )
        return self.get(sheet.site, sheet.quarter)

    def close(self, site: str, quarter: str, figures: str, who: str, utc_s: int) -> None:
        """Keep a sheet as it is from now on, with the figures that were looked at."""
        self._db.execute(
            "UPDATE quarter_sheets SET closed_utc_s = ?, closed_by = ?, figures = ?"
            " WHERE site = ? AND quarter = ? AND closed_utc_s IS NULL",
            (utc_s, who, figures, site, quarter),
        )

    def _keep_actions(self, sheet_id: int, actions: Sequence[Action]) -> None:
        """An action keeps its id, which later sheets know it by, as long as it stands there."""
        mine = {row[0] for row in self._db.execute(
            "SELECT id FROM quarter_actions WHERE sheet_id = ?", (sheet_id,)
        )}  # fmt: skip
        kept = {action.id for action in actions}
        self._db.executemany(
            "DELETE FROM quarter_actions WHERE id = ?", [(each,) for each in mine - kept]
        )
        for place, action in enumerate(actions):
            values = (place, action.what, action.owner, _text(action.due_day))
            if action.id in mine:
                self._db.execute(
                    "UPDATE quarter_actions SET place = ?, what = ?, owner = ?, due_day = ?"
                    " WHERE id = ?",
                    (*values, action.id),
                )
            else:
                self._db.execute(
                    "INSERT INTO quarter_actions (sheet_id, place, what, owner, due_day)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (sheet_id, *values),
                )

    def _before(
        self, site: str, quarter: str, sheet_id: int | None
    ) -> tuple[tuple[Action, Outcome | None], ...]:
        """Open actions of earlier quarters: none of the sheets in between has ended them."""
        rows = self._db.execute(
            "SELECT a.id, s.quarter, a.what, a.owner, a.due_day, o.outcome, o.note"
            " FROM quarter_actions a JOIN quarter_sheets s ON s.id = a.sheet_id"
            " LEFT JOIN quarter_outcomes o ON o.action_id = a.id AND o.sheet_id = ?3"
            " WHERE s.site = ?1 AND s.quarter < ?2 AND NOT EXISTS ("
            " SELECT 1 FROM quarter_outcomes e JOIN quarter_sheets m ON m.id = e.sheet_id"
            " WHERE e.action_id = a.id AND e.outcome <> 'going' AND m.quarter < ?2)"
            " ORDER BY s.quarter, a.place",
            (site, quarter, sheet_id),
        )
        return tuple(
            (_action(row[:5]), None if row[5] is None else Outcome(row[5], row[6])) for row in rows
        )

    def _actions(self, sheet_id: int, quarter: str) -> tuple[Action, ...]:
        rows = self._db.execute(
            "SELECT id, ?2, what, owner, due_day FROM quarter_actions WHERE sheet_id = ?1"
            " ORDER BY place",
            (sheet_id, quarter),
        )
        return tuple(map(_action, rows))

    def _id(self, site: str, quarter: str) -> int:
        row = self._db.execute(
            "SELECT id FROM quarter_sheets WHERE site = ? AND quarter = ?", (site, quarter)
        ).fetchone()
        return int(row[0])


def _action(row: Any) -> Action:
    action_id, quarter, what, owner, due_day = row
    return Action(action_id, quarter, what, owner, _day(due_day))


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
