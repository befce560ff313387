"""Phrases: how a change, a coverage, a count or a setting is put into words, on every page alike.

What a setting may be is the firmware's to say (settings_schema.py); here are the words for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from padlicht.control import time_zone_keeper
from padlicht.ledger.usage.sums import Use
from padlicht.settings_schema import schema
from padlicht.usage.compare import (
    Change,
    Verdict,
)
from padlicht.usage.moves import Move
from padlicht.web.i18n import Words

AS_ADDED: Final = ("padlicht", "added")  # who and why of a node's first settings: fleet/registry.py
OF_THE_CLOCK: Final = (time_zone_keeper.WHO, time_zone_keeper.WHY)  # its local time stayed right


def reason(t: Words, who: str, why: str) -> str:
    """Why somebody wanted other settings, in their own words; the hub's are translated."""
    if (who, why) == OF_THE_CLOCK:
        return t.text("the next changes of the clock at its place")
    return why


def signed(t: Words, percent: int) -> str:
    """A change in percents with its sign: +12%."""
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{t.number(abs(percent))}%"


def change_text(t: Words, found: Change) -> str:
    """By how much and how surely, in a line: More: +23% (95% interval +4% to +45%)."""
    if found.moved is not None:
        return moved_text(t, found.moved)
    if found.verdict is Verdict.NO_DATA or (
        found.percents is None and found.verdict is not Verdict.TOO_FEW
    ):
        return t.text("No data: not watched at the same hours")
    if found.verdict is Verdict.TOO_FEW or found.percents is None:
        return t.text("Too few data: under 20 passages on one side")
    numbers = t.text("%(change)s (95%% interval %(low)s to %(high)s)") % {
        "change": signed(t, found.percents.change),
        "low": signed(t, found.percents.low),
        "high": signed(t, found.percents.high),
    }
    word = {
        Verdict.MORE: t.text("More"),
        Verdict.FEWER: t.text("Fewer"),
        Verdict.SAME: t.text("No sure difference"),
    }[found.verdict]
    return f"{word}: {numbers}"


def moved_text(t: Words, move: Move) -> str:
    """Why two times cannot be held against each other."""
    if move.node is None:
        return t.text(
            "Cannot be compared: the place or the time zone of the park changed on %(day)s"
        ) % {"day": t.short_date(move.day)}
    return t.text("Cannot be compared: %(node)s was moved on %(day)s") % {
        "node": move.node,
        "day": t.short_date(move.day),
    }


def coverage_text(t: Words, use: Use) -> str:
    """Which part of the time counters watched: 98% watched."""
    if use.coverage is None:
        return t.text("no counter stood here")
    if not use.watched:
        return t.text("not watched")
    return t.text("%(percent)s watched") % {"percent": t.percent(use.coverage)}


def passages_text(t: Words, use: Use) -> str:
    """How many passages, or that nobody was there to count them."""
    if not use.watched:
        return t.text("no data")
    return t.texts("%(count)s passage", "%(count)s passages", use.count) % {
        "count": t.number(use.count)
    }


def lower_first(sentence: str) -> str:
    """A sentence as it stands behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def light_words(t: Words) -> dict[str, str]:
    """The light classes as people call them."""
    return {
        "day": t.text("by day"),
        "twilight": t.text("twilight"),
        "dark": t.text("in the dark"),
        "dark_on": t.text("in the dark, lamps on"),
        "dark_off": t.text("in the dark, lamps off"),
    }


def sum_use(uses: Iterable[Use]) -> Use:
    """All of them in one sum."""
    total = Use()
    for use in uses:
        total += use
    return total


def setting_names(t: Words) -> dict[str, str]:
    """What each setting decides, by its key."""
    return {
        "base_pct": t.text("light while nobody is near"),
        "boost_pct": t.text("light while somebody is near"),
        "reach_cm": t.text("how near somebody must come"),
        "mount_cm": t.text("how high the radar hangs"),
        "fade_up_ms": t.text("how long the light takes to rise"),
        "hold_s": t.text("how long it stays at full after the last movement"),
        "fade_down_s": t.text("how long the light takes to fall back"),
        "start_at": t.text("what the evening begins with"),
        "start_offset_min": t.text("how long after that the light comes on"),
        "end_at": t.text("when it begins to go out: dark within half a minute"),
        "end_grace_s": t.text("how long base light stays then for whoever is near"),
        "without_clock": t.text("what begins the evening without a clock"),
        "clockless_h": t.text("how long it is lit then"),
        "lux_gate": t.text("comes on below this much daylight"),
        "stuck_pct": t.text("share of presence without a sign of life that means a stuck radar"),
        "stay": t.text("a place to stay: full light as long as somebody is there"),
        "confirm": t.text("radar frames that must agree"),
        "pwm_hz": t.text("how often the driver switches the light"),
        "line_mm": t.text("the line that is counted across"),
        "hysteresis_mm": t.text("how far beyond the line a side begins"),
        "settle": t.text("radar frames on a side before it counts"),
        "coast_ms": t.text("how long somebody may go unseen"),
        "report_min": t.text("length of a reported interval"),
        "lat_e4": t.text("latitude"),
        "lon_e4": t.text("longitude"),
        "tz": t.text("local time"),
    }


def settings_differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    """(key, from, to) of each setting that is not the same, None where there was or is none."""
    keys = [*after, *(key for key in before if key not in after)]
    return [
        (key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]


def setting_value(t: Words, key: str, held: object) -> str:
    """A value with its unit, as people say it; a dash when there is none."""
    if held is None:
        return "–"
    if key in ("lat_e4", "lon_e4") and isinstance(held, int):
        return f"{t.number(held / 10_000)}°"
    if key == "lux_gate" and not held:
        return t.text("off")
    unit = {"frames": t.text("frames"), "local time": ""}.get(setting_unit(key), setting_unit(key))
    if isinstance(held, list | tuple):
        held = ", ".join(map(str, held))
    choices = {
        "sunset": t.text("sunset"),
        "civil_dusk": t.text("end of twilight"),
        "dusk": t.text("dusk, by the light sensor"),
        "off": t.text("nothing: it stays off"),
        "no": t.text("no"),
        "yes": t.text("yes"),
    }
    said = choices.get(str(held), str(held))
    return f"{said} {unit}" if unit else said


def setting_unit(key: str) -> str:
    """The unit of a setting, "" for one without or that this hub's firmware does not know."""
    row: Mapping[str, Any] = schema().get(key, {})
    return str(row.get("unit", ""))


def settings_changed(t: Words, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """What changed, in a line: light while nobody is near 20 % → 15 %."""
    called = setting_names(t)
    found = [
        f"{called.get(key, key)} {setting_value(t, key, was)} → {setting_value(t, key, now)}"
        for key, was, now in settings_differences(before, after)
    ]
    return ", ".join(found) or t.text("nothing")


def setting_cell(held: object) -> str | None:
    """A value without its unit, as a cell of a file has it."""
    if held is None:
        return None
    return " ".join(map(str, held)) if isinstance(held, list | tuple) else str(held)
