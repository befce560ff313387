"""Ticks of a board's timer are counted: one that fails or does not come is told, once."""

from boards import ticks
from boards.ticks import Ticks

_WRAP = 1 << 30


class Watch:
    """The time, as a board counts it; begins where the count is about to wrap."""

    def __init__(self):
        self.now_ms = _WRAP - 500

    def ticks_ms(self):
        return self.now_ms % _WRAP

    def ticks_diff(self, later, earlier):
        return (later - earlier + _WRAP // 2) % _WRAP - _WRAP // 2

    def ticks_add(self, start, ms):
        return (start + ms) % _WRAP


class Timer:
    """A timer of 20 ms, and what it calls."""

    def __init__(self, callback=lambda: None):
        self.watch = ticks.time = Watch()
        self.ticks = Ticks(callback, 20)

    def run(self, count, comes=True):
        for _ in range(count):
            self.watch.now_ms += 20
            if comes:
                self.ticks.tick()


def with_clock(test):
    """Runs `test`, and gives the module its clock back."""
    real = ticks.time
    try:
        test()
    finally:
        ticks.time = real


def test_nothing_is_lost_when_all_come():
    """An evening of ticks, asked at any moment, loses none, also across the end of the count."""

    def test():
        timer = Timer()
        for moment in range(400):
            timer.run(45)
            timer.watch.now_ms += moment % 20
            assert timer.ticks.lost() == (0, 0), moment
            timer.watch.now_ms -= moment % 20

    with_clock(test)


def test_a_tick_that_raises_is_counted_and_the_next_one_comes():
    """Each failed one is told once, with the error of the last."""

    def test():
        came = []

        def callback():
            came.append(1)
            if len(came) % 50 == 7:
                raise RuntimeError("maximum recursion depth exceeded")

        timer = Timer(callback)
        timer.run(200)
        assert len(came) == 200
        assert timer.ticks.lost() == (4, 0)
        assert "recursion" in repr(timer.ticks.error)
        assert timer.ticks.lost() == (0, 0)
        timer.run(1)
        assert timer.ticks.lost() == (0, 0)

    with_clock(test)


def test_ticks_that_do_not_come_are_missing_and_late_ones_are_not():
    """A timer that stood still has lost its ticks; one that makes up for them has lost none."""

    def test():
        timer = Timer()
        timer.run(100)
        timer.run(30, comes=False)
        timer.run(100)
        assert timer.ticks.lost() == (0, 30)
        assert timer.ticks.lost() == (0, 0)
        timer.run(3, comes=False)  # an erase of the flash holds them up
        for _ in range(3):
            timer.ticks.tick()
        timer.run(100)
        assert timer.ticks.lost() == (0, 0)
        assert timer.ticks.gap_ms == 620

    with_clock(test)


def test_single_ones_add_up():
    """One that may only be late is not told, but two such intervals are."""

    def test():
        timer = Timer()
        told = 0
        for _ in range(10):
            timer.run(50)
            timer.run(1, comes=False)
            told += timer.ticks.lost()[1]
        assert told in (9, 10)

    with_clock(test)
