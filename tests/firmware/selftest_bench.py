"""A node's parts around a self-test: board, hub and radar as the test wants them."""

import asyncio
import time

from scratch import Folder

from node import log
from node import selftest_rows as selftest
from node.keep.clock import Clock
from node.keep.spool import Spool
from node.roles.lamp import LampOutput
from node.selftest import SelfTest

log.level = log.WARN


class Part:
    """Whatever the test wants it to be."""

    def __init__(self, **parts):
        for name in parts:
            setattr(self, name, parts[name])


class Board:
    """A board on which all is well, with a lamp that draws what it should, until told otherwise."""

    rated_mw = 6000
    tests_itself = True
    tick_gap_ms = 21
    ends = ()  # sensors at the end of their scale
    rtc = None  # a callable: the own clock
    faulty = 0  # share of the current that is missing, in percent

    def __init__(self, folder, role="lamp", metered=True):
        self.folder = folder
        self.identity = {"node": "lamp-1", "role": role}
        self.duties = []
        self.metered = metered
        self.sensors = self
        self.signal = -60

    def set_duty_u16(self, duty):
        self.duties.append(duty)

    def measure(self):
        if not self.metered:
            return None
        return 12000, 6000 * self.duties[-1] // 65535 * (100 - self.faulty) // 1200

    def lux_dl(self):
        return 31

    def mv(self):
        return 12000

    def reversed(self):
        return False

    def saturated(self):
        return self.ends

    def dc(self):
        return None

    def rssi(self):
        return self.signal

    def rtc_utc_ms(self):
        return self.rtc() if self.rtc else None

    stack_left = ticks_lost = rtc_utc_ms

    def free(self):
        return 80000


class Hub:
    """A hub that answers when it may."""

    def __init__(self):
        self.round_trip_ms = None
        self.selftest = None
        self.answers = True
        self.told = []

    def send_reply(self, reply_id, detail):
        self.told.append((reply_id, detail))

    def send_status(self):
        if self.answers:
            self.round_trip_ms = 123
            self.selftest.hub_answered = True


class Bench:
    """A node's parts around a self-test, and a radar that reports or not."""

    def __init__(self, folder, role="lamp", metered=True):
        self.board = Board(folder, role, metered)
        self.hub = Hub()
        self.output = LampOutput(self.board.set_duty_u16)
        recorder = Part(boot=7, spool=Spool(folder, 7))
        clock = Clock(lambda: 0, lambda new, old: new - old)
        clock.set(1795224000000, 2)
        self.selftest = SelfTest(self.board, clock, self.hub, recorder, self.output)
        self.hub.selftest = self.selftest
        self.radar = 10  # frames a second,
        self.stream = None  # or a callable: the bytes of the next 20 ms
        self.selftest.radar = Part(frames=0, bad=0)
        self.faults = {"lamp_stuck": False}
        self.said = []

    def run(self):
        """The table as what -> (value, unit, verdict)."""
        rows, why = self.command()
        assert why is None, why
        return {row[0]: tuple(row[1:]) for row in rows}

    def command(self, times=1):
        asyncio.run(self._run(times))
        return self.said[-1][1], self.said[-1][0]

    async def _run(self, times):
        wanted = len(self.said) + times
        for _ in range(times):
            self.selftest.begin(
                lambda: self.faults, lambda why=None, detail=None: self.said.append((why, detail))
            )
        began_ms = time.ticks_ms()
        driver = self.selftest.radar
        while len(self.said) < wanted:
            if self.stream:
                data = self.stream()
                self.selftest.heard(data)
                driver.feed(data)
            else:
                passed_ms = time.ticks_diff(time.ticks_ms(), began_ms)
                driver.frames = passed_ms * self.radar // 1000
            await asyncio.sleep(0.02)


class Quick:
    """Time that passes many times as fast while a self-test waits."""

    def __enter__(self):
        self._real = (selftest.RADAR_MS, selftest.HUB_S, selftest.FADE_MS, selftest.SETTLE_MS)
        self._real += (selftest.RTC_OFF_MS,)
        self._set((500, 1, 1, 10, 300))

    def __exit__(self, *_):
        self._set(self._real)

    def _set(self, times):
        selftest.RADAR_MS, selftest.HUB_S, selftest.FADE_MS, selftest.SETTLE_MS = times[:4]
        selftest.RTC_OFF_MS = times[4]


def self_tested(role="lamp", metered=True, spoil=lambda bench: None):
    """The table of a self-test, and the bench on which it ran."""
    with Folder() as folder, Quick():
        bench = Bench(folder, role, metered)
        spoil(bench)
        return bench.run(), bench
