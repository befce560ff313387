"""Phrases: how two times, a coverage, a count or a setting is put into words, on every page alike.

What a setting may be is the firmware's to say (settings_schema.py); here are the words for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from padlicht.control import time_zone_keeper
from padlicht.ledger.usage.sums import Use
from padlicht.settings_schema import schema
from padlicht.usage.compare import Comparison, LightComparison
from padlicht.usage.coverage.watching import Reason, Watching, is_enough
from padlicht.usage.hours import DARK_OFF, DARK_ON
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


def rate_text(t: Words, rate_per_h: float | None) -> str:
    """How many pass a counter in an hour that it watched: 3.4 an hour."""
    if rate_per_h is None:
        return t.text("no data")
    return t.text("%(rate)s an hour") % {"rate": t.rate(rate_per_h)}


def watching_text(t: Words, both: LightComparison) -> str:
    """That two times were watched little, or not alike; "" when they were watched alike."""
    values = {
        "after": t.percent(both.after.coverage or 0.0),
        "before": t.percent(both.before.coverage or 0.0),
    }
    match both.watching:
        case Watching.NOBODY:
            return t.text("No data: not watched at the same hours")
        case Watching.LOW:
            return (
                t.text("Too little watched (%(after)s of the time, before that %(before)s)")
                % values
            )
        case Watching.UNLIKE:
            return (
                t.text("Not watched alike (%(after)s of the time, before that %(before)s)") % values
            )
        case Watching.ALIKE:
            return ""


def beside_text(t: Words, both: LightComparison) -> str:
    """Two rates beside each other; how they were watched comes first where it was not alike."""
    first = watching_text(t, both)
    if both.rates is None:
        return first
    rates = t.text("%(after)s an hour, before that %(before)s") % {
        "after": t.rate(both.rates.after_per_h),
        "before": t.rate(both.rates.before_per_h),
    }
    return f"{first}. {rates}" if first else rates


def dark_beside_text(t: Words, comparison: Comparison) -> str:
    """Two times in the dark beside each other: while lamps were on, and while they were off."""
    on, off = comparison.lights[DARK_ON], comparison.lights[DARK_OFF]
    return t.text("In the dark, lamps on: %(on)s. Lamps off: %(off)s.") % {
        "on": lower_first(beside_text(t, on)),
        "off": lower_first(beside_text(t, off)),
    }


def dark_parts_text(t: Words, on: Use, off: Use) -> str:
    """What of the dark was counted while lamps were on, and what while they were off."""
    return t.text("%(on)s while the lamps were on, %(off)s while they were off") % {
        "on": passages_text(t, on),
        "off": passages_text(t, off),
    }


def lamps_on_text(t: Words) -> str:
    """What "lamps on" means where lamps came later, or failed."""
    return t.text(
        "Lamps on are the dark hours in which lamps are meant to be lit, whether they were or not;"
        " before there were lamps, the same hours of the evening."
    )


def cautions(t: Words, comparison: Comparison, lights: Iterable[str]) -> list[str]:
    """What has to be known of two times beside each other: moves, what was left out."""
    if comparison.moves:
        return [moved_text(t, comparison.moves[-1])]
    told = [
        t.texts(
            "%(node)s counted nobody on %(days)s day, where 8 or more are usual: it may have been"
            " covered. That is taken as not watched.",
            "%(node)s counted nobody on %(days)s days, where 8 or more are usual: it may have been"
            " covered. That is taken as not watched.",
            days,
        )
        % {"node": node, "days": days}
        for node, days in comparison.days_left_out(Reason.COVERED).items()
    ]
    told += [
        t.texts(
            "On %(days)s day %(node)s watched for less than 75%% of the day or of the night: left"
            " out of the rates.",
            "On %(days)s days %(node)s watched for less than 75%% of the day or of the night: left"
            " out of the rates.",
            days,
        )
        % {"node": node, "days": days}
        for node, days in comparison.days_left_out(Reason.SHORT).items()
    ]
    rates = [comparison.lights[light].rates for light in lights]
    if any(rate is not None and rate.few for rate in rates):
        told.append(t.text("Too few to say much: under 50 passages on one side."))
    return told


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


def watched_first(t: Words, coverage: float | None) -> str:
    """The sentence that comes before a count when less than 75 % of its time was watched."""
    if coverage is None or is_enough(coverage):
        return ""
    return t.text("Watched for only %(share)s of the time.") % {"share": t.percent(coverage)}


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


def ways(t: Words, way_in: str | None, way_out: str | None) -> tuple[str, str]:
    """What a counter's two directions are called: by its park's leader, or one way and the other.

    Never in and out: a board beside a path does not know what people come into.
    """
    return way_in or t.text("one way"), way_out or t.text("the other way")


def light_words(t: Words) -> dict[str, str]:
    """The light classes as people call them."""
    return {
        "day": t.text("by day"),
        "twilight": t.text("twilight"),
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
