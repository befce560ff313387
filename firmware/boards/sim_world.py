"""TCP line of the simulated board to its world: radar bytes one way, the lamp's duty the other."""

import asyncio
import json

from node import log

WORLD_AGAIN_MS = 1000  # between two looks for a world that is away
DUTY_EVERY_MS = 40  # a fade changes the duty 50 times a second; the world draws 25 pictures of it


class World:
    """The line to the world: radar bytes in, duty out; comes back when the world does."""

    settable = False  # a simulated radar is born set up

    def __init__(self, node: str, host: str, port: int):
        self._hello = json.dumps({"node": node}).encode() + b"\n"
        self._host = host
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._away = False  # said already
        self._duty = 0
        self._told = -1  # the last duty that this world was told

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
        """Nothing to do: the line this way is the lamp's."""

    async def _connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(self._hello)
        await self._writer.drain()
        self._away = False
        self._told = -1  # a new world knows nothing of the lamp yet
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
        """Tell the world about this duty, soon. Called in the tick, so it only leaves it here."""
        self._duty = duty

    async def send_duty(self) -> None:
        """For ever: tell the world each change of duty, the last one always."""
        while True:
            duty = self._duty
            writer = self._writer
            if writer is not None and duty != self._told:
                self._told = duty
                try:
                    writer.write(b"d %d\n" % duty)
                    await writer.drain()
                except OSError:
                    pass  # read() notices too, and it is the one that mends the line
            await asyncio.sleep_ms(DUTY_EVERY_MS)


class SilentRadar:
    """A radar that is not connected: it never says anything."""

    settable = False

    async def read(self, n: int) -> bytes:
        """Waits for ever."""
        while True:
            await asyncio.sleep(3600)

    async def write(self, data: bytes) -> None:
        """Goes nowhere."""
