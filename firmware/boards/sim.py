"""Simulated board: MicroPython's unix port in a simulated world, with a TCP line for wires.

The line carries what the radar's UART would say to the node, and lines `d DUTY` from the node
whenever the lamp's PWM duty changes. Switches in the environment, which no other file knows:

PADLICHT_SIM_WORLD         host:port of the world; without it the radar is dead, the lamp unseen
PADLICHT_SIM_INTERVAL_S    length of an interval instead of the setting report_min
PADLICHT_SIM_RTC_OFFSET_S  the board has a clock of its own, so far ahead of the machine's
PADLICHT_SIM_SELFTEST      test the board at its first start, as a real one does
PADLICHT_SIM_WATCHDOG_MS   the board has a watchdog, which bites after so long without a meal
"""

import asyncio
import gc
import json
import os
import sys
import time

import micropython

from boards.sim_world import SilentRadar, World
from node import log
from node.link import tls
from node.sense.sensors import Sensors

RATED_MW = 6000  # what the lamp draws at full light; the prototype's strip is a 6 W one
LATE_TICKS = 250  # a process that was stopped for longer does not replay the time it missed
REBOOT = "reboot"  # a cause of a start, and the empty file that tells the next start of it
WATCHDOG = "watchdog"


class Journal:
    """What this node made and what was acknowledged, one JSON line each, for a test to compare."""

    def __init__(self, path: str):
        # Unbuffered on this port: a line written is a line kept, and no flush costs a disk's time.
        self._file = open(path, "a")  # noqa: SIM115 -- for as long as the process lives

    def made(self, boot: int, rec: dict) -> None:
        """A record is in the spool."""
        line = dict(rec)
        line["boot"] = boot
        self._file.write(json.dumps({"made": line}) + "\n")

    def acked(self, boot: int, first: int, last: int) -> None:
        """The hub has these."""
        self._file.write(json.dumps({"acked": [boot, first, last]}) + "\n")


class _Watchdog:
    """Kills the process when nobody feeds it: from a thread, as it must not need the event loop."""

    def __init__(self, folder: str, bite_ms: int):
        self._folder = folder
        self._bite_ms = bite_ms
        self._fed_ms = time.ticks_ms()
        import _thread  # not in every build of this port

        _thread.start_new_thread(self._wait, ())

    def feed(self) -> None:
        """It is well; allocates nothing that a board would not."""
        self._fed_ms = time.ticks_ms()

    def _wait(self) -> None:
        while time.ticks_diff(time.ticks_ms(), self._fed_ms) < self._bite_ms:
            time.sleep_ms(50)
        open(self._folder + "/" + WATCHDOG, "w").close()
        os.system("kill -9 $PPID")  # noqa: S605 -- the shell's parent: this port cannot name its own number


class Board:
    """What the node needs of a board; every other board gives the same."""

    name = "sim"
    rated_mw = RATED_MW
    wifi = None  # a PC has a network, or has none
    duty_bits = 16  # of the lamp's PWM, at the frequency that is set

    def __init__(self, folder: str, identity: dict):
        self.folder = folder
        self.identity = identity
        self.journal = Journal(folder + "/journal.jsonl")
        interval = os.getenv("PADLICHT_SIM_INTERVAL_S")
        self.interval_s = int(interval) if interval else None
        self.sensors = Sensors(None, ())
        self.beams = None
        self.motion_pin = None
        self.tests_itself = bool(os.getenv("PADLICHT_SIM_SELFTEST"))
        offset = os.getenv("PADLICHT_SIM_RTC_OFFSET_S")
        self._rtc_offset_ms = int(offset) * 1000 if offset else None
        where = os.getenv("PADLICHT_SIM_WORLD")
        self._world = None
        if where:
            host, port = where.rsplit(":", 1)
            self._world = World(identity["node"], host, int(port))
        self._duty = 0
        self.tick_gap_ms = 0  # the longest time between two ticks; here, as no tick may make room
        self._reset_cause = "power"
        for cause in (REBOOT, WATCHDOG):
            try:
                os.remove(folder + "/" + cause)
                self._reset_cause = cause
            except OSError:
                pass  # no note: it was not that

    async def open_link(self) -> tuple:
        """(reader, writer) to the broker over mutual TLS, with the keys beside node.json."""
        return await tls.open_tls(
            self.identity["broker_host"],
            self.identity["broker_port"],
            self.identity["broker_name"],
            self._key("ca.der"),
            self._key("cert.der"),
            self._key("key.der"),
        )

    def _key(self, name: str) -> bytes:
        with open(self.folder + "/" + name, "rb") as file:
            return file.read()

    async def radar(self):
        """The radar's UART, with `async read(n)` and `async write(data)`."""
        return self._world or SilentRadar()

    def start_ticks(self, callback, period_ms: int = 20) -> None:
        """Call `callback()` every period_ms for ever: here from a thread, on a board from a timer.

        A thread comes in between anything, as an interrupt does, and with its heap locked the
        callback has no more memory to ask for than there. That also makes it safe: this port's
        threads have no common lock, and one that neither allocates nor frees disturbs no other.
        """
        import _thread  # not in every build of this port

        _thread.start_new_thread(self._tick, (callback, period_ms))
        if self._world:
            asyncio.create_task(self._world.send_duty())

    def _tick(self, callback, period_ms: int) -> None:
        # time.sleep_ms would wake every half millisecond; floats made beforehand need no memory.
        pauses = [ms / 1000 for ms in range(period_ms + 1)]
        before_ms = time.ticks_ms()
        due = time.ticks_add(before_ms, period_ms)
        while True:
            left = time.ticks_diff(due, time.ticks_ms())
            if left > 0:
                time.sleep(pauses[min(left, period_ms)])
            elif left < -LATE_TICKS * period_ms:
                due = time.ticks_ms()
            micropython.heap_lock()
            now_ms = time.ticks_ms()
            gap_ms = time.ticks_diff(now_ms, before_ms)
            before_ms = now_ms
            if gap_ms > self.tick_gap_ms:
                self.tick_gap_ms = gap_ms
            try:
                callback()
                micropython.heap_unlock()
            except Exception as error:
                micropython.heap_unlock()
                # As a hardware timer does: the next tick comes all the same.
                log.warn("sim: the tick failed: {!r}".format(error))
                time.sleep_ms(1000)
            due = time.ticks_add(due, period_ms)

    def set_duty_u16(self, duty: int) -> None:
        """The lamp's PWM duty, 0-65535."""
        if duty != self._duty:
            self._duty = duty
            if self._world:
                self._world.show(duty)

    def set_pwm_hz(self, hz: int) -> None:
        """How often the lamp's driver switches; light that is a number has nothing to flicker."""

    def rtc_utc_ms(self) -> int | None:
        """The board's own clock in Unix ms; None without one."""
        if self._rtc_offset_ms is None:
            return None
        return time.time_ns() // 1000000 + self._rtc_offset_ms

    def rtc_set_ms(self, utc_ms: int) -> bool:
        """Set the board's own clock; False without one."""
        if self._rtc_offset_ms is None:
            return False
        self._rtc_offset_ms = utc_ms - time.time_ns() // 1000000
        return True

    def rssi(self) -> int | None:
        """Wi-Fi signal in dBm; a simulated board has no radio."""
        return None

    def mv(self) -> int | None:
        """Supply voltage in mV; not simulated."""
        return None

    def dc(self) -> int | None:
        """Board temperature in tenths of a degree Celsius; not simulated."""
        return None

    def lux_dl(self) -> int | None:
        """Ambient light in tenths of a lux; not simulated."""
        return None

    def free(self) -> int:
        """Bytes of heap that are free after a collection: before one, it depends on the last."""
        gc.collect()
        return gc.mem_free()

    def ticks_lost(self) -> tuple | None:
        """Nobody counts them: a PC's threads come when they come."""
        return None

    def stack_left(self) -> int | None:
        """A PC's stack is not a board's."""
        return None

    def start_watchdog(self):
        """Its `feed`, or None without one. From now on it bites when it is not fed."""
        bite_ms = os.getenv("PADLICHT_SIM_WATCHDOG_MS")
        return _Watchdog(self.folder, int(bite_ms)).feed if bite_ms else None

    def identify(self) -> None:
        """Show which board this is; a board blinks its LED, this one says its name."""
        log.info("sim: here I am, " + self.identity["node"])

    def reset_cause(self) -> str:
        """Why this boot happened: `power`, `reboot` after reset(), `watchdog` when it bit."""
        return self._reset_cause

    def reset(self, utc_ms: int | None = None) -> None:
        """Ends the process; whoever started it starts it again, as power would a board."""
        open(self.folder + "/" + REBOOT, "w").close()
        sys.exit(0)


def make(folder: str, identity: dict) -> Board:
    """The board of the node whose files are in `folder`."""
    return Board(folder, identity)
