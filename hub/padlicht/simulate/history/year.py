"""Writes a year of a park that never was into a ledger, through firmware and intake.

What is the real thing: of the nodes, schedule, sun, dimming and the lamp's loop (`node.light`), the
radar's reader (`node.sense.ld2410`), the lamp's role, tally, recorder and messages; of the hub, all
from the decoding of a message to the hours of use. What is invented: who comes along
(`history_people`), what goes wrong and when (`history_story`), weather, temperatures and radio. The
counters' radars are not run through a year of frames: of every hundred passages they notice 98.

Lamps beyond the eighth and counters beyond the second are twins of those: they say the same.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Zone
from padlicht.simulate.history.devices import TICKS_PER_S, CounterDevice, LampDevice
from padlicht.simulate.history.events import EventSchedule
from padlicht.simulate.history.firmware import Firmware, firmware
from padlicht.simulate.history.hub import HOUR_S, HubHalf, Progress
from padlicht.simulate.history.park import Copy, copies
from padlicht.simulate.history.people import QUARTER_S, Athletes, People
from padlicht.simulate.history.scenario import Plan, Scenario, scenario
from padlicht.simulate.history.walks import Walks
from padlicht.simulate.run.provision import demo_site
from padlicht.simulate.world.park import ORIGIN, SITE, TZ, Park, demo_park

PART = ".part"  # of the file's name, until it is whole


@dataclass(frozen=True)
class Written:
    """What a history holds."""

    scenario: Scenario
    nodes: int
    records: int
    messages: int
    groups: int


def write_history(path: Path, plan: Plan, progress: Progress) -> Written:
    """Make the ledger at `path`, which must not be there; it appears whole or not at all.

    `progress(what, done, total)` is called now and then. Refused when there is a ledger already.
    """
    if path.exists():
        raise Refused(f"{path} is there already: a history begins a ledger, so name another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    _remove(part)
    try:
        with Ledger.open(part) as ledger:
            ledger.skip_fsync()
            written = _write(ledger, plan, progress)
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.replace(path)
    finally:
        _remove(part)
    return written


def _write(ledger: Ledger, plan: Plan, progress: Progress) -> Written:
    truth = scenario(plan)
    hub = HubHalf(ledger)
    park = demo_park()
    nodes = copies(park, plan)
    zones = {copy.zone: copy.zone_title for copy in nodes}
    hub.add_site(demo_site(park), [Zone(SITE, name, title) for name, title in zones.items()])
    for topic, twins in _twins(nodes).items():
        hub.twin(topic, *twins)
    year = Year(firmware(), park, plan, truth, hub, nodes)
    year.live(progress)
    hub.add_up(truth.end_utc_s, progress)
    counts = ledger.records.counts()
    records = sum(counts[kind] for kind in ("lamp", "footfall", "health", "fault"))
    return Written(truth, len(nodes), records, hub.messages, year.groups)


def _twins(nodes: list[Copy]) -> dict[str, list[str]]:
    """The topics that say the same as one that is lived through."""
    twins: dict[str, list[str]] = {}
    for copy in nodes:
        if copy.name != copy.of:
            for leaf in ("up/status", "up/settings", "up/records"):
                topic = f"padlicht/v1/{SITE}/{copy.of}/{leaf}"
                twins.setdefault(topic, []).append(f"padlicht/v1/{SITE}/{copy.name}/{leaf}")
    return twins


def _remove(part: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + end).unlink(missing_ok=True)


DAY_S = 86_400


class Year:
    """A park and its hub through a scenario. `groups`: how many came along the path."""

    def __init__(
        self,
        firmware: Firmware,
        park: Park,
        plan: Plan,
        scenario: Scenario,
        hub: HubHalf,
        copies: list[Copy],
    ) -> None:
        self.groups = 0
        self._scenario = scenario
        self._hub = hub
        self._people = People(plan.seed, TZ, ORIGIN, scenario.effect)
        self._athletes = Athletes(plan.seed, TZ, ORIGIN, scenario.effect)
        self._walks = Walks(park)
        self._park = park
        self._happenings = EventSchedule(firmware, plan.seed, scenario, hub, copies)
        self._nodes = self._happenings.nodes

    def live(self, progress: Progress) -> None:
        """From the scenario's begin to its end."""
        begin, end = self._scenario.begin_utc_s, self._scenario.end_utc_s
        for utc_s in range(begin, end, QUARTER_S):
            until_s = utc_s + QUARTER_S
            self._happenings.until(utc_s)
            self._come(utc_s)
            self._happenings.until(until_s - 1)
            for node in self._nodes.values():
                node.live(until_s)
            self._hub.take(until_s)
            if until_s % HOUR_S == 0:
                self._hub.note_presence(until_s)
            if (until_s - begin) % DAY_S == 0 or until_s >= end:
                progress("days", (until_s - begin) // DAY_S, (end - begin) // DAY_S)
        self._hub.take(end + QUARTER_S)  # what was on its way

    def _come(self, utc_s: int) -> None:
        """Everybody who starts along the path in this quarter."""
        evening = self._happenings.evening(utc_s)
        lit = evening is not None and evening[0] <= utc_s + QUARTER_S // 2 < evening[1]
        for stay in self._athletes.quarter(utc_s, lit=lit):
            self._near(self._park.fitness.name, *stay)
        for group in self._people.quarter(utc_s, lit=lit):
            self.groups += 1
            for crossing in self._walks.crossings(group):
                counter = self._body(crossing.counter)
                if isinstance(counter, CounterDevice):
                    counter.come(crossing.utc_s, group.people, inward=crossing.inward)
            for near in self._walks.nearnesses(group):
                self._near(near.lamp, near.from_utc_s, near.until_utc_s)

    def _near(self, name: str, from_utc_s: float, until_utc_s: float) -> None:
        """Somebody is within reach of a lamp; what of it is about the evening is seen as such."""
        lamp = self._body(name)
        if not isinstance(lamp, LampDevice):
            return
        from_tick, until_tick = int(from_utc_s * TICKS_PER_S), int(until_utc_s * TICKS_PER_S)
        until_tick = max(from_tick + 1, until_tick)
        evening = self._happenings.evening(int(from_utc_s))
        begin = end = until_tick
        if evening is not None:
            # Before its window a lamp looks at nobody who could still be there when it begins.
            begin = (evening[0] - 2 * QUARTER_S) * TICKS_PER_S
            end = (evening[1] + QUARTER_S) * TICKS_PER_S
        first, last = max(from_tick, begin), min(until_tick, end)
        if first < last:
            lamp.come(first, last)
        else:
            first = last = until_tick
        if from_tick < first:
            lamp.come_by_day(from_tick, first)
        if last < until_tick:
            lamp.come_by_day(last, until_tick)

    def _body(self, name: str) -> Any:
        """What notices people there; None while there is nothing."""
        node = self._nodes.get(name)
        return node.body if node is not None and node.on else None
