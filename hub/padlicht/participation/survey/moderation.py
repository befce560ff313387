"""Moderation: what people wrote is shown by role only, after somebody with a name has read it.

The rules are on the sheet and beside the quotes. A text that is taken away leaves its reason, the
moderator and the time; the text itself is gone from the file.
"""

import sqlite3

from padlicht.errors import BadData, Refused
from padlicht.participation.survey.sheet import Text, cleaned

# Why a text is taken away, or a part of it; each has its sentence on the pages.
REASONS = ("name", "group", "insult", "other")
_TEXT = (
    "SELECT t.id, t.kind, t.text, s.role, t.state, t.why, t.moderator, t.moderated_utc_s,"
    " s.place, s.light, s.id FROM survey_texts t JOIN survey_sheets s ON s.id = t.sheet_id"
)


class Texts:
    """Texts on sheets; a part of Participation, whose transactions hold here."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of_round(self, round_id: int) -> list[Text]:
        """All that was written in a round: what waits first, what goes well before what does not.

        Not in the order in which it came, so that nobody is found by that.
        """
        rows = self._db.execute(
            f"{_TEXT} WHERE s.round_id = ?"
            " ORDER BY t.state <> 'waiting', t.kind DESC, s.once, t.id",
            (round_id,),
        )
        return [Text(*row) for row in rows]

    def waiting(self, round_id: int) -> int:
        """How many texts nobody has read yet."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM survey_texts t JOIN survey_sheets s ON s.id = t.sheet_id"
            " WHERE s.round_id = ? AND t.state = 'waiting'",
            (round_id,),
        ).fetchone()
        return int(count)

    def show(
        self, round_id: int, text_id: int, text: str, why: str, moderator: str, utc_s: int
    ) -> None:
        """Have a text shown, as it was written or with a part taken out, and then with why.

        BadData when a part was taken out without a reason, or nothing was left.
        """
        before = self._get(round_id, text_id)
        kept = cleaned(text)
        if not kept:
            raise BadData("nothing is left of the text: take it away, with a reason")
        if kept == before.text:
            why = before.why
        elif why not in REASONS:
            raise BadData("the text was changed: say why a part of it was taken out")
        self._set(text_id, kept, "shown", why, moderator, utc_s)

    def remove(self, round_id: int, text_id: int, why: str, moderator: str, utc_s: int) -> None:
        """Take a text away. BadData without a reason."""
        self._get(round_id, text_id)
        if why not in REASONS:
            raise BadData("say why the text is taken away")
        self._set(text_id, "", "removed", why, moderator, utc_s)

    def _get(self, round_id: int, text_id: int) -> Text:
        row = self._db.execute(
            f"{_TEXT} WHERE s.round_id = ? AND t.id = ? AND t.state <> 'removed'",
            (round_id, text_id),
        ).fetchone()
        if row is None:
            raise Refused("this text is not there: somebody took it away meanwhile")
        return Text(*row)

    def _set(
        self, text_id: int, text: str, state: str, why: str, moderator: str, utc_s: int
    ) -> None:
        self._db.execute(
            "UPDATE survey_texts SET text = ?, state = ?, why = ?, moderator = ?,"
            " moderated_utc_s = ? WHERE id = ?",
            (text, state, why, moderator, utc_s, text_id),
        )
