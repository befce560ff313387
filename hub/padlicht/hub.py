"""One hub: broker, session, intake, fleet and pages in one TaskGroup."""

import asyncio
import gc
import logging
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

import click

from padlicht.broker.keys import ParkKeys, ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.broker.mosquitto_setup import reachable
from padlicht.clock import ClockWatch, HubClock, wait_until_set
from padlicht.config import Config
from padlicht.control.commands import Commands
from padlicht.control.live_requests import LiveRequester
from padlicht.control.live_state import LiveState
from padlicht.control.presence import PresenceMonitor
from padlicht.control.publisher import Publisher
from padlicht.control.settings_publisher import SettingsPublisher
from padlicht.control.time_sync import TimeSync
from padlicht.control.time_zone_keeper import TimeZoneKeeper
from padlicht.data_folder import lock_data_folder, refuse_foreign
from padlicht.errors import PadlichtError
from padlicht.evaluation.job_runner import StudyJobRunner
from padlicht.evaluation.switching import TryoutSwitcher
from padlicht.fleet.broker_reach import nodes_elsewhere, note_broker
from padlicht.fleet.registry import broker_of
from padlicht.influx.schema import SOURCES
from padlicht.influx.writer import InfluxWriter
from padlicht.intake.intake import Intake
from padlicht.intake.mqtt_login import mqtt_login, sites_of, topics_of
from padlicht.intake.mqtt_session import Session, State
from padlicht.intake.readmission import NewNodeWatcher
from padlicht.ledger import Ledger, LedgerThread
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.monitor import HubMonitor, MonitoredParts
from padlicht.operations.retry import retry_on_ledger_trouble
from padlicht.operations.routes import make_routes
from padlicht.participation.term import TermKeeper
from padlicht.simulate.world.observer import observe, parse_address
from padlicht.usage.follower import UsageFollower
from padlicht.web.context import WebContext
from padlicht.web.server import serve
from padlicht.wire import Reply, SettingsReport, Status

log = logging.getLogger(__name__)

# A batch of ten thousand messages from as many nodes is sixty thousand young objects, and none of
# them is in a cycle: looking at them after every 700, as Python does, was a sixth of the cost of a
# record.
YOUNG = 100_000
USAGE_SOURCES = ("footfall", "lamp")
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_hub(config: Config, clock: HubClock | None = None) -> None:
    """Run a hub until Ctrl-C, SIGTERM or a closed terminal; ends all that it started.

    `clock` is the machine's unless somebody hands in another. Raises a PadlichtError when it cannot
    start or go on: a taken port, a missing program.
    """
    # What is wrong with an option is said before anything starts.
    broker_of(config)
    mqtt_login(config)
    _ = config.page_path  # which says what is wrong with --web-path
    if config.world is not None:
        parse_address(config.world)
    tune_gc()
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(_run(config, clock or HubClock(config.clock_offset_s)))
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


async def _run(config: Config, clock: HubClock) -> None:
    async with AsyncExitStack() as stack:
        stack.enter_context(lock_data_folder(config.data))
        refuse_foreign(config.data)
        keys = ensure_park(config.keys, config.broker_host)
        ledger = LedgerThread(Ledger.open(config.ledger_path))
        stack.callback(ledger.close)
        broker = None
        if config.broker_url is None:
            broker = Mosquitto(config.broker_folder, keys, config.broker_host, config.broker_port)
            if not clock.is_set:
                broker.note("not started yet: this machine's clock is not set (see the hub's log)")
        await wait_until_set(clock)
        if broker is not None:
            await stack.enter_async_context(broker)
        # Reading what thousands of boards were told takes a moment, and nobody has to wait for it.
        telling = asyncio.create_task(asyncio.to_thread(_say_who_is_elsewhere, config))
        stack.callback(telling.cancel)
        await _run_parts(config, keys, ledger, broker, clock)


async def _run_parts(
    config: Config,
    keys: ParkKeys,
    ledger: LedgerThread,
    broker: Mosquitto | None,
    clock: HubClock,
) -> None:
    """Join the parts and run them together; the first to fail ends the others."""
    clock_watch = ClockWatch(clock)
    live = LiveState()
    host, port, server_name = broker_of(config)
    session = Session(
        reachable(host), port, mqtt_login(config), tls=keys.hub_tls(), server_name=server_name
    )
    publisher = Publisher(session.publish)
    intake = Intake(ledger, session.publish_qos0, clock, sites_of(config))
    intake.on_unserved_site(lambda site: session.unsubscribe(topics_of(None) + topics_of([site])))
    time_sync = TimeSync(ledger, publisher, clock_watch)
    settings = SettingsPublisher(ledger, publisher)
    commands = Commands(publisher, clock_watch)
    watch = LiveRequester(ledger, commands, live)
    presence = PresenceMonitor(ledger, live, clock_watch, lambda: session.state is State.READY)
    # Who hears of which messages of nodes, once they are stored.
    intake.on_stored(live.on_stored)
    intake.on_node_message(time_sync.on_birth, Status)
    intake.on_node_message(settings.on_node_message, Status, SettingsReport)
    intake.on_node_message(commands.on_reply, Reply)
    for greeting in (presence.link_ready, settings.link_ready):
        session.on_ready(greeting)
    influx = InfluxWriter(config, ledger, clock) if config.influx_url is not None else None
    monitor = _monitor(config, ledger, clock_watch, session, intake, influx)
    # Parts that use the ledger go on by themselves when it can be used again.
    steady: dict[str, Callable[[], Awaitable[None]]] = {
        "time": time_sync.run,
        "settings": settings.run,
        "time zones": TimeZoneKeeper(ledger, clock_watch, settings.on_changed).run,
        "commands": partial(commands.run, ledger),
        "presence": presence.run,
        "registry": NewNodeWatcher(ledger).run,
        "try-outs": TryoutSwitcher(ledger, clock_watch, settings.on_changed).run,
        "studies": StudyJobRunner(ledger, config, clock).run,
        "usage": UsageFollower(ledger, config.ledger_path, clock_watch).run,
        "words": TermKeeper(config.participation_path, clock_watch).run,
    }
    if config.live:
        intake.on_node_message(watch.on_birth, Status)
        steady["watch"] = watch.run
    try:
        async with asyncio.TaskGroup() as group:
            if broker is not None:
                group.create_task(broker.watch())
            group.create_task(clock_watch.run())
            group.create_task(session.run(intake.handle))
            for name, run in steady.items():
                group.create_task(retry_on_ledger_trouble(name, run, config.ledger_path), name=name)
            if influx is not None:
                group.create_task(influx.run())
            if config.world is not None:
                group.create_task(observe(config.world, live))
            group.create_task(monitor.run())
            context = WebContext(
                config.ledger_path, live, clock, config, make_routes(monitor), monitor.damage
            )
            group.create_task(serve(context))
            _say_where(config)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors


def _monitor(
    config: Config,
    ledger: LedgerThread,
    clock_watch: ClockWatch,
    session: Session,
    intake: Intake,
    influx: InfluxWriter | None,
) -> HubMonitor:
    """Who watches over this hub, and what it asks."""
    followers: dict[str, Sequence[str]] = {"usage": USAGE_SOURCES}
    troubles: dict[str, Callable[[], str | None]] = {}
    if influx is not None:
        followers["influx"] = [source for sources in SOURCES.values() for source in sources]
        troubles["influx"] = lambda: influx.last_error
    metrics = HubMetrics()
    intake.on_batch(metrics.batch)
    return HubMonitor(
        config.ledger_path,
        ledger,
        clock_watch,
        MonitoredParts(
            link=lambda: None if session.state is State.READY else session.state.value,
            storing=lambda: intake.trouble,
            followers=followers,
            troubles=troubles,
        ),
        warn_bytes=config.disk_warn_mb * 1_000_000,
        metrics=metrics,
        # Nobody needs a backup of a simulated park.
        backup_warn_days=0 if config.world is not None else config.backup_warn_days,
    )


def _say_who_is_elsewhere(config: Config) -> None:
    """Warn of nodes whose boards look for the broker where it is not; note where it is."""
    try:
        missed = [*nodes_elsewhere(config, note_broker(config))]
    except (PadlichtError, OSError, sqlite3.Error) as error:
        log.debug("hub: where nodes look for the broker is not known: %s", error)
        return
    if missed:
        name, why = missed[0]
        log.warning(
            "hub: %d node(s) look for the broker in vain, %s first: %s; if it moved, give them its "
            "address with padlicht node add NAME --again",
            len(missed), name, why,
        )  # fmt: skip


def _say_where(config: Config) -> None:
    """Tell a person where the page is; a log collector wants no line of another kind."""
    where = config.page_url
    if config.log_format == "json":
        log.info("hub: the page is on %s", where)
    else:
        click.echo(f"The page is on {where}")


def tune_gc() -> None:
    """Let what is there now stay unlooked at, and look at what comes less often.

    It holds for the whole process: only whoever starts one calls it, once all is imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
