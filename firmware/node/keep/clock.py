"""Clock: what time it is, and how far that can be trusted. Pure: the ticks are handed in."""

from node.errors import BadData

UNKNOWN = 0
OWN_RTC = 1
HUB = 2
_HUB_FRESH_MS = 24 * 3600 * 1000  # design: trust 2 is "set by the hub or NTP within the last day"
_FIRST_MS = 1700000000000  # November 2023: older than this firmware, so somebody's clock is not set
_LAST_MS = 4102444800000  # 2100
_STEP_MS = 2000  # below this a new setting is a correction, not another time


class Clock:
    """UTC counted on from the last setting by the board's own ticks.

    ticks_ms() and ticks_diff(new, old) as in MicroPython's `time`. The ticks wrap (at 2**30 ms on
    boards), so any method must be called at least every few days; a node asks several times a
    second.

    floor_s: a Unix time in s that has been before; a clock of the node's own that lies behind it
    has stopped, and is not believed. The hub is: it may have been wrong about the floor.
    """

    def __init__(self, ticks_ms, ticks_diff, floor_s: int = 0) -> None:
        self.floor_s = floor_s
        self._ticks_ms = ticks_ms
        self._ticks_diff = ticks_diff
        self._last_ticks = ticks_ms()
        self._up_ms = 0
        self._offset_ms: int = None  # UTC minus uptime
        self._date_offset_ms: int = None  # the same, but blind to small corrections
        self._trust = UNKNOWN
        self._set_up_ms = 0

    def up_ms(self) -> int:
        """Milliseconds since the clock was made; never goes back."""
        now = self._ticks_ms()
        passed = self._ticks_diff(now, self._last_ticks)
        if passed > 0:
            self._up_ms += passed
            self._last_ticks = now
        return self._up_ms

    def up_s(self) -> int:
        """Whole seconds since the clock was made."""
        return self.up_ms() // 1000

    def utc_ms(self) -> "int | None":
        """Unix time in ms, or None while it is unknown."""
        up_ms = self.up_ms()
        return None if self._offset_ms is None else self._offset_ms + up_ms

    def utc_s(self) -> "int | None":
        """Unix time in s, or None while it is unknown."""
        utc_ms = self.utc_ms()
        return None if utc_ms is None else utc_ms // 1000

    @property
    def trust(self) -> int:
        """UNKNOWN, OWN_RTC, or HUB when the hub set the clock within the last day."""
        if self._trust == HUB and self.up_ms() - self._set_up_ms >= _HUB_FRESH_MS:
            return OWN_RTC
        return self._trust

    def set(self, utc_ms: int, trust: int) -> int:
        """Set the clock; returns by how many ms it stepped (0 the first time).

        A source that is trusted less than the clock is at present changes nothing. BadData when
        the time cannot be: outside 2023-2100, or, unless it is the hub's, behind the floor.
        """
        if not _FIRST_MS <= utc_ms <= _LAST_MS:
            raise BadData("{} ms is no time that this node lives in".format(utc_ms))
        if trust < HUB and utc_ms // 1000 < self.floor_s:
            raise BadData(
                "it is {} s behind a time that has been".format(self.floor_s - utc_ms // 1000)
            )
        up_ms = self.up_ms()
        if trust < self.trust:
            return 0
        offset_ms = utc_ms - up_ms
        step_ms = 0 if self._offset_ms is None else offset_ms - self._offset_ms
        self._offset_ms = offset_ms
        self._trust = trust
        self._set_up_ms = up_ms
        if self._date_offset_ms is None or abs(offset_ms - self._date_offset_ms) > _STEP_MS:
            self._date_offset_ms = offset_ms
        return step_ms

    def date(self, up_s: int) -> "int | None":
        """The Unix time in s at an uptime of this boot, or None while the clock is unknown.

        Small corrections do not move it, so that a record dated twice gets the same date and
        neighbours stay neighbours.
        """
        if self._date_offset_ms is None:
            return None
        return (self._date_offset_ms + up_s * 1000) // 1000
