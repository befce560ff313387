"""When the self-test runs: on command, and by itself once, at a board's first start."""

import asyncio
import json

from node import log, selftest
from node.keep import files
from node.link import wire


class Testing:
    """Runs one self-test at a time and knows what it looks at.

    radar_bytes: how many came in so far. has_radar: whether any ever should. hub_answered: the hub
    told the time since the test asked.
    """

    def __init__(self, board, clock, hub, recorder, outlet) -> None:
        self._board = board
        self._hub = hub
        self._running = False
        self.clock = clock
        self.recorder = recorder
        self.outlet = outlet
        self.radar_bytes = 0
        self.has_radar = True
        self.hub_answered = False
        self.faults = None  # a callable: code -> whether it is there

    def begin(self, faults, answer) -> None:
        """On command: `answer(why, detail)` gets the table, or why there is none."""
        if self._running:
            answer("a self-test is running already: wait for its answer")
        else:
            self._running = True
            asyncio.create_task(self._answer(faults, answer))

    async def _answer(self, faults, answer):
        try:
            answer(None, await self._run(faults))
        except Exception as error:
            answer("the self-test failed: {!r}".format(error)[:200])

    async def first(self, faults) -> None:
        """Once in a board's life, when it is well for the first time."""
        path = self._board.folder + "/selftest.json"
        if not self._board.tests_itself or files.read(path) is not None:
            return
        rows = await self._run(faults)
        files.replace(path, json.dumps(rows).encode())
        self._hub.tell(wire.FIRST_START, rows)

    async def _run(self, faults):
        self._running = True
        self.faults = faults
        try:
            rows = await selftest.run(self._board, self)
        finally:
            self._running = False
        selftest.say(rows)
        log.info("selftest: " + ("passed" if selftest.passed(rows) else "not passed"))
        return rows

    def ask_hub(self) -> None:
        """Say the birth again: the hub answers it with the time."""
        self.hub_answered = False
        self._hub.say_status()

    def round_trip_ms(self) -> "int | None":
        """How long the hub's last answer took."""
        return self._hub.round_trip_ms
