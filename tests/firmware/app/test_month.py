"""Thirty days without a hub: the evenings stay the same, and every interval or its totals
arrive."""

from scratch import Chance, Folder

from node import log
from node.keep.clock import HUB, Clock
from node.keep.settings import defaults
from node.keep.timekeeper import ClockFloor, Timekeeper
from node.recorder import Recorder
from node.roles.lamp import LampRole

INTERPRETERS = ("cpython", "mp32")  # what counts here is the width of numbers
LONG = True

log.level = log.WARN

_START = 1791374400  # 7 October 2026, 12:00 UTC; summer time ends on the way, on 25 October
_DAYS = 30
_WRAP = 1 << 30
_EDGE_S = 60  # in the minute of a change of the light every tick is lived through
_SETTINGS = dict(defaults(), end_grace_s=0)  # the end is then at end_at


class Sensors:
    """None are fitted."""

    def take_mwh(self):
        return None

    at_least_dl = take_mwh


class Board:
    """A board whose ticks wrap as a real one's do, moved by hand; with a DS3231 or without."""

    folder = None
    identity = {}
    journal = None
    rated_mw = 6000
    duty_bits = 16
    motion_pin = None

    def __init__(self, folder, rtc):
        self.folder = folder
        self.sensors = Sensors()
        self.true_ms = _START * 1000
        self.has_rtc = rtc
        self.duty = 0

    def ticks_ms(self):
        return self.true_ms % _WRAP

    def ticks_diff(self, new, old):
        return (new - old + _WRAP // 2) % _WRAP - _WRAP // 2

    def rtc_utc_ms(self):
        return self.true_ms if self.has_rtc else None

    def rtc_set_ms(self, utc_ms):
        return self.has_rtc

    def set_duty_u16(self, duty):
        self.duty = duty

    def set_pwm_hz(self, hz):
        pass

    def nothing(self):
        return None

    rssi = mv = dc = lux_dl = stack_left = ticks_lost = nothing

    def free(self):
        return 100000


class Lamp:
    """The half of a node that keeps time and plans the light, from its start on."""

    def __init__(self, board):
        self.board = board
        self.clock = Clock(board.ticks_ms, board.ticks_diff)
        self.time = Timekeeper(board, self.clock, ClockFloor(board.folder + "/floor"))
        self.role = LampRole(board, _SETTINGS, self.clock.up_ms)

    def second(self):
        """What the tasks do once a second."""
        self.time.second()
        self.role.second(self.clock.utc_s())


def _month(hub_every_s, rtc=False, restart_days=()):
    """The lamp's changes in a month of evenings, as (true UTC in s, lit); None: only at first.

    Ticks go by one by one in the minute of a change, and by minutes in between.
    """
    with Folder() as folder:
        board = Board(folder, rtc)
        lamp = Lamp(board)
        lamp.time.set_from_hub(board.true_ms, None)
        end_s = _START + _DAYS * 86400
        now_s = _START
        changes = []
        while now_s < end_s:
            if hub_every_s and (now_s - _START) % hub_every_s == 0:
                lamp.time.set_from_hub(board.true_ms, None)
            if (now_s - _START) / 86400 in restart_days:
                lamp = Lamp(board)
            lamp.role.replan()  # what the 59 seconds that are skipped would have come to
            lamp.second()
            is_open, left_s = lamp.role._schedule.plan(lamp.clock.utc_s())
            if 0 <= left_s <= _EDGE_S or is_open != (board.duty > 0):
                for _ in range(60):
                    for _ in range(50):
                        board.true_ms += 20
                        was_lit = board.duty > 0
                        lamp.role.tick()
                        if (board.duty > 0) != was_lit:
                            changes.append((board.true_ms // 1000, board.duty > 0))
                    lamp.second()
                now_s += 60
            else:
                step_s = 300 if now_s % 300 == 0 and not 0 <= left_s < 360 else 60
                board.true_ms += step_s * 1000
                now_s += step_s
            assert board.true_ms == now_s * 1000
        return changes


def test_the_timetable_is_the_same_to_the_second():
    """A month without the hub, over a change of the clocks and two wraps of the ticks, lights the
    same seconds as one with it; so does one with a clock of its own and the power gone twice."""
    with_hub = _month(6 * 3600)
    assert len([1 for _, lit in with_hub if lit]) == _DAYS
    alone = _month(None)
    own_clock = _month(None, True, (5, 17))
    print("FIGURE month_evenings={}".format(len(with_hub) // 2))
    worst_s = max([abs(one[0] - two[0]) for one, two in zip(with_hub, alone)])
    print("FIGURE month_timetable_off_s={}".format(worst_s))
    assert alone == with_hub
    assert own_clock == with_hub


class Counter:
    """A role that counts what chance brings, and what it gave in all."""

    kind = "footfall"

    def __init__(self):
        self.chance = Chance(3)
        self.given = {"in": 0, "out": 0}

    def take(self):
        counters = {
            "obs_s": 900,
            "sat_s": 0,
            "in": self.chance.below(9),
            "out": self.chance.below(5),
        }
        for name in self.given:
            self.given[name] += counters[name]
        return counters

    def faults(self):
        return {}


def _open(board, clock, role):
    recorder = Recorder(board, clock, role, 900, lambda: None)
    recorder.open()
    return recorder


def test_every_interval_or_its_totals_arrive():
    """A spool that held less than the month gives what it has; what it gave up is in the totals,
    and the seconds of what arrived leave no gap after its first."""
    with Folder() as folder:
        board = Board(folder, False)
        clock = Clock(board.ticks_ms, board.ticks_diff)
        clock.set(board.true_ms, HUB)
        role = Counter()
        recorder = _open(board, clock, role)
        made = _DAYS * 96
        for _ in range(made):
            board.true_ms += 900000
            recorder.second()
        spool = recorder.spool
        assert clock.trust == 1
        names = ("t", "dt", "in", "out", "in_total", "out_total")
        arrived = []
        while True:
            batch = spool.batch()
            if batch is None:
                break
            boot, records = batch
            arrived += [tuple([one[name] for name in names]) for one in records if "in" in one]
            spool.ack(boot, [(records[0]["seq"], records[-1]["seq"])])
        missing = made - len(arrived)
        dropped = spool.dropped
        first, last = arrived[0], arrived[-1]
        _sweep(folder + "/spool")
    print("FIGURE month_intervals_made={}".format(made))
    print("FIGURE month_intervals_arrived={}".format(len(arrived)))
    print("FIGURE month_intervals_in_totals_only={}".format(missing))
    assert spool.pending == 0
    assert 2 * missing - 1 <= dropped <= 2 * missing + 1
    assert len(arrived) >= 1900
    for one, other in zip(arrived, arrived[1:]):  # noqa: RUF007 -- not on MicroPython
        assert one[0] + one[1] == other[0] and other[1] == 900
    assert last[0] + last[1] == _START + _DAYS * 86400
    for at, name in (2, "in"), (3, "out"):
        assert last[at + 2] == role.given[name]
        assert last[at + 2] - first[at + 2] == sum([one[at] for one in arrived]) - first[at]


def _sweep(folder):
    from os import listdir, remove, rmdir

    for name in listdir(folder):
        remove(folder + "/" + name)
    rmdir(folder)
