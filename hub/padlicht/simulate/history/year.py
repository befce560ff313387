"""The loop through a simulated year: quarter after quarter, people, nodes, mishaps, hub."""

from typing import Any

from padlicht.simulate.history.devices import TICKS_PER_S, CounterDevice, LampDevice
from padlicht.simulate.history.events import EventSchedule
from padlicht.simulate.history.firmware import Firmware
from padlicht.simulate.history.hub import HOUR_S, HubHalf, Progress
from padlicht.simulate.history.park import Copy
from padlicht.simulate.history.people import QUARTER_S, People
from padlicht.simulate.history.scenario import Plan, Scenario
from padlicht.simulate.history.walks import Walks
from padlicht.simulate.world.park import ORIGIN, TZ, Park

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
        self._walks = Walks(park)
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
        lit = noticed = False
        if evening is not None:
            lit = evening[0] <= utc_s + QUARTER_S // 2 < evening[1]
            # By day a lamp looks at nobody; who comes just before dusk may still be there then.
            noticed = evening[0] - 2 * QUARTER_S < utc_s < evening[1] + QUARTER_S
        for group in self._people.quarter(utc_s, lit=lit):
            self.groups += 1
            for crossing in self._walks.crossings(group):
                counter = self._body(crossing.counter)
                if isinstance(counter, CounterDevice):
                    counter.come(crossing.utc_s, group.people, inward=crossing.inward)
            for near in self._walks.nearnesses(group) if noticed else ():
                lamp = self._body(near.lamp)
                if isinstance(lamp, LampDevice):
                    from_tick = int(near.from_utc_s * TICKS_PER_S)
                    until_tick = int(near.until_utc_s * TICKS_PER_S)
                    lamp.come(from_tick, max(from_tick + 1, until_tick))

    def _body(self, name: str) -> Any:
        """What notices people there; None while there is nothing."""
        node = self._nodes.get(name)
        return node.body if node is not None and node.on else None
