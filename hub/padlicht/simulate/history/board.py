"""A board in a simulated year: what the firmware asks of one, answered by season and chance."""

from math import cos, pi
from random import Random

RATED_MW = 6000  # the prototype's strip
_YEAR_S = 365.25 * 86_400
_DAY_S = 86_400
_COLDEST_S = 20 * _DAY_S  # after the new year
_MEAN_DC, _SEASON_DC, _DAY_DC = 105, 80, 35  # tenths of a degree: mean, and swings to either side
_BOX_DC = 30  # warmer than the air
_WARMEST_HOUR_S = 13 * 3600  # UTC
_HEAP = 62_000
_SUPPLY_MV = 12_040


class Clock:
    """A clock that the hub has set; `utc_s` is moved on by the node."""

    trust = 2

    def __init__(self, utc_s: int) -> None:
        self.now_s = utc_s
        self._born_s = utc_s

    def utc_s(self) -> int:
        """Unix seconds UTC."""
        return self.now_s

    def up_s(self) -> int:
        """Seconds since this boot."""
        return self.now_s - self._born_s


class NoSensors:
    """A bus with nothing on it: energy is computed from level and rated power."""

    def take_mwh(self) -> None:
        """Nothing is metered."""

    def at_least_dl(self) -> None:
        """Nothing sees how bright it is."""


class Board:
    """Has what roles and recorder ask of a board; nothing it shows or says goes anywhere."""

    name = "sim"
    rated_mw = RATED_MW
    duty_bits = 16
    motion_pin = None
    folder = ""
    journal = None

    def __init__(self, dice: Random) -> None:
        self.sensors = NoSensors()
        self.clock = Clock(0)
        self._dice = dice
        self._far_db = dice.randint(0, 14)

    def set_duty_u16(self, duty: int) -> None:
        """Nobody sees this light."""

    def set_pwm_hz(self, pwm_hz: int) -> None:
        """Nor that it flickers."""

    def lux_dl(self) -> None:
        """There is no light sensor."""

    def rssi(self) -> int:
        """Signal strength in dBm: worse the farther away, and worse on some days."""
        return -56 - self._far_db - self._dice.randrange(7)

    def mv(self) -> int:
        """Supply in millivolts."""
        return _SUPPLY_MV - self._dice.randrange(90)

    def dc(self) -> int:
        """In the box, tenths of a degree Celsius: by season and time of day."""
        utc_s = self.clock.now_s
        season = -cos(2 * pi * (utc_s - _COLDEST_S) / _YEAR_S)
        day = cos(2 * pi * (utc_s % _DAY_S - _WARMEST_HOUR_S) / _DAY_S)
        air = _MEAN_DC + _SEASON_DC * season + _DAY_DC * day
        return round(air) + _BOX_DC + self._dice.randrange(-12, 13)

    def free(self) -> int:
        """Bytes of heap."""
        return _HEAP - 16 * self._dice.randrange(200)

    def stack_left(self) -> None:
        """It has no stack of its own."""

    def ticks_lost(self) -> None:
        """Nobody counts its ticks."""
