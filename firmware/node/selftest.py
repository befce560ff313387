"""Self-test on command and at a board's first start: one at a time, and who gets its table.

What is looked at, and what the table says, is in `selftest_rows`.
"""

import asyncio
import json

from node import log
from node.keep import files
from node.link import wire

STORED = "/selftest.ok"  # in the node's folder: the hub has the table of the first start


class SelfTest:
    """Runs one self-test at a time, on command and at a board's first start.

    radar: the driver, which counts the frames that it understood. has_radar: whether there should
    be one. hub_answered: the hub told the time since the test asked, and it was believed. output:
    the LampOutput, None without a lamp.
    """

    def __init__(self, board, clock, hub, recorder, output) -> None:
        self._board = board
        self._hub = hub
        hub.listener = self
        self._running = False
        self.clock = clock
        self.recorder = recorder
        self.output = output
        self.radar = None
        self.has_radar = True
        self.sample = None  # of the radar's bytes, while somebody wants one
        self.hub_answered = False
        self.faults = None  # a callable: code -> whether it is there

    def heard(self, data) -> None:
        """Bytes came from the radar."""
        if self.sample is None:
            return
        from node.sense.radar_sample import SAMPLE_BYTES

        if len(self.sample) < SAMPLE_BYTES:
            self.sample += data

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
        self._hub.send_reply(wire.FIRST_START, rows)

    def hub_spoke(self) -> None:
        """The hub is there: tell it of the first start, unless it has said that it has it."""
        if files.read(self._board.folder + STORED) is not None:
            return
        kept = files.read(self._board.folder + "/selftest.json")
        if kept is None:
            return
        try:
            self._hub.send_reply(wire.FIRST_START, json.loads(kept))
        except ValueError:
            self.reply_stored(wire.FIRST_START)  # it cannot be read, and will not get better

    def reply_stored(self, reply_id: str) -> None:
        """The hub has the table of the first start on its disk."""
        if reply_id != wire.FIRST_START:
            return
        try:
            files.replace(self._board.folder + STORED, b"1")
        except OSError:
            pass  # it is told once more

    async def _run(self, faults):
        from node import selftest_rows  # in a slot it takes memory, so only when it is wanted

        self._running = True
        self.faults = faults
        try:
            rows = await selftest_rows.run(self._board, self)
        finally:
            self._running = False
        selftest_rows.log_rows(rows)
        passed = selftest_rows.passed(rows)
        log.info("selftest: " + ("passed" if passed else "not passed"))
        return rows

    def ask_hub(self) -> None:
        """Say the birth again: the hub answers it with the time."""
        self.hub_answered = False
        self._hub.round_trip_ms = None  # that of an earlier answer says nothing
        self._hub.send_status()

    def round_trip_ms(self) -> "int | None":
        """How long the hub's last answer took."""
        return self._hub.round_trip_ms
