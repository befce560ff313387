"""Sheets of who goes out: what may stand on a hand count, an observation, a point of a walk. Pure.

A sheet is read from a form's fields, whether a phone sent them, or somebody typed them from paper.
Nothing on it describes a person: coarse ages and what groups do, in numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from padlicht.errors import BadData

KINDS: Final = ("count", "observation", "walk")
QUARTERS: Final = 16  # of a hand count: four hours
QUARTER_S: Final = 900
GROUPS: Final = ("alone", "pair", "family", "friends")
AGES: Final = ("child", "young", "adult", "older")
DOINGS: Final = ("walking", "running", "cycling", "dog", "staying", "sport")
LIGHTS: Final = {"observation": ("day", "lit", "unlit"), "walk": ("day", "dark")}
ASPECTS: Final = ("lighting", "sight", "surface", "company", "exits", "feel")
MARKS: Final = ("good", "middling", "bad")
MOST: Final = 500  # of anything that is counted in half an hour, or a quarter
MOST_LETTERS: Final = 300
SHORT: Final = 60  # letters of a name: a point, a walk, a role
TERM: Final = timedelta(days=731)  # two years, by then two summers and two winters were compared

_ONCE = re.compile(r"[0-9A-Za-z-]{8,64}")

Values = dict[str, Any]  # words, numbers, or numbers by quarter of an hour


@dataclass(frozen=True)
class Visit:
    """A sheet as it is kept; `once` is the mark by which a second hand-in of it is known.

    `place` is a counter's name, a zone or a point of a walk; `begin_utc_s` when it began, of a walk
    the beginning of its day. `values` are what was seen, by field.
    """

    site: str
    kind: str
    once: str
    day: date
    begin_utc_s: int
    place: str
    light: str
    values: Values
    who: str
    received_utc_s: int
    id: int = 0

    @property
    def delete_after(self) -> date:
        """The last day of its term."""
        return self.day + TERM


def read_sheet(fields: Mapping[str, str], site: str, tz: str, who: str, now_utc_s: int) -> Visit:
    """A sheet from the fields of a form; BadData says which one cannot be."""
    kind = fields.get("kind", "")
    if kind not in KINDS:
        raise BadData(f"kind is {kind[:20]!r}: choose one of {', '.join(KINDS)}")
    once = fields.get("once", "")
    if not _ONCE.fullmatch(once):
        raise BadData("once is the form's own mark, 8 to 64 letters: load the page once more")
    day = _day(fields, tz, now_utc_s)
    begin = midnight = datetime.combine(day, time(), ZoneInfo(tz))
    if kind != "walk":
        begin = datetime.combine(day, _time(fields), ZoneInfo(tz))
    place = _words(fields, "point" if kind == "walk" else "place", SHORT)
    if not place and kind != "observation":
        raise BadData("it is not said where: choose the counter, or name the point")
    light = fields.get("light", "") if kind in LIGHTS else ""
    if kind in LIGHTS and light not in LIGHTS[kind]:
        raise BadData(f"light is {light[:20]!r}: choose one of {', '.join(LIGHTS[kind])}")
    if begin.timestamp() > now_utc_s:
        raise BadData(f"it begins at {begin:%H:%M} on {day}, which is yet to come")
    read = {"count": _count, "observation": _observation, "walk": _walk}[kind]
    at = midnight if kind == "walk" else begin
    return Visit(
        site, kind, once, day, int(at.timestamp()), place, light, read(fields), who, now_utc_s
    )


def _count(fields: Mapping[str, str]) -> Values:
    """People by quarter of an hour; None for one that was not counted."""
    if _time(fields).minute % 15:
        raise BadData("a hand count begins at a quarter of an hour, as 20:15: counters keep those")
    people = [_number(fields, f"people_{number}", None) for number in range(QUARTERS)]
    while people and people[-1] is None:
        people.pop()
    if not people:
        raise BadData("no quarter of an hour has a number of people: 0 is one, too")
    return {"people": people}


def _observation(fields: Mapping[str, str]) -> Values:
    names = [
        *(f"groups_{name}" for name in GROUPS),
        *(f"age_{name}" for name in AGES),
        *(f"doing_{name}" for name in DOINGS),
    ]
    return {name: _number(fields, name, 0) or 0 for name in names}


def _walk(fields: Mapping[str, str]) -> Values:
    values: Values = {"walk": _words(fields, "walk", SHORT)}
    for aspect in ASPECTS:
        mark = fields.get(aspect, "")
        if mark and mark not in MARKS:
            raise BadData(f"{aspect} is {mark[:20]!r}: choose one of {', '.join(MARKS)}")
        values[aspect] = mark
    values["seen"] = _words(fields, "seen", MOST_LETTERS)
    values["action"] = _words(fields, "action", MOST_LETTERS)
    values["owner"] = _words(fields, "owner", SHORT)
    if not any(value for name, value in values.items() if name != "walk"):
        raise BadData("nothing is said of the point: mark one thing, or write what is seen")
    return values


def _day(fields: Mapping[str, str], tz: str, now_utc_s: int) -> date:
    today = datetime.fromtimestamp(now_utc_s, ZoneInfo(tz)).date()
    try:
        day = date.fromisoformat(fields.get("day", ""))
    except ValueError as error:
        raise BadData(f"day is {fields.get('day', '')[:20]!r}: write it as 2026-11-28") from error
    if not today - TERM < day <= today:
        raise BadData(f"{day} is yet to come, or more than two years ago")
    return day


def _time(fields: Mapping[str, str]) -> time:
    try:
        return time.fromisoformat(fields.get("begins", "")).replace(second=0, microsecond=0)
    except ValueError as error:
        raise BadData(f"begins is {fields.get('begins', '')[:20]!r}: write 20:15") from error


def _number(fields: Mapping[str, str], name: str, otherwise: int | None) -> int | None:
    typed = fields.get(name, "").strip()
    if not typed:
        return otherwise
    if not typed.isascii() or not typed.isdigit() or int(typed[:6]) > MOST:
        raise BadData(f"{name} is {typed[:20]!r}: a whole number from 0 to {MOST}")
    return int(typed)


def _words(fields: Mapping[str, str], name: str, most: int) -> str:
    typed = fields.get(name, "")
    words = " ".join("".join(char if char.isprintable() else " " for char in typed).split())
    if len(words) > most:
        raise BadData(f"{name} has {len(words)} letters: say it in at most {most}")
    return words
