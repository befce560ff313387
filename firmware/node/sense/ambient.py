"""Ambient light sensors: VEML7700 or BH1750 on the I2C bus. Pure.

Both are polled once a second, which is longer than either takes to measure; between polls the last
value stands. Whether the lamp's own light was in it is the caller's to know.

A sensor at the end of its scale gives no reading, but says that it is bright: at least so much.
"""

from node.sense.bus import Device

# VEML7700, registers of 16 bits, low byte first; bits as in Vishay's application note 84323.
_CONFIG = 0
_LIGHT = 4
# (configuration, lux per 10 000 counts): up to 4.4 klx with gain 1/4 and 400 ms, which is linear
# where dusk is, and up to 140 klx with gain 1/8 and 25 ms. The datasheet's 0.0036 lx per count
# was withdrawn in 2023 for 0.0042.
_DIM = (0x1880, 672)
_BRIGHT = (0x1300, 21504)
_TOO_MANY = 60000  # counts in the dim range: 4 klx
_TOO_FEW = 500  # counts in the bright range: 1.1 klx, well within the dim one

_ALL = 65535  # counts: either stops there, however bright it is
_ONCE = b"\x21"  # BH1750: measure once in steps of half a lux, then sleep


class Ambient(Device):
    """What both have in common. `saturated`: the last value is the end of its scale."""

    def __init__(self, i2c, address: int) -> None:
        super().__init__(i2c, address)
        self.saturated = False
        self._light_dl: int | None = None
        self._data = bytearray(2)

    def lux_dl(self) -> int | None:
        """Tenths of a lux as of the last poll; None when it is missing, has only just come, or is
        saturated."""
        return None if self.saturated else self._light_dl

    def at_least_dl(self) -> int | None:
        """The same, but when it is saturated the end of its scale: so bright it is at least."""
        return self._light_dl

    def _say(self, light_dl: int | None, saturated: bool = False) -> None:
        self._light_dl = light_dl
        self.saturated = saturated


class VEML7700(Ambient):
    """Vishay's sensor, 0x10. From 0.07 lx to 140 klx; above 1 klx it reads up to a tenth low."""

    def __init__(self, i2c, address: int = 0x10) -> None:
        super().__init__(i2c, address)
        self._range = _BRIGHT

    def poll(self) -> None:
        """Once a second. One that lost its supply has forgotten its configuration, and gets it."""
        config = self._word(_CONFIG)
        if config != self._range[0]:
            self._say(None)
            if config is not None:
                self._use(_BRIGHT)
            return
        counts = self._word(_LIGHT)
        if counts is None:
            self._say(None)
            return
        self._say(counts * self._range[1] // 1000, counts == _ALL)
        if self._range is _DIM and counts > _TOO_MANY:
            self._use(_BRIGHT)
        elif self._range is _BRIGHT and counts < _TOO_FEW:
            self._use(_DIM)

    def _use(self, wanted) -> None:
        if self._write(_CONFIG, bytes((wanted[0] & 255, wanted[0] >> 8))):
            self._range = wanted

    def _word(self, register: int) -> int | None:
        if not self._read(register, self._data):
            return None
        return self._data[0] | self._data[1] << 8


class BH1750(Ambient):
    """Rohm's sensor, 0x23 or, with ADDR high, 0x5C. From 0.4 lx to 27 klx."""

    def __init__(self, i2c, address: int = 0x23) -> None:
        super().__init__(i2c, address)
        self._asked = False

    def poll(self) -> None:
        """Once a second: read what was measured since the last time, ask for the next."""
        self._say(None)
        try:
            if self._asked:
                self._i2c.readfrom_into(self._address, self._data)
                counts = self._data[0] << 8 | self._data[1]
                self._say(counts * 25 // 6, counts == _ALL)  # 2.4 counts to the lux
            self._i2c.writeto(self._address, _ONCE)
        except OSError:
            self._say(None)
            self._asked = self._failed()
        else:
            self._asked = self._went_well()
