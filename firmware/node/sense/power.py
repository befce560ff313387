"""Power meter INA219: what the lamp draws, measured in its supply line. Pure.

Bits as in Texas Instruments' datasheet SBOS448. The shunt's voltage is read as it is, so that no
calibration register has to survive a loss of supply.
"""

from node.sense.bus import Device

_CONFIG = 0  # registers of 16 bits, high byte first
_SHUNT = 1  # 10 uV a step, signed
_SUPPLY = 2  # 4 mV a step from bit 3 on
_WANTED = b"\x3f\xff"  # 32 V, 320 mV, each the mean of 128 samples (68 ms), again and again
_OVERFLOW = 1  # of the chip's own arithmetic, which is not used here
_SHUNT_END = 32000  # 320 mV either way: it stops there, however much more flows
_SUPPLY_END = 8000  # 32 V, likewise
_BACKWARDS = -100  # of the shunt: 1 mV, ten times what the chip's own offset may be
_GAP_MS = 3000  # an interval with a longer hole in it was not metered
_MWH = 3600000000  # in uW times ms


class INA219(Device):
    """The meter, 0x40 to 0x4F by its address pins. `shunt_mohm`: 100 on the usual modules.

    `saturated`: the last reading was at the end of a register: more flows, or is supplied, than it
    can say (from 3.2 A on with 100 milliohms, and from 32 V on). `reversed`: current flowed the
    other way, which no lamp does: the shunt is wired in reverse, and nothing was metered.
    """

    def __init__(self, i2c, address: int = 0x40, shunt_mohm: int = 100) -> None:
        super().__init__(i2c, address)
        self._shunt_mohm = shunt_mohm
        self._config = bytearray(2)
        self._data = bytearray(2)
        self._mv: int | None = None
        self._ma: int | None = None
        self._uw = 0
        self._owed_ms = 0  # time that no good reading stands for yet
        self._whole = False  # no longer hole since the last take
        self.saturated = self.reversed = False
        self._energy = 0  # uW times ms; whole mWh are taken out of it

    def mv(self) -> int | None:
        """Supply in mV as of the last poll; None when it is missing or beyond its range."""
        return self._mv

    def ma(self) -> int | None:
        """Current in mA as of the last poll; None when missing, beyond its range or reversed."""
        return self._ma

    def measure(self) -> tuple | None:
        """(mV, mA), now: the mean of some 140 ms. None when it is missing, has only just come, is
        saturated or reversed."""
        mv, ma = self._look()
        return None if mv is None or ma is None else (mv, ma)

    def poll(self, elapsed_ms: int) -> None:
        """Once a second: measure, and count the energy of the time since the last good reading."""
        self._owed_ms += elapsed_ms
        self._mv, self._ma = self._look()
        if (
            self._owed_ms > _GAP_MS or self.saturated or self.reversed
        ):  # more than what is bridged below
            self._whole = False
        if self._mv is None or self._ma is None:
            return
        if self._owed_ms <= _GAP_MS:
            self._energy += self._uw * self._owed_ms
        self._owed_ms = 0

    def take_mwh(self) -> int | None:
        """mWh since the last call, the rest carried on; None when there was a hole in it."""
        whole = self._whole
        self._whole = self.ok and not self.saturated and not self.reversed
        mwh = self._energy // _MWH
        self._energy %= _MWH
        return mwh if whole else None

    def _look(self) -> tuple:
        """(mV, mA), each None when it cannot be said."""
        self.saturated = self.reversed = False
        if not self._read(_CONFIG, self._config):
            return None, None
        if self._config != _WANTED:
            self._write(_CONFIG, _WANTED)
            return None, None
        supply = self._word(_SUPPLY)
        shunt = None if supply is None else self._word(_SHUNT)
        if shunt is None or supply & _OVERFLOW:
            return None, None
        shunt -= (shunt & 0x8000) << 1
        mv = (supply >> 3) * 4 if supply >> 3 < _SUPPLY_END else None
        # No lamp gives energy back: a little below zero is noise, and more is a reversed shunt.
        ma = max(0, shunt) * 10 // self._shunt_mohm if abs(shunt) < _SHUNT_END else None
        self.saturated = mv is None or ma is None
        if _BACKWARDS > shunt > -_SHUNT_END:
            self.reversed, ma = True, None
        if mv is not None and ma is not None:
            self._uw = mv * max(0, shunt) * 10 // self._shunt_mohm
        return mv, ma

    def _word(self, register: int) -> int | None:
        if not self._read(register, self._data):
            return None
        return self._data[0] << 8 | self._data[1]
