"""The self-test finds what is wrong, shows the lamp without a flash, and fits into one message."""

import asyncio
import json
import os

from scratch import Folder
from selftest_bench import Bench, Quick, self_tested

from node.link import wire

INTERPRETERS = ("mp64", "mp32")  # CPython's asyncio counts no milliseconds


def test_a_healthy_lamp_passes():
    """Nothing fails, the current is measured at each step, and the hub's answer is timed."""
    table, _bench = self_tested()
    assert not [what for what in table if table[what][2] in ("fail", "look")]
    assert [table["lamp at {} %".format(pct)] for pct in (25, 100)] == [
        (124, "mA", "ok"),
        (500, "mA", "ok"),
    ]
    assert table["lamp up and down"] == ("shown", "", "see")
    assert table["radar"] == ("reports", "", "ok")
    assert 8 <= table["radar frames"][0] <= 12 and table["radar frames"][1:] == ("/s", "ok")
    assert table["radar frames broken"] == (0, "%", "ok")
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

        bench = self_tested(spoil=light)[1]
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
    table, _ = self_tested(spoil=lambda bench: setattr(bench.board, "faulty", 34))
    assert table["lamp at 100 %"][2] == "look"
    table, _ = self_tested(spoil=lambda bench: setattr(bench.board, "faulty", 100))
    assert table["lamp at 100 %"] == (0, "mA", "fail")


def test_without_a_meter_eyes_must_do():
    """No current is made up; the technician is asked to look."""
    table, _ = self_tested(metered=False)
    assert not [what for what in table if "mA" in table[what]]
    assert table["lamp up and down"][2] == "see"


def test_ticks_that_stood_still_are_looked_at():
    """The longest gap between two ticks is told; one that eyes could see asks for a look."""
    for gap_ms, verdict in ((21, "ok"), (100, "ok"), (101, "look")):

        def spoil(bench, gap_ms=gap_ms):
            bench.board.tick_gap_ms = gap_ms

        table, _ = self_tested("counter", spoil=spoil)
        assert table["longest tick gap"] == (gap_ms, "ms", verdict)


def test_a_counter_has_no_lamp():
    """Its table has no ramp, and nothing moves the duty."""
    table, bench = self_tested("counter")
    assert not [what for what in table if what.startswith("lamp")]
    assert set(bench.board.duties) <= {0}


def test_a_counter_with_beams_has_no_radar():
    """Where none is, none is missed."""
    table, _ = self_tested(
        "counter", spoil=lambda bench: setattr(bench.selftest, "has_radar", False)
    )
    assert "radar" not in table


def test_what_is_broken_fails():
    """A silent radar, a hub that does not answer, a weak signal and a fault are each named."""

    def spoil(bench):
        bench.radar = 0
        bench.hub.answers = False
        bench.board.signal = -90
        bench.faults = {"rtc_missing": True}

    table, _ = self_tested(spoil=spoil)
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


def test_the_first_start_is_told_until_the_hub_has_it():
    """At each first word of the hub, with the same table, and never again once it is stored."""
    with Folder() as folder, Quick():
        bench = Bench(folder)
        assert bench.hub.listener is bench.selftest
        bench.selftest.hub_spoke()
        assert bench.hub.told == []  # there is none yet
        asyncio.run(bench.selftest.first(lambda: {}))
        bench.selftest.reply_stored("c-81")
        bench.selftest.hub_spoke()
        assert [told[0] for told in bench.hub.told] == [wire.FIRST_START] * 2
        assert json.dumps(bench.hub.told[0][1]) == json.dumps(bench.hub.told[1][1])
        bench.selftest.reply_stored(wire.FIRST_START)
        again = Bench(folder)
        again.selftest.hub_spoke()
        assert len(bench.hub.told) == 2 and again.hub.told == []
        with open(folder + "/selftest.json", "w") as file:
            file.write("[[")
        os.remove(folder + "/selftest.ok")
        again.selftest.hub_spoke()
        assert again.hub.told == []
