"""Survey export: the sheets of a round as CSV, without anything that finds a person again.

One row for each sheet. `person` numbers those who have a pair, in no order that means anything;
neither the code nor its hash is there. Texts are those that were read and shown.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Final

from padlicht.participation.survey.scoring import score
from padlicht.participation.survey.sheet import KINDS, OFTEN, QUESTIONS, Sheet, Text

COLUMNS: Final = (
    *("person", "day", "light", "place", "way"),
    *(f"q{number}" for number in range(1, QUESTIONS + 1)),
    *("score", "after_dark_last_7_days", "role", "age", *KINDS),
)


def sheets_csv(sheets: Sequence[Sheet], texts: Sequence[Text]) -> str:
    """UTF-8 text with a header, the same in every language; an open answer is an empty cell."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    said = {(text.sheet_id, text.kind): text.text for text in texts if text.state == "shown"}
    for sheet, person in zip(sheets, _persons(sheets), strict=True):
        scored = score(sheet)
        writer.writerow(
            [
                *(person, sheet.day, sheet.light, sheet.place, sheet.way),
                *("" if answer is None else answer for answer in sheet.answers),
                "" if scored is None else f"{scored:g}",
                "" if sheet.often is None else OFTEN[sheet.often],
                *(sheet.role or "", sheet.age or ""),
                *(_plain(said.get((sheet.id, kind), "")) for kind in KINDS),
            ]
        )
    return out.getvalue()


def _persons(sheets: Sequence[Sheet]) -> list[int | str]:
    """A number for each code, by the hash, which is as good as drawn."""
    pairs = sorted({sheet.pair for sheet in sheets if sheet.pair is not None})
    numbers = {pair: number for number, pair in enumerate(pairs, 1)}
    return ["" if sheet.pair is None else numbers[sheet.pair] for sheet in sheets]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
