"""Application of a node: its parts, its tasks, and who watches them.

The lamp comes first and leans on nothing that follows: it runs before the records' flash was looked
at, and goes on when any task dies. Each task is watched; one that dies is said and started again.
"""

import asyncio
import os
import random
import sys
import time

from node import log
from node.errors import BadData
from node.keep import boot_state, identity
from node.keep.clock import Clock
from node.keep.settings import Settings
from node.keep.timekeeper import STEP_MS, ClockFloor, Timekeeper
from node.lifeline_file import LifelineFile
from node.link import wire
from node.link.hub import Hub
from node.recorder import Recorder
from node.selftest import SelfTest
from node.supervisor import Supervisor, Watchdog
from node.tasks import Backoff, Tasks

FIRMWARE = "0.1.0"
STILL_S = {"role": 90, "records": 90}  # a task that died may wait up to 60 s before it comes again
FIRST_TEST_S = 20  # time to join the network and to reach the hub
SETUP_MS = 100  # the radar takes its time over each command


class Node:
    """One node: clock, settings, role, recorder and hub, and what they have to tell each other."""

    def __init__(self, board):
        self._board = board
        self._is_lamp = board.identity["role"] == "lamp"
        self.clock = Clock(time.ticks_ms, time.ticks_diff)
        self._settings = Settings(board.folder + "/settings.json")
        note = self._settings.load()
        if note:
            log.info("settings: " + note)
        self._refused = {}
        self._error = None  # what ended the boot before
        self._radar = None
        self._watchdog = Watchdog(STILL_S)
        self._tasks = Tasks(self.clock, self._watchdog)
        self._time = Timekeeper(board, self.clock, ClockFloor(board.folder + "/floor"))
        self._role = _role(board, self._settings.values, self.clock.up_ms)
        self._lifeline_file = LifelineFile(board)
        wifi = getattr(board, "wifi", None)
        self._hub = Hub(board, self, Backoff(random.randint), wifi and wifi.tried)
        self._supervisor = Supervisor(
            board, self.clock, self._watchdog, self._hub, self._rests_s, self.reset
        )
        interval_s = self._interval_s()
        self._recorder = Recorder(
            board, self.clock, self._role, interval_s, self._hub.records_changed
        )
        output = self._role.output if self._is_lamp else None
        self._selftest = SelfTest(board, self.clock, self._hub, self._recorder, output)

    async def run(self) -> None:
        """Start everything; never returns."""
        if self._role.tick:
            self._role_tick = self._role.tick
            self._board.start_ticks(self._tick)
        else:
            self._board.start_ticks(self._watchdog.tick)
        self._role.second(self.clock.utc_s())
        self._watchdog.arm(self._board.start_watchdog())
        run_for_ever = self._tasks.run_for_ever
        await asyncio.gather(
            run_for_ever("radar", self._read_radar),
            run_for_ever("setup", self._set_up_radar),
            run_for_ever("role", self._keep_role),
            run_for_ever("records", self._keep_records),
            run_for_ever("hub", self._talk),
            run_for_ever("supervisor", self._supervisor.run),
            run_for_ever("selftest", self._test_once),
        )

    def _tick(self):
        self._role_tick()  # first; if it fails, nobody feeds the watchdog
        self._watchdog.tick()

    async def _read_radar(self):
        if self._role.feed is None:
            self._selftest.has_radar = False
            await asyncio.Event().wait()  # a counter with beams has no radar
        self._selftest.radar = self._role.radar
        self._radar = await self._board.radar()
        while True:
            data = await self._radar.read(256)
            self._selftest.heard(data)
            self._role.feed(data)

    async def _set_up_radar(self):
        """A radar says by its replies whether it took its settings; again after each unplugging."""
        while self._radar is None:
            await asyncio.sleep_ms(SETUP_MS)
        if not self._radar.settable:
            await asyncio.Event().wait()
        while True:
            command = self._role.command(SETUP_MS)
            if command:
                await self._radar.write(command)
            await asyncio.sleep_ms(SETUP_MS)

    async def _keep_role(self):
        """Apart from the records: the light's plan must not wait for the flash."""
        last_ms = self.clock.up_ms()
        while True:
            self._watchdog.heartbeat("role", self.clock.up_s())
            await self._next_second()
            now_ms = self.clock.up_ms()
            self._board.sensors.poll(now_ms - last_ms)
            last_ms = now_ms
            self._role.second(self.clock.utc_s())

    async def _keep_records(self):
        recorder = self._recorder
        if recorder.spool is None:
            recorder.open()
            path = self._board.folder + "/last_error"
            self._error = boot_state.take_crash_reason(path, recorder.boot)
        while True:
            self._watchdog.heartbeat("records", self.clock.up_s())
            await self._next_second()
            trust = self.clock.trust
            step_ms = self._time.second()
            if step_ms is not None and abs(step_ms) > STEP_MS:
                self._stepped("the board's own", trust, step_ms)
            for code, on in self.faults().items():
                recorder.fault(code, on)
            recorder.second()
            self._lifeline_file.second(self._settings.values, self.clock.utc_s())

    def faults(self) -> dict:
        """Each fault beside the role's own, and whether it is there now."""
        faults = self._board.sensors.faults()
        faults["clock_behind"] = self._time.rtc_behind
        spool = self._recorder.spool
        faults["spool_bad"] = spool is not None and spool.went_bad
        faults["ticks_lost"] = self._recorder.loses_ticks
        faults.update(self._tasks.faults())
        return faults

    async def _next_second(self):
        now_ms = self.clock.utc_ms() or self.clock.up_ms()
        await asyncio.sleep_ms(1000 - now_ms % 1000)

    async def _test_once(self):
        await asyncio.sleep(FIRST_TEST_S)
        await self._selftest.first(self._faults_now)
        await asyncio.Event().wait()

    async def _talk(self):
        while self._recorder.spool is None:
            await asyncio.sleep_ms(100)
        await self._hub.run(self._recorder.spool)

    def _interval_s(self):
        return self._board.interval_s or self._settings.values["report_min"] * 60

    def status(self) -> bytes:
        """The birth, as it is true now."""
        board = self._board
        return wire.encode_status(
            "ready",
            board.identity["role"],
            self._recorder.boot,
            FIRMWARE,
            board.name,
            board.reset_cause(),
            self.clock.trust,
            self._error,
        )

    def settings_report(self) -> bytes:
        """The version in force, and what of the last one wanted was refused."""
        return wire.encode_settings(self._settings.version, self._refused)

    def live(self) -> bytes:
        """What a technician who watches wants to see now."""
        return self._role.live()

    def set_time(self, utc_ms: int) -> None:
        """The hub's clock; a big step ends the open interval, by the time it began in.

        BadData when a hub that does not know the time itself tells it.
        """
        trust = self.clock.trust
        step_ms = self._time.set_from_hub(utc_ms, self._hub.round_trip_ms)
        self._selftest.hub_answered = True
        if step_ms is None or abs(step_ms) > STEP_MS:
            self._stepped("the hub", trust, step_ms)
        self._hub.records_changed()  # records that waited for a date
        if self.clock.trust != trust:
            self._hub.send_status()

    def _stepped(self, who, trust, step_ms):
        more = "" if step_ms is None else ", {} ms on".format(step_ms)
        log.info("clock: set by {}{}".format(who, more))
        self._recorder.second(trust)
        self._role.replan()

    def set_settings(self, version: int, wanted: dict) -> None:
        """Take the wanted settings whole, or none of them."""
        before = self._settings.values
        self._refused = self._settings.apply(version, wanted)
        if self._refused:
            reasons = "; ".join(list(self._refused.values()))
            log.warn("settings: version {} refused: {}".format(version, reasons))
        if self._settings.values == before:
            return
        log.info("settings: version {} in force".format(version))
        self._recorder.set_interval(self._interval_s())
        self._recorder.cut()
        self._role.configure(self._settings.values)

    def execute(self, do: str, args: dict, answer) -> None:
        """Do what a command says, and call answer(why, detail) when it is done."""
        if do == "identify":
            self._board.identify()
            answer()
        elif do == "selftest":
            self._selftest.begin(self._faults_now, answer)
        elif do == "preview":
            answer(self._role.preview(args) if self._is_lamp else "a counter has no light to show")
        else:
            answer("this firmware has no command {}".format(do[:32]))

    def _faults_now(self):
        faults = self._role.faults()
        faults.update(self.faults())
        return faults

    def reset(self) -> None:
        """Restart the board, with the open interval safe."""
        self._recorder.cut()
        self._board.reset(self.clock.utc_ms())

    def _rests_s(self):
        return self._role.rests_s(self.clock.utc_s())


def _role(board, values, up_ms):
    """The half of the node that its identity asks for; the other one takes no memory."""
    if board.identity["role"] == "lamp":
        from node.roles.lamp import LampRole

        return LampRole(board, values, up_ms)
    if board.beams:
        from node.roles.beam_counter import BeamCounterRole

        return BeamCounterRole(board, values, up_ms)
    from node.roles.counter import CounterRole

    return CounterRole(board, values, up_ms)


def _on_lost_exception(loop, context):
    # A task that nobody waits for would otherwise die without a word.
    log.warn("app: a task died alone: {!r}".format(context["exception"]))
    sys.print_exception(context["exception"])


async def _main(board):
    asyncio.get_event_loop().set_exception_handler(_on_lost_exception)
    await Node(board).run()


def run(board) -> None:
    """Run the node on this board; never returns. What no task's watch catches restarts it."""
    random.seed(int.from_bytes(os.urandom(4), "big"))  # neighbours must not back off in step
    try:
        asyncio.run(_main(board))
    except KeyboardInterrupt:
        # What is left are the ticks, which feed the watchdog while its credit lasts. A soft reset,
        # with which mpremote begins, ends them, too.
        log.info("app: interrupted; restarting in a minute, 8 s after a soft reset")
    except Exception as error:
        sys.print_exception(error)
        log.warn("app: restarting after {!r}".format(error))
        boot_state.store_crash_reason(board.folder + "/last_error", error)
        board.reset()


def start(folder: str) -> None:
    """Make the board that `node.json` in `folder` names, and run the node on it."""
    try:
        who = identity.read(folder)
    except BadData as error:
        log.warn("main: " + str(error))
        sys.exit(1)
    log.level = who.get("log_level", log.INFO)
    board = __import__("boards." + who["board"], None, None, ("make",))
    run(board.make(folder, who))
