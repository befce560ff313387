"""When the lamp gives light: its window, dusk by a light sensor, and what holds without a clock.

Pure: time and readings are handed in. Of all that can be wrong, nothing makes a lit path dark: a
sensor that is gone or never sees darkness delays the light by an hour at most.
"""

from node.light.gate import Dusk
from node.light.lamp import NO_CHANGE
from node.light.window import Window

GATE_MAX_S = 3600  # darker than a sunset's hour later it does not get; the sensor must be wrong
CLOCKLESS_LX = 10  # dusk without a clock, where lux_gate names no other light


class Hours:
    """Joins Window and Dusk by the settings without_clock, clockless_h and lux_gate.

    `why` is a sentence about the last plan, for the log.
    """

    def __init__(self, settings: dict, zone):
        self.why = ""
        self._dusk = Dusk(0)
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
        dark = self._dusk.dark if self._dusk.heard else None
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
        delayed = self._gate and self._opened != date and self._dusk.heard and not self._dusk.dark
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

    def _without_clock(self) -> tuple:
        if self._dusk.fell:
            self._dusk.fell = False
            self._left_s = self._clockless_s
        if self._by_dusk and self._left_s > 0:
            self.why = "dusk by the light sensor; the time is not known"
            return True, self._left_s
        self.why = "the time is not known; dark until the hub tells it"
        if self._by_dusk and self._dusk.speaks:
            self.why = "the time is not known; dark until dusk, or until the hub tells it"
        return False, NO_CHANGE
