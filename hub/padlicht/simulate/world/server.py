"""The park as a TCP server on loopback: radar bytes out to the nodes, lamp duties back in.

A node sends the line `{"node":"lamp-1"}` and then reads what its radar's serial line would carry;
a lamp writes `d DUTY` (0 to 65535) whenever its duty changes. Somebody who draws sends
`{"observe":true}` and reads JSON lines `{"people":[[number, x_m, y_m, kind], …]}`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from math import dist
from random import Random

import msgspec

from padlicht.simulate.world.crossings import Crossing, Gate
from padlicht.simulate.world.fitness import FitnessPlace
from padlicht.simulate.world.park import Counter, Lamp, Park
from padlicht.simulate.world.radar_frames import encode_ld2450, ld2410_report, ld2450_targets
from padlicht.simulate.world.walkers import STEP_S, Evening, Seen

RADAR_PERIOD_S = 0.1
OBSERVER_PERIOD_S = 0.2
HELLO_DEADLINE_S = 10
BACKLOG_BYTES = 2000  # a serial line does not store more for a node that does not read

_MOST_STEPS_AT_ONCE = 40  # after a stall of the machine the evening goes on where it was
_JITTER_S = 0.02


class _Hello(msgspec.Struct):
    node: str = ""
    observe: bool = False


class World:
    """Walkers, radars and lamps of `park`, in real time.

    `utc_ms` tells the park's time in Unix milliseconds; crossings are stamped with it.
    `duties` holds each lamp's last duty, `crossings` the true ones so far.
    """

    def __init__(self, park: Park, evening: Evening, seed: int, utc_ms: Callable[[], int]) -> None:
        self.port = 0
        self.duties: dict[str, int] = {}
        self.crossings: list[Crossing] = []
        self._evening = evening
        self._fitness = FitnessPlace(park, seed)
        self._seed = seed
        self._utc_ms = utc_ms
        self._sensors: dict[str, Lamp | Counter] = {lamp.name: lamp for lamp in park.all_lamps}
        self._sensors |= {counter.name: counter for counter in park.counters}
        self._gates = [Gate(counter) for counter in park.counters]
        self.people: list[Seen] = [*evening.people(), *self._fitness.people()]
        self._talks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Run the park while the block runs; `port` on 127.0.0.1 is known inside it."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        clockwork = asyncio.create_task(self._run())
        try:
            yield
        finally:
            server.close()
            for task in (clockwork, *self._talks):
                task.cancel()
            await asyncio.gather(clockwork, *self._talks, return_exceptions=True)
            await server.wait_closed()

    def step(self, utc_ms: int) -> None:
        """Let one step of the evening pass; it ends at `utc_ms`."""
        self._evening.step()
        self._fitness.step()
        self.people = [*self._evening.people(), *self._fitness.people()]
        for gate in self._gates:
            self.crossings += gate.step(self.people, utc_ms)

    def radar_bytes(self, name: str, dice: Random) -> bytes:
        """What the radar of the node `name` sends now; KeyError for a name the park lacks."""
        sensor = self._sensors[name]
        if isinstance(sensor, Lamp):
            away_cm = (100 * dist(person.place, sensor.place) for person in self.people)
            return ld2410_report(away_cm, dice)
        places_mm = [sensor.sees_at(person.place) for person in self.people]
        origin = sensor.sees_at((0.0, 0.0))
        tips = [sensor.sees_at(person.velocity) for person in self.people]
        speeds = [(tip[0] - origin[0], tip[1] - origin[1]) for tip in tips]
        return encode_ld2450(ld2450_targets(places_mm, speeds, dice))

    async def _run(self) -> None:
        last_s = time.monotonic()
        while True:
            await asyncio.sleep(STEP_S)
            steps = int((time.monotonic() - last_s) / STEP_S)
            last_s += steps * STEP_S
            steps = min(steps, _MOST_STEPS_AT_ONCE)
            for left in range(steps - 1, -1, -1):
                self.step(self._utc_ms() - round(1000 * left * STEP_S))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            with suppress(ConnectionError, TimeoutError, ValueError):
                await self._serve_guest(reader, writer)
        finally:
            writer.close()

    async def _serve_guest(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        async with asyncio.timeout(HELLO_DEADLINE_S):
            line = await reader.readline()
        hello = msgspec.json.decode(line, type=_Hello)
        if hello.observe:
            send = asyncio.create_task(self._show_people(writer))
        elif hello.node in self._sensors:
            send = asyncio.create_task(self._send_radar(hello.node, writer))
        else:
            writer.write(f"this park has no node {hello.node!r}\n".encode())
            return
        try:
            while line := await reader.readline():
                self._hear(hello.node, line)
        finally:
            send.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await send

    def _hear(self, name: str, line: bytes) -> None:
        """Take a lamp's `d DUTY`; ValueError, which ends the talk, for anything else."""
        word, _, number = line.decode("ascii").strip().partition(" ")
        duty = int(number)
        if word != "d" or not 0 <= duty <= 0xFFFF:
            raise ValueError(line)
        self.duties[name] = duty

    async def _send_radar(self, name: str, writer: asyncio.StreamWriter) -> None:
        dice = Random(f"{self._seed} {name}")
        next_s = time.monotonic() + dice.uniform(0, RADAR_PERIOD_S)
        while True:
            await asyncio.sleep(max(next_s - time.monotonic() + dice.uniform(0, _JITTER_S), 0))
            next_s = max(next_s + RADAR_PERIOD_S, time.monotonic())
            frame = self.radar_bytes(name, dice)
            if writer.transport.get_write_buffer_size() > BACKLOG_BYTES:
                continue  # overrun: the frame is lost, as on a serial line
            if dice.random() < 0.1:  # now and then a frame arrives in two pieces
                cut = dice.randrange(1, len(frame))
                writer.write(frame[:cut])
                await asyncio.sleep(0.003)
                frame = frame[cut:]
            writer.write(frame)

    async def _show_people(self, writer: asyncio.StreamWriter) -> None:
        while True:
            people = [
                (person.number, round(person.place[0], 2), round(person.place[1], 2), person.kind)
                for person in self.people
            ]
            writer.write(msgspec.json.encode({"people": people}) + b"\n")
            await writer.drain()
            await asyncio.sleep(OBSERVER_PERIOD_S)
