"""What the hub tells its nodes, and what it makes of their silence."""

import asyncio
import json

import pytest

from padlicht.clock import ClockWatch
from padlicht.control.commands import Commands
from padlicht.control.live_requests import LiveRequester
from padlicht.control.live_state import MAX_WAITING, LiveState
from padlicht.control.publisher import Publisher
from padlicht.control.time_sync import TimeSync
from padlicht.errors import BadData
from padlicht.simulate.world.observer import observe, parse_address
from padlicht.wire import LampLive, Reply
from tests.hub.parts import (
    BIRTH,
    DEADLINE_S,
    NOW,
    SITE,
    Published,
    StoppedClock,
    heard,
    in_thread,
    park,
    topic,
    until,
)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def test_every_birth_is_answered_with_the_time(ledger):
    """Also one that the broker had kept; and the time may not arrive late."""
    published = Published()

    async def run():
        async with in_thread(ledger) as thread:
            keeper = TimeSync(thread, Publisher(published), ClockWatch(StoppedClock()))
            keeper.on_birth(heard(BIRTH))
            keeper.on_birth(heard(BIRTH, retained=True))

    asyncio.run(run())
    assert published.on("lamp-1", "down/time") == [{"utc_ms": NOW * 1000}] * 2
    assert all(options["expiry_s"] <= 5 for _, _, options in published)


def test_time_is_told_again_to_nodes_that_are_there(ledger, monkeypatch):
    """Every six hours, to the ready ones only."""
    monkeypatch.setattr("padlicht.control.time_sync.EVERY_S", 0.01)
    with ledger.transaction():
        ledger.states.record_birth("lamp-2", 1, "0.1.0", "sim", 2, "power", NOW)
    published = Published()

    async def run():
        async with in_thread(ledger) as thread:
            keeper = asyncio.create_task(
                TimeSync(thread, Publisher(published), ClockWatch(StoppedClock())).run()
            )
            await until(lambda: len(published) > 1, "the time")
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    asyncio.run(run())
    assert {name for name, _, _ in published} == {topic("lamp-2", "down/time")}


def test_commands_have_an_end_and_a_refusal_is_told(caplog):
    """A command carries its own expiry, to the broker too; a refusal is logged by its name."""
    published = Published()
    commands = Commands(Publisher(published), ClockWatch(StoppedClock()))
    number = commands.issue(SITE, "lamp-1", "identify", {}, 60)
    ((_, message, options),) = published
    assert message == {"id": number, "do": "identify", "until": NOW + 60, "args": {}}
    assert options["expiry_s"] == 60
    commands.on_reply(heard(Reply(number, False, "no buzzer")))
    assert "lamp-1 refused identify: no buzzer" in caplog.text
    published.ready = False
    assert commands.issue(SITE, "lamp-1", "identify", {}, 60) is None


def test_nodes_are_watched_only_while_somebody_looks(ledger, monkeypatch):
    """Ready nodes are asked when a viewer comes, new-born ones at once, and nobody after that."""
    monkeypatch.setattr("padlicht.control.live_requests.POLL_S", 0.01)
    with ledger.transaction():
        ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
    looks = []

    class Seen(LiveState):
        @property
        def viewers(self):
            looks.append(super().viewers)
            return looks[-1]

    published, live = Published(), Seen()

    async def look():
        async for _ in live.follow():
            pass

    async def run():
        async with asyncio.timeout(DEADLINE_S), in_thread(ledger) as thread:
            watch = LiveRequester(
                thread, Commands(Publisher(published), ClockWatch(StoppedClock())), live
            )
            task = asyncio.create_task(watch.run())
            watch.on_birth(heard(BIRTH))
            await until(lambda: len(looks) > 3, "some looks for viewers")
            assert published == []
            viewer = asyncio.create_task(look())
            await until(lambda: published.on("lamp-1", "down/command"), "the first watch")
            watch.on_birth(heard(BIRTH, "lamp-2"))
            assert published.on("lamp-2", "down/command")[0]["do"] == "watch"
            viewer.cancel()
            await until(lambda: live.viewers == 0, "the viewer to leave")
            watch.on_birth(heard(BIRTH))
            task.cancel()
            await asyncio.gather(task, viewer, return_exceptions=True)

    asyncio.run(run())
    assert [name for name, _, _ in published] == [
        topic("lamp-1", "down/command"),
        topic("lamp-2", "down/command"),
    ]


# Live


def test_a_slow_viewer_loses_the_oldest_events():
    """A viewer that does not keep up holds up nobody and ends with the newest."""

    async def run():
        live = LiveState()
        viewer = live.follow()
        first = asyncio.create_task(anext(viewer))
        await until(lambda: live.viewers == 1, "the viewer")
        for level in range(MAX_WAITING * 2):
            live.put_level("lamp-1", LampLive(level, "base"))
        seen = [await first] + [await anext(viewer) for _ in range(MAX_WAITING - 1)]
        await viewer.aclose()
        return live.viewers, seen

    viewers, seen = asyncio.run(run())
    assert viewers == 0
    assert seen[-1] == ("levels", {"lamp-1": {"level_pm": MAX_WAITING * 2 - 1, "state": "base"}})


def test_people_of_a_simulated_park_are_shown_until_it_ends():
    """Lines of the world become people; garbage or the world's end leaves an empty park."""
    lines = [b'{"people":[[1,2.5,-3,"jogger"]]}\n', b"not json\n"]
    seen = []

    async def world(reader, writer):
        assert json.loads(await reader.readline()) == {"observe": True}
        if lines:
            writer.write(lines.pop(0))
            await writer.drain()
        writer.close()

    async def run():
        live = LiveState()
        live.put_people = seen.append
        server = await asyncio.start_server(world, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        task = asyncio.create_task(observe(f"127.0.0.1:{port}", live))
        await until(lambda: not lines and len(seen) >= 3, "both visits")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        server.close()
        await server.wait_closed()

    asyncio.run(run())
    assert seen[:3] == [[(1, 2.5, -3.0, "jogger")], [], []]


def test_a_worlds_address_that_is_none_is_said():
    """HOST:PORT, or a sentence."""
    assert parse_address("127.0.0.1:99") == ("127.0.0.1", 99)
    with pytest.raises(BadData, match="HOST:PORT"):
        parse_address("99")
