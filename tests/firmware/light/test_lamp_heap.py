"""The lamp's tick runs in a timer callback, where there is no memory to be had."""

from array import array

from bench import FRAME_TICKS, SETTINGS
from micropython import heap_lock, heap_unlock

from node.light.lamp import Lamp
from node.sense.pir import Pir

INTERPRETERS = ("mp64", "mp32")  # CPython cannot lock its heap

TICKS = 60000


class _Level:
    """A pin that the test moves."""

    def __init__(self):
        self.level = 0

    def __call__(self):
        return self.level


def test_nothing_is_allocated_in_a_tick():
    """Through a whole evening with the heap locked, frames, plans and ticks ask for no memory."""
    duty = array("i", (0,))

    def set_duty_u16(value):
        duty[0] = value

    level = _Level()
    settings = dict(SETTINGS, hold_s=5, fade_down_s=420, stuck_pct=30)
    lamp = Lamp(set_duty_u16, 100000, settings, Pir(level, 10))
    lamp.configure(settings, 12)
    lamp.preview(dict(settings, base_pct=5), 4000, 12)
    lamp._lit._count = lamp._observed._count = 0x1FFFFFFF - 50  # the counters wrap on the way
    seen = array("i", bytes(4 * 7))
    heap_lock()
    try:
        lamp.plan(False, 4000000)
        lamp.plan(False, 100)
        for tick in range(TICKS):
            if tick == 45000:
                lamp.plan(True, 50)
            if tick % FRAME_TICKS == 0 and tick // 1000 % 7 != 6:
                lamp.seen(650 if tick // 3000 % 3 else 120)
            level.level = tick // 300 & 1
            lamp.tick()
            seen[lamp.state] = 1
    finally:
        heap_unlock()
    assert sum(seen) == 7
    assert not lamp.previewing
    print("FIGURE lamp_ticks_under_heap_lock={}".format(TICKS))
