"""The lifeline finds board, clock and sky by itself, whatever files are left to tell it of them."""

import json
import sys
import time

from scratch import Folder, write

import lifeline
from boards import pins
from lifeline import DAY_DL, DUSK_DL, HALF_DAY_S, MACHINES, PINS, UNTOLD, Hardware
from node.keep import settings

_NOTE = {"board": "pico_w", "duty": 13107, "dusk_h": 3, "evenings": [[1795224600, 1795242600]]}


def test_its_pins_are_those_of_the_boards():
    """It has its own table, because it imports nothing of the application; the two agree."""
    for name, data in (
        ("pico_w", pins.PICO),
        ("pico2_w", pins.PICO),
        ("esp32_s3", pins.ESP32_S3),
    ):
        assert PINS[name] == (data["lamp"], data["i2c"], data["sda"], data["scl"]), name


def test_it_knows_each_board_by_what_its_image_says():
    """Words as the ports' images have them; a PC, or a board that is none of ours, is nobody."""
    for words, name in (
        ("Raspberry Pi Pico W with RP2040", "pico_w"),
        ("Raspberry Pi Pico 2 W with RP2350", "pico2_w"),
        ("Generic ESP32S3 module with ESP32S3", "esp32_s3"),
        ("Generic ESP32S3 module with Octal-SPIRAM with ESP32S3", "esp32_s3"),
        ("Raspberry Pi Pico with RP2040", None),
        ("linux [GCC 14.2.0] version", None),
    ):
        with Image(words):
            assert lifeline.this_board() == name, words
    assert sorted(MACHINES.values()) == sorted(PINS)


class Image:
    """A module `sys` of an image for some machine."""

    def __init__(self, machine):
        self.implementation = self
        self._machine = machine

    def __enter__(self):
        lifeline.sys = self

    def __exit__(self, *_):
        lifeline.sys = sys


def test_a_lamp_without_files_lights_from_dusk():
    """No file system, so neither a name nor a word of the application: as it would unasked."""
    values = settings.defaults()
    assert UNTOLD["duty"] == 65535 * values["base_pct"] // 100
    assert (UNTOLD["dusk_h"], values["without_clock"]) == (values["clockless_h"], "dusk")
    with Image("Raspberry Pi Pico W with RP2040"):
        line = _run("/nowhere", Bus(0x10), 1, 0)
    lux = [DAY_DL + 1] * 10 + [DUSK_DL - 1] * (4 * 3600)
    lit = [line.duty(up_s, lux_dl) for up_s, lux_dl in enumerate(lux)]
    assert sum(lit) == 3 * 3600 * 13107


def test_files_that_say_nonsense_are_as_good_as_none():
    """A board that is no name, or a name that is no board's, is looked up in the image."""
    for junk in (b'{"board":["x"]}', b'{"board":"pico"}', b"[1]", b"{", b"\xff"):
        with Folder() as folder, Image("Raspberry Pi Pico W with RP2040"):
            write(folder + "/node.json", junk)
            assert _run(folder, Bus(), 1, 0).base == UNTOLD["duty"], junk


def test_a_counter_without_a_word_lights_nothing():
    """Where node.json says that there is no lamp, its pin stays dark."""
    with Folder() as folder:
        write(folder + "/node.json", b'{"board":"pico_w","role":"counter"}')
        assert _run(folder, Bus(), 1, 0).base == 0


class Bus:
    """An I2C bus with a DS3231, a VEML7700 and a BH1750, or fewer."""

    def __init__(self, *here):
        self.here = here
        self.status = 0
        self.time = b"\x56\x34\x12\x04\x12\x11\x26"  # 12 November 2026, 12:34:56

    def writeto_mem(self, address, register, data):
        self._ask(address)

    def writeto(self, address, data):
        self._ask(address)

    def readfrom(self, address, count):
        self._ask(address)
        return b"\x01\x20"

    def readfrom_mem(self, address, register, count):
        self._ask(address)
        if address == 0x10:
            return b"\x40\x01"
        return bytes([self.status]) if register == 0x0F else self.time

    def _ask(self, address):
        if address not in self.here:
            raise OSError(19)


class Machine:
    """A module `machine` with just what the lifeline asks of one."""

    PWRON_RESET = 1

    def __init__(self, bus, cause):
        self._bus = bus
        self._cause = cause
        self.duties = []

    def reset_cause(self):
        return self._cause

    def Pin(self, number):
        return number

    def PWM(self, pin):
        assert pin == 15
        self.freq = lambda hz: None
        self.duty_u16 = self.duties.append
        return self

    def I2C(self, bus, sda, scl, freq=400000):
        assert (bus, sda, scl) == (0, 8, 9)
        self.i2c_hz = freq
        return self._bus


def test_its_bus_is_as_slow_as_the_applications():
    """100 kHz, which a metre of cable in a post still carries; unasked, the ports take 400."""
    machine = Machine(Bus(), 1)
    Hardware(PINS["pico_w"], machine)
    assert machine.i2c_hz == 100000


def _hardware(bus):
    return Hardware(PINS["pico_w"], Machine(bus, 1))


def test_it_reads_the_clock_and_the_sky_itself():
    """DS3231, VEML7700 and BH1750 without the application's drivers; what is not there is None."""
    hardware = _hardware(Bus(0x68, 0x10, 0x23))
    assert hardware.rtc_utc_s() == 1794486896
    assert hardware.lux_dl() == 1720
    assert _hardware(Bus(0x23)).lux_dl() == 2400
    nothing = _hardware(Bus())
    assert nothing.lux_dl() is None and nothing.rtc_utc_s() is None
    stopped = Bus(0x68)
    stopped.status = 0x80
    assert _hardware(stopped).rtc_utc_s() is None


def _run(folder, bus, cause, wanted=3):
    """What `run` on a Pico W hands to `live`: the Unix time that it believes in, or, as number 0,
    the lifeline itself."""
    machine = Machine(bus, cause)
    real = sys.modules.get("machine")
    sys.modules["machine"] = machine
    live, lifeline.live = lifeline.live, lambda *args: found.append(args[wanted])
    found = []
    try:
        lifeline.run(folder)
    finally:
        lifeline.live = live
        if real:
            sys.modules["machine"] = real
        else:
            del sys.modules["machine"]
    assert machine.duties[0] == 0
    return found[0]


def test_it_believes_a_clock_then_the_floor_then_nobody():
    """A DS3231 that is not behind the floor; the floor after a reset without power loss; else the
    time is not known."""
    with Folder() as folder:
        write(folder + "/lifeline.json", json.dumps(_NOTE).encode())
        write(folder + "/floor", b"1794486000\n")
        assert _run(folder, Bus(0x68), 1) == 1794486896
        assert _run(folder, Bus(), 3) == 1794486000
        assert _run(folder, Bus(), 1) is None
        write(folder + "/floor", b"1799999999\n")
        assert _run(folder, Bus(0x68), 1) is None


def test_a_board_that_it_does_not_know_waits():
    """Without a known lamp there is nothing to do but to give the application its next try."""
    naps = []
    with Folder() as folder:
        write(folder + "/node.json", b'{"board":"sim"}')
        lifeline.time = Naps(naps)
        try:
            lifeline.run(folder)
        finally:
            lifeline.time = time
    assert naps == [HALF_DAY_S]


class Naps:
    """A module `time` in which nobody really sleeps."""

    def __init__(self, naps):
        self.sleep = naps.append
