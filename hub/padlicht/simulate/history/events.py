"""What happens to nodes in a simulated year: installed, changed, broken, mended. Not people."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from padlicht.ledger import Node as Registered
from padlicht.map_projection import to_degrees
from padlicht.simulate.history.firmware import Firmware
from padlicht.simulate.history.hub import HubHalf
from padlicht.simulate.history.node import Node
from padlicht.simulate.history.park import Copy
from padlicht.simulate.history.scenario import Change, Failure, Scenario, Trouble
from padlicht.simulate.run.provision import FITNESS_SETTINGS
from padlicht.simulate.world.park import LAMP_MW, ORIGIN, SITE

DAY_S = 86_400
MONTH_S = 30 * DAY_S
DOWN_S = 40  # how long a node's supply is away once a month
NOTICED_S = 61  # after so long the firmware says that a radar is silent
MENDING_S = 200  # after power is back, the last cable is in
ON_ITS_WAY_S = 2  # from the hub to a node


class _Event(NamedTuple):
    utc_s: int
    do: Callable[[int], None]


class EventSchedule:
    """Lets everything happen at its moment; `nodes` are those that there are by then, by name."""

    def __init__(
        self, firmware: Firmware, seed: int, scenario: Scenario, hub: HubHalf, copies: list[Copy]
    ) -> None:
        self.nodes: dict[str, Node] = {}
        self._firmware = firmware
        self._seed = seed
        self._scenario = scenario
        self._hub = hub
        self._copies = copies
        self._zone: Any = None
        self._window: Any = None
        self._day: int | None = None
        self._evening: tuple[int, int] | None = None  # of that day
        self._ahead = sorted(self._plot(), key=lambda event: event.utc_s, reverse=True)

    def until(self, utc_s: int) -> None:
        """All that happens up to that second, in its order."""
        while self._ahead and self._ahead[-1].utc_s <= utc_s:
            event = self._ahead.pop()
            event.do(event.utc_s)

    def evening(self, utc_s: int) -> tuple[int, int] | None:
        """When lamps are lit that local day; None: not at all, or there are none yet."""
        if self._window is None:
            return None
        day = self._zone.local(utc_s)[0]
        if day != self._day:
            self._day = day
            self._evening = self._window.for_day(day)
        return self._evening

    def _plot(self) -> Iterator[_Event]:
        scenario = self._scenario
        yield _Event(scenario.begin_utc_s, lambda utc_s: self._install("counter", utc_s))
        yield _Event(scenario.lamps_utc_s, lambda utc_s: self._install("lamp", utc_s))
        for change in scenario.settings:
            yield from self._changes(change)
        if scenario.covered is not None:
            yield from self._covers(scenario.covered)
        if scenario.offline is not None:
            yield from self._parts(scenario.offline)
        if scenario.failed is not None:
            yield from self._fails(scenario.failed)
        for name in {copy.of for copy in self._copies}:
            yield from self._reboots(name)

    def _install(self, role: str, utc_s: int) -> None:
        """The nodes of a role are added and get power."""
        mine = [copy for copy in self._copies if copy.role == role]
        self._hub.add_nodes((_registered(copy, utc_s), _wanted(copy)) for copy in mine)
        for copy in mine:
            if copy.of != copy.name:
                continue
            node = Node(self._firmware, SITE, copy.name, role, self._seed, self._hub.hear)
            version, wanted = self._hub.wanted(copy.name)
            node.set_settings(version, wanted)
            node.start(utc_s, "power")
            self.nodes[copy.name] = node
        if role == "lamp":
            self._reckon_evenings()

    def _reckon_evenings(self) -> None:
        """When lamps are lit, by the settings in force."""
        lamp = next(copy for copy in self._copies if copy.role == "lamp")
        wanted = self._firmware.settings.defaults() | dict(self._hub.wanted(lamp.name)[1])
        self._zone = self._firmware.zone.Zone(wanted["tz"])
        self._window = self._firmware.schedule.Window(wanted, self._zone)
        self._day = None

    def _changes(self, change: Change) -> Iterator[_Event]:
        names = [copy.name for copy in self._copies if copy.role == "lamp"]

        def wanted(utc_s: int) -> None:
            self._hub.want(names, change.settings, change.who, change.why, utc_s)

        def reach(utc_s: int) -> None:
            for name in names:
                if name in self.nodes:
                    self.nodes[name].live(utc_s)
                    self.nodes[name].set_settings(*self._hub.wanted(name))
            self._reckon_evenings()

        yield _Event(change.utc_s, wanted)
        yield _Event(change.utc_s + ON_ITS_WAY_S, reach)

    def _covers(self, trouble: Trouble) -> Iterator[_Event]:
        """A counter's radar loses its cable, and gets it back."""
        name, from_utc_s, until_utc_s = trouble
        yield _Event(from_utc_s, lambda utc_s: self._wire(name, utc_s, wired=False))
        yield _Event(from_utc_s + NOTICED_S, lambda utc_s: self.nodes[name].live(utc_s))
        yield _Event(until_utc_s, lambda utc_s: self._wire(name, utc_s, wired=True))
        yield _Event(until_utc_s + 1, lambda utc_s: self.nodes[name].live(utc_s))

    def _parts(self, trouble: Trouble) -> Iterator[_Event]:
        """A node loses the network for a while."""
        name, from_utc_s, until_utc_s = trouble

        def go(utc_s: int) -> None:
            self.nodes[name].live(utc_s)
            self.nodes[name].unlink()

        def come_back(utc_s: int) -> None:
            self.nodes[name].live(utc_s)
            self.nodes[name].link()

        yield _Event(from_utc_s, go)
        yield _Event(until_utc_s, come_back)

    def _fails(self, failure: Failure) -> Iterator[_Event]:
        """Water gets into a lamp: first the radar, then the supply; a technician mends it."""
        name, from_utc_s, dark_utc_s, until_utc_s = failure

        def darken(utc_s: int) -> None:
            self.nodes[name].live(utc_s)
            self.nodes[name].stop()

        def power(utc_s: int) -> None:
            self.nodes[name].start(utc_s, "power")
            self._wire(name, utc_s, wired=False)

        yield _Event(from_utc_s, lambda utc_s: self._wire(name, utc_s, wired=False))
        yield _Event(from_utc_s + NOTICED_S, lambda utc_s: self.nodes[name].live(utc_s))
        yield _Event(dark_utc_s, darken)
        yield _Event(until_utc_s, power)
        yield _Event(until_utc_s + NOTICED_S, lambda utc_s: self.nodes[name].live(utc_s))
        yield _Event(until_utc_s + MENDING_S, lambda utc_s: self._wire(name, utc_s, wired=True))
        for seconds in (1, 2):  # the first brings frames, by the second the lamp notices
            yield _Event(
                until_utc_s + MENDING_S + seconds, lambda utc_s: self.nodes[name].live(utc_s)
            )

    def _wire(self, name: str, utc_s: int, *, wired: bool) -> None:
        node = self.nodes[name]
        node.live(utc_s)
        node.body.wired = wired

    def _reboots(self, name: str) -> Iterator[_Event]:
        """Once a month a node's supply is away for a moment."""
        dice = Random(f"{self._seed} supply {name}")
        role = next(copy.role for copy in self._copies if copy.name == name)
        scenario = self._scenario
        start = scenario.lamps_utc_s if role == "lamp" else scenario.begin_utc_s

        def down(utc_s: int) -> None:
            self.nodes[name].live(utc_s)
            self.nodes[name].stop(DOWN_S)

        for month in range(start + DAY_S, scenario.end_utc_s - 2 * DAY_S, MONTH_S):
            utc_s = month + dice.randrange(min(MONTH_S, scenario.end_utc_s - DAY_S - month))
            if not any(self._is_odd(name, moment) for moment in (utc_s, utc_s + DOWN_S)):
                yield _Event(utc_s, down)
                yield _Event(utc_s + DOWN_S, lambda utc_s: self.nodes[name].start(utc_s, "power"))

    def _is_odd(self, name: str, utc_s: int) -> bool:
        """Whether the node has another trouble about then."""
        failed = self._scenario.failed
        troubles = [self._scenario.covered, self._scenario.offline]
        if failed is not None:
            troubles.append(Trouble(failed.node, failed.from_utc_s, failed.until_utc_s))
        troubles += [
            Trouble(name, change.utc_s, change.utc_s) for change in self._scenario.settings
        ]
        return any(
            trouble is not None
            and trouble.node == name
            and trouble.from_utc_s - DAY_S < utc_s < trouble.until_utc_s + DAY_S
            for trouble in troubles
        )


def _registered(copy: Copy, utc_s: int) -> Registered:
    lat, lon = to_degrees(*copy.place, ORIGIN)
    rated_mw = LAMP_MW if copy.role == "lamp" else None
    return Registered(
        0, copy.name, SITE, copy.zone, copy.role, lat, lon, True, utc_s, False, None, rated_mw
    )


def _wanted(copy: Copy) -> dict[str, Any]:
    """What is wanted of a node besides what all of its role are told."""
    if copy.line_mm is not None:
        return {"line_mm": [*copy.line_mm]}
    return FITNESS_SETTINGS if copy.stays else {}
