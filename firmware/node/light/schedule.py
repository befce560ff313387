"""Lighting schedule: when the lamp gives light, by sunset and clock, or by dusk without them.

Pure: time and readings are handed in; instants are Unix seconds UTC as integers.
"""

from node.light.dusk import DuskDetector
from node.light.lamp import NO_CHANGE
from node.light.sun import CIVIL_DUSK, NEVER_RISES, NEVER_SETS, SUNSET, event_s

GATE_MAX_S = 3600  # darker than a sunset's hour later it does not get; the sensor must be wrong
CLOCKLESS_LX = 10  # dusk without a clock, where lux_gate names no other light
_DAY_S = 86400
_UNIX_2000 = 10957  # Unix day of 2000-01-01
_ZENITHS = {"sunset": SUNSET, "civil_dusk": CIVIL_DUSK}


class Window:
    """Lighting windows, from sunset or civil dusk to a local time, evening by evening.

    No window runs past local midnight, as `end_at` is 23:00 at the latest.

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


class Schedule:
    """Lighting schedule: window and dusk, by the settings without_clock, clockless_h and lux_gate.

    Of all that can be wrong, nothing makes a lit path dark: a sensor that is gone or never sees
    darkness delays the light by an hour at most. `why` is a sentence about the last plan, for the
    log.
    """

    def __init__(self, settings: dict, zone):
        self.why = ""
        self._dusk = DuskDetector(0)
        self._left_s = 0  # of an evening without a clock
        self._opened: int | None = None  # the local date whose evening has begun
        self._was_dark: bool | None = None
        self.configure(settings, zone)

    def configure(self, settings: dict, zone) -> None:
        """Take new settings; an evening that has begun goes on."""
        self._zone = zone
        self._window = Window(settings, zone)
        self._gate = settings["lux_gate"] > 0
        self._by_dusk = settings["without_clock"] == "dusk"
        self._clockless_s = settings["clockless_h"] * 3600
        self._dusk.limit_dl = (settings["lux_gate"] or CLOCKLESS_LX) * 10
        self._left_s = min(self._left_s, self._clockless_s)

    def second(self, lux_dl: "int | None", is_lit: bool) -> bool:
        """Once a second: light outside, and whether the lamp shines; whether to plan anew."""
        if self._left_s > 0:
            self._left_s -= 1
        self._dusk.second(lux_dl, is_lit)
        dark = self._dusk.dark if self._dusk.has_sensor else None
        changed = dark != self._was_dark
        self._was_dark = dark
        return changed

    def plan(self, utc_s: "int | None") -> tuple:
        """(is it open, seconds until that changes), or -1 seconds when no change is known.

        utc_s: None while the time is not known. Holds until `second` asks for a new one, and for
        a minute or more: whoever carries it out counts on by itself.
        """
        if utc_s is None:
            return self._without_clock()
        evening = self._window.next(utc_s)
        if evening is None:
            self.why = "outside its hours"
            return False, NO_CHANGE
        start_utc_s, end_utc_s = evening
        date = self._zone.local(end_utc_s)[0]
        delayed = (
            self._gate and self._opened != date and self._dusk.has_sensor and not self._dusk.dark
        )
        if delayed:
            start_utc_s += GATE_MAX_S
            if start_utc_s >= end_utc_s:
                self.why = "not dark enough yet"
                return False, NO_CHANGE
        if utc_s < start_utc_s:
            held = delayed and utc_s >= evening[0]
            self.why = "not dark enough yet" if held else "outside its hours"
            return False, start_utc_s - utc_s
        self._opened = date
        self.why = "the evening has begun"
        return True, end_utc_s - utc_s

    def rests_s(self, utc_s: "int | None") -> int:
        """For how many seconds, at least, the lamp will not be wanted; 0 when it is, or may be.

        A day at most. Without the time, a light sensor that sees daylight may see dusk at any
        moment, and what it has seen of the day would be lost in a restart.
        """
        if utc_s is None:
            waits = self._by_dusk and self._dusk.has_sensor and not self._dusk.dark
            return 0 if waits or self._left_s > 0 else _DAY_S
        evening = self._window.next(utc_s)
        return _DAY_S if evening is None else min(_DAY_S, max(0, evening[0] - utc_s))

    def _without_clock(self) -> tuple:
        if self._dusk.fell:
            self._dusk.fell = False
            self._left_s = self._clockless_s
        if self._by_dusk and self._left_s > 0:
            self.why = "dusk by the light sensor; the time is not known"
            return True, self._left_s
        self.why = "the time is not known; dark until the hub tells it"
        if self._by_dusk and self._dusk.answered:
            self.why = "the time is not known; dark until dusk, or until the hub tells it"
        return False, NO_CHANGE
