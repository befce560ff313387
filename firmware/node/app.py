"""The node: its parts, its tasks, and who watches them.

The lamp comes first and leans on nothing that follows: it runs before the flash was touched, and
goes on when any task dies. Each task is watched; one that dies is reported and started again.
"""

import asyncio
import os
import random
import sys
import time

from node import log
from node.errors import BadData
from node.keep.clock import HUB, OWN_RTC, Clock
from node.keep.settings import Settings
from node.link import wire
from node.link.backoff import Backoff
from node.link.hub import Hub
from node.recorder import Recorder

FIRMWARE = "0.1.0"
STEP_MS = 2000  # a clock that was off by more has lived in another time
HEALED_S = 60  # a task that lives so long after its death is well again
FIRST_UTC_MS = (
    1700000000000  # November 2023: older than this firmware, so somebody's clock is not set
)
LAST_UTC_MS = 4102444800000  # 2100
SETUP_PAUSE_MS = 100  # the radar takes its time over each command


class Node:
    """One node: clock, settings, role, recorder and hub, and what they have to tell each other."""

    def __init__(self, board):
        self._board = board
        self.clock = Clock(time.ticks_ms, time.ticks_diff)
        rtc_utc_ms = board.rtc_utc_ms()
        if rtc_utc_ms is not None:
            self.clock.set(rtc_utc_ms, OWN_RTC)
        self._settings = Settings(board.folder + "/settings.json")
        note = self._settings.load()
        if note:
            log.info("settings: " + note)
        self._refused = {}
        self._died = {}  # task name -> uptime in s of its last death
        self._role = _role(board, self._settings.values, self.clock.up_ms)
        self._hub = Hub(board, self, Backoff(random.randint))
        interval_s = self._interval_s()
        self._recorder = Recorder(board, self.clock, self._role, interval_s, self._hub.news)

    async def live_on(self) -> None:
        """Start everything; never returns."""
        if self._role.tick:
            self._board.start_ticks(self._role.tick)
        self._role.second(self.clock.utc_s())
        await asyncio.gather(
            self._watch("radar", self._read_radar),
            self._watch("role", self._keep_role),
            self._watch("records", self._keep_records),
            self._watch("hub", self._talk),
        )

    async def _watch(self, name, work):
        backoff = Backoff(random.randint)
        while True:
            began_s = self.clock.up_s()
            try:
                await work()
            except Exception as error:
                sys.print_exception(error)
                if self.clock.up_s() - began_s >= HEALED_S:
                    backoff.reset()
                wait_ms = backoff.next_ms()
                log.warn(
                    "app: task {} died ({!r}); starting it again in {} s".format(
                        name, error, (wait_ms + 999) // 1000
                    )
                )
                self._died[name] = self.clock.up_s()
                await asyncio.sleep_ms(wait_ms)

    async def _read_radar(self):
        radar = await self._board.radar()
        for command in self._role.setup:
            await radar.write(command)
            await asyncio.sleep_ms(SETUP_PAUSE_MS)
        while True:
            self._role.feed(await radar.read(256))

    async def _keep_role(self):
        """Apart from the records: the light's plan must not wait for the flash."""
        while True:
            await self._next_second()
            self._role.second(self.clock.utc_s())

    async def _keep_records(self):
        if self._recorder.spool is None:
            self._recorder.open()
        while True:
            await self._next_second()
            for name, up_s in self._died.items():
                self._recorder.fault("task_" + name, self.clock.up_s() - up_s < HEALED_S)
            self._recorder.second()

    async def _next_second(self):
        now_ms = self.clock.utc_ms() or self.clock.up_ms()
        await asyncio.sleep_ms(1000 - now_ms % 1000)

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
        if not FIRST_UTC_MS <= utc_ms <= LAST_UTC_MS:
            raise BadData("down/time: {} ms is no time that this node lives in".format(utc_ms))
        trust = self.clock.trust
        known = self.clock.utc_s() is not None
        step_ms = self.clock.set(utc_ms, HUB)
        if not known or abs(step_ms) > STEP_MS:
            log.info("clock: set by the hub" + (", {} ms on".format(step_ms) if known else ""))
            self._recorder.second(trust)
            self._role.replan()
        self._hub.news()  # records that waited for a date
        if self.clock.trust != trust:
            self._hub.say_status()

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

    def obey(self, do: str) -> str | None:
        """Do what a command says; None, or why not."""
        if do != "identify":
            return "this firmware has no command {}".format(do[:32])
        self._board.identify()
        return None

    def reset(self) -> None:
        """Restart the board, with the open interval safe."""
        self._recorder.cut()
        self._board.reset()


def _role(board, values, up_ms):
    """The half of the node that its identity asks for; the other one takes no memory."""
    if board.identity["role"] == "lamp":
        from node.roles.lamp import LampRole

        return LampRole(board, values, up_ms)
    from node.roles.counter import CounterRole

    return CounterRole(board, values, up_ms)


def _on_lost_exception(loop, context):
    # A task that nobody waits for would otherwise die without a word.
    log.warn("app: a task died alone: {!r}".format(context["exception"]))
    sys.print_exception(context["exception"])


async def _main(board):
    asyncio.get_event_loop().set_exception_handler(_on_lost_exception)
    await Node(board).live_on()


def run(board) -> None:
    """Run the node on this board; never returns. What no task's watch catches restarts it."""
    random.seed(int.from_bytes(os.urandom(4), "big"))  # neighbours must not back off in step
    try:
        asyncio.run(_main(board))
    except KeyboardInterrupt:
        log.info("app: interrupted")
    except Exception as error:
        sys.print_exception(error)
        log.warn("app: restarting after {!r}".format(error))
        board.reset()
