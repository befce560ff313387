"""A board that lives in a simulated world: MicroPython's unix port, with a TCP line for wires.

The line carries what the radar's UART would say to the node, and lines `d DUTY` from the node
whenever the lamp's PWM duty changes. Three switches in the environment, which no other file knows:

PADLICHT_SIM_WORLD         host:port of the world; without it the radar is dead, the lamp unseen
PADLICHT_SIM_INTERVAL_S    length of an interval instead of the setting report_min
PADLICHT_SIM_RTC_OFFSET_S  the board has a clock of its own, so far ahead of the machine's
"""

import asyncio
import gc
import json
import os
import sys
import time

from node import log
from node.link import tls

RATED_MW = 6000  # what the lamp draws at full light; the prototype's strip is a 6 W one
WORLD_AGAIN_MS = 1000  # between two looks for a world that is away
DUTY_EVERY_MS = 40  # a fade changes the duty 50 times a second; the world draws 25 pictures of it
LATE_TICKS = 250  # a process that was stopped for longer does not replay the time it missed
REBOOT_NOTE = "/rebooted"  # left behind by reset(), so that the next start knows why it starts


class _World:
    """The line to the world: radar bytes in, duty out; comes back when the world does."""

    def __init__(self, node: str, host: str, port: int):
        self._hello = json.dumps({"node": node}).encode() + b"\n"
        self._host = host
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._away = False  # said already
        self._duty = 0
        self._changed = asyncio.Event()

    async def read(self, n: int) -> bytes:
        """Up to n bytes from the radar, at least one; waits for as long as the world is away."""
        while True:
            try:
                if self._reader is None:
                    await self._connect()
                data = await self._reader.read(n)
                if data:
                    return data
            except OSError:
                pass  # the same as an end of the stream: look for the world again
            await self._lost()

    async def write(self, data: bytes) -> None:
        """Nothing to do: a simulated radar is born configured, and the line is the lamp's."""

    async def _connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(self._hello)
        await self._writer.drain()
        self._away = False
        self._changed.set()  # a new world knows nothing of the lamp yet
        log.info("sim: in the world at {}:{}".format(self._host, self._port))

    async def _lost(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            await writer.wait_closed()
        if not self._away:
            self._away = True
            log.warn("sim: no world at {}:{}; looking for it".format(self._host, self._port))
        await asyncio.sleep_ms(WORLD_AGAIN_MS)

    def show(self, duty: int) -> None:
        """Tell the world about this duty, soon."""
        self._duty = duty
        self._changed.set()

    async def send_duty(self) -> None:
        """For ever: tell the world each change of duty, the last one always."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            writer = self._writer
            if writer is None:
                continue  # _connect sets the event again
            try:
                writer.write(b"d %d\n" % self._duty)
                await writer.drain()
            except OSError:
                pass  # read() notices too, and it is the one that mends the line
            await asyncio.sleep_ms(DUTY_EVERY_MS)


class _DeadWire:
    """A radar that is not connected: it never says anything."""

    async def read(self, n: int) -> bytes:
        """Waits for ever."""
        while True:
            await asyncio.sleep(3600)

    async def write(self, data: bytes) -> None:
        """Goes nowhere."""


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


class Board:
    """What the node needs of a board; every other board gives the same."""

    name = "sim"
    rated_mw = RATED_MW

    def __init__(self, folder: str, identity: dict):
        self.folder = folder
        self.identity = identity
        self.journal = Journal(folder + "/journal.jsonl")
        interval = os.getenv("PADLICHT_SIM_INTERVAL_S")
        self.interval_s = int(interval) if interval else None
        offset = os.getenv("PADLICHT_SIM_RTC_OFFSET_S")
        self._rtc_offset_ms = int(offset) * 1000 if offset else None
        where = os.getenv("PADLICHT_SIM_WORLD")
        self._world = None
        if where:
            host, port = where.rsplit(":", 1)
            self._world = _World(identity["node"], host, int(port))
        self._duty = 0
        self._reset_cause = "power"
        try:
            os.remove(folder + REBOOT_NOTE)
            self._reset_cause = "reboot"
        except OSError:
            pass  # no note: nobody asked for this start

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
        return self._world or _DeadWire()

    def start_ticks(self, callback, period_ms: int = 20) -> None:
        """Call `callback()` every period_ms for ever: from a task; on a board, from a timer."""
        asyncio.create_task(self._tick(callback, period_ms))
        if self._world:
            asyncio.create_task(self._world.send_duty())

    async def _tick(self, callback, period_ms: int) -> None:
        due = time.ticks_add(time.ticks_ms(), period_ms)
        while True:
            left = time.ticks_diff(due, time.ticks_ms())
            if left > 0:
                await asyncio.sleep_ms(left)
            elif left < -LATE_TICKS * period_ms:
                due = time.ticks_ms()
            try:
                callback()
            except Exception as error:
                # As a hardware timer does: the next tick comes all the same.
                log.warn("sim: the tick failed: {!r}".format(error))
                await asyncio.sleep_ms(1000)
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
        """Bytes of heap that are free."""
        return gc.mem_free()

    def identify(self) -> None:
        """Show which board this is; a board blinks its LED, this one says its name."""
        log.info("sim: here I am, " + self.identity["node"])

    def reset_cause(self) -> str:
        """Why this boot happened: `power`, or `reboot` after reset()."""
        return self._reset_cause

    def reset(self) -> None:
        """Ends the process; whoever started it starts it again, as power would a board."""
        open(self.folder + REBOOT_NOTE, "w").close()
        sys.exit(0)


def make(folder: str, identity: dict) -> Board:
    """The board of the node whose files are in `folder`."""
    return Board(folder, identity)
