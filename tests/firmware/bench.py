"""A lamp on a bench, for the tests of its parts."""

from array import array

from node.light.lamp import TICKS_PER_S, Lamp

FULL = 65535
FRAME_TICKS = 5  # the radar reports ten times a second
SETTINGS = {
    "base_pct": 20,
    "boost_pct": 100,
    "reach_cm": 200,
    "mount_cm": 130,
    "fade_up_ms": 500,
    "hold_s": 20,
    "fade_down_s": 10,
    "end_grace_s": 60,
    "stuck_pct": 60,
    "stay": "no",
    "confirm": 2,
}


class Bench:
    """A lamp on a bench: its duty is written down, its radar says what the test says."""

    def __init__(self, rated_mw=20000, motion_pin=None, **changes):
        self.duty = array("i", (-1,))
        self.writes = 0
        self.lamp = Lamp(self.set_duty_u16, rated_mw, dict(SETTINGS, **changes), motion_pin)

    def set_duty_u16(self, duty):
        self.duty[0] = duty
        self.writes += 1

    def run(self, seconds, distance_cm=-1):
        """Let time pass with the radar reporting one distance."""
        for tick in range(int(seconds * TICKS_PER_S)):
            if tick % FRAME_TICKS == 0:
                self.lamp.seen(distance_cm)
            self.lamp.tick()

    def run_without_radar(self, seconds):
        for _ in range(int(seconds * TICKS_PER_S)):
            self.lamp.tick()


def open_bench(**options):
    """Return a bench whose window is open and whose lamp shines at base."""
    bench = Bench(**options)
    bench.lamp.plan(True, -1)
    bench.run(3)
    assert bench.lamp.state_name() == "base"
    return bench
