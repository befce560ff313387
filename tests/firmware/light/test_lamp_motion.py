"""The motion pin: nothing against a radar that is heard, and the word when it is not."""

from bench import FRAME_TICKS, TICKS_PER_S, Bench


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


def test_the_pin_alone_lights_nothing_while_the_radar_is_heard():
    """A glitch of 20 ms, one of half a second and a pin that stays up give no light above base and
    no trigger, whether the radar sees nobody or somebody beyond the reach."""
    for distance_cm in (-1, 201, 450):
        for up_ticks in (1, 25, 3000):
            bench, pin = pin_bench()
            bench.lamp.take()
            for tick in range(3500):
                pin.level = int(tick < up_ticks)
                if tick % FRAME_TICKS == 0:
                    bench.lamp.seen(distance_cm)
                bench.lamp.tick()
                assert bench.lamp.level_pm == 200
            taken = bench.lamp.take()
            assert (taken["trig"], taken["boost_s"], taken["near_s"]) == (0, 0, 0)


def test_the_radar_is_early_enough_without_the_pin():
    """Somebody who enters reach at 1.4 m/s has full light before they have gone 1.1 m."""
    bench, _ = pin_bench()
    ticks = 0
    while bench.lamp.level_pm < 1000:
        if ticks % FRAME_TICKS == 0:
            bench.lamp.seen(200 - 140 * ticks // TICKS_PER_S)
        bench.lamp.tick()
        ticks += 1
    assert ticks * 140 // TICKS_PER_S <= 110


def test_without_a_radar_the_pin_counts_once_it_was_up_for_as_long_as_confirm_takes():
    """`confirm` frames of a tenth of a second are what a pin must last, too: a tick less is a
    glitch, however often it comes."""
    for confirm in (1, 2, 5):
        bench, pin = pin_bench(confirm=confirm)
        bench.run_without_radar(2)
        bench.lamp.take()
        for _ in range(40):
            pin.level = 1
            bench.run_without_radar(0.1 * confirm - 0.02)
            pin.level = 0
            bench.run_without_radar(0.02)
        assert bench.lamp.state_name() == "base" and bench.lamp.take()["trig"] == 0
        pin.level = 1
        bench.run_without_radar(0.1 * confirm)
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


def test_the_pin_takes_over_a_second_after_the_last_frame_and_gives_back_with_the_next():
    """While somebody stands there and the radar falls silent, the light goes on; a radar that is
    back and sees nobody has the word again."""
    bench, pin = pin_bench(hold_s=5)
    pin.level = 1
    bench.run(3, 150)
    bench.run_without_radar(30)
    assert bench.lamp.state_name() == "boost"
    bench.run(5.2)
    assert bench.lamp.state_name() == "falling"


def test_a_pin_that_is_up_for_ever_is_a_stuck_one():
    """A pin that is never down again raises the fault, and the lamp falls back to base; beside a
    radar it is said, and takes no light from anybody whom the radar sees."""
    bench, pin = pin_bench(stuck_pct=30)
    bench.run_without_radar(2)
    pin.level = 1
    bench.run_without_radar(302)
    assert bench.lamp.stuck and bench.lamp.state_name() == "base"
    bench, pin = pin_bench(stuck_pct=30)
    pin.level = 1
    bench.run(300)
    assert bench.lamp.stuck and bench.lamp.state_name() == "base"
    bench.run(2, 100)
    assert bench.lamp.stuck and bench.lamp.state_name() == "boost"


def test_a_pin_that_cannot_say_that_it_watches_counts_nobody_near():
    """near_s is a share of obs_s: the OUT of a radar that is silent lights the lamp, nobody
    watches, and how long somebody was near is not known."""
    bench, pin = pin_bench()
    bench.run_without_radar(2)
    bench.lamp.take()
    pin.level = 1
    bench.run_without_radar(30)
    taken = bench.lamp.take()
    assert (taken["obs_s"], taken["near_s"], taken["boost_s"]) == (0, 0, 30)


def test_beside_a_stuck_radar_the_pin_has_the_word():
    """A radar that is heard and not believed takes no light from people whom a pin sees that is
    believed; it is still said to be stuck, and a glitch is still nobody."""
    bench, pin = pin_bench(stuck_pct=30)
    bench.run(310, 150)
    assert bench.lamp.stuck and bench.lamp.state_name() == "base"
    for _ in range(3):
        pin.level = 1
        bench.run(0.1, 150)
        pin.level = 0
        bench.run(1, 150)
        assert bench.lamp.state_name() == "base"
    bench.lamp.take()
    for _ in range(3):
        pin.level = 1
        bench.run(2, 150)
        assert bench.lamp.stuck and bench.lamp.level_pm == 1000
        pin.level = 0
        bench.run(60, 150)
        assert bench.lamp.stuck and bench.lamp.state_name() == "base"
    assert bench.lamp.take()["trig"] == 3
