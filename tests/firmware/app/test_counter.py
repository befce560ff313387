"""The counter's two kinds: the same record from a radar and from a pair of beams."""

import json

from node.roles.beam_counter import BeamCounterRole
from node.roles.counter import CounterRole

VALUES = {"line_mm": [0, 500, 0, 5000], "hysteresis_mm": 300, "settle": 3, "coast_ms": 800}


class Board:
    """A board with two beams, whose state the test says."""

    def __init__(self):
        self.broken = [0, 0]
        self.beams = (lambda: self.broken[0], lambda: self.broken[1])


class Watch:
    """Uptime that the test moves on."""

    def __init__(self):
        self.now_ms = 0

    def __call__(self):
        return self.now_ms


def frame(x_mm, y_mm):
    raw = b""
    for mm in (x_mm, y_mm):
        word = mm + 0x8000 if mm >= 0 else -mm
        raw += bytes((word & 255, word >> 8))
    slots = raw + b"\x00\x00\x40\x01" + b"\x00" * 16 if x_mm or y_mm else b"\x00" * 24
    return b"\xaa\xff\x03\x00" + slots + b"\x55\xcc"


def test_the_radars_record():
    """A minute with one passage is sixty seconds observed and one in."""
    watch = Watch()
    role = CounterRole(Board(), VALUES, watch)
    assert role.kind == "footfall" and role.tick is None
    for tenth in range(600):
        watch.now_ms += 100
        x_mm = 3000 - 140 * (tenth - 100)
        role.feed(frame(x_mm, 2000) if 100 <= tenth < 143 else frame(0, 0))
        if tenth % 10 == 9:
            role.second(None)
    assert role.take() == {"obs_s": 60, "sat_s": 0, "in": 1, "out": 0}
    assert not role.faults()["radar_silent"]


def test_a_radar_that_falls_silent():
    """A minute without a frame is not observed, and is a fault; so is one that takes no
    settings."""
    watch = Watch()
    role = CounterRole(Board(), VALUES, watch)
    for _ in range(70):
        watch.now_ms += 1000
        role.second(None)
    assert role.take()["obs_s"] == 0
    assert role.faults() == {"radar_silent": True, "radar_unset": False}
    for _ in range(100):
        watch.now_ms += 100
        role.feed(frame(0, 0))
        role.command(100)
    role.second(None)
    assert role.faults() == {"radar_silent": False, "radar_unset": True}


def beams_pass(board, role, ticks):
    """Somebody goes through both beams, from the first one on; `ticks` in each."""
    for broken in ((1, 0), (1, 1), (0, 1), (0, 0)):
        board.broken[:] = broken
        for _ in range(ticks):
            role.tick()


def test_the_beams_record():
    """A minute with one passage is sixty seconds observed and one in, with the rest carried on."""
    board = Board()
    role = BeamCounterRole(board, VALUES, Watch())
    assert role.kind == "footfall" and role.feed is None and role.command is None
    beams_pass(board, role, 10)
    assert json.loads(role.live()) == {"seen": 0, "in": 1, "out": 0}
    for _ in range(3000 - 40 - 1):
        role.tick()
    assert role.take() == {"obs_s": 59, "sat_s": 0, "in": 1, "out": 0}
    role.tick()
    assert role.take() == {"obs_s": 1, "sat_s": 0, "in": 0, "out": 0}


def test_a_blocked_beam_is_a_fault():
    """After a minute in the dark a beam is blocked, the time crowded at first and then not
    observed."""
    board = Board()
    role = BeamCounterRole(board, VALUES, Watch())
    board.broken[1] = 1
    for _ in range(6000):
        role.tick()
    assert role.faults() == {"beam_blocked": True}
    counters = role.take()
    assert counters["obs_s"] in (59, 60) and counters["sat_s"] in (57, 58)
    board.broken[1] = 0
    for _ in range(10):
        role.tick()
    beams_pass(board, role, 10)
    assert role.faults() == {"beam_blocked": False}
    assert role.take()["in"] == 1
