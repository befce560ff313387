"""Annotations of the axis of a day: hours, faults, changes of settings, light classes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Fault, SettingsChange
from padlicht.usage.days import local_day
from padlicht.usage.hours import DARK, DAY, QUARTER_S, light
from padlicht.web import phrases
from padlicht.web.charts import Shade
from padlicht.web.day.intervals import Interval
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

_EVERY_H = 4


class Annotation(NamedTuple):
    """Something that happened at a moment (Unix seconds UTC)."""

    utc_s: int
    words: str


def annotations_of(
    t: Words, place: SiteContext, faults: Sequence[Fault], changes: Sequence[SettingsChange]
) -> list[Annotation]:
    """Faults that came and went, and changes of settings with who and why, oldest first."""
    found = [
        Annotation(
            fault.t,
            (t.text("fault %(code)s began") if fault.active else t.text("fault %(code)s ended"))
            % {"code": fault.code},
        )
        for fault in faults
    ]
    for change in changes:
        what = phrases.settings_changed(t, change.before, change.after)
        words = t.text("settings: %(what)s (%(who)s: %(why)s)")
        why = phrases.reason(t, change.who, change.why)
        found.append(
            Annotation(change.utc_s, words % {"what": what, "who": change.who, "why": why})
        )
    return sorted(
        annotation._replace(words=f"{t.clock(annotation.utc_s, place.tz)}: {annotation.words}")
        for annotation in found
    )


def ticks(parts: Sequence[Interval], tz: str) -> list[tuple[int, str]]:
    """Every fourth hour of the clock, as (seconds since the day began, 04:00)."""
    begin, end = parts[0].from_utc_s, parts[-1].to_utc_s
    day, zone = local_day(begin, tz), ZoneInfo(tz)
    found = []
    for hour in range(0, 24, _EVERY_H):
        utc_s = int(datetime.combine(day, time(hour), zone).timestamp())
        found.append((utc_s - begin, f"{hour:02}:00"))
    return [*found, (end - begin, "24:00")]


def light_shades(t: Words, place: SiteContext, parts: Sequence[Interval]) -> list[Shade]:
    """Twilight and dark behind the values; the dark in words."""
    begin, end = parts[0].from_utc_s, parts[-1].to_utc_s
    found = []
    quarters = range(begin, end, QUARTER_S)
    for kind, run in groupby(quarters, lambda utc_s: light_at(place, utc_s)):
        interval = [*run]
        if kind != DAY:
            words = t.text("in the dark") if kind == DARK else ""
            found.append(Shade(interval[0] - begin, interval[-1] + QUARTER_S - begin, kind, words))
    return found


def light_at(place: SiteContext, from_utc_s: int, length_s: int = QUARTER_S) -> str:
    """The light class at the middle of an interval."""
    return _light(from_utc_s + length_s // 2, place.site.lat, place.site.lon)


# Every chart and every table of a day asks for the same quarters.
_light = lru_cache(maxsize=1024)(light)


def clock_note(t: Words, parts: Sequence[Interval]) -> tuple[str, ...]:
    """That this day has 23 or 25 hours, when it has."""
    hours = round((parts[-1].to_utc_s - parts[0].from_utc_s) / timedelta(hours=1).total_seconds())
    notes: Mapping[int, str] = {
        23: t.text("On this day the clocks went forward: it has 23 hours."),
        25: t.text("On this day the clocks went back: it has 25 hours, and one of them twice."),
    }
    return (notes[hours],) if hours in notes else ()
