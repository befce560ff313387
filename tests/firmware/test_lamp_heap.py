"""The lamp's tick runs in a timer callback, where there is no memory to be had."""

from array import array

from micropython import heap_lock, heap_unlock

from node.light.lamp import Lamp

INTERPRETERS = ("mp64", "mp32")  # CPython cannot lock its heap

FRAME_TICKS = 5  # the radar reports ten times a second
SETTINGS = {
    "base_pct": 20,
    "boost_pct": 100,
    "reach_cm": 200,
    "fade_up_ms": 500,
    "hold_s": 5,
    "fade_down_s": 420,
    "end_grace_s": 60,
    "stuck_pct": 30,
    "confirm": 2,
}


def test_nothing_is_allocated_in_a_tick():
    """Through a whole evening with the heap locked, frames, plans and ticks ask for no memory."""
    duty = array("i", (0,))

    def set_duty_u16(value):
        duty[0] = value

    lamp = Lamp(set_duty_u16, 100000, SETTINGS)
    lamp._lit._count = lamp._observed._count = 0x1FFFFFFF - 50  # the meters wrap on the way
    seen = array("i", bytes(4 * 6))
    heap_lock()
    try:
        lamp.plan(False, 4000000)
        lamp.plan(False, 100)
        for tick in range(60000):
            if tick == 45000:
                lamp.plan(True, 50)
            if tick % FRAME_TICKS == 0 and tick // 1000 % 7 != 6:
                lamp.seen(650 if tick // 3000 % 3 else 120)
            lamp.tick()
            seen[lamp.state] = 1
    finally:
        heap_unlock()
    assert sum(seen) == 6
