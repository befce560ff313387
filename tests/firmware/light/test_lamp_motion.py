"""The motion pin: ahead of the radar, overruled by it, and alone when it is silent."""

from bench import Bench


class Pin:
    """A motion pin whose level the test sets."""

    def __init__(self):
        self.level = 0

    def __call__(self):
        return self.level


def pin_bench(**options):
    """Return a bench with a motion pin, at base, and the pin."""
    pin = Pin()
    bench = Bench(motion_pin=pin, **options)
    bench.lamp.plan(True, -1)
    bench.run(3)
    assert bench.lamp.state_name() == "base"
    return bench, pin


def test_a_motion_pin_moves_the_light_in_the_very_next_tick():
    """A pin that rises lifts the duty one tick later, whether the radar is heard or gone."""
    for silent in (False, True):
        bench, pin = pin_bench()
        if silent:
            bench.run_without_radar(2)
        base = bench.duty[0]
        pin.level = 1
        bench.run_without_radar(0.02)
        assert bench.duty[0] > base


def test_a_radar_that_sees_somebody_too_far_off_overrules_the_pin():
    """A pin knows no distance: while what moves is beyond reach it lights nothing."""
    bench, pin = pin_bench()
    bench.run(1, 450)
    pin.level = 1
    bench.run(3, 450)
    assert bench.lamp.state_name() == "base"
    bench.run(0.3, 150)
    assert bench.lamp.state_name() == "rising"


def test_a_pin_that_stays_up_needs_the_radar_to_agree():
    """While the radar is heard a pin's rise counts for half a second, and then only frames do."""
    bench, pin = pin_bench(hold_s=5)
    pin.level = 1
    bench.run(5)
    assert bench.lamp.state_name() == "hold"
    bench.run(8)
    assert bench.lamp.state_name() == "falling"
    bench.run(10)
    pin.level = 0
    bench.run(0.1)
    pin.level = 1
    bench.run(0.1)
    assert bench.lamp.state_name() == "rising"


def test_without_a_radar_the_pin_is_the_word():
    """A lamp whose radar is silent follows the level of its pin, hold and all."""
    bench, pin = pin_bench(hold_s=5)
    bench.run_without_radar(2)
    pin.level = 1
    bench.run_without_radar(60)
    assert bench.lamp.state_name() == "boost"
    pin.level = 0
    bench.run_without_radar(4.9)
    assert bench.lamp.state_name() == "hold"
    bench.run_without_radar(20)
    assert bench.lamp.state_name() == "base"


def test_a_pin_that_is_up_for_ever_is_a_stuck_one():
    """A pin that is never down again raises the fault, and the lamp falls back to base."""
    bench, pin = pin_bench(stuck_pct=30)
    bench.run_without_radar(2)
    pin.level = 1
    bench.run_without_radar(300)
    assert bench.lamp.stuck and bench.lamp.state_name() == "base"
