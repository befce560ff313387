"""Hardware that all real boards share: lamp, radar, sensors, Wi-Fi, timer, watchdog, by pin map.

Of what node.json says, this reads besides the rest: `wifi_ssid`, `wifi_password`, `wifi_country`
(NL), `rated_mw` (6000), `sensors` (a list), `motion` ("radar" when its OUT is wired, "pir", or
absent), `sensor` ("beams" for a counter with a beam pair).
"""

# mypy: ignore-errors
# The stubs are those of a PC's MicroPython, which has no pins; the tests bring a machine.

import asyncio
import gc
import os
import time

import machine
import micropython
import network

from boards.ticks import Ticks
from node import log
from node.keep import files
from node.link import tls
from node.link.reasons import LinkError
from node.link.wifi import Wifi
from node.sense.sensors import Sensors

try:
    import _stack  # in C, in our own images only
except ImportError:
    _stack = None

RATED_MW = 6000  # what the prototype's strip draws at full light
UART_BAUD = 256000  # both radars
UART_BUFFER = 2048  # bytes: over six seconds of frames, longer than a TLS handshake computes
I2C_HZ = 100000  # what a metre of cable in a post still carries
WATCHDOG_MS = 8000  # the rp2 can wait for 8388 ms at most
NOTE = "/reboot"  # left behind by reset(): the rp2 itself takes its own reset for a watchdog's
NOTE_BYTES = 14  # of a note with a time in it: 13 digits until the year 2286, and a new line
RESET_MS = 2000  # from reset() to the application's first question for the time, about
BLINKS = 20
BLINK_MS = 250


class Radar:
    """A radar on a UART."""

    settable = True

    def __init__(self, uart):
        self._uart = uart
        self._reader = asyncio.StreamReader(uart)

    async def read(self, n: int) -> bytes:
        """Up to n bytes, at least one; waits as long as the radar says nothing."""
        return await self._reader.read(n)

    async def write(self, data: bytes) -> None:
        """A command; the UART's own buffer holds a whole one."""
        self._uart.write(data)


class Board:
    """What the node needs of a board. A kind of board gives `name`, pins and what differs."""

    name = ""
    interval_s = None
    journal = None
    tests_itself = True
    pwm_clock_hz = 0  # what the PWM counts
    pwm_max_bits = 16  # and how far it can count

    def __init__(self, pins: dict, folder: str, identity: dict):
        # First of all the lamp, dark: from here on no pin of the driver floats.
        self._pwm = machine.PWM(machine.Pin(pins["lamp"]), freq=2000, duty_u16=0)
        self.set_duty_u16 = self._pwm.duty_u16
        self.duty_bits = self._bits(2000)
        self.folder = folder
        self.identity = identity
        self.rated_mw = identity.get("rated_mw", RATED_MW)
        self._pins = pins
        self._timer = None
        self._led = None
        self._ticks = None
        if _stack:
            _stack.paint()
        micropython.alloc_emergency_exception_buf(100)  # a tick that fails cannot allocate one
        names = identity.get("sensors") or ()
        names = names if isinstance(names, (list, tuple)) else (names,)  # said as unknown
        i2c = self._i2c() if names else None
        self.sensors = Sensors(i2c, names)
        self.motion_pin = self._motion(identity.get("motion"))
        self.beams = None
        if identity.get("sensor") == "beams":
            self.beams = (self._input("beam_a", True).value, self._input("beam_b", True).value)
        ssid, password = identity.get("wifi_ssid"), identity.get("wifi_password")
        self.wifi = Wifi(self._radio, ssid, password)
        self._kept_utc_ms = None
        self._reset_cause = self._read_cause()

    def _radio(self):
        network.hostname(self.identity["node"])
        network.country(self.identity.get("wifi_country", "NL"))
        return network.WLAN(network.WLAN.IF_STA)

    def _i2c(self):
        pins = self._pins
        sda, scl = machine.Pin(pins["sda"]), machine.Pin(pins["scl"])
        return machine.I2C(pins["i2c"], sda=sda, scl=scl, freq=I2C_HZ)

    def _input(self, name, up):
        pull = machine.Pin.PULL_UP if up else machine.Pin.PULL_DOWN
        return machine.Pin(self._pins[name], machine.Pin.IN, pull)

    def _motion(self, kind):
        if kind is None:
            return None
        level = self._input("motion", False).value  # bound once: the tick must not allocate
        if kind == "pir":
            from node.sense.pir import Pir

            return Pir(level)
        return level

    def _bits(self, hz):
        """How many bits of duty the PWM has at a frequency."""
        steps = self.pwm_clock_hz // hz
        bits = 0
        while bits < self.pwm_max_bits and steps >> bits + 1:
            bits += 1
        return bits

    async def open_link(self) -> tuple:
        """(reader, writer) to the broker over mutual TLS, when the Wi-Fi is there."""
        keys = [self._key(name) for name in ("ca.der", "cert.der", "key.der")]
        await self.wifi.ready()
        identity = self.identity
        return await tls.open_tls(
            identity["broker_host"], identity["broker_port"], identity["broker_name"], *keys
        )

    def _key(self, name):
        try:
            with open(self.folder + "/" + name, "rb") as file:
                return file.read()
        except OSError as error:  # no fault of the radio, nor of the way
            raise LinkError("{} cannot be read ({})".format(name, error), answered=True)

    async def radar(self):
        """The radar on its UART."""
        pins = self._pins
        return Radar(
            machine.UART(
                pins["uart"],
                UART_BAUD,
                tx=machine.Pin(pins["radar_tx"]),
                rx=machine.Pin(pins["radar_rx"]),
                rxbuf=UART_BUFFER,
            )
        )

    def start_ticks(self, callback, period_ms: int = 20) -> None:
        """Call `callback()` every period_ms from a timer, whatever else the board is doing."""

        self._ticks = Ticks(callback, period_ms)
        self._timer = self._make_timer(period_ms, self._ticks.tick)

    def _make_timer(self, period_ms, tick):
        raise NotImplementedError

    @property
    def tick_gap_ms(self) -> int:
        """The longest time between two ticks since they began."""
        return self._ticks.gap_ms if self._ticks else 0

    def ticks_lost(self) -> tuple:
        """(failed, missing, the last error) of the ticks since this was asked last."""
        return self._ticks.lost() + (self._ticks.error,) if self._ticks else (0, 0, None)

    def stack_left(self) -> int | None:
        """Bytes of the stack that were never used since the start; None when nobody can tell."""
        return _stack.left() if _stack else None

    def set_pwm_hz(self, hz: int) -> None:
        """How often the lamp's driver switches; the duty stays."""
        self._pwm.freq(hz)
        self.duty_bits = self._bits(hz)

    def rtc_utc_ms(self) -> int | None:
        """The board's own clock in Unix ms; None without one that can be believed.

        Without one, the first to ask after a reset() gets the time that was kept over it.
        """
        kept_utc_ms, self._kept_utc_ms = self._kept_utc_ms, None
        utc_ms = self.sensors.rtc_utc_ms()
        return kept_utc_ms if utc_ms is None else utc_ms

    def rtc_set_ms(self, utc_ms: int) -> bool:
        """Set the board's own clock; whether that went well."""
        return self.sensors.rtc_set_ms(utc_ms)

    def rssi(self) -> int | None:
        """Wi-Fi signal in dBm."""
        return self.wifi.rssi()

    def mv(self) -> int | None:
        """Supply voltage in mV."""
        return self.sensors.mv()

    def dc(self) -> int | None:
        """Temperature in tenths of a degree Celsius."""
        return self.sensors.dc()

    def lux_dl(self) -> int | None:
        """Ambient light in tenths of a lux."""
        return self.sensors.lux_dl()

    def free(self) -> int:
        """Bytes of heap that are free after a collection: before one, it depends on the last."""
        gc.collect()
        return gc.mem_free()

    def start_watchdog(self):
        """Its `feed`. From now on it restarts a board that does not feed it for 8 s."""
        return machine.WDT(timeout=WATCHDOG_MS).feed

    def identify(self) -> None:
        """Blink the LED for ten seconds; the light of the path is nobody's signal."""
        log.info("board: here I am, " + self.identity["node"])
        if self._led is None:
            self._led = machine.Pin(self._pins["led"], machine.Pin.OUT)
        asyncio.create_task(self._blink())

    async def _blink(self):
        for number in range(2 * BLINKS):
            self._led.value(1 - number % 2)
            await asyncio.sleep_ms(BLINK_MS)

    def reset_cause(self) -> str:
        """Why this boot happened: `power`, `reboot`, `watchdog` or `unknown`."""
        return self._reset_cause

    def _read_cause(self):
        note = files.read(self.folder + NOTE)
        cause = machine.reset_cause()
        try:
            os.remove(self.folder + NOTE)
            # Power that went right then may have been away for days.
            if cause != machine.PWRON_RESET and _is_time(note):
                self._kept_utc_ms = int(note) + RESET_MS
            return "reboot"
        except OSError:
            pass  # no note: nobody asked for this start
        if cause == machine.WDT_RESET:
            return "watchdog"
        return "power" if cause == machine.PWRON_RESET else "unknown"

    def reset(self, utc_ms: int | None = None) -> None:
        """Restart the board; never returns. utc_ms: the time now, which the next start takes up."""
        try:
            with open(self.folder + NOTE, "w") as file:
                if utc_ms is not None:
                    file.write("{}\n".format(utc_ms))
        except OSError:
            pass  # then the next start takes it for the watchdog
        time.sleep_ms(100)  # the console's last words
        machine.reset()


def _is_time(note):
    """Whether a note is a whole line with a time; what damage left of one is none."""
    return (
        note is not None
        and len(note) == NOTE_BYTES
        and note.endswith(b"\n")
        and note[:-1].isdigit()
    )
