"""Settings of lamps and counters as people read them: what each is, and its value with its unit.

What a setting may be is the firmware's to say (settings_schema.py); here are the words for it.
"""

from collections.abc import Mapping
from typing import Any

from padlicht.settings_schema import schema
from padlicht.web.i18n import Words


def names(say: Words) -> dict[str, str]:
    """What each setting decides, by its key."""
    return {
        "base_pct": say.text("light while nobody is near"),
        "boost_pct": say.text("light while somebody is near"),
        "reach_cm": say.text("how near somebody must come"),
        "fade_up_ms": say.text("how long the light takes to rise"),
        "hold_s": say.text("how long it stays at full after the last movement"),
        "fade_down_s": say.text("how long the light takes to fall back"),
        "start_at": say.text("what the evening begins with"),
        "start_offset_min": say.text("how long after that the light comes on"),
        "end_at": say.text("when it goes out"),
        "end_grace_s": say.text("how long it waits for somebody near at the end"),
        "without_clock": say.text("what begins the evening without a clock"),
        "clockless_h": say.text("how long it is lit then"),
        "lux_gate": say.text("comes on below this much daylight"),
        "stuck_pct": say.text("share of full light that means a stuck radar"),
        "confirm": say.text("radar frames that must agree"),
        "pwm_hz": say.text("how often the driver switches the light"),
        "line_mm": say.text("the line that is counted across"),
        "hysteresis_mm": say.text("how far beyond the line a side begins"),
        "settle": say.text("radar frames on a side before it counts"),
        "coast_ms": say.text("how long somebody may go unseen"),
        "report_min": say.text("length of a reported interval"),
        "lat_e4": say.text("latitude"),
        "lon_e4": say.text("longitude"),
        "tz": say.text("local time"),
    }


def differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    """(key, from, to) of each setting that is not the same, None where there was or is none."""
    keys = [*after, *(key for key in before if key not in after)]
    return [
        (key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]


def value(key: str, held: object) -> str:
    """A value with its unit; a dash when there is none."""
    if held is None:
        return "–"
    unit = unit_of(key)
    if isinstance(held, list | tuple):
        held = ", ".join(map(str, held))
    return f"{held} {unit}" if unit and unit != "local time" else str(held)


def unit_of(key: str) -> str:
    """The unit of a setting, "" for one without or that this hub's firmware does not know."""
    row: Mapping[str, Any] = schema().get(key, {})
    return str(row.get("unit", ""))


def changed(say: Words, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """What changed, in a line: light while nobody is near 20 % → 15 %."""
    called = names(say)
    found = [
        f"{called.get(key, key)} {value(key, was)} → {value(key, now)}"
        for key, was, now in differences(before, after)
    ]
    return ", ".join(found) or say.text("nothing")


def bare(held: object) -> str | None:
    """A value without its unit, as a cell of a file has it."""
    if held is None:
        return None
    return " ".join(map(str, held)) if isinstance(held, list | tuple) else str(held)
