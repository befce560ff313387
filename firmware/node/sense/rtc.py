"""Real-time clock DS3231: a coin cell keeps it through years without power. Pure.

It keeps UTC, 24 hours, in whole seconds. Registers as in Maxim's datasheet 19-5170.
"""

from node.keep import zone
from node.sense.bus import Device

_TIME = 0x00  # seconds, minutes, hours, weekday, day, month and century, year; BCD
_CONTROL = 0x0E
_STATUS = 0x0F
_STOPPED = 0x80  # in the status: its oscillator stood still, so what it says is no time
_ALL = 0x13  # registers, the thermometer being the last two of them
_TEMPERATURE = 0x11  # whole degrees with sign, then quarters in the two top bits
_COLDEST_DC, _HOTTEST_DC = -400, 850  # what the chip is made for: beyond, it is no temperature
_CENTURY = 0x80  # in the month: years from 2100 on
_SET = b"\x04\x00"  # no alarms, no 32 kHz, the oscillator runs on the cell too; nothing stopped
_DAY_S = 86400
_UNIX_DAY_2000 = 10957


class DS3231(Device):
    """The clock at 0x68. `stopped`: it answers, but was never set or has lost the time."""

    def __init__(self, i2c, address: int = 0x68) -> None:
        super().__init__(i2c, address)
        self.stopped = False
        self._data = bytearray(_ALL)
        self._dc: int | None = None

    def poll(self) -> None:
        """Now and then: see that it is there and runs."""
        self.utc_ms()

    def utc_ms(self) -> int | None:
        """Unix milliseconds, in the middle of the second that it shows; None when it cannot say.

        Right to half a second, and another half since `set`.
        """
        data = self._data
        self._dc = None
        if not self._read(_TIME, data):
            return None
        sign = data[_TEMPERATURE] - ((data[_TEMPERATURE] & 0x80) << 1)
        dc = (sign * 4 + (data[_TEMPERATURE + 1] >> 6)) * 10 // 4
        self._dc = dc if _COLDEST_DC <= dc <= _HOTTEST_DC else None
        utc_s = None if data[_STATUS] & _STOPPED else _seconds(data)
        self.stopped = utc_s is None
        return None if utc_s is None else utc_s * 1000 + 500

    def dc(self) -> int | None:
        """Tenths of a degree Celsius within the node's box, as of the last reading; None when there
        was none, or one beyond what the chip is made for (-40 to 85)."""
        return self._dc

    def set(self, utc_ms: int) -> bool:
        """Set it to the nearest second, from 2000 to 2199; whether it then showed that.

        Writing the seconds begins a new one: right after a second has begun it is most exact.
        """
        utc_s = (utc_ms + 500) // 1000
        days, second = utc_s // _DAY_S - _UNIX_DAY_2000, utc_s % _DAY_S
        year, month, day = zone.civil(days)
        if not 2000 <= year <= 2199:
            return False
        time = bytes(
            (
                _bcd(second % 60),
                _bcd(second // 60 % 60),
                _bcd(second // 3600),
                (days + 5) % 7 + 1,  # 1 is Monday; nothing here reads it
                _bcd(day),
                _bcd(month) | (_CENTURY if year >= 2100 else 0),
                _bcd(year % 100),
            )
        )
        if not (self._write(_TIME, time) and self._write(_CONTROL, _SET)):
            return False
        shown_ms = self.utc_ms()
        return shown_ms is not None and 0 <= shown_ms // 1000 - utc_s <= 1


def _seconds(data) -> int | None:
    """Unix seconds from the registers; None when they hold no date, as after a first start."""
    second = _number(data[0], 0, 59)
    minute = _number(data[1], 0, 59)
    hour = _number(data[2], 0, 23)  # the bit for 12 hours makes this too big
    day = _number(data[4], 1, 31)
    month = _number(data[5] & ~_CENTURY, 1, 12)
    year = _number(data[6], 0, 99)
    if None in (second, minute, hour, day, month, year):
        return None
    year += 2100 if data[5] & _CENTURY else 2000
    days = zone.days(year, month, day)
    if zone.civil(days) != (year, month, day):
        return None  # the 31st of a month that has 30
    return (days + _UNIX_DAY_2000) * _DAY_S + hour * 3600 + minute * 60 + second


def _number(bcd: int, low: int, high: int) -> int | None:
    number = (bcd >> 4) * 10 + (bcd & 15)
    return number if bcd & 15 <= 9 and low <= number <= high else None


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10
