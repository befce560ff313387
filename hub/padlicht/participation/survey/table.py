"""Survey table: rounds of the sheet of eight, and their sheets."""

# ruff: noqa: S608 -- names of columns are constants; values are always bound

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from padlicht.errors import BadData, Refused
from padlicht.participation.survey.sheet import (
    CODE_ALPHABET,
    CODE_LENGTH,
    QUESTIONS,
    Round,
    Sheet,
    cleaned,
    pair_of,
)

MOST_SHEETS = 5000  # of one round: more come from no park, but from somebody's program
MOST_FROM_PHONES = 4000  # from here on only what is typed in: an open page cannot shut paper out
_ROUND = (
    "id, site, title, code, letterbox_code, first_day, last_day, delete_after, contact, decides,"
    " asked, letterbox_asked, missing, happened, who, added_utc_s, summary"
)
_ANSWERS = tuple(f"q{number}" for number in range(1, QUESTIONS + 1))
_SHEET = f"id, day, light, place, way, {', '.join(_ANSWERS)}, pair, often, role, age"


class SurveyTable:
    """Rounds and sheets; a part of Participation, whose transactions hold here."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add_round(self, wanted: Round) -> Round:
        """Begin a round: it gets its id and its two codes. BadData when its days do not fit."""
        if not wanted.first_day <= wanted.last_day <= wanted.delete_after:
            raise BadData(
                f"the round {wanted.title!r} begins {wanted.first_day}, ends {wanted.last_day} and "
                f"is deleted after {wanted.delete_after}: give the three days in this order"
            )
        values = replace(wanted, code=_new_code(), letterbox_code=_new_code())
        done = self._db.execute(
            "INSERT INTO survey_rounds (site, title, code, letterbox_code, first_day, last_day,"
            " delete_after, contact, decides, asked, letterbox_asked, missing, happened, pair_key,"
            " who, added_utc_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(values.site, values.title, values.code, values.letterbox_code),
                *(str(day) for day in (values.first_day, values.last_day, values.delete_after)),
                *(values.contact, values.decides, values.asked, values.letterbox_asked),
                *(values.missing, values.happened, secrets.token_bytes(32)),
                *(values.who, values.added_utc_s),
            ),
        )
        return replace(values, id=int(done.lastrowid or 0))

    def rounds(self, site: str | None = None) -> list[Round]:
        """All rounds, of a site or of all, the newest first."""
        rows = self._db.execute(
            f"SELECT {_ROUND} FROM survey_rounds WHERE ?1 IS NULL OR site = ?1"
            " ORDER BY first_day DESC, id DESC",
            (site,),
        )
        return [_round(row) for row in rows]

    def round(self, code: str) -> Round | None:
        """The round that one of its two codes opens; None for any other code."""
        row = self._db.execute(
            f"SELECT {_ROUND} FROM survey_rounds WHERE ?1 IN (code, letterbox_code)",
            (code.strip().lower(),),
        ).fetchone()
        return None if row is None else _round(row)

    def get(self, code: str) -> Round:
        """The same; Refused when there is none."""
        found = self.round(code)
        if found is None:
            raise Refused(f"there is no round {code[:20]!r}: `padlicht survey list` shows all")
        return found

    def describe(
        self,
        round_id: int,
        asked: int | None,
        letterbox_asked: int | None,
        missing: str,
        happened: str,
    ) -> None:
        """Write down how many were asked, who is missing, and what happened meanwhile."""
        self._db.execute(
            "UPDATE survey_rounds SET asked = ?, letterbox_asked = ?, missing = ?, happened = ?"
            " WHERE id = ?",
            (asked, letterbox_asked, cleaned(missing), cleaned(happened), round_id),
        )

    def add_sheets(
        self,
        round_id: int,
        sheets: Sequence[Sheet],
        *,
        once: bytes,
        code: str = "",
        texts: Sequence[tuple[str, str]] = (),
    ) -> bool:
        """Store the sheet or the two sheets that somebody hands in; False when they were there.

        `once` is the form's own random number: handed in twice, a form counts once. `code` is what
        the person made up; two sheets at once are a pair without one. `texts` are (kind, text), and
        belong to the first sheet. Refused when the round has too many.
        """
        key, count = self._db.execute(
            "SELECT pair_key, (SELECT count(*) FROM survey_sheets WHERE round_id = r.id)"
            " FROM survey_rounds r WHERE id = ? AND summary IS NULL",
            (round_id,),
        ).fetchone() or (None, 0)
        if key is None:
            raise Refused("this round is over and its sheets are deleted: nothing can be added")
        open_to_all = all(sheet.way == "phone" for sheet in sheets)
        if count + len(sheets) > (MOST_FROM_PHONES if open_to_all else MOST_SHEETS):
            raise Refused(f"this round has {count} sheets, and takes no more: tell its contact")
        pair = pair_of(code, key) or (secrets.token_bytes(8) if len(sheets) > 1 else None)
        first = None
        for sheet in sheets:
            done = self._db.execute(
                "INSERT INTO survey_sheets (round_id, once, day, light, place, way,"
                f" {', '.join(_ANSWERS)}, pair, often, role, age)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    *(round_id, once, str(sheet.day), sheet.light, sheet.place, sheet.way),
                    *(*sheet.answers, pair, sheet.often, sheet.role, sheet.age),
                ),
            )
            if done.rowcount and first is None:
                first = done.lastrowid
        if first is None:
            return False
        for kind, text in texts:
            if kept := cleaned(text):
                self._db.execute(
                    "INSERT INTO survey_texts (sheet_id, kind, text) VALUES (?, ?, ?)",
                    (first, kind, kept),
                )
        return True

    def sheets(self, round_id: int) -> list[Sheet]:
        """All sheets of a round, by light; not in the order in which they came."""
        rows = self._db.execute(
            f"SELECT {_SHEET} FROM survey_sheets WHERE round_id = ? ORDER BY light, day, once",
            (round_id,),
        )
        return [_sheet(row) for row in rows]

    def forget(self, round_id: int, code: str) -> int:
        """Delete the sheets of whoever made up `code`, and what they wrote; how many."""
        (key,) = self._db.execute(
            "SELECT pair_key FROM survey_rounds WHERE id = ?", (round_id,)
        ).fetchone()
        return self._db.execute(
            "DELETE FROM survey_sheets WHERE round_id = ? AND pair = ?",
            (round_id, pair_of(code, key)),
        ).rowcount

    def delete_sheet(self, round_id: int, sheet_id: int) -> bool:
        """Delete one sheet that was typed wrongly; whether there was one."""
        done = self._db.execute(
            "DELETE FROM survey_sheets WHERE round_id = ? AND id = ?", (round_id, sheet_id)
        )
        return bool(done.rowcount)

    def delete_round(self, round_id: int) -> None:
        """Delete a round and all that was said in it."""
        self._db.execute("DELETE FROM survey_rounds WHERE id = ?", (round_id,))

    def due(self, today: date) -> list[Round]:
        """Rounds whose term is over, and whose sheets are still there."""
        rows = self._db.execute(
            f"SELECT {_ROUND} FROM survey_rounds WHERE delete_after < ? AND summary IS NULL",
            (str(today),),
        )
        return [_round(row) for row in rows]

    def keep_summary(self, round_id: int, summary: str) -> None:
        """Delete all sheets and texts of a round; `summary`, which holds only sums, takes their
        place.
        """
        self._db.execute("DELETE FROM survey_sheets WHERE round_id = ?", (round_id,))
        self._db.execute(
            "UPDATE survey_rounds SET summary = ?, pair_key = x'' WHERE id = ?", (summary, round_id)
        )

    def newest(self, round_id: int, count: int) -> list[Sheet]:
        """The sheets that were stored last, for whoever types them in."""
        rows = self._db.execute(
            f"SELECT {_SHEET} FROM survey_sheets WHERE round_id = ? ORDER BY id DESC LIMIT ?",
            (round_id, count),
        )
        return [_sheet(row) for row in rows]


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _round(row: tuple[Any, ...]) -> Round:
    return Round(*row[:5], *(date.fromisoformat(day) for day in row[5:8]), *row[8:])


def _sheet(row: tuple[Any, ...]) -> Sheet:
    number, day, light, place, way, *rest = row
    pair, often, role, age = rest[QUESTIONS:]
    answers = tuple(rest[:QUESTIONS])
    day = date.fromisoformat(day)
    return Sheet(day, light, place, way, answers, pair, often, role, age, number)
