"""Lifeline, the fallback when nothing else works: base light in the evenings, and nothing more.

It imports nothing of the application and needs no network. What it knows was left for it by an
application that still ran: `lifeline.json` (node/lifeline_file.py) with the coming evenings,
`floor` (node/keep/timekeeper.py) with a time that has been. Where nothing was left, or no file
system is there to read it from, a lamp lights from dusk as it would unasked. boot.py starts it when
there are no files, or after starts that failed; after half a day, with the lamp off, it returns,
and the application gets one more try.
"""

import json
import os
import sys
import time

TICK_MS = 20
I2C_HZ = 100000  # as the application: what a metre of cable still carries
FADE_TICKS = 50  # a second from dark to base light: no flash
HALF_DAY_S = 12 * 3600
DAY_S = 24 * 3600
FLOOR_EVERY_S = 3600
DUSK_DL = 100  # below 10 lx it is dark
DAY_DL = 500  # above 50 lx it is day, and dusk may come again
DUSK_S = 60  # a cloud or a passing shadow is not dusk

# board -> (GPIO of the lamp's PWM, I2C bus, its data pin, its clock pin): as in boards/pins.py,
# which is the application's. A test compares.
PINS = {"pico_w": (15, 0, 8, 9), "pico2_w": (15, 0, 8, 9), "esp32_s3": (4, 0, 8, 9)}
# What an image says of the machine that it was built for -> board, when no file can say it.
MACHINES = {
    "Pico W with RP2040": "pico_w",
    "Pico 2 W with RP2350": "pico2_w",
    "ESP32S3": "esp32_s3",
}

# The settings' own defaults, for a lamp to which nothing was left. A test compares.
UNTOLD = {"duty": 65535 * 20 // 100, "dusk_h": 3, "evenings": []}


class Lifeline:
    """Says what the light should be. Pure: time and light are handed in.

    note: what lifeline.json holds, or {}. utc_s: Unix time now in s, None when it is not known.
    base: the duty of base light.
    """

    def __init__(self, note: dict, utc_s: "int | None") -> None:
        self.base = note.get("duty", 0)
        self._evenings = note.get("evenings", [])
        self._dusk_s = note.get("dusk_h", 0) * 3600
        self._start_s = utc_s
        self._was_day = False  # the sensor has seen daylight since the start, or the last evening
        self._dark_s = 0  # for how long it has been dark
        self._lit_until_s = 0  # uptime

    def duty(self, up_s: int, lux_dl: "int | None") -> int:
        """Once a second: the duty wanted at this uptime.

        lux_dl: tenths of a lux with the lamp off; None when it is on, or without a sensor. The
        timetable counts while the time is known and its evenings last; after that, dusk does.
        """
        now_s = None if self._start_s is None else self._start_s + up_s
        if now_s is not None and self._evenings and now_s < self._evenings[-1][1]:
            for start_s, end_s in self._evenings:
                if start_s <= now_s < end_s:
                    return self.base
            return 0
        if up_s < self._lit_until_s:
            return self.base
        if lux_dl is None:
            return 0
        self._was_day = self._was_day or lux_dl > DAY_DL
        self._dark_s = self._dark_s + 1 if lux_dl < DUSK_DL else 0
        if self._was_day and self._dark_s >= DUSK_S and self._dusk_s:
            self._was_day = False
            self._lit_until_s = up_s + self._dusk_s
            return self.base
        return 0


class Hardware:
    """Lamp, clock and light sensor of a board, without the application's drivers.

    pins: as in PINS. machine: the module. kept_power: this start is no return of the power.
    """

    def __init__(self, pins: tuple, machine) -> None:
        lamp, bus, data, clock = pins
        self._pwm = machine.PWM(machine.Pin(lamp))
        self._pwm.freq(2000)
        self._pwm.duty_u16(0)
        sda, scl = machine.Pin(data), machine.Pin(clock)
        self._i2c = machine.I2C(bus, sda=sda, scl=scl, freq=I2C_HZ)
        self.kept_power = machine.reset_cause() != machine.PWRON_RESET
        try:
            self._i2c.writeto_mem(0x10, 0, b"\x00\x10")  # VEML7700: on, least gain, 100 ms
        except OSError:
            pass

    def set_duty(self, duty: int) -> None:
        """The lamp's PWM duty, 0-65535."""
        self._pwm.duty_u16(duty)

    def lux_dl(self) -> "int | None":
        """Tenths of a lux from a VEML7700 or a BH1750; None without one."""
        try:
            raw = self._i2c.readfrom_mem(0x10, 4, 2)
            return (raw[0] | raw[1] << 8) * 5376 // 1000
        except OSError:
            pass
        try:
            self._i2c.writeto(0x23, b"\x10")  # continuously, 1 lx; the first answer is late
            raw = self._i2c.readfrom(0x23, 2)
            return (raw[0] << 8 | raw[1]) * 100 // 12
        except OSError:
            return None

    def rtc_utc_s(self) -> "int | None":
        """Unix time of a DS3231 that has not stopped since it was set; None without one."""
        try:
            if self._i2c.readfrom_mem(0x68, 0x0F, 1)[0] & 0x80:
                return None
            raw = self._i2c.readfrom_mem(0x68, 0, 7)
        except OSError:
            return None
        day_s = _bcd(raw[0] & 127) + 60 * _bcd(raw[1] & 127) + 3600 * _bcd(raw[2] & 63)
        return unix_s(2000 + _bcd(raw[6]), _bcd(raw[5] & 31), _bcd(raw[4] & 63)) + day_s


def unix_s(year: int, month: int, day: int) -> int:
    """Unix time in s of 00:00 UTC of a day."""
    year -= month <= 2  # so that the leap day is a year's last day
    days = 365 * year + year // 4 - year // 100 + year // 400
    return (days + (153 * ((month + 9) % 12) + 2) // 5 + day - 1 - 719468) * DAY_S


def this_board() -> "str | None":
    """The board's name by what the image was built for; None when that is not in MACHINES."""
    machine_name = getattr(sys.implementation, "_machine", "")
    for words in MACHINES:
        if words in machine_name:
            return MACHINES[words]
    return None


def run(folder: str) -> None:
    """Be the lamp until the application may have another try."""
    identity = _json(folder + "/node.json") or {}
    note = _json(folder + "/lifeline.json")
    if note is None:
        note = {} if identity.get("role") == "counter" else UNTOLD
    told = note.get("board") or identity.get("board")
    name = told if isinstance(told, str) and told in PINS else this_board()
    if name is None:
        print("W lifeline: board {} has no lamp that is known here".format(told))
        time.sleep(HALF_DAY_S)
        return
    import machine

    hardware = Hardware(PINS[name], machine)
    utc_s = hardware.rtc_utc_s()
    floor_s = _floor(folder)
    if utc_s is None or utc_s < floor_s:
        # Without a clock: the floor is at most an hour behind, unless the power was gone.
        utc_s = floor_s if floor_s and hardware.kept_power else None
    print("W lifeline: base light only, by {}".format("time" if utc_s else "dusk"))
    live(Lifeline(note, utc_s), hardware, folder, utc_s)


def live(lifeline, hardware, folder: str, utc_s: "int | None", ticks=None) -> None:
    """Carry out what `lifeline` says on `hardware`; returns after half a day, with the lamp off."""
    clock = ticks or Ticks()
    shown = wanted = 0
    tick = up_s = 0
    lux_dl = None
    while up_s < HALF_DAY_S or shown or wanted:
        clock.next()
        tick += 1
        if tick >= 1000 // TICK_MS:
            tick = 0
            up_s += 1
            lux_dl = None if shown else hardware.lux_dl()
            wanted = lifeline.duty(up_s, lux_dl)
            if utc_s is not None and up_s % FLOOR_EVERY_S == 0:
                _keep_floor(folder, utc_s + up_s)
        if shown != wanted:
            step = lifeline.base // FADE_TICKS + 1
            shown = min(shown + step, wanted) if shown < wanted else max(shown - step, wanted)
            hardware.set_duty(shown)


class Ticks:
    """20 ms after 20 ms, by the board's own ticks."""

    def __init__(self) -> None:
        self._due = time.ticks_add(time.ticks_ms(), TICK_MS)

    def next(self) -> None:
        """Wait for the next one."""
        left_ms = time.ticks_diff(self._due, time.ticks_ms())
        if left_ms > 0:
            time.sleep_ms(left_ms)
        self._due = time.ticks_add(self._due, TICK_MS)


def _bcd(byte):
    return (byte >> 4) * 10 + (byte & 15)


def _json(path):
    try:
        with open(path) as file:
            found = json.load(file)
        return found if isinstance(found, dict) else None
    except Exception:  # missing, unreadable, or not JSON
        return None


def _floor(folder):
    try:
        with open(folder + "/floor") as file:
            return int(file.read())
    except Exception:
        return 0


def _keep_floor(folder, utc_s):
    try:
        with open(folder + "/floor.new", "w") as file:
            file.write("{}\n".format(utc_s))
        os.rename(folder + "/floor.new", folder + "/floor")
    except OSError:
        pass
