"""The simulated world as nodes and drawers meet it: a TCP port with radar bytes and people."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

from padlicht.simulate.world.park import demo_park
from padlicht.simulate.world.server import World
from padlicht.simulate.world.walkers import Evening
from tests.rigs.patience import limit_s

PARK = demo_park()
DEADLINE_S = limit_s()

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def make_world() -> World:
    return World(PARK, Evening(PARK.path, 1, 17.5), 1, lambda: int(time.time() * 1000))


def in_world(scenario: Callable[[World], Awaitable[None]]) -> None:
    """Run `scenario` against a world that serves, with a deadline."""

    async def run() -> None:
        world = make_world()
        async with asyncio.timeout(DEADLINE_S), world.serve():
            await scenario(world)

    asyncio.run(run())


@asynccontextmanager
async def guest(world: World, hello: bytes) -> AsyncIterator[Streams]:
    """A connection on which `hello` was said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(hello)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


def test_a_lamp_gets_its_radars_bytes() -> None:
    """Reports come one after the other, whole, in as many pieces as the line likes."""

    async def scenario(world: World) -> None:
        async with guest(world, b'{"node":"lamp-3"}\n') as (reader, _):
            data = await reader.readexactly(5 * 23)
        for start in range(0, len(data), 23):
            assert data[start : start + 4] == b"\xf4\xf3\xf2\xf1"
            assert data[start + 19 : start + 23] == b"\xf8\xf7\xf6\xf5"

    in_world(scenario)


def test_a_counter_gets_its_radars_bytes() -> None:
    """A counter hears an LD2450, not an LD2410."""

    async def scenario(world: World) -> None:
        async with guest(world, b'{"node":"counter-east"}\n') as (reader, _):
            data = await reader.readexactly(3 * 30)
        assert data[:4] == data[30:34] == b"\xaa\xff\x03\x00"

    in_world(scenario)


def test_a_lamps_duty_is_heard() -> None:
    """What a lamp last said its duty is stands in the world's books."""

    async def scenario(world: World) -> None:
        async with guest(world, b'{"node":"lamp-1"}\nd 0\nd 13107\n') as (reader, writer):
            writer.write_eof()
            await reader.read()
        assert world.duties == {"lamp-1": 13107}

    in_world(scenario)


def test_nonsense_ends_one_talk_and_no_other() -> None:
    """Unknown names, broken JSON and impossible duties are hung up on; the others go on."""

    async def scenario(world: World) -> None:
        async with guest(world, b'{"node":"lamp-2"}\n') as (good, _):
            for hello in (b'{"node":"lamp-99"}\n', b"{{{\n", b'{"node":"lamp-1"}\nd 70000\n'):
                async with guest(world, hello) as (bad, _):
                    await bad.read()
            assert "lamp-1" not in world.duties
            await good.readexactly(23)
            await good.readexactly(23)

    in_world(scenario)


def test_an_observer_sees_people_move() -> None:
    """JSON lines with number, place in metres and kind; the same people elsewhere a line later."""

    async def scenario(world: World) -> None:
        async with guest(world, b'{"observe":true}\n') as (reader, _):
            first = json.loads(await reader.readline())["people"]
            second = json.loads(await reader.readline())["people"]
        assert first
        places = {number: (x_m, y_m) for number, x_m, y_m, _ in first}
        moved = [places[number] != (x_m, y_m) for number, x_m, y_m, _ in second if number in places]
        assert any(moved)
        assert {kind for *_, kind in first} <= {"walker", "jogger", "cyclist"}

    in_world(scenario)


def test_the_books_hold_the_true_crossings_of_both_counters() -> None:
    """In ten minutes of rush hour people pass both counters both ways, booked as it happens."""
    world = make_world()
    for step in range(20 * 600):
        world.step(step * 50)
    for counter in PARK.counters:
        for inward in (True, False):
            assert (
                sum(
                    (crossing.counter, crossing.inward) == (counter.name, inward)
                    for crossing in world.crossings
                )
                > 5
            )
    times = [crossing.utc_ms for crossing in world.crossings]
    assert times == sorted(times)


def test_a_radars_noise_is_its_own() -> None:
    """The same dice give the same bytes: a run with a seed can be looked at again."""
    one, two = (make_world().radar_bytes("counter-west", Random(4)) for _ in range(2))
    assert one == two
