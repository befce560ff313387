"""From what was measured to records in the spool."""

import gc
import json

from scratch import Folder, raises

from boards import sim
from node import log
from node.errors import BadData
from node.keep.clock import Clock
from node.keep.spool import Spool
from node.recorder import Recorder

INTERPRETERS = ("mp64", "mp32")  # CPython reads NaN where MicroPython does not
NOT_JSON = float("nan")
FAULT = {"kind": "fault", "t": 1795224000, "dt": 0, "clock": 2, "code": "rtc_missing", "on": True}


class Board:
    """What a recorder needs of a board."""

    journal = None

    lost = (0, 0, None)

    def __init__(self, folder):
        self.folder = folder
        self.identity = {"first_boot": 41}

    def nothing(self):
        return None

    rssi = mv = dc = lux_dl = nothing

    def free(self):
        return 80000

    def stack_left(self):
        return 4096

    def ticks_lost(self):
        return self.lost


class Role:
    """A counter in which nobody passes."""

    kind = "footfall"

    def faults(self):
        return {}

    def take(self):
        return {"obs_s": 900, "sat_s": 0, "in": 0, "out": 0}


def opened(folder):
    """A recorder on an empty memory, and the lines that it logs from then on."""
    clock = Clock(lambda: 0, lambda new, old: new - old)
    clock.set(1795224000000, 2)
    recorder = Recorder(Board(folder), clock, Role(), 900, lambda: None)
    recorder.open()
    return recorder


def test_the_first_boot_is_the_one_of_node_json():
    """The records of an empty memory carry the number that the hub gave it to begin with."""
    with Folder() as folder:
        recorder = opened(folder)
        recorder.fault("rtc_missing", True)
        recorder._keep()
        assert recorder.boot == recorder.spool.batch()[0] == 41


def test_what_is_no_json_is_not_stored():
    """A record that could not be read back is refused whole, with those that came with it."""
    with Folder() as folder:
        spool = Spool(folder + "/spool", 1)
        bad = dict(FAULT)
        bad["value"] = NOT_JSON
        assert "no JSON" in raises(BadData, spool.extend, [FAULT, bad])
        assert (spool.pending, spool.batch()) == (0, None)


def test_a_record_that_cannot_be_sent_is_in_nobodys_way():
    """Among others it is left out and named; those before and behind it arrive, in order."""
    with Folder() as folder:
        recorder = opened(folder)
        lines, say = [], log.warn
        log.warn = lines.append
        try:
            for number in range(7):
                record = dict(FAULT)
                record["code"] = "x" * 3000 if number == 5 else str(number)
                if number == 2:
                    record["value"] = NOT_JSON
                recorder._waiting.append(record)
            recorder._keep()
        finally:
            log.warn = say
        _, records = recorder.spool.batch()
        assert [record["code"] for record in records] == ["0", "1", "3", "4", "6"]
        assert json.loads(json.dumps(records)) == records
        assert len(lines) == 2 and all("left out" in line for line in lines)
        assert not recorder._waiting


def test_lost_ticks_are_in_the_health_and_a_fault():
    """What failed counts from the first on, what did not come from a second's worth on."""
    with Folder() as folder:
        recorder, lines = opened(folder), []
        say, log.warn = log.warn, lines.append
        up_ms = [0]
        recorder._clock._ticks_ms = lambda: up_ms[0]
        told = []
        try:
            for lost in ((0, 0, None), (1, 0, ValueError("no")), (0, 50, None), (0, 51, None)):
                recorder._board.lost = lost
                up_ms[0] += 900000
                recorder.cut()
                told.append(recorder.loses_ticks)
        finally:
            log.warn = say
        assert told == [False, True, False, True]
        assert "lamp: 1 ticks failed (ValueError('no'" in "".join(lines)
        health = [rec for rec in records(recorder.spool) if rec["kind"] == "health"]
        assert [rec["ticks_lost"] for rec in health] == [0, 1, 50, 51]
        assert [rec["stack"] for rec in health] == [4096] * 4


def records(spool):
    """All that waits in a spool."""
    _, recs = spool.batch()[:2]
    return recs


def test_free_memory_is_told_after_a_collection():
    """Rubbish that waits for the next collection is free memory, as a board tells it."""
    gc.collect()
    before = gc.mem_free()
    gc.disable()
    try:
        for _ in range(100):
            bytearray(2000)
        assert gc.mem_free() < before - 150000
        told = sim.Board.free(None)
    finally:
        gc.enable()
    assert told > before - 50000, (told, before)
