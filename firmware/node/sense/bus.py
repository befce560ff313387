"""I2C devices: what every one on the bus has in common; it may be missing at any time. Pure.

The bus is handed in and is used as `machine.I2C` is; what it raises (OSError: nobody answered,
somebody held the line) ends here.
"""

_PATIENCE = 3  # exchanges that fail in a row before a device counts as missing: a spark is no fault


class Device:
    """One device at one address. `ok`: whether the last exchange went well."""

    def __init__(self, i2c, address: int) -> None:
        self.ok = False
        self._i2c = i2c
        self._address = address
        self._failures = 0

    @property
    def missing(self) -> bool:
        """Whether it has not answered for several exchanges in a row."""
        return self._failures >= _PATIENCE

    def _read(self, register: int, data) -> bool:
        """Fill `data` from the register on; whether that went well."""
        try:
            self._i2c.readfrom_mem_into(self._address, register, data)
        except OSError:
            return self._failed()
        return self._went_well()

    def _write(self, register: int, data) -> bool:
        """Write to the register and those after it; whether that went well."""
        try:
            self._i2c.writeto_mem(self._address, register, data)
        except OSError:
            return self._failed()
        return self._went_well()

    def _went_well(self) -> bool:
        self._failures = 0
        self.ok = True
        return True

    def _failed(self) -> bool:
        self._failures += 1
        self.ok = False
        return False
