"""Clock hours of a site, and the light class of each. Pure.

An hour of use is an hour on the clock of the place, so that a local day is made of whole ones: it
begins at a full hour of UTC in most zones, at half past in India. On the nights when the clocks
change a day has 23 or 25 of them, and "02:00" comes twice or not at all. Times are Unix seconds
UTC.
"""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.usage.daylight import altitude_deg

QUARTER_S = 900  # clocks differ from UTC by whole quarters, and change on them
DAY, TWILIGHT, DARK = "day", "twilight", "dark"
LIGHTS = (DAY, TWILIGHT, DARK)
_CIVIL_DEG = -6.0  # below it people cannot make out a path without a lamp
# Of a node whose clock runs wild there is a quarter for every record; 12 MB, two years of a park.
_MOST_REMEMBERED = 70_000


class Hour(NamedTuple):
    """One hour of a site; `light` is day, twilight or dark.

    Where clocks change by half an hour (Lord Howe), one hour of that night is only half as long.
    A part of an hour, of a node that moved in it, begins `late_s` into it.
    """

    start_utc_s: int
    end_utc_s: int
    light: str
    late_s: int = 0


class SiteHours:
    """Which hour of a site a moment lies in. Remembers what it worked out."""

    def __init__(self, tz: str, lat: float, lon: float) -> None:
        self._zone = ZoneInfo(tz)
        self._place = (lat, lon)
        self._known: dict[int, Hour] = {}

    def at(self, utc_s: int) -> Hour:
        """The hour in which a moment lies. Hours of one site neither overlap nor leave gaps."""
        quarter = utc_s // QUARTER_S
        hour = self._known.get(quarter)
        if hour is None:
            hour = self._work_out(quarter * QUARTER_S)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[quarter] = hour
        return hour

    def _work_out(self, utc_s: int) -> Hour:
        on_the_clock = self._on_the_clock(utc_s)
        start = end = utc_s
        while self._on_the_clock(start - QUARTER_S) == on_the_clock:
            start -= QUARTER_S
        while self._on_the_clock(end) == on_the_clock:
            end += QUARTER_S
        return Hour(start, end, light((start + end) // 2, *self._place))

    def _on_the_clock(self, utc_s: int) -> int:
        """When the hour that the clock shows would have begun, had nobody changed the clock."""
        offset = datetime.fromtimestamp(utc_s, self._zone).utcoffset()
        return utc_s - (utc_s + (int(offset.total_seconds()) if offset else 0)) % 3600


def light(utc_s: int, lat: float, lon: float) -> str:
    """Day while the sun's middle is above the horizon, twilight down to 6° below it, then dark."""
    altitude = altitude_deg(utc_s, lat, lon)
    if altitude >= 0.0:
        return DAY
    return TWILIGHT if altitude >= _CIVIL_DEG else DARK
