"""One run of the demo park: a world, a hub and a process for each node, and then the tally."""

import asyncio
import random
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.errors import PadlichtError, TryAgain
from padlicht.ledger import Ledger, NodeState
from padlicht.simulate.run.chaos import Kill, Victim, plan
from padlicht.simulate.run.processes import Child, end_broker, kill_broker, running, tail
from padlicht.simulate.run.programs import INTERVAL_S, hub_program, node_program
from padlicht.simulate.run.provision import provision
from padlicht.simulate.run.screen import Now, Screen
from padlicht.simulate.run.summary import Summary
from padlicht.simulate.run.tally import read_journals, tally_run, until_acknowledged
from padlicht.simulate.world.park import TZ, demo_park, last_evening_utc_s, local_hour
from padlicht.simulate.world.server import World
from padlicht.simulate.world.walkers import Evening

HUB = "hub"
BRIGHT_DUTY = 0.9 * 0xFFFF
HUB_DEADLINE_S = 45.0


@dataclass(frozen=True)
class RunOptions:
    """What was asked for. `seconds` None: until somebody stops it."""

    seconds: float | None
    chaos: bool
    seed: int
    web_port: int
    data: Path
    micropython: Path
    firmware: Path


class Run:
    """A demo, from an empty data folder to its summary."""

    def __init__(self, wish: RunOptions, screen: Screen) -> None:
        now_utc_s = int(time.time())
        start_utc_s = last_evening_utc_s(now_utc_s)
        self._wish = wish
        self._screen = screen
        self._clock = HubClock(start_utc_s - now_utc_s)
        self._config = Config(
            data=wish.data, broker_port=free_port(), web_port=wish.web_port or free_port()
        )
        self._park = demo_park()
        evening = Evening(self._park.path, wish.seed, local_hour(start_utc_s))
        self._world = World(self._park, evening, wish.seed, self._clock.utc_ms)
        self._names = self._park.names
        self._children: dict[str, Child] = {}
        self._kills: Counter[Victim] = Counter()
        self._line_known_utc_s: dict[str, int] = {}
        self._first_boots: dict[str, int] = {}
        self._started_s = 0.0

    @property
    def page(self) -> str:
        """Where the page is."""
        return self._config.page_url.rstrip("/")

    async def play(self, on_page: Callable[[], None]) -> Summary:
        """Run it all, until its end or until it is cancelled. Leaves no process behind.

        `on_page` is called once the page answers. TryAgain when a part does not get going.
        """
        self._first_boots = provision(self._config, self._clock, self._park)
        (self._wish.data / "logs").mkdir()
        try:
            async with self._world.serve(), self._running(HUB):
                await until_page_answers(self._config)
                on_page()
                async with self._running(*self._names):
                    self._started_s = time.monotonic()
                    return await self._watch()
        except BaseExceptionGroup as group:
            troubles, _ = group.split(PadlichtError)
            if troubles is None:
                raise
            raise first_error(troubles) from None
        finally:
            # A hub that was killed could not stop its broker; normally there is none left here.
            await end_broker(self._config.broker_folder)

    def _running(self, *names: str) -> AbstractAsyncContextManager[None]:
        """These programs run while the block does."""
        self._children |= {name: self._child(name) for name in names}
        return running(*(self._children[name] for name in names))

    async def _watch(self) -> Summary:
        kills = asyncio.create_task(self._kill_some()) if self._wish.chaos else None
        try:
            while (left_s := (self._wish.seconds or inf) - self._passed_s()) > 0:
                # In a thread: while the ledger is busy, the world must go on.
                self._look(await asyncio.to_thread(self._states))
                await asyncio.sleep(min(left_s, 1))
            if kills is not None:
                await kills
            return await self._reckon()
        finally:
            if kills is not None:
                kills.cancel()

    def _states(self) -> dict[str, NodeState]:
        with Ledger.open(self._config.ledger_path, read_only=True) as ledger:
            return ledger.states.all()

    def _look(self, states: dict[str, NodeState]) -> None:
        for counter in self._park.counters:
            state = states[counter.name]
            confirmed = state.wanted_version == state.confirmed_version is not None
            if confirmed and counter.name not in self._line_known_utc_s:
                self._line_known_utc_s[counter.name] = self._clock.utc_s()
        local = datetime.fromtimestamp(self._clock.utc_s(), UTC).astimezone(ZoneInfo(TZ))
        now = Now(
            clock=f"{local:%H:%M:%S}",
            nodes_ready=sum(state.state == "ready" for state in states.values()),
            nodes=len(self._names),
            lamps_bright=sum(duty > BRIGHT_DUTY for duty in self._world.duties.values()),
            people=len(self._world.people),
            crossings=len(self._world.crossings),
        )
        self._screen.show(now, self._passed_s())

    async def _kill_some(self) -> None:
        for kill in plan(self._wish.seed, self._wish.seconds):
            await asyncio.sleep(max(kill.at_s - self._passed_s(), 0))
            into_s = self._clock.utc_ms() / 1000 % INTERVAL_S
            await asyncio.sleep(INTERVAL_S - into_s + kill.into_s)
            while True:
                if self._kill(kill):
                    break
                await asyncio.sleep(0.2)  # it is down by itself: wait until it is back
            self._kills[kill.victim] += 1

    def _kill(self, kill: Kill) -> bool:
        if kill.victim is Victim.BROKER:
            name = "broker"
            done = kill_broker(self._config.broker_folder)
        else:
            node = self._names[int(kill.pick * len(self._names))]
            name = HUB if kill.victim is Victim.HUB else node
            done = self._children[name].kill()
        if done:
            self._screen.say(f"{self._passed_s():5.1f} s  kill -9 {name}")
        return done

    async def _reckon(self) -> Summary:
        seconds = round(self._passed_s())
        made = read_journals(self._config, self._names).made
        self._screen.say(f"waiting until the {len(made)} records made by now are acknowledged")
        await until_acknowledged(self._config, self._names, made.keys())
        return tally_run(
            self._config,
            self._first_boots,
            made,
            self._world.crossings,
            self._line_known_utc_s,
            seconds=seconds,
            kills={victim.value: self._kills[victim] for victim in Victim},
            say=self._screen.say,
        )

    def _child(self, name: str) -> Child:
        wish, config = self._wish, self._config
        world = f"127.0.0.1:{self._world.port}"
        if name == HUB:
            command, environment = hub_program(config, wish.firmware, world, self._clock.offset_s)
        else:
            folder = config.identity(name)
            command, environment = node_program(wish.micropython, wish.firmware, folder, world)
        return Child(name, command, environment, wish.data / "logs" / f"{name}.log", self._ended)

    def _ended(self, name: str, code: int) -> None:
        self._screen.say(f"{name} ended by itself (code {code}) and is started again")

    def _passed_s(self) -> float:
        return time.monotonic() - self._started_s


def free_port() -> int:
    """A port on loopback that nobody has now, and that the system gives to nobody by itself.

    One of those that it gives (from 32768 on) may be the near end of somebody's connection before
    whoever asked for it listens.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)  # tests beside us share a seed
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


async def until_page_answers(config: Config, deadline_s: float = HUB_DEADLINE_S) -> None:
    """Wait for a hub that was started as a child; TryAgain, with its log's end, when it is mute."""
    try:
        async with asyncio.timeout(deadline_s):
            await _until_answers(config.web_port)
    except TimeoutError:
        raise TryAgain(
            f"the hub's page did not answer in {deadline_s:.0f} s; the end of its log:\n"
            f"{tail(config.data / 'logs' / 'hub.log')}"
        ) from None


async def _until_answers(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return


def first_error(error: BaseException) -> BaseException:
    """The first error in a group, however deep."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
