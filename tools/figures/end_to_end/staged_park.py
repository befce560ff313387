"""The demo park on a stage: a past, hours in which it really runs, and days that are skipped.

In an hour that runs, all is as in `padlicht demo`: a world, mosquitto, `padlicht up` and a
MicroPython a lamp, with the park's own clock. Of days that are skipped the ledger gets what a hub
that ran would have in it of the counters: their records, hours added up, the hour noted; and a lamp
knows that it was well, as it says after 15 s. The counters themselves do not run, so that
nobody is counted twice.
"""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.control.presence import note_hour
from padlicht.ledger import Ledger
from padlicht.settings_schema import firmware_folder
from padlicht.simulate.history import Plan, write_history
from padlicht.simulate.history.hub import Progress
from padlicht.simulate.run.micropython import find_micropython
from padlicht.simulate.run.processes import Child, end_broker, running
from padlicht.simulate.run.programs import hub_program, node_program
from padlicht.simulate.run.provision import provision
from padlicht.simulate.run.run import first_error, free_port, until_page_answers
from padlicht.simulate.world.park import SITE, demo_park, local_hour
from padlicht.simulate.world.server import World
from padlicht.simulate.world.walkers import Evening
from tests.hub.use import add_up

SEED = 1
DAY_S = 86_400
_HUB_DEADLINE_S = 300.0
_BOOTS = 1000  # added to those of skipped days: none of them is one of the past
_SAY_DAYS = 28


class StagedPark:
    """A park in `folder`, which is there and empty."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(data=folder, broker_port=free_port(), web_port=free_port())
        self._park = demo_park()
        self._days = folder / "days.sqlite"  # from which skipped days are taken
        self._lived_utc_s = 0
        (folder / "logs").mkdir()

    @property
    def lamps(self) -> int:
        """How many there are."""
        return len(self._park.all_lamps)

    @property
    def page(self) -> str:
        """Where the hub's pages are while it runs."""
        return self.config.page_url.rstrip("/")

    def write_past(self, end_utc_s: int, weeks: int, until_utc_s: int) -> None:
        """So many weeks up to a moment, and what will be taken of the days up to another one."""
        past = Plan(end_utc_s, weeks, SEED)
        # So short a history has no mishaps; and one lamp is enough for the counters' days.
        ahead = Plan(until_utc_s, -(-(until_utc_s - end_utc_s) // (7 * DAY_S)) + 1, SEED, lamps=1)
        write_history(self.config.ledger_path, past, _progress("the past"))
        write_history(self._days, ahead, _progress("the weeks to come"))
        self._lived_utc_s = end_utc_s

    def provision(self, utc_s: int) -> None:
        """Give every node of the past its new board and key, at that time."""
        provision(self.config, _clock(utc_s), self._park)

    def skip_to(self, utc_s: int) -> int:
        """Let the days up to then pass; how many records of counters came."""
        with Ledger.open(self._days, read_only=True) as days:
            found = days.records.footfall(SITE, self._lived_utc_s, utc_s)
        with Ledger.open(self.config.ledger_path) as ledger:
            for begin in range(self._lived_utc_s, utc_s, DAY_S):
                end = min(begin + DAY_S, utc_s)
                records = [
                    replace(one, boot=one.boot + _BOOTS) for one in found if begin <= one.t < end
                ]
                with ledger.transaction():
                    ledger.records.add(records, end)
            add_up(ledger, utc_s)
            while not note_hour(utc_s, ledger):
                pass
        for lamp in self._park.all_lamps:
            (self.config.identity(lamp.name) / "tries").unlink(missing_ok=True)  # firmware/boot.py
        self._lived_utc_s = utc_s
        return len(found)

    @asynccontextmanager
    async def awake(self, utc_s: int) -> AsyncIterator[None]:
        """Hub and lamps run while the block does, from that time on; nothing of them is left."""
        clock = _clock(utc_s)
        evening = Evening(self._park.path, SEED, local_hour(utc_s))
        world = World(self._park, evening, SEED, clock.utc_ms)
        try:
            async with world.serve():
                address = f"127.0.0.1:{world.port}"
                async with running(self._hub(address, clock)):
                    await until_page_answers(self.config, _HUB_DEADLINE_S)
                    async with running(*self._lamp_programs(address)):
                        yield
        except BaseExceptionGroup as group:
            raise first_error(group) from None
        finally:
            await end_broker(self.config.broker_folder)

    def wanted(self, key: str) -> dict[str, object]:
        """What is wanted of a setting of each lamp."""
        with Ledger.open(self.config.ledger_path, read_only=True) as ledger:
            changes = ledger.settings.wanted(SITE)
        return {lamp.name: changes[lamp.name].after[key] for lamp in self._park.all_lamps}

    async def confirmed(self) -> bool:
        """Whether all lamps said that they have what is wanted of them."""
        with Ledger.open(self.config.ledger_path, read_only=True) as ledger:
            states = ledger.states.all()
        return all(
            states[lamp.name].wanted_version == states[lamp.name].confirmed_version
            for lamp in self._park.all_lamps
        )

    def _hub(self, world: str, clock: HubClock) -> Child:
        return self._child(
            "hub", *hub_program(self.config, firmware_folder(), world, clock.offset_s)
        )

    def _lamp_programs(self, world: str) -> list[Child]:
        micropython = find_micropython()
        found = []
        for lamp in self._park.all_lamps:
            folder = self.config.identity(lamp.name)
            program = node_program(micropython, firmware_folder(), folder, world)
            found.append(self._child(lamp.name, *program))
        return found

    def _child(self, name: str, command: list[str | Path], environment: dict[str, str]) -> Child:
        log = self.config.data / "logs" / f"{name}.log"
        return Child(name, command, environment, log, _ended)


def _clock(utc_s: int) -> HubClock:
    """A clock that says so now."""
    return HubClock(utc_s - int(time.time()))


def _ended(name: str, code: int) -> None:
    print(f"figures: demo-study: {name} ended by itself (code {code})", file=sys.stderr)


def _progress(what: str) -> Progress:
    def say(step: str, done: int, total: int) -> None:
        if step == "days" and done % _SAY_DAYS == 0:
            print(f"figures: demo-study: {what}, day {done} of {total}", file=sys.stderr)

    return say
