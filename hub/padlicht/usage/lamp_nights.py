"""Light windows: when lamps should be lit, by the settings that were wanted each night. Pure.

Most lamps of a park have the same settings all their life, so they are taken in groups.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Lamp, Node, SettingsChange, Site
from padlicht.ledger.usage.sums import Use
from padlicht.settings_schema import schema
from padlicht.usage.daylight import ZENITH, evening_utc_s

_HOUR_S = 3600
_EVENING = timedelta(hours=6)  # before midnight: what is changed later counts from the next day on
# Lamp and hub work out the sunset each for themselves, and a lamp takes half a minute to fade.
SLACK_S = 60
_KEYS = ("start_at", "start_offset_min", "end_at", "end_grace_s")


@dataclass(frozen=True)
class LightWindow:
    """One evening's window in Unix seconds UTC. Empty when the sun sets at or after `end_utc_s`.

    `start_utc_s` is None where the sun does not set at all that day.
    """

    start_utc_s: int | None
    end_utc_s: int

    @property
    def is_empty(self) -> bool:
        """Whether the lamps stay off that evening."""
        return self.start_utc_s is None or self.start_utc_s >= self.end_utc_s

    def holds(self, utc_s: int) -> bool:
        """Whether the lamps are lit at that moment."""
        start = self.start_utc_s
        return start is not None and start <= utc_s < self.end_utc_s


class Hours(NamedTuple):
    """The hours of a lamp: start_at, start_offset_min, end_at, end_grace_s."""

    start_at: str
    start_offset_min: int
    end_at: str
    end_grace_s: int


Timeline = tuple[tuple[date, Hours], ...]  # from which evening on which hours hold


class Night(NamedTuple):
    """The window of one night, and how many of the lamps have it; `grace_s` they may burn on."""

    window: LightWindow
    grace_s: int
    lamps: int


class ScheduleAdherence(NamedTuple):
    """Lamp seconds of some nights: how long lamps should have been lit, and were.

    `due_s` is of all lamps in service, `planned_s` the part of it of which they told.
    They were lit `lit_s` within their windows and graces, and `outside_s` when they should have
    been off; `heard_share` is how much of all the time, night or day, lamps told of.
    """

    due_s: float
    planned_s: float
    lit_s: int
    outside_s: int
    heard_share: float


class LampNights:
    """The lamps of a site and the changes of their settings, oldest first."""

    def __init__(
        self, site: Site, lamps: Sequence[Node], changes: Iterable[SettingsChange]
    ) -> None:
        zone = ZoneInfo(site.tz)
        of_lamp: dict[str, list[tuple[date, Hours]]] = {
            lamp.name: [(date.min, hours_of({}))] for lamp in lamps
        }
        for change in changes:
            timeline = of_lamp.get(change.node)
            if timeline is None:
                continue
            if len(timeline) == 1:
                timeline[0] = (date.min, hours_of(change.before))
            first = (datetime.fromtimestamp(change.utc_s, zone) + _EVENING).date()
            timeline.append((first, hours_of(change.after)))
        self._of_lamp = {name: _changes_only(its) for name, its in of_lamp.items()}
        self._groups: Counter[Timeline] = Counter(self._of_lamp.values())
        self._site = site

    def nights(self, day: date) -> list[Night]:
        """The evening of a local day: each window with its number of lamps."""
        site = self._site
        found: Counter[Hours] = Counter()
        for timeline, count in self._groups.items():
            found[_hours_on(timeline, day)] += count
        return [
            Night(window_of(site, day, hours), hours.end_grace_s, count)
            for hours, count in found.items()
        ]

    def is_empty(self, day: date) -> bool:
        """Whether no lamp should be lit on the evening of that day; without a lamp, False."""
        nights = self.nights(day)
        return bool(nights) and all(night.window.is_empty for night in nights)

    def outside_s(self, lit: Iterable[Lamp], first: date, last: date) -> int:
        """Lamp seconds outside of the lamps' windows and graces; `lit` are intervals of some days.

        An interval in which a window opens or closes may have been lit as long as that is open, and
        a minute more.
        """
        zone = ZoneInfo(self._site.tz)
        outside_s = 0
        for record in lit:
            day = datetime.fromtimestamp(record.t, zone).date()
            timeline = self._of_lamp.get(record.node)
            if timeline is None or not first <= day <= last:
                continue
            hours = _hours_on(timeline, day)
            window = window_of(self._site, day, hours)
            outside_s += max(0, record.lit_s - _may_s(window, hours.end_grace_s, record))
        return outside_s

    def adherence(
        self, hours: Mapping[tuple[int, str], Use], outside_s: int, first: date, last: date
    ) -> ScheduleAdherence:
        """What lamps did in `hours`, by (beginning in Unix seconds UTC, light), of some days.

        `outside_s` is theirs by the records of those days, for an hour does not tell what of it
        was when.
        """
        nights = [self.nights(first + timedelta(day)) for day in range((last - first).days + 1)]
        planned = asked = 0.0
        lit = heard = told_of = 0
        lamps = sum(self._groups.values())
        for (hour_utc_s, _), use in hours.items():
            due = 0.0
            for night in (night for evening in nights for night in evening):
                due += night.lamps * _overlap(night.window, hour_utc_s)
            share = due / lamps / _HOUR_S if lamps else 0.0
            asked += share * use.lamp_due_s
            planned += share * use.lamp_obs_s
            lit += use.lit_s
            heard += use.lamp_due_s
            told_of += use.lamp_obs_s
        heard_share = min(1.0, told_of / heard) if heard else 0.0
        return ScheduleAdherence(asked, planned, max(0, lit - outside_s), outside_s, heard_share)


def _hours_on(timeline: Timeline, day: date) -> Hours:
    """The hours that a lamp has on the evening of a day."""
    return timeline[bisect_right(timeline, day, key=lambda entry: entry[0]) - 1][1]


def _may_s(window: LightWindow, grace_s: int, record: Lamp) -> int:
    """For how long of an interval its lamp may have been lit."""
    if window.is_empty or window.start_utc_s is None:
        return 0
    from_utc_s = max(window.start_utc_s - SLACK_S, record.t)
    return max(0, min(window.end_utc_s + grace_s + SLACK_S, record.t + record.dt) - from_utc_s)


def _changes_only(timeline: Sequence[tuple[date, Hours]]) -> Timeline:
    """Without entries that change nothing; so most lamps of a park have the same one."""
    kept = [timeline[0]]
    for first, hours in timeline[1:]:
        if first == kept[-1][0]:
            kept.pop()
        if not kept or hours != kept[-1][1]:
            kept.append((first, hours))
    return tuple(kept)


def _overlap(window: LightWindow, hour_utc_s: int) -> float:
    if window.is_empty or window.start_utc_s is None:
        return 0.0
    from_utc_s = max(window.start_utc_s, hour_utc_s)
    return max(0, min(window.end_utc_s, hour_utc_s + _HOUR_S) - from_utc_s)


def hours_of(settings: Mapping[str, object]) -> Hours:
    """The hours by a lamp's settings; what they do not name is as it is delivered."""
    rows = schema()
    start_at, offset, end_at, grace = (
        str(settings.get(key, rows[key]["default"])) for key in _KEYS
    )
    return Hours(start_at, int(offset), end_at, int(grace))


def window_of(site: Site, day: date, hours: Hours) -> LightWindow:
    """The window of a lamp with these hours on the evening of a local day."""
    return _window(day, site.lat, site.lon, site.tz, hours)


def light_window(
    day: date,
    place: tuple[float, float],
    tz: str,
    *,
    start_at: str,
    start_offset_min: int,
    end_at: str,
) -> LightWindow:
    """The window of local `day` at `place` (degrees), by the lamp settings of the same names."""
    hour, minute = (int(part) for part in end_at.split(":"))
    end = datetime.combine(day, time(hour, minute), ZoneInfo(tz))
    sun = evening_utc_s(day, place[0], place[1], ZENITH[start_at])
    start = None if sun is None else sun + int(timedelta(minutes=start_offset_min).total_seconds())
    return LightWindow(start, int(end.timestamp()))


@lru_cache(maxsize=4096)
def _window(day: date, lat: float, lon: float, tz: str, hours: Hours) -> LightWindow:
    return light_window(
        day,
        (lat, lon),
        tz,
        start_at=hours.start_at,
        start_offset_min=hours.start_offset_min,
        end_at=hours.end_at,
    )
