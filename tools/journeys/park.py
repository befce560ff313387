"""A hub that runs in this process with its own broker, and the commands that people type at it."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config
from padlicht.hub import run_hub

SITE = "park"
EVENING = 1_794_510_000  # 12 November 2026, 20:00 in Groningen: lamps are lit
LIMIT_S = 120  # for whatever is waited for; only ever reached when it does not come
POLL_S = 0.05
IDLE_S = 3.0  # what comes round does so once a second


@dataclass(frozen=True)
class Park:
    """A site with lamps in a data folder of its own."""

    config: Config

    def type(self, *words: str) -> str:
        """What `padlicht WORDS` says."""
        done = CliRunner().invoke(cli, [*words, "--data", str(self.config.data)])
        if done.exit_code:
            raise RuntimeError(f"padlicht {' '.join(words)}: {done.output}") from done.exception
        return done.output

    def look(self, *words: str) -> str:
        """The same, out of the tracer's sight."""
        tracing = sys.gettrace()
        sys.settrace(None)
        try:
            return self.type(*words)
        finally:
            sys.settrace(tracing)


def make_park(data: Path, *lamps: str) -> Park:
    """A park with these lamps, as a person makes it."""
    config = Config(
        data=data,
        broker_port=_free_port(),
        web_port=_free_port(),
        login="off",
        clock_offset_s=round(EVENING - time.time()),
    )
    park = Park(config)
    park.type("site", "add", SITE, "--lat", "53.23", "--lon", "6.576")
    for lamp in lamps:
        where = ("--site", SITE, "--zone", "path", "--board", "sim")
        port = ("--broker-port", str(config.broker_port))
        park.type("node", "add", lamp, "--role", "lamp", *where, *port)
    return park


@asynccontextmanager
async def hub(park: Park, *parts: str) -> AsyncIterator[None]:
    """A running hub, of whose parts that look round by themselves only `parts` go on doing so.

    The others would look at what happens, too, and are no part of how it gets where it goes.
    """
    running = asyncio.create_task(run_hub(park.config))
    try:
        await until(lambda: running.done() or _accepts(park.config.web_port), "the hub")
        if running.done():
            running.result()
        # What is published before the hub's first subscription is nobody's.
        async with asyncio.timeout(LIMIT_S):
            # It sets no event that anybody outside could wait for.
            while not await asyncio.to_thread(_is_linked, park.config.web_port):  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
        named = {task.get_name(): task for task in asyncio.all_tasks()}
        if unknown := [part for part in parts if part not in named]:
            raise RuntimeError(f"no task of the hub is called {', '.join(unknown)}: see hub.py")
        for name, task in named.items():
            if not name.startswith("Task-") and name not in parts:
                task.cancel()
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})


async def until(done: Callable[[], bool], what: str) -> None:
    """Wait for `done()` to become true."""
    try:
        async with asyncio.timeout(LIMIT_S):
            while not done():  # noqa: ASYNC110 -- what is waited for sets no event
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise RuntimeError(f"waited {LIMIT_S} s in vain for {what}") from None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _is_linked(port: int) -> bool:
    """Whether the hub says of itself that its link to the broker is ready."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            health = json.load(answer)
    except HTTPError as error:
        health = json.load(error)
    return bool(health["parts"]["broker"]["state"] == "ok")


def _accepts(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
