"""Power meter INA219: what the lamp draws, measured in its supply line. Pure.

Bits as in Texas Instruments' datasheet SBOS448. The shunt's voltage is read as it is, so that no
calibration register has to survive a loss of supply.
"""

from node.sense.bus import Device

_CONFIG = 0  # registers of 16 bits, high byte first
_SHUNT = 1  # 10 uV a step, signed
_SUPPLY = 2  # 4 mV a step from bit 3 on
_WANTED = b"\x3f\xff"  # 32 V, 320 mV, each the mean of 128 samples (68 ms), again and again
_OVERFLOW = 1
_GAP_MS = 3000  # an interval with a longer hole in it was not metered
_MWH = 3600000000  # in uW times ms


class INA219(Device):
    """The meter, 0x40 to 0x4F by its address pins. `shunt_mohm`: 100 on the usual modules."""

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
        self._energy = 0  # uW times ms; whole mWh are taken out of it

    def mv(self) -> int | None:
        """Supply in mV as of the last poll; None when it is missing."""
        return self._mv

    def ma(self) -> int | None:
        """Current in mA as of the last poll; None when it is missing."""
        return self._ma

    def measure(self) -> tuple | None:
        """(mV, mA), now: the mean of some 140 ms. None when it is missing or has only just come."""
        if not self._read(_CONFIG, self._config):
            return None
        if self._config != _WANTED:
            self._write(_CONFIG, _WANTED)
            return None
        supply = self._word(_SUPPLY)
        shunt = None if supply is None else self._word(_SHUNT)
        if shunt is None or supply & _OVERFLOW:
            return None
        if shunt >= 0x8000:
            shunt = 0  # no lamp gives energy back: noise about zero, or a shunt wired in reverse
        mv = (supply >> 3) * 4
        self._uw = mv * shunt * 10 // self._shunt_mohm
        return mv, shunt * 10 // self._shunt_mohm

    def poll(self, elapsed_ms: int) -> None:
        """Once a second: measure, and count the energy of the time since the last good reading."""
        self._owed_ms += elapsed_ms
        reading = self.measure()
        if self._owed_ms > _GAP_MS:
            self._whole = False
        if reading is None:
            self._mv = self._ma = None
            return
        self._mv, self._ma = reading
        if self._owed_ms <= _GAP_MS:
            self._energy += self._uw * self._owed_ms
        self._owed_ms = 0

    def take_mwh(self) -> int | None:
        """mWh since the last call, the rest carried on; None when there was a hole in it."""
        whole = self._whole
        self._whole = self.ok
        mwh = self._energy // _MWH
        self._energy %= _MWH
        return mwh if whole else None

    def _word(self, register: int) -> int | None:
        if not self._read(register, self._data):
            return None
        return self._data[0] << 8 | self._data[1]
