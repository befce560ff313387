"""Rounds and sheets for tests: people who answer as they are told to."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from padlicht.participation.store import Participation, open_participation
from padlicht.participation.survey.sheet import Round, Sheet

CODE = "walk23"  # of the round that `add_round` makes
FIRST = date(2026, 11, 2)
ROUND = Round(
    id=0,
    site="park",
    title="Before the winter",
    code="",
    letterbox_code="",
    first_day=FIRST,
    last_day=FIRST + timedelta(days=27),
    delete_after=FIRST + timedelta(days=400),
    contact="Jantje Smit, 06 12345678",
    decides="The neighbourhood team advises, the municipality decides in March.",
    asked=60,
    who="anna",
    added_utc_s=1_794_000_000,
)


def sheet(light: str = "day", answers: str = "444434", **other: Any) -> Sheet:
    """A sheet; answers as digits, 0 for "don't know", - for an open one."""
    read = tuple(None if sign == "-" else int(sign) for sign in answers)
    return Sheet(
        **{"day": FIRST, "light": light, "place": "spot", "way": "paper", "answers": read} | other
    )


def person(number: int, day: str, dark: str, **other: Any) -> list[Sheet]:
    """Both sheets of a person who has a code."""
    pair = number.to_bytes(8)
    return [sheet("day", day, pair=pair, **other), sheet("dark", dark, pair=pair, **other)]


def persons(gaps: list[float], check_gaps: list[int] | None = None, **other: Any) -> list[Sheet]:
    """People whose day − dark is as given, in fifths, around the middle of the scale."""
    found: list[Sheet] = []
    for number, gap in enumerate(gaps):
        fifths = round(gap * 5)
        # The five scored answers of the day add up to 20 as scored: 4 4 4 4 and a reversed 3.
        dark = [4, 4, 4, 4, 4]
        for step in range(abs(fifths)):
            dark[step % 5] -= 1 if fifths > 0 else -1
        dark[4] = 7 - dark[4]
        check = 4 - (check_gaps[number] if check_gaps else 0)
        found += person(number, "444434", "".join(map(str, dark)) + str(check), **other)
    return found


@contextmanager
def store(folder: Path, **changes: Any) -> Iterator[tuple[Participation, Round]]:
    """A file with one round in it."""
    with open_participation(folder / "participation.sqlite", make=True) as words:
        with words.transaction():
            found = words.survey.add_round(replace(ROUND, **changes))
        yield words, found


def add_round(folder: Path, site: str, now_utc_s: int) -> None:
    """A round of the sheet of eight that is open now, with sheets and texts of both places."""
    today = datetime.fromtimestamp(now_utc_s, UTC).date()
    with open_participation(folder / "participation.sqlite", make=True) as words:
        words.survey.add_round(
            replace(ROUND, site=site, first_day=today, last_day=today + timedelta(days=27))
        )
        people = [*persons([0.2 * i for i in range(12)], role="resident", age="25-64")]
        people += persons([0.4, 0.8], place="letterbox", way="phone")
        for number, sheet in enumerate(people):
            words.survey.add_sheets(
                1,
                [sheet],
                once=bytes([number]),
                code=f"uil{int.from_bytes(sheet.pair or b'')}",
                texts=[("good", "The old trees."), ("change", "A bench halfway.")][: number % 3],
            )
        for text in words.texts.of_round(1)[:6]:
            words.texts.show(1, text.id, text.text, "", "anna", now_utc_s)
        words.texts.remove(1, words.texts.of_round(1)[0].id, "name", "anna", now_utc_s)
    with closing(sqlite3.connect(folder / "participation.sqlite")) as database, database:
        database.execute("UPDATE survey_rounds SET code = ?", (CODE,))
