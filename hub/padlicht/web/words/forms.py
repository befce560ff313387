"""Forms of the sheet of eight: what came back, as sheets, or what is wrong with it. Pure.

`from_phone` reads a form with a box for each answer, `from_keyboard` one with a sign for each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from padlicht.participation.survey.sheet import (
    AGES,
    HIGHEST,
    KINDS,
    LIGHTS,
    OFTEN,
    QUESTIONS,
    ROLES,
    WAYS,
    Sheet,
    code_tells_nothing,
)
from padlicht.web.i18n import Words

Values = Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A form that came back: the sheets, the code, the texts, or a sentence for what is wrong."""

    sheets: tuple[Sheet, ...] = ()
    code: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    wrong: str = ""
    field: str = ""


def once_of(values: Values) -> bytes | None:
    """The form's own random number; None when it is not one of ours."""
    given = values.get("once", "")
    return bytes.fromhex(given) if re.fullmatch(r"[0-9a-f]{32}", given) else None


def from_phone(t: Words, values: Values, place: str, day: date) -> Filled:
    """What somebody ticked; at home of day and dark at once."""
    if place == "spot":
        light = values.get("light", "")
        if light not in LIGHTS:
            return Filled(wrong=t.text("Is it day now, or dark? Please choose one."), field="light")
        lights: tuple[str, ...] = (light,)
    else:
        lights = LIGHTS
    # On the path there is one row of boxes, whatever the light is.
    rows = {light: light if place == "letterbox" else "now" for light in lights}
    answers = {
        light: tuple(_number(values.get(f"{row}-{n}"), HIGHEST) for n in range(1, QUESTIONS + 1))
        for light, row in rows.items()
    }
    texts = tuple((kind, values.get(kind, "")) for kind in KINDS)
    if all(a is None for each in answers.values() for a in each) and not any(
        said.strip() for _, said in texts
    ):
        return Filled(
            wrong=t.text("Nothing is filled in yet. Answer what you can."),
            field=f"{rows[lights[0]]}-1",
        )
    code = values.get("code", "").strip()[:40]
    if code and not code_tells_nothing(code):
        return Filled(
            wrong=t.text(
                "The code needs letters and digits, 4 to 8 in all: like uil37. "
                "No name and no date of birth."
            ),
            field="code",
        )
    often = _number(values.get("often"), len(OFTEN) - 1)
    role, age = _one_of(values.get("role"), ROLES), _one_of(values.get("age"), AGES)
    return Filled(
        tuple(
            Sheet(day, light, place, "phone", answers[light], None, often, role, age)
            for light in lights
        ),
        code,
        texts,
    )


def from_keyboard(t: Words, values: Values, place: str, today: date) -> Filled:
    """What a facilitator typed from paper: a digit for each box, - where none is ticked."""
    try:
        day = date.fromisoformat(values.get("day", ""))
    except ValueError:
        return Filled(wrong=t.text("The day is written as 2026-11-05."), field="day")
    if day > today:
        return Filled(wrong=t.text("That day is yet to come."), field="day")
    way = _one_of(values.get("way"), WAYS) or "paper"
    if place == "spot":
        sign = values.get("light", "").strip()
        if sign not in ("1", "2"):
            return Filled(wrong=t.text("Type 1 for day, or 2 for dark."), field="light")
        lights: tuple[str, ...] = (LIGHTS[int(sign) - 1],)
    else:
        lights = LIGHTS
    answers = {}
    for light in lights:
        field = f"answers-{light}" if place == "letterbox" else "answers"
        typed = re.sub(r"[\s.,]", "", values.get(field, ""))
        if not re.fullmatch(rf"[0-{HIGHEST}-]{{{QUESTIONS}}}", typed):
            wrong = t.text(
                "Type 6 signs, one for each question: 1 to 6, 0 for “don't know”, - for an open "
                "one. There are %(count)s now."
            )
            return Filled(wrong=wrong % {"count": len(typed)}, field=field)
        answers[light] = tuple(None if sign == "-" else int(sign) for sign in typed)
    who: list[int | None] = []
    for field, most in (("often", len(OFTEN) - 1), ("role", len(ROLES)), ("age", len(AGES))):
        typed = values.get(field, "").strip().replace("-", "")
        found = _number(typed, most)
        if typed and (found is None or (field != "often" and found == 0)):
            wrong = t.text("“%(typed)s” is none of the numbers beside the boxes.")
            return Filled(wrong=wrong % {"typed": typed[:10]}, field=field)
        who.append(found)
    often, role, age = who
    sheets = tuple(
        Sheet(
            day, light, place, way, answers[light], None, often,
            ROLES[role - 1] if role else None, AGES[age - 1] if age else None,
        )
        for light in lights
    )  # fmt: skip
    texts = tuple((kind, values.get(kind, "")) for kind in KINDS)
    return Filled(sheets, values.get("code", "").strip()[:40], texts)


def _number(given: str | None, most: int) -> int | None:
    """A digit up to `most`; None for anything else."""
    if given is None or not re.fullmatch("[0-9]", given):
        return None
    return int(given) if int(given) <= most else None


def _one_of(given: str | None, known: tuple[str, ...]) -> str | None:
    return given if given in known else None
