"""A passive infrared sensor: its warm-up, its failures, and what the lamp makes of it."""

from node.light.lamp import TICKS_PER_S, Lamp
from node.sense import pir
from node.sense.pir import Pir

SETTINGS = {
    "base_pct": 20,
    "boost_pct": 100,
    "reach_cm": 200,
    "mount_cm": 130,
    "fade_up_ms": 500,
    "hold_s": 5,
    "fade_down_s": 3,
    "end_grace_s": 60,
    "stuck_pct": 60,
    "stay": "no",
    "confirm": 2,
}


class Level:
    """What the sensor's pin says."""

    def __init__(self, level=0):
        self.level = level

    def __call__(self):
        return self.level


def lamp_with(sensor):
    lamp = Lamp(lambda duty: None, 1000, SETTINGS, sensor)
    lamp.plan(True, -1)
    return lamp


def run(lamp, seconds):
    for _ in range(int(seconds * TICKS_PER_S)):
        lamp.tick()


def test_what_it_says_while_it_warms_up_is_not_believed():
    """For warm_up_s after power a HC-SR501 cries wolf: the pin counts as down, and not watched."""
    level = Level(1)
    sensor = Pir(level, warm_up_s=2)
    for tick in range(100):
        level.level = tick // 10 & 1
        assert sensor() == 0 and not sensor.watches
    level.level = 0
    assert sensor() == 0 and sensor.watches
    level.level = 1
    assert sensor() == 1


def test_a_line_that_was_never_down_is_not_a_sensor():
    """A pin that has been up since the start, as a broken cable may be, lights nothing."""
    sensor = Pir(Level(1), warm_up_s=1)
    lamp = lamp_with(sensor)
    run(lamp, 600)
    assert lamp.state_name() == "base" and not sensor.watches


def test_it_lights_a_lamp_that_has_no_radar():
    """Warmed up, it boosts after the 0.2 s of confirm 2; its time counts as observed, and an end is
    an end."""
    level = Level()
    lamp = lamp_with(Pir(level, warm_up_s=10))
    run(lamp, 40)
    assert lamp.take()["obs_s"] == 30
    level.level = 1
    run(lamp, 0.18)
    assert lamp.state_name() == "base"
    run(lamp, 0.02)
    assert lamp.state_name() == "rising"
    run(lamp, 2)
    level.level = 0
    run(lamp, 5)
    assert lamp.state_name() == "falling"


def test_the_pin_of_a_radar_observes_nothing_by_itself():
    """A plain pin, such as a radar's OUT, says nothing when it is down: it may be unplugged."""
    lamp = lamp_with(Level())
    run(lamp, 30)
    assert lamp.take()["obs_s"] == 0


def test_it_shares_the_lamps_tick():
    """Both count in the same ticks."""
    assert pir.TICKS_PER_S == TICKS_PER_S
