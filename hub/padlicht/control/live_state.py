"""What is going on this very moment, for whoever looks; kept in memory and nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from padlicht.intake.messages import NodeMessage
from padlicht.wire import CounterLive, LampLive, Lost, Reply, SettingsReport, Status

Event = tuple[str, dict[str, Any]]

# A viewer that is this many events behind loses the oldest: the newest is what it wants to see.
MAX_WAITING = 100


class LiveState:
    """Levels, counters and (in a demo) people of the moment, and the viewers who follow them.

    Events: `levels` {node: {level_pm, state}}, `counters` {node: {seen, in, out}}, `people`
    {people: [[id, x_m, y_m, kind], …]}, and whatever `note` is told.
    """

    def __init__(self) -> None:
        self.levels: dict[str, LampLive] = {}
        self.counters: dict[str, CounterLive] = {}
        self.people: list[tuple[int, float, float, str]] = []
        self._followers: set[asyncio.Queue[Event]] = set()

    @property
    def viewers(self) -> int:
        """How many follow now."""
        return len(self._followers)

    def on_stored(self, messages: Iterable[NodeMessage], counters: Sequence[str]) -> None:
        """Tell the viewers what nodes said: levels themselves, and which nodes to look up again.

        `counters` are those whose counts changed.
        """
        changed: set[str] = set()
        for item in messages:
            name = item.node.name
            match item.said:
                case LampLive() as level:
                    self.put_level(name, level)
                case CounterLive() as counter:
                    self.put_counter(name, counter)
                case Lost():
                    self.forget(name)
                    changed.add(name)
                case Status() | SettingsReport() | Reply():
                    changed.add(name)
        if changed:
            self.note("presence", {"nodes": sorted(changed)})
        if counters:
            self.note("counts", {"nodes": [*counters]})

    def put_level(self, node: str, live: LampLive) -> None:
        """A lamp said how bright it is."""
        self.levels[node] = live
        self.note("levels", {node: {"level_pm": live.level_pm, "state": live.state}})

    def put_counter(self, node: str, live: CounterLive) -> None:
        """A counter said what it sees."""
        self.counters[node] = live
        self.note("counters", {node: {"seen": live.seen, "in": live.n_in, "out": live.n_out}})

    def put_people(self, people: Sequence[tuple[int, float, float, str]]) -> None:
        """Where everybody in a simulated park is: id, metres east and north, kind."""
        self.people = list(people)
        self.note("people", {"people": [list(person) for person in people]})

    def forget(self, node: str) -> None:
        """A node is lost: what it last said is no longer so."""
        self.levels.pop(node, None)
        self.counters.pop(node, None)

    def note(self, event: str, what: dict[str, Any]) -> None:
        """Tell every follower; never waits."""
        for queue in self._followers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((event, what))

    async def follow(self) -> AsyncIterator[Event]:
        """Events from now on, until the caller closes the iterator or is cancelled."""
        queue: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING)
        self._followers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._followers.discard(queue)
