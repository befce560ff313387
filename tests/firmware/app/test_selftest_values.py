"""The self-test's verdicts rest on values that were understood, not on something that moves."""

import os
import time

from scratch import Folder
from selftest_bench import Bench, Quick, self_tested

from node import selftest_rows as selftest
from node.sense.ld2410 import LD2410
from node.sense.ld2450 import LD2450

INTERPRETERS = ("mp64", "mp32")  # CPython's asyncio counts no milliseconds

_LAMP = (
    b"\xf4\xf3\xf2\xf1\x0d\x00\x02\xaa\x03\x51\x00\x32\x5a\x00\x21\x51\x00\x55\x00\xf8\xf7\xf6\xf5"
)
_COUNTER = b"\xaa\xff\x03\x00\x0e\x03\xb1\x86\x10\x00\x40\x01" + b"\x00" * 16 + b"\x55\xcc"


def heard(role, make):
    """The table when the radar sends this: make() gives the bytes of 20 ms."""

    def spoil(bench):
        driver = LD2410 if role == "lamp" else LD2450
        bench.selftest.radar = driver(lambda *_: None)
        bench.stream = make

    return self_tested(role, spoil=spoil)[0]


def test_bytes_are_no_reports():
    """Text, noise, the other model's frames: each fails by name, however much of it comes."""
    for make, lamp, counter in (
        (lambda: b"Range 12\r\n", "text, no frames", "text, no frames"),
        (lambda: os.urandom(30), "bytes, no frames", "bytes, no frames"),
        (lambda: b"\x10\x81\x02" * 9, "another baud rate", "another baud rate"),
        (lambda: b"", "silent", "silent"),
        (lambda: _COUNTER, "frames of an LD2450", None),
        (lambda: _LAMP, None, "frames of an LD2410"),
    ):
        for role, wanted in (("lamp", lamp), ("counter", counter)):
            table = heard(role, make)
            if wanted:
                assert table["radar"] == (wanted, "", "fail"), (role, wanted)
                assert "radar frames" not in table
            else:
                assert table["radar"] == ("reports", "", "ok")


def test_too_few_reports_and_broken_ones_are_looked_at():
    """A radar reports ten times a second; three, fifty, or one in three broken, is a bad wire."""
    for rate, verdict in ((3, "look"), (10, "ok"), (50, "look")):
        table = self_tested(
            "counter", spoil=lambda bench, rate=rate: setattr(bench, "radar", rate)
        )[0]
        assert table["radar frames"][1:] == ("/s", verdict), rate
    torn = [0]

    def make():
        torn[0] += 1
        return _LAMP[:-3] if torn[0] % 3 == 0 else _LAMP

    percent, unit, verdict = heard("lamp", make)["radar frames broken"]
    assert 20 <= percent <= 45 and (unit, verdict) == ("%", "look")


def test_a_report_now_and_then_is_no_radar_that_works():
    """One report a second among noise, and three broken ones to each whole one, fail the test."""
    pieces = [0]

    def rare():
        pieces[0] += 1
        return _LAMP if pieces[0] % 60 == 30 else os.urandom(30)

    def spoil(bench):
        selftest.RADAR_MS = 2000  # as long as on a board
        bench.selftest.radar = LD2410(lambda *_: None)
        bench.stream = rare

    table = self_tested(spoil=spoil)[0]
    assert table["radar frames"][0] <= 1 and table["radar frames"][2] == "fail"

    def torn():
        pieces[0] += 1
        return _LAMP if pieces[0] % 4 == 0 else _LAMP[:-3]

    percent, unit, verdict = heard("lamp", torn)["radar frames broken"]
    assert 60 <= percent <= 85 and (unit, verdict) == ("%", "fail")


def test_a_meter_at_the_end_of_its_range_fails():
    """Each step at which it is saturated is named, and none of them has a current."""

    def spoil(bench):
        bench.board.measure = lambda: None
        bench.board.mv = lambda: None
        bench.board.ends = ("power",)

    table = self_tested(spoil=spoil)[0]
    assert table["lamp at 100 %"] == ("beyond the meter", "", "fail")
    assert table["supply"] == (None, "mV", "fail")


def test_a_meter_in_reverse_fails():
    """Each step says so, and none of them has a current."""

    def spoil(bench):
        bench.board.measure = lambda: None
        bench.board.sensors.reversed = lambda: True

    table = self_tested(spoil=spoil)[0]
    assert table["lamp at 100 %"] == ("the meter is in reverse", "", "fail")


def test_a_meter_that_does_not_follow_the_lamp_fails():
    """It says the same at a quarter and at full light: it is not in the lamp's supply line."""
    table = self_tested(spoil=lambda b: setattr(b.board, "measure", lambda: (12000, 250)))[0]
    assert table["meter"] == ("does not follow the lamp", "", "fail")
    assert "meter" not in self_tested()[0]


def test_a_supply_that_cannot_be_is_looked_at():
    """Less than the board itself needs, or more than the meter is made for."""
    for mv, verdict in ((0, "look"), (4499, "look"), (4500, "ok"), (26000, "ok"), (26004, "look")):
        table = self_tested("counter", spoil=lambda b, mv=mv: setattr(b.board, "mv", lambda: mv))[0]
        assert table["supply"] == (mv, "mV", verdict)


def test_a_light_sensor_at_its_end_is_for_eyes():
    """In full sun that is right, in a shed it is broken: the technician knows."""
    table = self_tested("counter", spoil=lambda b: setattr(b.board, "ends", ("light",)))[0]
    assert table["light"] == ("as bright as it can say", "", "see")


def test_an_own_clock_runs_or_fails():
    """It moves on by the time that the test takes, from a year in which this firmware lives."""
    began_ms = time.ticks_ms()

    def running(start_ms, permille=1000):
        return lambda: start_ms + time.ticks_diff(time.ticks_ms(), began_ms) * permille // 1000

    for rtc, what, wanted in (
        (running(1795224000000), "own clock off by", "ok"),
        (running(1795224600000), "own clock off by", "look"),
        (running(946684800000), "own clock", "was never set"),
        (lambda: 1795224000500, "own clock", "does not run"),
        (running(1795224000000, 4000), "own clock", "does not run"),
        (lambda: None, "own clock", None),
    ):

        def spoil(bench, rtc=rtc):
            bench.board.rtc = rtc

        row = self_tested(spoil=spoil)[0][what]
        assert wanted in (row[0], row[2]), (row, wanted)


def test_flash_is_read_back_and_its_room_is_known():
    """What is read is what this test wrote; a file system that cannot say its room fails."""
    from node.keep import files

    real = files.read, files.flash_kb

    def refuse(folder):
        raise OSError(5)

    with Folder() as folder, Quick():
        bench = Bench(folder, "counter")
        try:
            files.read = lambda path: b"\xff" * 4097 if path.endswith(".tmp") else real[0](path)
            files.flash_kb = refuse
            table = bench.run()
        finally:
            files.read, files.flash_kb = real
    assert table["flash"] == ("refuses", "", "fail")
    assert table["flash free"] == (None, "KB", "fail")


def test_an_answer_of_before_is_none():
    """How long the hub took is asked anew; an answer that nobody timed is looked at."""

    def spoil(bench):
        bench.hub.round_trip_ms = 77
        bench.hub.send_status = lambda: setattr(bench.selftest, "hub_answered", True)

    assert self_tested("counter", spoil=spoil)[0]["hub and back"] == (None, "ms", "look")
