"""The event stream and the server around it: they begin, tell, and end when they should."""

import asyncio
import json
import socket
from contextlib import suppress

import pytest

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.errors import TryAgain
from padlicht.ledger import Ledger
from padlicht.web import sse
from padlicht.web.context import WebContext
from padlicht.web.server import serve
from padlicht.wire import LampLive
from tests.browser.park import StoppedClock
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()
SOFT = LampLive(level_pm=200, state="base")
FULL = LampLive(level_pm=1000, state="boost")


def parsed(chunk: bytes) -> tuple[str, object]:
    """An event as name and content."""
    name, data = chunk.decode().rstrip("\n").split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def following(live: LiveState) -> None:
    """Wait until the stream listens, so that nothing is said too early."""
    while not live.viewers:  # noqa: ASYNC110 -- a viewer begins without telling anybody
        await asyncio.sleep(0)


def run(work) -> None:
    """A coroutine with a deadline."""
    asyncio.run(asyncio.wait_for(work, DEADLINE_S))


def test_what_happens_is_told_in_order():
    """Levels, people and changes arrive as named events; what pages do not show is left out."""

    async def look():
        live, stop = LiveState(), asyncio.Event()
        stream = sse.stream(live, stop)
        assert (await anext(stream)).startswith(b"retry: ")
        first = asyncio.ensure_future(anext(stream))
        await following(live)
        live.put_level("lamp-1", FULL)
        live.note("counters", {"gate": {}})
        live.put_people([(7, 1.5, -2.0, "walker")])
        live.note("counts", {"nodes": ["gate"]})
        assert parsed(await first) == ("levels", {"lamp-1": {"level_pm": 1000, "state": "boost"}})
        assert parsed(await anext(stream)) == ("people", {"people": [[7, 1.5, -2.0, "walker"]]})
        assert parsed(await anext(stream)) == ("counts", {"nodes": ["gate"]})
        await stream.aclose()

    run(look())


def test_nothing_is_missed_after_the_first_byte():
    """A page that has been answered at all hears of everything from then on."""

    async def look():
        live = LiveState()
        stream = sse.stream(live, asyncio.Event())
        await anext(stream)
        live.put_level("lamp-1", FULL)
        assert parsed(await anext(stream)) == (
            "levels",
            {"lamp-1": {"level_pm": 1000, "state": "boost"}},
        )
        await stream.aclose()

    run(look())


def test_a_second_viewer_is_told_what_the_first_one_sees():
    """Levels that are being watched come at once; to the first viewer old ones are not told."""

    async def look():
        live, stop = LiveState(), asyncio.Event()
        live.put_level("lamp-1", SOFT)
        first = sse.stream(live, stop)
        await anext(first)
        waiting = asyncio.ensure_future(anext(first))
        await following(live)
        assert not waiting.done()
        second = sse.stream(live, stop)
        await anext(second)
        told = parsed(await anext(second))
        assert told == ("levels", {"lamp-1": {"level_pm": 200, "state": "base"}})
        stop.set()
        with suppress(StopAsyncIteration):
            await waiting
        await second.aclose()

    run(look())


def test_a_silent_stream_beats(monkeypatch):
    """When nothing happens, a comment keeps the connection alive."""
    monkeypatch.setattr(sse, "HEARTBEAT_S", 0.01)

    async def look():
        stream = sse.stream(LiveState(), asyncio.Event())
        await anext(stream)
        assert (await anext(stream)).startswith(b":")
        await stream.aclose()

    run(look())


@pytest.mark.parametrize("how", ["stopped", "closed", "cancelled"])
def test_a_stream_that_ended_is_no_viewer(how):
    """However a stream ends, nobody is held to be watching any more."""

    async def look():
        live, stop = LiveState(), asyncio.Event()
        stream = sse.stream(live, stop)
        await anext(stream)
        waiting = asyncio.ensure_future(anext(stream))
        await following(live)
        if how == "stopped":
            stop.set()
        elif how == "closed":
            live.put_level("lamp-1", FULL)
            await waiting
            live.put_level("lamp-1", SOFT)  # already fetched, but never asked for
            for _ in range(5):
                await asyncio.sleep(0)
            await stream.aclose()
        else:
            waiting.cancel()
        with suppress(StopAsyncIteration, asyncio.CancelledError):
            await waiting
        assert live.viewers == 0

    run(look())


def context_on(folder, port: int) -> WebContext:
    """An empty hub that serves on `port`."""
    config = Config(data=folder, web_port=port, login="off")
    Ledger.open(config.ledger_path).close()
    return WebContext(config.ledger_path, LiveState(), StoppedClock(), config)


def test_a_taken_port_is_named_with_what_to_do(tmp_path):
    """The hub is told which port it was and which option helps, and is not ended by it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(TryAgain, match=rf"port {port}.*--web-port"):
            run(serve(context_on(tmp_path, port)))


def test_a_server_with_an_open_stream_ends_at_once(tmp_path):
    """Cancelling ends event streams whole, without waiting for viewers, and frees the port."""

    async def look():
        context = context_on(tmp_path, 0)
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve(context, ready.set_result))
        port = int((await ready).rstrip("/").rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in await reader.readline()
        await reader.readuntil(b"retry: ")
        await following(context.live)
        server.cancel()
        rest = await reader.read()  # until the server closes: a whole last chunk, no broken one
        assert rest.endswith(b"0\r\n\r\n")
        with pytest.raises(asyncio.CancelledError):
            await server
        assert context.live.viewers == 0
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()

    run(look())
