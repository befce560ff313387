"""Annotations of the axis of a day: hours, faults, changes of settings, light classes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Fault, SettingsChange, Site
from padlicht.usage.days import local_day
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY, QUARTER_S, light_and_lamps
from padlicht.usage.schedule.zone_windows import ZoneWindow
from padlicht.web import phrases
from padlicht.web.charts import Shade
from padlicht.web.day.intervals import Interval
from padlicht.web.i18n import Words

_EVERY_H = 4
_ROOM_S = 5 * 3600  # a shade has to be as long for words in it
_SHADES = {DARK_ON: "window", DARK_OFF: "dark"}


@dataclass(frozen=True)
class DayPlace:
    """Where the node of a day stands; `window` is that of its zone's lamps, None without any."""

    site: Site
    window: ZoneWindow | None

    @property
    def tz(self) -> str:
        """The site's IANA time zone."""
        return self.site.tz


class Annotation(NamedTuple):
    """Something that happened at a moment (Unix seconds UTC)."""

    utc_s: int
    words: str


def annotations_of(
    t: Words, place: DayPlace, faults: Sequence[Fault], changes: Sequence[SettingsChange]
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


def light_shades(t: Words, place: DayPlace, parts: Sequence[Interval]) -> list[Shade]:
    """Twilight and dark behind the values; in words where lamps are on and where they are off."""
    begin, end = parts[0].from_utc_s, parts[-1].to_utc_s
    found = []
    quarters = range(begin, end, QUARTER_S)
    for kind, run in groupby(quarters, lambda utc_s: light_at(place, utc_s)):
        interval = [*run]
        if kind != DAY:
            length_s = QUARTER_S * len(interval)
            words = _shade_words(t).get(kind, "") if length_s >= _ROOM_S else ""
            start = interval[0] - begin
            found.append(Shade(start, start + length_s, _SHADES.get(kind, kind), words))
    return found


def _shade_words(t: Words) -> dict[str, str]:
    return {DARK_ON: t.text("lamps on"), DARK_OFF: t.text("lamps off")}


def light_at(place: DayPlace, from_utc_s: int, length_s: int = QUARTER_S) -> str:
    """The light class at the middle of an interval."""
    middle, site = from_utc_s + length_s // 2, place.site
    return _light(middle, site.lat, site.lon, place.window)


# Every chart and every table of a day asks for the same quarters.
_light = lru_cache(maxsize=1024)(light_and_lamps)


def clock_note(t: Words, parts: Sequence[Interval]) -> tuple[str, ...]:
    """That this day has 23 or 25 hours, when it has."""
    hours = round((parts[-1].to_utc_s - parts[0].from_utc_s) / timedelta(hours=1).total_seconds())
    notes: Mapping[int, str] = {
        23: t.text("On this day the clocks went forward: it has 23 hours."),
        25: t.text("On this day the clocks went back: it has 25 hours, and one of them twice."),
    }
    return (notes[hours],) if hours in notes else ()
