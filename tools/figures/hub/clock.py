"""The hub's clock is set 200 times between 1970 and ten years ahead: is the park right afterwards?

Hub, mosquitto and nodes are real, ten of them, two as MicroPython with the firmware. Only the clock
that the hub reads is turned; certificates are looked at by the machine's, as TLS does it.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from padlicht.broker.keys import ensure_park
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.fleet.board_config import BoardConfig
from padlicht.fleet.registry import add_node, add_site
from padlicht.hub import run_hub
from padlicht.ledger import Ledger, Node, Site
from padlicht.simulate.run.micropython import find_micropython
from padlicht.simulate.run.processes import Child
from padlicht.simulate.run.programs import node_program
from padlicht.simulate.run.run import free_port
from padlicht.usage.batches import RollUp
from padlicht.usage.rollup import closable_until_utc_s
from tests.rigs.micropython import FIRMWARE
from tools.figures.figure import Figure
from tools.figures.hub.talker import Talker

STEPS, WITHIN_S, SERVED_S = 200, 60, 5 * 3600
YEARS_S = 3653 * 86_400
SITE = "park"
REAL = {"lamp-1": "lamp", "counter-1": "counter"}
TALKERS = {f"{('lamp', 'counter')[i % 2]}-{i + 2}": ("lamp", "counter")[i % 2] for i in range(8)}
_NEAR_S = 15  # a record of a node that reports every 10 s is so old at most
_ALL = (-(2**40), 2**40)


@dataclass(frozen=True)
class TurnedClock(HubClock):
    """The machine's clock and what it is turned by."""

    by_s: list[int] = field(default_factory=lambda: [0])

    def utc_ms(self) -> int:
        """Unix time in milliseconds."""
        return time.time_ns() // 1_000_000 + self.by_s[0] * 1000


def measure() -> Iterator[Figure]:
    """Turn it, put it right, and look after a minute."""
    seed = int(os.environ.get("PADLICHT_SEED") or random.SystemRandom().randrange(10**6))
    print(f"figures: clock: seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="padlicht-clock-") as folder:
        found = asyncio.run(_torture(Path(folder), random.Random(seed)))
    how = (
        f"PADLICHT_SEED={seed} make figures ARGS=clock: {STEPS} steps of the clock that a hub reads"
    )

    def figure(name: str, unit: str, goal: str, reached: bool) -> Figure:
        return Figure(f"clock_{name}", found[name], unit, goal, how, reached)

    yield figure("steps", "steps", str(STEPS), found["steps"] == STEPS)
    knowing, everybody = found["nodes_that_know_the_time"], len(REAL) + len(TALKERS)
    yield figure(
        "nodes_that_know_the_time", "nodes", f"{everybody}, 2 of them MicroPython",
        knowing == everybody,
    )  # fmt: skip
    yield figure("until_all_know_s", "s", f"≤ {WITHIN_S}", found["until_all_know_s"] <= WITHIN_S)
    for name, unit in (
        ("nodes_lost", "nodes"),
        ("hours_unlike_a_rebuilds", "hours"),
        ("hours_closed_in_the_future", "hours"),
        ("nodes_with_a_wrong_coverage_of_today", "nodes"),
        ("records_lost", "records"),
    ):
        yield figure(name, unit, "0", found[name] == 0)
    yield figure("records", "records", "≥ 200, acknowledged to nodes", found["records"] >= 200)
    yield figure(
        "records_marked", "records", "≥ 1, far from the hub's time", found["records_marked"] > 0
    )


async def _torture(folder: Path, dice: random.Random) -> dict[str, Any]:
    config = Config(
        data=folder / "hub", broker_port=free_port(), web_port=free_port(), login="off",
        log_level="error",
    )  # fmt: skip
    _provision(config)
    clock = TurnedClock()
    hub = asyncio.create_task(run_hub(config, clock))
    children = [
        Child(name, *_program(config, name), folder / f"{name}.log", lambda *_: None)
        for name in REAL
    ]
    running = [asyncio.create_task(child.run()) for child in children]
    talkers = [Talker(config, SITE, name, role) for name, role in TALKERS.items()]
    try:
        await _until(lambda: _ready(config) == len(REAL), 120, "the two real nodes")
        for talker in talkers:
            await asyncio.to_thread(talker.connect)
        await _until(lambda: _ready(config) == len(REAL) + len(TALKERS), 60, "all nodes")
        for number in range(STEPS):
            clock.by_s[0] = _turn(dice)
            await asyncio.sleep(dice.choice([0.1, 0.3, 0.6, 1.2, 4.0]))
            talkers[number % len(talkers)].report()
        clock.by_s[0] = 0
        found = await _afterwards(config, talkers)
    finally:
        for talker in talkers:
            talker.close()
        for task in (*running, hub):
            task.cancel()
        await asyncio.gather(*running, hub, return_exceptions=True)
    return found


def _turn(dice: random.Random) -> int:
    """By how much the clock is wrong next: 1970, anything up to ten years ahead, hours, nothing."""
    now = int(time.time())
    return dice.choice(
        [
            100 - now,
            dice.randint(-now, YEARS_S),
            dice.randint(-now, YEARS_S),
            YEARS_S,
            dice.randint(-3 * 86_400, 3 * 86_400),
            dice.randint(-3 * 3600, 3 * 3600),
            dice.choice([-3 * 3600, 3 * 3600]),
            0,
        ]
    )


async def _afterwards(config: Config, talkers: list[Talker]) -> dict[str, Any]:
    began_s, began_utc_s = time.monotonic(), int(time.time())
    until_all_know_s = float("inf")
    while (passed_s := time.monotonic() - began_s) < WITHIN_S:
        knowing = sum(talker.knows_the_time() for talker in talkers)
        knowing += _real_nodes_that_know(config, began_utc_s)
        if knowing == len(REAL) + len(TALKERS):
            until_all_know_s = min(until_all_know_s, round(passed_s, 1))
        for talker in talkers:
            talker.report()
        await asyncio.sleep(1)
    await _until(lambda: all(t.unacknowledged() == 0 for t in talkers), 60, "acknowledgements")
    return {
        "steps": STEPS,
        "nodes_that_know_the_time": knowing,
        "until_all_know_s": until_all_know_s if until_all_know_s < WITHIN_S else 10**6,
        **_books(config, talkers),
    }


def _books(config: Config, talkers: list[Talker]) -> dict[str, Any]:
    """What the ledger holds, beside what a rebuild makes of a copy of it."""
    copy = config.data / "copy.sqlite"
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        ledger.copy_to(copy, lambda done, all_of_it: None)
        states = ledger.states.all()
    now_utc_s = int(time.time())
    with Ledger.open(copy) as ledger:
        _roll_up(ledger, now_utc_s)  # what came in during the last moments
        kept = {*ledger.node_hours.all(*_ALL)}, {*ledger.zone_hours.all(*_ALL)}
        with ledger.transaction():
            ledger.node_hours.begin_rebuild()
        _roll_up(ledger, now_utc_s)
        anew = {*ledger.node_hours.all(*_ALL)}, {*ledger.zone_hours.all(*_ALL)}
        stored = {(name, boot, seq) for name, boot, seq in ledger.records.identities()}
        sent = {(t.name, 1, seq) for t in talkers for seq in range(1, t.sent + 1)}
        marked = sum(found.records for found in ledger.misdated.since(-(2**40)))
        reported = {
            (record.node, record.t // 3600 * 3600)
            for record in (*ledger.records.footfall(None, *_ALL), *ledger.records.lamp(None, *_ALL))
        }
        wrong = sum(_coverage_is_wrong(ledger, name, now_utc_s) for name in states)
    future = [
        hour
        for hour in kept[0]
        if hour.hour_utc_s > now_utc_s and (hour.node, hour.hour_utc_s) not in reported
    ]
    return {
        "nodes_lost": sum(state.state != "ready" for state in states.values()),
        "hours_unlike_a_rebuilds": sum(len(a ^ b) for a, b in zip(kept, anew, strict=True)),
        "hours_closed_in_the_future": len(future),
        "nodes_with_a_wrong_coverage_of_today": wrong,
        "records_lost": len(sent - stored),
        "records": len(sent),
        "records_marked": marked,
    }


def _coverage_is_wrong(ledger: Ledger, name: str, now_utc_s: int) -> bool:
    """Whether what the hours of the last five say is not what the records and the clock say."""
    first = (now_utc_s - SERVED_S) // 3600 * 3600 + 3600  # the node was there from before it
    closed = closable_until_utc_s(now_utc_s)
    records = [
        *ledger.records.footfall(SITE, first, now_utc_s + 3600, node=name),
        *ledger.records.lamp(SITE, first, now_utc_s + 3600, node=name),
    ]
    for hour in range(first, now_utc_s, 3600):
        mine = [record for record in records if hour <= record.t < hour + 3600]
        due_s = 3600 if hour + 3600 <= closed else sum(record.dt for record in mine)
        found = ledger.node_hours.all(hour, hour + 3600, node=name)
        told = [(item.obs_s, item.due_s) for item in found] or [(0, 0)]
        wanted = (sum(record.obs_s for record in mine), due_s)
        if told != [wanted]:
            print(f"figures: clock: {name}, hour {hour}: {told}, not {wanted}", file=sys.stderr)
            return True
    return False


def _roll_up(ledger: Ledger, now_utc_s: int) -> None:
    rollup = RollUp()
    while (piece := rollup.next(ledger, now_utc_s)) is not None:
        piece.store(ledger)


def _real_nodes_that_know(config: Config, since_utc_s: int) -> int:
    """How many of the MicroPythons sent a record that ends now, by their own clock."""
    now = int(time.time())
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        newest = [ledger.records.last_health(SITE).get(name) for name in REAL]
    ends = [record.t + record.dt for record in newest if record]
    return sum(end >= since_utc_s - 1 and abs(end - now) <= _NEAR_S for end in ends)


def _ready(config: Config) -> int:
    if not config.ledger_path.exists():
        return 0
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        return sum(state.state == "ready" for state in ledger.states.all().values())


async def _until(done: Any, limit_s: float, what: str) -> None:
    end_s = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > end_s:
            raise RuntimeError(f"no sign of {what} after {limit_s:.0f} s")
        await asyncio.sleep(0.3)


def _program(config: Config, name: str) -> tuple[list[str | Path], dict[str, str]]:
    command, environment = node_program(find_micropython(), FIRMWARE, config.identity(name), "")
    del environment["PADLICHT_SIM_WORLD"]  # nobody walks there
    return command, environment


def _provision(config: Config) -> None:
    added_utc_s = int(time.time()) - SERVED_S
    keys = ensure_park(config.keys, config.broker_host)
    with Ledger.open(config.ledger_path) as ledger:
        add_site(ledger, Site(SITE, "Park", "Europe/Amsterdam", 53.23, 6.576))
        for name, role in {**REAL, **TALKERS}.items():
            node = Node(0, name, SITE, "path", role, 53.23, 6.576, False, added_utc_s, False)
            add_node(ledger, keys, config, node, BoardConfig())
