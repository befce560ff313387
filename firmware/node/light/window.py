"""When the light is on: from sunset or civil dusk to a local time, evening by evening.

Pure: instants are Unix seconds UTC as integers and come from outside. No window runs past local
midnight, as `end_at` is 23:00 at the latest.
"""

from node.light.lamp import NO_CHANGE
from node.light.sun import CIVIL_DUSK, NEVER_RISES, NEVER_SETS, SUNSET, event_s

_DAY_S = 86400
_UNIX_2000 = 10957  # Unix day of 2000-01-01
_ZENITHS = {"sunset": SUNSET, "civil_dusk": CIVIL_DUSK}


class Window:
    """The windows that some settings make at some place.

    `settings` holds start_at, start_offset_min, end_at ("22:00"), lat_e4 and lon_e4; `zone` is
    the node.keep.zone.Zone of their tz.
    """

    def __init__(self, settings: dict, zone):
        self._zone = zone
        self._zenith = _ZENITHS[settings["start_at"]]
        self._offset_s = settings["start_offset_min"] * 60
        hour, minute = settings["end_at"].split(":")
        self._end_s = int(hour) * 3600 + int(minute) * 60
        self._lat_e4 = settings["lat_e4"]
        self._lon_e4 = settings["lon_e4"]

    def for_day(self, days_2000: int) -> "tuple | None":
        """Return (start_utc_s, end_utc_s) of the evening of a local date, or None if it is empty.

        It is empty when the sun goes down at `end_at` or later, or not at all. Where the sun does
        not rise, the evening begins at noon.
        """
        noon_utc_s = self._zone.utc(days_2000, _DAY_S // 2)
        # The day of the sun whose noon is nearest: past the date line, and where the sun sets after
        # midnight or before noon, that is not the UTC date, and the event must not be looked up
        # by its own date.
        sun_day = (noon_utc_s + self._lon_e4 * 24 // 1000) // _DAY_S
        start_s = event_s(sun_day - _UNIX_2000, self._lat_e4, self._lon_e4, self._zenith)
        if start_s == NEVER_SETS:
            return None
        if start_s == NEVER_RISES:
            start_utc_s = noon_utc_s
        else:
            start_utc_s = sun_day * _DAY_S + start_s
        start_utc_s += self._offset_s
        end_utc_s = self._zone.utc(days_2000, self._end_s)
        return (start_utc_s, end_utc_s) if start_utc_s < end_utc_s else None

    def next(self, utc_s: int) -> "tuple | None":
        """Return the evening that is on, or the next one, as for_day does.

        Looks ahead to the end of tomorrow; None when there is none until then.
        """
        today = self._zone.local(utc_s)[0]
        for day in (today, today + 1):
            evening = self.for_day(day)
            if evening is not None and utc_s < evening[1]:
                return evening
        return None

    def plan(self, utc_s: int) -> tuple:
        """Return (is_open, seconds until that changes); -1 seconds when no change is known."""
        evening = self.next(utc_s)
        if evening is None:
            return False, NO_CHANGE
        start_utc_s, end_utc_s = evening
        if utc_s < start_utc_s:
            return False, start_utc_s - utc_s
        return True, end_utc_s - utc_s
