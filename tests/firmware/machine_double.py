"""A `machine` and a `network` that write down what is built of them: boards without a board."""

import asyncio
import sys

import micropython

from node import log
from node.errors import TryAgain

built = []  # (what, arguments, keywords), in order


class Part:
    """Something of the hardware; remembers how it was made and what was done to it."""

    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs
        self.calls = []
        built.append((type(self).__name__, args, kwargs))


class Pin(Part):
    """A pin that is low."""

    IN, OUT, PULL_UP, PULL_DOWN = "in", "out", "up", "down"
    level = 0

    def value(self, *level):
        """Read it, or set it."""
        if level:
            self.calls.append(level[0])
        return self.level


class PWM(Part):
    """The lamp's."""

    def duty_u16(self, duty):
        """Set the duty."""
        self.calls.append(duty)

    def freq(self, hz):
        """Set the frequency."""
        self.calls.append(("freq", hz))


class Timer(Part):
    """One that only an old MicroPython lacks `hard` of."""

    PERIODIC = "periodic"
    knows_hard = True

    def __init__(self, *args, **kwargs):
        if "hard" in kwargs and not Timer.knows_hard:
            raise TypeError("unexpected keyword argument 'hard'")
        super().__init__(*args, **kwargs)


class UART(Part):
    """The radar's."""

    def write(self, data):
        """Take it all."""
        self.calls.append(data)


class I2C(Part):
    """A bus on which nobody answers."""

    def readfrom_mem_into(self, *args):
        raise OSError(19)

    readfrom_into = writeto = writeto_mem = readfrom_mem_into


class WDT(Part):
    """A watchdog."""

    def feed(self):
        """Nothing bites here."""


class WLAN(Part):
    """A radio that needs `looks` looks to join, and says `says` until then."""

    IF_STA = "station"
    PM_NONE = 0
    looks = 2
    says = 1
    dead = False

    def isconnected(self):
        """Whether it says so."""
        if self.dead:
            raise OSError(5)
        if ("connect", ("park", "secret")) not in self.calls:
            return False
        self.looks -= 1
        return self.looks < 0

    def active(self, on):
        """Up or down; down forgets the network."""
        if not on:
            self.calls.clear()
        self.calls.append("active" if on else "off")

    def config(self, **settings):
        """Remember; as the rp2's, it knows nothing of `reconnects`."""
        if "reconnects" in settings:
            raise ValueError("unknown config param")
        self.calls.append(("config", settings))

    def connect(self, *network):
        """Begin to join."""
        self.calls.append(("connect", network))

    def disconnect(self):
        """Leave."""
        self.calls.append("disconnect")

    def status(self, what=None):
        """The state, or the signal."""
        return -61 if what == "rssi" else self.says


class Machine:
    """The module."""

    Pin, PWM, Timer, UART, I2C, WDT = Pin, PWM, Timer, UART, I2C, WDT
    PWRON_RESET, HARD_RESET, WDT_RESET = 1, 2, 3
    cause = PWRON_RESET
    resets = 0

    def reset_cause(self):
        """Why it started."""
        return self.cause

    def reset(self):
        """Count it."""
        self.resets += 1


class Network:
    """The module."""

    WLAN = WLAN

    def hostname(self, name):
        """Remember."""
        built.append(("hostname", (name,), {}))

    def country(self, code):
        """Remember."""
        built.append(("country", (code,), {}))


class Micropython:
    """The module, of which a PC's build lacks the one function that boards need."""

    heap_lock = staticmethod(micropython.heap_lock)
    heap_unlock = staticmethod(micropython.heap_unlock)

    def alloc_emergency_exception_buf(self, size):
        """Remember."""
        built.append(("emergency", (size,), {}))


machine = Machine()
sys.modules["micropython"] = Micropython()
sys.modules["machine"] = machine
sys.modules["network"] = Network()


def in_no_time(work):
    """Run it with a clock that does not wait; what it said, or the reason why it could not."""
    said, warn, info = [], log.warn, log.info
    log.warn = log.info = said.append
    sleep, asyncio.sleep_ms = asyncio.sleep_ms, lambda ms: sleep(0)
    try:
        asyncio.run(work)
    except TryAgain as error:
        said.append(str(error))
    finally:
        log.warn, log.info, asyncio.sleep_ms = warn, info, sleep
    return said
