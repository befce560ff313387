"""One hub: broker, session, intake, fleet and pages in one TaskGroup."""

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import click

from padlicht.broker.keys import HUB, ParkKeys, ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.broker.setup import reachable
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.errors import Refused
from padlicht.fleet.commands import Commands
from padlicht.fleet.live import Live
from padlicht.fleet.observe import observe, parse_address
from padlicht.fleet.post import Post
from padlicht.fleet.presence import Presence
from padlicht.fleet.registry import broker_of
from padlicht.fleet.settings import SettingsDesk
from padlicht.fleet.timekeeping import Timekeeper
from padlicht.fleet.watch import Watch
from padlicht.intake.intake import Intake
from padlicht.intake.session import Session, State
from padlicht.ledger import Ledger
from padlicht.ledger.thread import LedgerThread
from padlicht.web.context import WebContext
from padlicht.web.server import serve
from padlicht.wire import ROOT

log = logging.getLogger(__name__)

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_hub(config: Config) -> None:
    """Run a hub until Ctrl-C, SIGTERM or a closed terminal; ends all that it started.

    Raises a PadlichtError when it cannot start or go on: a taken port, a missing program.
    """
    broker_of(config)  # what is wrong with an address is said before anything starts
    if config.world is not None:
        parse_address(config.world)
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(_run(config))
    stopping = asyncio.Event()

    def stop() -> None:
        stopping.set()
        work.cancel()

    for number in _ENDINGS:
        loop.add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise
        log.info("hub: ended")
    finally:
        for number in _ENDINGS:
            loop.remove_signal_handler(number)


async def _run(config: Config) -> None:
    async with AsyncExitStack() as stack:
        stack.enter_context(only_hub(config.data))
        keys = ensure_park(config.keys, config.broker_host)
        ledger = LedgerThread(Ledger.open(config.ledger_path))
        stack.callback(ledger.close)
        broker = None
        if config.broker_url is None:
            broker = Mosquitto(config.broker_folder, keys, config.broker_host, config.broker_port)
            await stack.enter_async_context(broker)
        await _serve(config, keys, ledger, broker)


async def _serve(
    config: Config, keys: ParkKeys, ledger: LedgerThread, broker: Mosquitto | None
) -> None:
    """Join the parts and run them together; the first to fail ends the others."""
    clock = HubClock(config.clock_offset_s)
    live = Live()
    host, port, server_name = broker_of(config)
    session = Session(
        reachable(host),
        port,
        client_id=HUB,
        tls=keys.hub_tls(),
        server_name=server_name,
        topics=[f"{ROOT}/+/+/up/#"],
    )
    post = Post(session.publish)
    intake = Intake(ledger, post, live, clock)
    timekeeper = Timekeeper(ledger, post, clock)
    desk = SettingsDesk(ledger, post)
    commands = Commands(post, clock)
    watch = Watch(ledger, commands, live)
    presence = Presence(ledger, live, clock, lambda: session.state is State.READY)
    for listener in (timekeeper.heard, desk.heard, commands.heard):
        intake.on_heard(listener)
    for greeting in (presence.link_ready, desk.link_ready):
        session.on_ready(greeting)
    try:
        async with asyncio.TaskGroup() as group:
            if broker is not None:
                group.create_task(broker.watch())
            group.create_task(session.run(intake.handle))
            group.create_task(timekeeper.run())
            group.create_task(desk.run())
            group.create_task(commands.run(ledger))
            group.create_task(presence.run())
            if config.live:
                intake.on_heard(watch.heard)
                group.create_task(watch.run())
            if config.world is not None:
                group.create_task(observe(config.world, live))
            group.create_task(serve(WebContext(config.ledger_path, live, clock, config)))
            click.echo(f"The page is on http://{config.web_host}:{config.web_port}/")
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors


@contextmanager
def only_hub(data: Path) -> Iterator[None]:
    """Hold the data folder; Refused when another hub does. A killed hub holds nothing."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "hub.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Refused(
                f"another hub (pid {file.read().strip() or 'unknown'}) already uses {data}: stop "
                "it, or choose another folder with --data"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
