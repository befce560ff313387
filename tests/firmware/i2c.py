"""An I2C bus with made-up devices on it, used as `machine.I2C` is.

It runs on MicroPython too.
"""


class Bus:
    """devices: address -> Registers or Talker. One that is taken off answers as an empty address
    does."""

    def __init__(self, **devices):
        self.devices = {}
        for name, device in devices.items():
            self.devices[int(name[1:], 16)] = device

    def _device(self, address):
        if address not in self.devices:
            raise OSError(5)  # EIO, as a port says when nobody acknowledges
        return self.devices[address]

    def readfrom_mem_into(self, address, register, buffer):
        data = self._device(address).read(register, len(buffer))
        for i in range(len(buffer)):
            buffer[i] = data[i]

    def writeto_mem(self, address, register, data):
        self._device(address).write(register, bytes(data))

    def readfrom_into(self, address, buffer):
        data = self._device(address).talk(len(buffer))
        for i in range(len(buffer)):
            buffer[i] = data[i]

    def writeto(self, address, data):
        self._device(address).listen(bytes(data))


class Registers:
    """A device with `width` bytes to each register number; reads run on into the next ones."""

    def __init__(self, width, values):
        self.width = width
        self.values = dict(values)
        self.writes = []

    def read(self, register, count):
        data = b""
        while len(data) < count:
            data += self.values.get(register, b"\x00" * self.width)
            register += 1
        return data[:count]

    def write(self, register, data):
        self.writes.append((register, data))
        for at in range(0, len(data), self.width):
            self.values[register] = data[at : at + self.width]
            register += 1


class Noise:
    """A device that answers with chance, with its registers, or with one of them changed, and at
    times not at all."""

    def __init__(self, chance, registers=None):
        self.chance = chance
        self.registers = registers

    def read(self, register, count):
        self._fail()
        if self.registers is None or self.chance.below(2):
            return bytes([self.chance.below(256) for _ in range(count)])
        data = bytearray(self.registers.read(register, count))
        if self.chance.below(2):
            data[self.chance.below(count)] = self.chance.below(256)
        return bytes(data)

    def write(self, register, data):
        self._fail()
        if self.registers is not None:
            self.registers.write(register, data)
            del self.registers.writes[:]

    def talk(self, count):
        return self.read(0, count)

    def listen(self, data):
        self._fail()

    def _fail(self):
        if self.chance.below(5) == 0:
            raise OSError((5, 19, 110)[self.chance.below(3)])
