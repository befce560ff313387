"""The form of a quarter sheet: what was typed, what is wrong with it, what is still to be said.

What was typed is never thrown away: a form that cannot be kept comes back as it was, with the
reasons. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from padlicht.ledger.tables.quarter_sheets import OUTCOMES, Action, Outcome, QuarterSheet
from padlicht.web.i18n import Words

MOST: Final = {
    "present": 200,
    "going_on": 700,
    "goes_well": 700,
    "what": 120,
    "owner": 40,
    "note": 100,
}  # characters; so long that all of it still stands on one sheet
MOST_ACTIONS: Final = 8
BLANK_ROWS: Final = 3  # open to be filled in below the actions that there are; more are folded away


@dataclass(frozen=True)
class Row:
    """A row for an action, as it was typed."""

    id: int
    what: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True)
class SheetForm:
    """What stands in the fields; `wrong` are the sentences that keep it from being saved.

    What is half said is saved, too, for people are still typing: `missing` asks for the rest.
    """

    sheet: QuarterSheet
    held: str
    rows: tuple[Row, ...]
    wrong: tuple[str, ...] = ()

    @property
    def open_rows(self) -> int:
        """How many rows are to be seen at once."""
        filled = sum(bool(row.what or row.owner or row.due) for row in self.rows)
        return filled + BLANK_ROWS


def form_of(sheet: QuarterSheet) -> SheetForm:
    """The form with what was kept in it."""
    rows = [
        Row(each.id, each.what, each.owner, each.due_day.isoformat() if each.due_day else "")
        for each in sheet.actions
    ]
    held = sheet.held_on.isoformat() if sheet.held_on else ""
    return SheetForm(sheet, held, with_blanks(rows))


def with_blanks(rows: list[Row]) -> tuple[Row, ...]:
    """The rows, and those to fill in: as many as fit on a sheet."""
    return (*rows, *(Row(0) for _ in range(MOST_ACTIONS - len(rows))))


def read_form(t: Words, known: QuarterSheet, typed: Mapping[str, object]) -> SheetForm:
    """What was typed on top of what is known; of the revision that the form was made from."""
    wrong: list[str] = []

    def text_of(key: str, kind: str, called: str) -> str:
        value = _clean(str(typed.get(key, "")))
        if len(value) > MOST[kind]:
            wrong.append(
                t.text("“%(field)s” has %(count)s characters; %(most)s fit on the sheet.")
                % {"field": called, "count": t.number(len(value)), "most": MOST[kind]}
            )
        return value

    rows = []
    number = 0
    while f"what-{number}" in typed and number < 2 * MOST_ACTIONS:
        rows.append(
            Row(
                _number(typed.get(f"id-{number}")),
                text_of(f"what-{number}", "what", t.text("What")),
                text_of(f"owner-{number}", "owner", t.text("Who")),
                _clean(str(typed.get(f"due-{number}", "")))[:40],
            )
        )
        number += 1
    rows = [row for row in rows if row.what or row.owner or row.due]
    if len(rows) > MOST_ACTIONS:
        wrong.append(
            t.text("%(count)s new actions are too many for one sheet: %(most)s fit.")
            % {"count": len(rows), "most": MOST_ACTIONS}
        )
    actions = []
    for row in rows:
        due, said = parse_typed_day(t, row.due)
        wrong += said
        actions.append(Action(row.id, known.quarter, row.what, row.owner, due))
    held = _clean(str(typed.get("held_on", "")))[:40]
    held_on, said = parse_typed_day(t, held)
    wrong += said
    before = tuple(
        (
            action,
            _outcome(
                str(typed.get(f"outcome-{action.id}", "")),
                text_of(f"note-{action.id}", "note", t.text("In words")),
            ),
        )
        for action, _ in known.before
    )
    sheet = replace(
        known,
        revision=_number(typed.get("revision")),
        held_on=held_on,
        present=text_of("present", "present", t.text("Who was there")),
        going_on=text_of("going_on", "going_on", t.text("What is going on")),
        goes_well=text_of("goes_well", "goes_well", t.text("What goes well")),
        before=before,
        actions=tuple(actions),
    )
    return SheetForm(sheet, held, with_blanks(rows), tuple(dict.fromkeys(wrong)))


def missing(t: Words, sheet: QuarterSheet) -> list[str]:
    """What has still to be said before a sheet can be closed."""
    told = []
    if sheet.held_on is None:
        told.append(t.text("On which day was the meeting?"))
    if not sheet.goes_well:
        told.append(t.text("What goes well? One line is enough."))
    told += [
        t.text("What became of “%(what)s”?") % {"what": action.what}
        for action, outcome in sheet.before
        if outcome is None
    ]
    for action in sheet.actions:
        if not action.what:
            told.append(t.text("What is to be done by “%(who)s”?") % {"who": action.owner or "–"})
            continue
        if not action.owner:
            told.append(t.text("Who does “%(what)s”?") % {"what": action.what})
        if action.due_day is None:
            told.append(t.text("By when is “%(what)s” done?") % {"what": action.what})
    return told


def parse_typed_day(t: Words, typed: str) -> tuple[date | None, list[str]]:
    """A day as a browser sends it (2026-12-01) or as people type it (1-12-2026)."""
    if not typed:
        return None, []
    found = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", typed)
    iso = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else typed
    try:
        return date.fromisoformat(iso), []
    except ValueError:
        return None, [t.text("“%(typed)s” is no date: write it as 1-12-2026.") % {"typed": typed}]


def _outcome(chosen: str, note: str) -> Outcome | None:
    """None as long as nothing is chosen; words alone say that it goes on."""
    if chosen in OUTCOMES:
        return Outcome(chosen, note)
    return Outcome("going", note) if note else None


def _clean(typed: str) -> str:
    """Without what only a keyboard or another program's clipboard put there."""
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    typed = "".join(c for c in typed if c == "\n" or (c.isprintable() or c == "\t"))
    return re.sub(r"\n{3,}", "\n\n", typed).strip()


def _number(typed: object) -> int:
    written = str(typed or "")
    return int(written) if re.fullmatch(r"\d{1,9}", written) else 0
