"""A park whose hub, broker and database are killed again and again while its nodes report."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from padlicht.broker.keys import ensure_park
from padlicht.config import Config
from padlicht.fleet.board_config import BoardConfig
from padlicht.fleet.registry import add_node, add_site
from padlicht.ledger import Ledger, Node, Site
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.kills import made
from tests.kills.parts import Disk, Fleet, Service, broker_pid, hub
from tests.kills.plan import CALM_S, Victim, plan
from tests.kills.projected import RAW, USAGE, caught_up
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim
from tests.rigs.patience import limit_s

ZONES = 4
TICK_S = 0.02
# SQLite calls it an I/O error when it is the log's index that does not fit any more.
FULL_WORDS = ("the ledger cannot be written", "the ledger's disk: it is full")
FULL_S = limit_s(120)
FULL_RECORDS = 60  # a tick: some 3000 a second
REST_S = 600  # for what is left after the last kill


@dataclass(frozen=True)
class Task:
    """What is to be done: everything that happens follows from it, but for the moment's chance."""

    seed: int
    kills: int
    records: int
    nodes: int
    full_disks: int = 0
    disk_mib: int = 64
    calm_s: tuple[float, float] = CALM_S
    influx: bool = False


@dataclass
class Report:
    """What happened while it was done."""

    began_utc_s: int
    kills: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    full_disks_noticed: int = 0  # of those that were filled, by what the hub said
    acknowledged_at_last_kill: int = 0
    hub_starts: int = 0
    hub_kills_at_start: int = 0  # so young that it was not ready yet
    hub_ends: int = 0  # that were not kills: a hub that could not start or go on
    seconds: float = 0.0
    rest_s: float = 0.0  # from the last kill until everything was acknowledged
    exit_codes: list[int] = field(default_factory=list)  # of its ends in good order
    tracebacks: int = 0  # in its log


class Park:
    """The parts, in a folder: started by `with`, ended with it."""

    def __init__(self, task: Task, folder: Path) -> None:
        self.task = task
        self.folder = folder
        self.disk: Disk | None = None
        self.config = Config(data=folder / "data", broker_port=free_port(), web_port=free_port())
        span_s = (task.records // task.nodes + 2) // 2 * made.INTERVAL_S
        begin_utc_s = (int(time.time()) - span_s) // 3600 * 3600 - 3600
        self.lot = made.Lot(task.seed, task.nodes, task.records, begin_utc_s)
        self._stack = ExitStack()
        self.hub: Service
        self.fleet: Fleet
        self.influx: Service | None = None
        self.influx_port = 0
        self.made = 0

    def __enter__(self) -> "Park":
        with self._stack as stack:
            if self.task.full_disks:
                self.disk = Disk(self.config.data, self.task.disk_mib)
                stack.callback(self.disk.close)
            self._provision()
            more = self._start_influx(stack) if self.task.influx else {}
            self.hub = hub(self.config, self.folder / "hub.log", more)
            stack.callback(self._end_broker)
            stack.callback(self.hub.stop)
            self.start_hub()
            arguments = (
                self.config.data / "nodes", self.config.broker_port, self.task.seed,
                self.task.nodes, self.lot.begin_utc_s,
            )  # fmt: skip
            self.fleet = Fleet(arguments, self.folder / "fleet.log")
            stack.callback(self.fleet.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_hub(self) -> None:
        """Start it, and wait for its broker; RuntimeError when it ends instead."""
        self.hub.start()
        wait_until(lambda: accepts(self.config.broker_port) or not self.hub.runs(), "the broker")
        if not self.hub.runs():
            raise RuntimeError(f"the hub has ended: {self.hub.said()[-2000:]}")

    def look(self) -> None:
        """What a service manager does all the time."""
        self.hub.look()
        if self.influx is not None:
            self.influx.look()
        self.fleet.look()

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Wait until `done()`, keeping everything running meanwhile."""

        def looked() -> bool:
            self.look()
            return done()

        wait_until(looked, what, REST_S)

    def kill(self, victim: Victim, again_s: float) -> bool:
        """SIGKILL; False when there is nobody yet, because it still has to be started again."""
        if victim is Victim.HUB:
            return self.hub.kill(again_s)
        if victim is Victim.INFLUX:
            return self.influx is not None and self.influx.kill(again_s)
        pid = broker_pid(self.config.broker_folder / "mosquitto.conf")
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def make(self, upto: int) -> None:
        """Have so many records made in all."""
        self.made = upto
        self.fleet.make(upto)

    def has_more_than(self, acknowledged: int) -> bool:
        """Whether the hub has told the nodes of more records than so many."""
        return self.fleet.acknowledged > acknowledged

    def _provision(self) -> None:
        """Register the nodes, with keys of their own."""
        keys = ensure_park(self.config.keys, self.config.broker_host)
        with Ledger.open(self.config.ledger_path) as ledger:
            add_site(ledger, Site(made.SITE, "A park", "Europe/Amsterdam", 53.23, 6.576))
            for i in range(self.task.nodes):
                node = Node(
                    0, made.name_of(i), made.SITE, f"zone-{i % ZONES}", made.role_of(i), None, None,
                    False, self.lot.begin_utc_s - 3600, False,
                )  # fmt: skip
                add_node(ledger, keys, self.config, node, BoardConfig())

    def _start_influx(self, stack: ExitStack) -> dict[str, str]:
        """InfluxDB behind its shim; what the hub must be told to find it."""
        folder = self.folder / "influx"
        database = Influxd(folder)
        try:
            database.create(RAW, USAGE)
        finally:
            database.close()
        self.influx_port = database.port
        command = ["influxd", "run", "-config", str(folder / "influxdb.conf")]
        self.influx = Service("influxd", command, os.environ, folder / "influxd.log")
        self.influx.start()
        stack.callback(self.influx.stop)
        shim = Shim(database.port)
        stack.callback(shim.close)
        return {"PADLICHT_INFLUX_URL": shim.url, "PADLICHT_INFLUX_VERSION": "1"}

    def _end_broker(self) -> None:
        """A hub that was killed leaves its broker behind."""
        pid = broker_pid(self.config.broker_folder / "mosquitto.conf")
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def torment(park: Park, say: Callable[[str], None]) -> Report:
    """Kill as planned while the nodes report, then let them finish; what happened."""
    report = Report(park.lot.begin_utc_s)
    task = park.task
    victims = list(Victim) if task.influx else [Victim.HUB, Victim.BROKER]
    events = plan(task.seed, task.kills, task.full_disks, victims, task.calm_s)
    began_s = time.monotonic()
    acknowledged = 0
    for i, event in enumerate(events):
        _pass(park, event.wait_s, (task.records - park.made) / (len(events) - i))
        if event.calm:
            park.wait(partial(park.has_more_than, acknowledged), "the nodes to be heard again")
        if event.full_s and park.disk is not None:
            report.full_disks_noticed += _fill(park, park.disk)
        for victim in event.victims:
            park.wait(partial(park.kill, victim, event.again_s), f"{victim} to be there")
        acknowledged = park.fleet.acknowledged
        report.kills.update(event.victims)
        report.pairs += len(event.victims) > 1
        if event.full_s and park.disk is not None:
            _pass(park, event.full_s, 0)
            park.disk.free()
        if i % 20 == 19:
            say(
                f"{sum(report.kills.values())} of {task.kills} kills, "
                f"{park.fleet.acknowledged} of {task.records} records acknowledged"
            )
    report.acknowledged_at_last_kill = park.fleet.acknowledged
    rest_s = time.monotonic()
    park.make(task.records)
    park.wait(lambda: park.fleet.acknowledged >= task.records, "everything to be acknowledged")
    report.rest_s = time.monotonic() - rest_s
    if task.influx:
        # Sums of hours go to InfluxDB now and then, and at each start.
        park.wait(lambda: caught_up(park.config.ledger_path, usage=False), "InfluxDB")
        report.exit_codes.append(park.hub.stop())
        park.start_hub()
        park.wait(lambda: caught_up(park.config.ledger_path, usage=True), "InfluxDB's usage")
    report.exit_codes.append(park.hub.stop())
    report.seconds = time.monotonic() - began_s
    report.hub_kills_at_start = park.hub.young_kills
    report.hub_starts, report.hub_ends = park.hub.starts, park.hub.ends
    report.tracebacks = park.hub.said().count("Traceback")
    return report


def _pass(park: Park, seconds: float, records: float) -> None:
    """Let time pass; meanwhile so many records are made."""
    began_s, already = time.monotonic(), park.made
    passed = 0.0
    while passed < 1:
        time.sleep(TICK_S)
        passed = min(1.0, (time.monotonic() - began_s) / max(seconds, TICK_S))
        park.make(already + int(records * passed))
        park.look()


def _fill(park: Park, disk: Disk) -> bool:
    """Fill the disk until the hub says so, which takes as many records as still fit into its log.

    False when it does not say so although much came in.
    """
    said, already = len(park.hub.said()), park.made
    disk.fill()
    began_s = time.monotonic()
    while time.monotonic() - began_s < FULL_S:
        time.sleep(TICK_S)
        park.make(min(park.made + FULL_RECORDS, (already + park.task.records) // 2))
        park.look()
        if any(word in park.hub.said()[said:] for word in FULL_WORDS):
            return True
    return False
