"""Phrases: how a change, a coverage, a count or a setting is put into words, on every page alike.

What a setting may be is the firmware's to say (settings_schema.py); here are the words for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from padlicht.ledger.usage.sums import Use
from padlicht.settings_schema import schema
from padlicht.usage.compare import Change, Verdict
from padlicht.web.i18n import Words

AS_ADDED: Final = ("padlicht", "added")  # who and why of a node's first settings: fleet/registry.py


def signed(say: Words, percent: int) -> str:
    """A change in percents with its sign: +12%."""
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{say.number(abs(percent))}%"


def change(say: Words, found: Change) -> str:
    """By how much and how surely, in a line: More: +23% (95% interval +4% to +45%)."""
    if found.verdict is Verdict.NO_DATA or (
        found.percents is None and found.verdict is not Verdict.TOO_FEW
    ):
        return say.text("No data: not watched at the same hours")
    if found.verdict is Verdict.TOO_FEW or found.percents is None:
        return say.text("Too few data: under 20 passages on one side")
    numbers = say.text("%(change)s (95%% interval %(low)s to %(high)s)") % {
        "change": signed(say, found.percents.change),
        "low": signed(say, found.percents.low),
        "high": signed(say, found.percents.high),
    }
    word = {
        Verdict.MORE: say.text("More"),
        Verdict.FEWER: say.text("Fewer"),
        Verdict.SAME: say.text("No sure difference"),
    }[found.verdict]
    return f"{word}: {numbers}"


def watched(say: Words, use: Use) -> str:
    """Which part of the time counters watched: 98% watched."""
    if use.coverage is None:
        return say.text("no counter stood here")
    if not use.watched:
        return say.text("not watched")
    return say.text("%(percent)s watched") % {"percent": say.percent(use.coverage)}


def passages(say: Words, use: Use) -> str:
    """How many passages, or that nobody was there to count them."""
    if not use.watched:
        return say.text("no data")
    return say.texts("%(count)s passage", "%(count)s passages", use.count) % {
        "count": say.number(use.count)
    }


def light_words(say: Words) -> dict[str, str]:
    """The light classes as people call them."""
    return {
        "day": say.text("by day"),
        "twilight": say.text("twilight"),
        "dark": say.text("in the dark"),
    }


def together(uses: Iterable[Use]) -> Use:
    """All of them in one sum."""
    total = Use()
    for use in uses:
        total += use
    return total


def setting_names(say: Words) -> dict[str, str]:
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


def settings_differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    """(key, from, to) of each setting that is not the same, None where there was or is none."""
    keys = [*after, *(key for key in before if key not in after)]
    return [
        (key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]


def setting_value(key: str, held: object) -> str:
    """A value with its unit; a dash when there is none."""
    if held is None:
        return "–"
    unit = setting_unit(key)
    if isinstance(held, list | tuple):
        held = ", ".join(map(str, held))
    return f"{held} {unit}" if unit and unit != "local time" else str(held)


def setting_unit(key: str) -> str:
    """The unit of a setting, "" for one without or that this hub's firmware does not know."""
    row: Mapping[str, Any] = schema().get(key, {})
    return str(row.get("unit", ""))


def settings_changed(say: Words, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """What changed, in a line: light while nobody is near 20 % → 15 %."""
    called = setting_names(say)
    found = [
        f"{called.get(key, key)} {setting_value(key, was)} → {setting_value(key, now)}"
        for key, was, now in settings_differences(before, after)
    ]
    return ", ".join(found) or say.text("nothing")


def setting_cell(held: object) -> str | None:
    """A value without its unit, as a cell of a file has it."""
    if held is None:
        return None
    return " ".join(map(str, held)) if isinstance(held, list | tuple) else str(held)
