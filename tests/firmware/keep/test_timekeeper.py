"""The time comes from the hub, else from the board's own clock; it never falls behind the floor."""

import os

from scratch import Folder, raises, write

from node.errors import BadData
from node.keep.clock import HUB, OWN_RTC, UNKNOWN, Clock
from node.keep.timekeeper import ClockFloor, Timekeeper

_T_MS = 1795224000000
_DAY_S = 86400


class Board:
    """A board whose own clock is set and read by hand: ahead of true time by `off_ms`."""

    def __init__(self, rtc_ms=None):
        self.now = 0
        self.start_ms = rtc_ms
        self.sets = 0

    def ticks_ms(self):
        return self.now

    def ticks_diff(self, new, old):
        return new - old

    def rtc_utc_ms(self):
        return None if self.start_ms is None else self.start_ms + self.now

    def rtc_set_ms(self, utc_ms):
        if self.start_ms is None:
            return False
        self.start_ms = utc_ms - self.now
        self.sets += 1
        return True


def _keeper(folder, rtc_ms=None):
    board = Board(rtc_ms)
    clock = Clock(board.ticks_ms, board.ticks_diff)
    return board, clock, Timekeeper(board, clock, ClockFloor(folder + "/floor"))


def test_half_the_round_trip_is_added():
    """What the hub said is as old as the way back, about half of what there and back took."""
    with Folder() as folder:
        _board, clock, keeper = _keeper(folder)
        assert keeper.set_from_hub(_T_MS, 800) is None
        assert clock.utc_ms() == _T_MS + 400
        assert keeper.set_from_hub(_T_MS + 5000, None) == 4600


def test_a_board_with_a_clock_knows_the_time_at_the_start():
    """A DS3231 that runs is believed before any hub was heard, and trusted less than one."""
    with Folder() as folder:
        _board, clock, keeper = _keeper(folder, _T_MS)
        assert clock.utc_ms() == _T_MS and clock.trust == OWN_RTC
        assert not keeper.rtc_behind


def test_a_clock_with_a_flat_battery_is_not_believed():
    """Behind the floor it has stopped: the node knows no time, says so, and mends it with the
    hub's."""
    with Folder() as folder:
        write(folder + "/floor", "{}\n".format(_T_MS // 1000).encode())
        board, clock, keeper = _keeper(folder, _T_MS - 40 * _DAY_S * 1000)
        assert clock.trust == UNKNOWN and keeper.rtc_behind
        assert keeper.set_from_hub(_T_MS + 60000, None) is None
        keeper.second()
        assert not keeper.rtc_behind
        assert board.rtc_utc_ms() == _T_MS + 60000


def test_the_hub_sets_the_boards_clock_when_it_is_off():
    """Off by more than its own coarseness it is set, once; else it is left alone."""
    with Folder() as folder:
        board, _clock, keeper = _keeper(folder, _T_MS + 9000)
        keeper.set_from_hub(_T_MS, None)
        keeper.second()
        keeper.second()
        assert board.sets == 1 and board.rtc_utc_ms() == _T_MS
        keeper.set_from_hub(_T_MS + 1000, None)
        keeper.second()
        assert board.sets == 1


def test_without_the_hub_the_boards_clock_corrects_the_ticks():
    """For a day after the hub's word the ticks count alone; then, hourly, the better clock is
    asked."""
    with Folder() as folder:
        board, clock, keeper = _keeper(folder, _T_MS)
        keeper.set_from_hub(_T_MS, None)
        keeper.second()
        steps = []
        for second in range(1, 3 * _DAY_S, 60):
            board.now = second * 1000
            board.start_ms = _T_MS - second  # the ticks run 1 in 1000 too fast
            step_ms = keeper.second()
            if step_ms is not None:
                steps.append(step_ms)
            else:
                assert second < _DAY_S or second % 3600 > 60 or clock.trust == HUB
        assert len(steps) == 48 or len(steps) == 47
        assert -90000 < steps[0] < -86000 and -3700 < steps[1] < -3500
        assert clock.trust == OWN_RTC


def test_the_floor_rises_hourly_and_survives():
    """Power that comes back knows a time that has been, at most an hour old; flash is written once
    an hour."""
    with Folder() as folder:
        board, _clock, keeper = _keeper(folder)
        keeper.set_from_hub(_T_MS, None)
        writes = 0
        last = ClockFloor(folder + "/floor").utc_s
        for second in range(1, 86400, 10):
            board.now = second * 1000
            keeper.second()
            floor_s = ClockFloor(folder + "/floor").utc_s
            assert 0 <= _T_MS // 1000 + second - floor_s <= 3610
            if floor_s != last:
                writes += 1
                last = floor_s
        assert writes == 23


def test_the_floor_goes_back_with_the_hub_alone():
    """The hub may say that it is earlier: at once the floor follows."""
    with Folder() as folder:
        _board, _clock, keeper = _keeper(folder)
        keeper.set_from_hub(_T_MS, None)
        assert keeper.set_from_hub(_T_MS - 86400000, None) == -86400000
        assert ClockFloor(folder + "/floor").utc_s == _T_MS // 1000 - 86400


def test_a_floor_that_cannot_be_read_is_none():
    """Half a number, letters or an empty file are no floor: nothing is built on them."""
    for junk in (b"", b"17952240", b"x\n", b"-5\n", b"\xff\n", b"\n"):
        with Folder() as folder:
            write(folder + "/floor", junk)
            assert ClockFloor(folder + "/floor").utc_s == 0, junk


def test_a_flash_that_refuses_costs_the_floor_not_the_time():
    """When the floor cannot be written the clock is set all the same."""
    with Folder() as folder:
        os.mkdir(folder + "/floor.new")
        _board, clock, keeper = _keeper(folder)
        keeper.set_from_hub(_T_MS, None)
        assert clock.utc_ms() == _T_MS
        os.rmdir(folder + "/floor.new")


def test_a_hub_without_the_time_is_refused_by_name():
    """The message that cannot be taken is named, and changes nothing."""
    with Folder() as folder:
        _board, clock, keeper = _keeper(folder)
        assert raises(BadData, keeper.set_from_hub, 1000, None).startswith(
            "down/time: 1000 ms is no time"
        )
        assert clock.trust == UNKNOWN
