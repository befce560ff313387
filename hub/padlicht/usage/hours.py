"""Clock hours of a zone, and the light class of each. Pure.

An hour of use is an hour on the clock of the place, so that a local day is made of whole ones: it
begins at a full hour of UTC in most zones, at half past in India. On the nights when the clocks
change a day has 23 or 25 of them, and "02:00" comes twice or not at all.

The dark is parted in two: inside the lamps' window (lamps on) and outside of it (lamps off), by
whole quarters. An hour in which the window begins or ends is cut there, and each part has the light
of its own. Times are Unix seconds UTC.
"""

from datetime import datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.daylight import altitude_deg

QUARTER_S = 900  # clocks differ from UTC by whole quarters, and change on them
DAY, TWILIGHT, DARK_ON, DARK_OFF = LIGHTS
DARK = "dark"  # both parts of it: where the sun stands, whatever the lamps do
_CIVIL_DEG = -6.0  # below it people cannot make out a path without a lamp
# Of a node whose clock runs wild there is a quarter for every record; 12 MB, two years of a park.
_MOST_REMEMBERED = 70_000


class Window(Protocol):
    """When the lamps of a zone are meant to be lit."""

    def holds(self, utc_s: int) -> bool:
        """Whether it is open at that moment."""


class Hour(NamedTuple):
    """One hour, or the part of one that has another light or began with a node's move.

    `light` is one of LIGHTS. A part begins `late_s` into the hour of the clock. Where clocks change
    by half an hour (Lord Howe), one hour of that night is only half as long.
    """

    start_utc_s: int
    end_utc_s: int
    light: str
    late_s: int = 0


class SiteHours:
    """Which hour of a site a moment lies in, with the lamps' window there. Remembers its work.

    Without a `window` the lamps are never meant to be lit.
    """

    def __init__(self, tz: str, lat: float, lon: float, window: Window | None = None) -> None:
        self._zone = ZoneInfo(tz)
        self._place = (lat, lon)
        self._window = window
        self._known: dict[int, Hour] = {}

    def at(self, utc_s: int) -> Hour:
        """The hour, or part of one, in which a moment lies: no two overlap or leave a gap."""
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
        kind = light((start + end) // 2, *self._place)
        if kind != DARK:
            return Hour(start, end, kind)
        lit = [self._is_on(at) for at in range(start, end, QUARTER_S)]
        place = (utc_s - start) // QUARTER_S
        first = last = place
        while first and lit[first - 1] == lit[place]:
            first -= 1
        while last + 1 < len(lit) and lit[last + 1] == lit[place]:
            last += 1
        return Hour(
            start + first * QUARTER_S,
            start + (last + 1) * QUARTER_S,
            DARK_ON if lit[place] else DARK_OFF,
            first * QUARTER_S,
        )

    def _is_on(self, quarter_utc_s: int) -> bool:
        """Whether the window is open in the middle of a quarter, so in half of it and more."""
        return self._window is not None and self._window.holds(quarter_utc_s + QUARTER_S // 2)

    def _on_the_clock(self, utc_s: int) -> int:
        """When the hour that the clock shows would have begun, had nobody changed the clock."""
        offset = datetime.fromtimestamp(utc_s, self._zone).utcoffset()
        return utc_s - (utc_s + (int(offset.total_seconds()) if offset else 0)) % 3600


def light_and_lamps(utc_s: int, lat: float, lon: float, window: Window | None) -> str:
    """The light class of a moment; the dark is parted by the lamps' window there."""
    kind = light(utc_s, lat, lon)
    if kind != DARK:
        return kind
    return DARK_ON if window is not None and window.holds(utc_s) else DARK_OFF


def light(utc_s: int, lat: float, lon: float) -> str:
    """Day while the sun's middle is above the horizon, twilight down to 6° below it, then dark."""
    altitude = altitude_deg(utc_s, lat, lon)
    if altitude >= 0.0:
        return DAY
    return TWILIGHT if altitude >= _CIVIL_DEG else DARK
