"""The self-test finds what is wrong, shows the lamp without a flash, and fits into one message."""

import asyncio
import json
import os

from scratch import Folder

from node import log, selftest
from node.keep.clock import Clock
from node.keep.spool import Spool
from node.link import wire
from node.roles.lamp import LampOutput
from node.selftest import SelfTest

INTERPRETERS = ("mp64", "mp32")  # CPython's asyncio counts no milliseconds

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

    def dc(self):
        return None

    def rssi(self):
        return self.signal

    def rtc_utc_ms(self):
        return None

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
        self.radar = True
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
        while len(self.said) < wanted:
            if self.radar:
                self.selftest.radar_bytes += 23
            await asyncio.sleep(0.02)


class Quick:
    """Time that passes many times as fast while a self-test waits."""

    def __enter__(self):
        self._real = (selftest.RADAR_MS, selftest.HUB_S, selftest.FADE_MS, selftest.SETTLE_MS)
        self._set((100, 1, 1, 10))

    def __exit__(self, *_):
        self._set(self._real)

    def _set(self, times):
        selftest.RADAR_MS, selftest.HUB_S, selftest.FADE_MS, selftest.SETTLE_MS = times


def _tested(role="lamp", metered=True, spoil=lambda bench: None):
    with Folder() as folder, Quick():
        bench = Bench(folder, role, metered)
        spoil(bench)
        return bench.run(), bench


def test_a_healthy_lamp_passes():
    """Nothing fails, the current is measured at each step, and the hub's answer is timed."""
    table, _bench = _tested()
    assert not [what for what in table if table[what][2] in ("fail", "look")]
    assert [table["lamp at {} %".format(pct)] for pct in (25, 100)] == [
        (124, "mA", "ok"),
        (500, "mA", "ok"),
    ]
    assert table["lamp up and down"] == ("shown", "", "see")
    assert table["radar"] == ("reports", "", "ok")
    assert table["hub and back"] == (123, "ms", "ok")
    assert table["clock"] == ("hub", "", "ok")
    assert table["boots"] == (7, "", "ok")


def test_the_table_fits_into_one_message():
    """Also with every fault there can be, the answer is under the 2 KiB of the contract."""

    def spoil(bench):
        bench.faults = dict.fromkeys(
            ["ambient_missing", "rtc_missing", "rtc_stopped", "power_missing", "radar_silent"]
            + ["radar_unset", "lamp_stuck", "clock_behind", "spool_bad", "task_records"],
            True,
        )

    with Folder() as folder, Quick():
        bench = Bench(folder)
        spoil(bench)
        rows, _ = bench.command()
    assert len([row for row in rows if row[3] == "fail"]) == 10
    assert len(wire.encode_reply("c-" + "9" * 30, True, None, rows)) < wire.MAX_PAYLOAD


def test_the_lamp_never_jumps_nor_falls_below_what_it_showed():
    """The ramp begins and ends at the light that the path has, in steps too small to see."""
    for begin in (0, 30000):

        def light(bench, duty=begin):
            bench.output.set(duty)

        bench = _tested(spoil=light)[1]
        duties = list(bench.board.duties)
        assert duties[0] == duties[-1] == min(duties) == begin and max(duties) == 65535
        steps = [abs(duties[at] - duties[at - 1]) for at in range(1, len(duties))]
        assert max(steps) <= 65535 // 60 + 1
        bench.output.set(77)
        assert bench.board.duties[-1] == 77, "the lamp did not get its light back"


def test_the_lamp_goes_on_where_it_wants_to_be():
    """What the lamp wanted meanwhile is shown as soon as the test gives it back."""
    with Folder() as folder:
        bench = Bench(folder)
        bench.output.set(100)
        bench.output.override(60000)
        bench.output.set(13107)
        assert bench.board.duties[-1] == 60000
        bench.output.release()
        assert bench.board.duties[-1] == 13107


def test_a_lamp_that_draws_too_little_is_looked_at():
    """A third of the current missing is an LED string that went; none at all fails."""
    table, _ = _tested(spoil=lambda bench: setattr(bench.board, "faulty", 34))
    assert table["lamp at 100 %"][2] == "look"
    table, _ = _tested(spoil=lambda bench: setattr(bench.board, "faulty", 100))
    assert table["lamp at 100 %"] == (0, "mA", "fail")


def test_without_a_meter_eyes_must_do():
    """No current is made up; the technician is asked to look."""
    table, _ = _tested(metered=False)
    assert not [what for what in table if "mA" in table[what]]
    assert table["lamp up and down"][2] == "see"


def test_ticks_that_stood_still_are_looked_at():
    """The longest gap between two ticks is told; one that eyes could see asks for a look."""
    for gap_ms, verdict in ((21, "ok"), (100, "ok"), (101, "look")):

        def spoil(bench, gap_ms=gap_ms):
            bench.board.tick_gap_ms = gap_ms

        table, _ = _tested("counter", spoil=spoil)
        assert table["longest tick gap"] == (gap_ms, "ms", verdict)


def test_a_counter_has_no_lamp():
    """Its table has no ramp, and nothing moves the duty."""
    table, bench = _tested("counter")
    assert not [what for what in table if what.startswith("lamp")]
    assert set(bench.board.duties) <= {0}


def test_a_counter_with_beams_has_no_radar():
    """Where none is, none is missed."""
    table, _ = _tested("counter", spoil=lambda bench: setattr(bench.selftest, "has_radar", False))
    assert "radar" not in table


def test_what_is_broken_fails():
    """A silent radar, a hub that does not answer, a weak signal and a fault are each named."""

    def spoil(bench):
        bench.radar = False
        bench.hub.answers = False
        bench.board.signal = -90
        bench.faults = {"rtc_missing": True}

    table, _ = _tested(spoil=spoil)
    failed = {what: table[what] for what in table if table[what][2] == "fail"}
    assert failed == {
        "radar": ("silent", "", "fail"),
        "wifi": (-90, "dBm", "fail"),
        "hub and back": (None, "ms", "fail"),
        "fault": ("rtc_missing", "", "fail"),
    }


def test_a_flash_that_refuses_fails():
    """Nothing that cannot be written and read back counts as kept."""

    def spoil(bench):
        os.mkdir(bench.board.folder + "/selftest.tmp.new")

    with Folder() as folder, Quick():
        bench = Bench(folder)
        spoil(bench)
        assert bench.run()["flash"] == ("refuses", "", "fail")
        os.rmdir(folder + "/selftest.tmp.new")


def test_one_at_a_time():
    """A second command is told to wait; the first gets its table."""
    with Folder() as folder, Quick():
        bench = Bench(folder)
        rows, why = bench.command(2)
        assert why is None and len(rows) > 10
        assert bench.said[0] == ("a self-test is running already: wait for its answer", None)


def test_once_at_the_first_start():
    """By itself it runs once in a board's life; the table stays in flash, and the hub hears it."""
    with Folder() as folder, Quick():
        bench = Bench(folder)
        asyncio.run(bench.selftest.first(lambda: {}))
        with open(folder + "/selftest.json") as file:
            rows = json.load(file)
        assert ["hub and back", 123, "ms", "ok"] in rows
        assert bench.hub.told == [(wire.FIRST_START, rows)]
        count = len(bench.board.duties)
        asyncio.run(bench.selftest.first(lambda: {}))
        assert len(bench.board.duties) == count and len(bench.hub.told) == 1
