"""Forms of studies: what was typed, as a registration or an amendment, or what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from padlicht.control.desired_settings import parse_setting
from padlicht.errors import BadData
from padlicht.evaluation.estimators.types import Design
from padlicht.evaluation.registering import NOT_TRIED
from padlicht.evaluation.registration import LAMPS, Claim, Registration
from padlicht.settings_schema import schema

MOST_BYTES = 16_384
MOST_LETTERS = 2000  # of one field that is read at all


@dataclass(frozen=True)
class Typed:
    """What stands in a form; `wrong` is the hub's own sentence, in English."""

    fields: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""

    def get(self, key: str, otherwise: object = "") -> str:
        """What was typed there."""
        return self.fields.get(key, str(otherwise))


def typed_of(form: Mapping[str, Any]) -> Typed:
    """What a browser sent."""
    return Typed({key: str(value)[:MOST_LETTERS].strip() for key, value in form.items()})


def settings_to_try() -> list[str]:
    """Which settings of lamps the hub can switch from week to week."""
    return [key for key, row in schema().items() if row["role"] == "lamp" and key not in NOT_TRIED]


def registration_of(typed: Typed) -> Registration:
    """The registration that was typed; the fields of the other design count for nothing."""
    design = _one_of(Design, typed.get("design"), "design")
    tryout = design is Design.TRYOUT
    key = typed.get("setting")
    on = {key: parse_setting(key, typed.get("on"))} if tryout else {}
    off = {key: parse_setting(key, typed.get("off"))} if tryout else {}
    hours = typed.get("case_hours")
    return Registration(
        question=typed.get("question"),
        claim=_one_of(Claim, typed.get("claim"), "claim"),
        design=design,
        first_day=_day(typed.get("first_day")),
        weeks=_whole(typed.get("weeks"), "weeks"),
        change=typed.get("change"),
        zone=typed.get("zone"),
        control_zone="" if tryout else typed.get("control_zone"),
        case_hours=hours or LAMPS,
        on=on,
        off=off,
    )


def changes_of(typed: Typed) -> dict[str, Any]:
    """What an amendment is to change."""
    if typed.get("stop"):
        return {"stopped": True}
    changes: dict[str, Any] = {}
    if typed.get("weeks"):
        changes["weeks"] = _whole(typed.get("weeks"), "weeks")
    if typed.get("change"):
        changes["change"] = typed.get("change")
    return changes


def _one_of(kind: Any, text: str, what: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise BadData(f"{what}: choose one of {', '.join(each.value for each in kind)}") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadData(f"{text[:20]!r} is no date: write it as 2027-01-04") from error


def _whole(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadData(f"{what}: {text[:20]!r} is not a whole number") from error
