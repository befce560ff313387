"""Sensors on a node's I2C bus: which are fitted, and what they say together.

What is fitted is said in node.json, not looked for: one that is fitted and does not answer is a
fault that somebody has to mend, not a node without that sensor. So is a name that nobody here
knows: the lamp runs all the same, and says so.
"""

from node import log

_KNOWN = ("veml7700", "bh1750", "ds3231", "ina219")


class Sensors:
    """names: those that are fitted. Nothing here raises, whatever names are.

    `ambient`, `rtc`, `power`: the driver, or None where there is none. Only what is fitted takes
    memory.
    """

    def __init__(self, i2c, names: tuple = ()) -> None:
        self.fitted = tuple([name for name in names if name in _KNOWN])
        self.ambient = self.rtc = self.power = None
        self._has_unknown = len(self.fitted) < len(names)
        for name in names:
            if name not in _KNOWN:
                log.warn(
                    "sensors: {!r} is none of {}: correct node.json".format(name, ", ".join(_KNOWN))
                )
        if "veml7700" in self.fitted or "bh1750" in self.fitted:
            from node.sense import ambient

            kind = ambient.VEML7700 if "veml7700" in self.fitted else ambient.BH1750
            self.ambient = kind(i2c)
        if "ds3231" in self.fitted:
            from node.sense.rtc import DS3231

            self.rtc = DS3231(i2c)
        if "ina219" in self.fitted:
            from node.sense.power import INA219

            self.power = INA219(i2c)

    def poll(self, elapsed_ms: int) -> None:
        """Once a second: ask every sensor; elapsed_ms since the last time."""
        if self.ambient:
            self.ambient.poll()
        if self.rtc:
            self.rtc.poll()
        if self.power:
            self.power.poll(elapsed_ms)

    def faults(self) -> dict:
        """Each fault that the fitted sensors can have, and whether they have it now."""
        faults = {"sensor_unknown": True} if self._has_unknown else {}
        if self.ambient:
            faults["ambient_missing"] = self.ambient.missing
        if self.rtc:
            faults["rtc_missing"] = self.rtc.missing
            faults["rtc_stopped"] = self.rtc.stopped and not self.rtc.missing
        if self.power:
            faults["power_missing"] = self.power.missing
        return faults

    def lux_dl(self) -> int | None:
        """Ambient light in tenths of a lux, as of the last poll."""
        return self.ambient.lux_dl() if self.ambient else None

    def at_least_dl(self) -> int | None:
        """The same, but from a saturated sensor the end of its scale: dusk needs no more."""
        return self.ambient.at_least_dl() if self.ambient else None

    def saturated(self) -> tuple:
        """What is at the end of its scale, as of the last poll: of "light" and "power"."""
        ends = (("light", self.ambient), ("power", self.power))
        return tuple([name for name, device in ends if device and device.saturated])

    def reversed(self) -> bool:
        """Whether the meter's shunt is wired in reverse, as of the last poll."""
        return self.power is not None and self.power.reversed

    def mv(self) -> int | None:
        """Supply in mV, as of the last poll."""
        return self.power.mv() if self.power else None

    def ma(self) -> int | None:
        """What the lamp draws in mA, as of the last poll."""
        return self.power.ma() if self.power else None

    def dc(self) -> int | None:
        """Temperature in the box, tenths of a degree Celsius, as of the last poll."""
        return self.rtc.dc() if self.rtc else None

    def measure(self) -> tuple | None:
        """(mV, mA) of the lamp's supply, measured now."""
        return self.power.measure() if self.power else None

    def take_mwh(self) -> int | None:
        """Metered mWh since the last call; None when not all of that time was metered."""
        return self.power.take_mwh() if self.power else None

    def rtc_utc_ms(self) -> int | None:
        """The node's own clock, read now, in Unix ms; None when it cannot say."""
        return self.rtc.utc_ms() if self.rtc else None

    def rtc_set_ms(self, utc_ms: int) -> bool:
        """Set the node's own clock; whether it then showed that time."""
        return self.rtc is not None and self.rtc.set(utc_ms)
