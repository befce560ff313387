"""Dusk by a light sensor: when it is believed, and what it may do to the lamp's hours."""

from node.keep.zone import Zone, days
from node.light.dusk import DAY_S, FIRST_S, MUTE_S, NEED_S, SETTLE_S, DuskDetector
from node.light.schedule import GATE_MAX_S, Schedule, Window

SETTINGS = {
    "start_at": "sunset",
    "start_offset_min": 0,
    "end_at": "22:00",
    "without_clock": "dusk",
    "clockless_h": 3,
    "lux_gate": 0,
    "lat_e4": 532300,
    "lon_e4": 65700,
    "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
}
ZONE = Zone(SETTINGS["tz"])
NOVEMBER = days(2026, 11, 12)
DAYLIGHT = 30000  # tenths of a lux
NIGHT = 5


def settings(**changes):
    return dict(SETTINGS, **changes)


class Post:
    """A post with a light sensor; its lamp does what Schedule says, second by second."""

    def __init__(self, **changes):
        self.schedule = Schedule(settings(**changes), ZONE)
        self.is_lit = False
        self.left_s = -1
        self.changes = []

    def run(self, seconds, utc_s, lux_dl, own_dl=0):
        """Let time pass; own_dl: what the lamp adds when lit. Return the UTC after it, or None."""
        for _ in range(seconds):
            shown = None if lux_dl is None else lux_dl + (own_dl if self.is_lit else 0)
            if self.schedule.second(shown, self.is_lit) or self.left_s % 60 == 0:
                self.set(*self.schedule.plan(utc_s))
            elif self.left_s == 0:
                self.set(not self.is_lit, -1)
            self.left_s -= self.left_s > 0
            if utc_s is not None:
                utc_s += 1
        return utc_s

    def set(self, is_lit, left_s):
        if is_lit != self.is_lit:
            self.changes.append(is_lit)
        self.is_lit, self.left_s = is_lit, left_s


def evening(day=NOVEMBER, **changes):
    return Window(settings(**changes), ZONE).for_day(day)


def dusk(limit_dl=100):
    """Return a DuskDetector that has seen a day, and a function that feeds it."""
    sensor = DuskDetector(limit_dl)

    def feed(seconds, lux_dl, is_lit=False):
        for _ in range(seconds):
            sensor.second(lux_dl, is_lit)

    feed(DAY_S + 60, DAYLIGHT)
    return sensor, feed


def test_half_a_minute_of_darkness_is_dark():
    """It is dark after 30 s below the limit, and light again after 30 s at it."""
    sensor, feed = dusk()
    feed(NEED_S - 1, 99)
    assert not sensor.dark
    feed(1, 99)
    assert sensor.dark and sensor.fell
    feed(NEED_S - 1, 100)
    assert sensor.dark
    feed(1, 100)
    assert not sensor.dark and not sensor.fell


def test_a_torch_or_a_cloud_changes_nothing():
    """Ten seconds of a headlight at night, or of a hand on the sensor by day, leave it as it is."""
    sensor, feed = dusk()
    feed(10, NIGHT)
    feed(20, DAYLIGHT)
    assert not sensor.dark
    feed(60, NIGHT)
    feed(10, DAYLIGHT)
    assert sensor.dark
    feed(10, NIGHT)
    assert sensor.dark


def test_the_lamps_own_light_is_not_daylight():
    """What is measured while the lamp shines, and three seconds after, is not looked at."""
    sensor, feed = dusk()
    feed(60, NIGHT)
    feed(3600, 5000, is_lit=True)
    feed(SETTLE_S, 5000)
    assert sensor.dark
    feed(NEED_S - 1, 5000)
    assert sensor.dark
    feed(1, 5000)
    assert not sensor.dark


def test_darkness_at_the_start_is_no_dusk():
    """After a restart in the dark, or with lights at night that are no day, no dusk has fallen."""
    sensor = DuskDetector(100)
    for _ in range(3600):
        sensor.second(NIGHT, False)
    assert sensor.dark and not sensor.fell
    for _ in range(DAY_S - 60):
        sensor.second(DAYLIGHT, False)
    for _ in range(60):
        sensor.second(NIGHT, False)
    assert sensor.dark and not sensor.fell
    sensor, feed = dusk()
    feed(60, NIGHT)
    sensor.fell = False
    feed(60, DAYLIGHT)
    feed(60, NIGHT)
    assert sensor.dark and not sensor.fell


def test_a_sensor_that_says_nothing_is_not_there():
    """A minute without a reading is a sensor that is gone; five seconds are, at the start."""
    sensor, feed = dusk()
    feed(MUTE_S - 1, None)
    assert sensor.has_sensor
    feed(1, None)
    assert not sensor.has_sensor
    sensor = DuskDetector(100)
    for _ in range(FIRST_S):
        assert sensor.has_sensor
        sensor.second(None, False)
    assert not sensor.has_sensor


def test_without_a_gate_the_sensor_changes_nothing():
    """With lux_gate 0 the hours are the window's, in the brightest light."""
    start, end = evening()
    post = Post()
    post.run(600, start - 600, DAYLIGHT)
    assert post.schedule.plan(start) == (True, end - start)


def test_the_gate_delays_the_start_until_it_is_dark():
    """With lux_gate 20 light comes half a minute after 20 lx, and stays on for the evening."""
    start, end = evening()
    post = Post(lux_gate=20)
    now = post.run(1800, start - 600, 250)
    assert not post.is_lit and post.schedule.why == "not dark enough yet"
    now = post.run(NEED_S, now, 199)
    assert post.is_lit
    now = post.run(end - now, now, 199, own_dl=900)
    assert post.changes == [True]
    post.run(60, now, NIGHT)
    assert post.changes == [True, False]


def test_the_gate_never_starts_the_evening_early():
    """A thunderstorm before sunset is dark enough, and yet no evening."""
    start, _ = evening()
    post = Post(lux_gate=20)
    post.run(3600, start - 3601, NIGHT)
    assert not post.is_lit
    post.run(2, start - 1, NIGHT)
    assert post.is_lit


def test_a_sensor_that_never_sees_darkness_delays_by_an_hour_at_most():
    """Under a neighbour's street lamp the light comes on all the same, an hour after the sun."""
    start, _ = evening()
    post = Post(lux_gate=5)
    now = post.run(600 + GATE_MAX_S - 1, start - 600, 500)
    assert not post.is_lit
    post.run(2, now, 500)
    assert post.is_lit


def test_the_latest_start_needs_nobody_to_plan_it():
    """A plan that waits for darkness carries its end: the tick opens when nobody plans again."""
    start, _ = evening()
    post = Post(lux_gate=20)
    post.run(600, start - 600, DAYLIGHT)
    assert post.schedule.plan(start + 10) == (False, GATE_MAX_S - 10)
    assert post.schedule.plan(start - 10) == (False, GATE_MAX_S + 10)


def test_an_evening_shorter_than_the_delay_may_stay_dark():
    """When the evening ends within the gate's hour and it is still light, no light comes."""
    day = days(2026, 6, 5)
    start, end = evening(day)
    assert 0 < end - start < GATE_MAX_S
    post = Post(lux_gate=5)
    now = post.run(700, start - 600, DAYLIGHT)
    assert post.schedule.plan(now) == (False, -1)
    post.run(end - start + 500, now, DAYLIGHT)
    assert not post.changes


def test_a_sensor_that_breaks_opens_the_gate():
    """A sensor that falls silent while the light waits for it stops the wait within a minute."""
    start, _ = evening()
    post = Post(lux_gate=20)
    now = post.run(900, start - 600, 300)
    assert not post.is_lit
    post.run(MUTE_S, now, None)
    assert post.is_lit


def test_a_restart_in_the_evening_is_lit_again_soon():
    """After a power cut at eight with a sensor in the dark the light is back at once; without a
    sensor, too."""
    start, _ = evening()
    for lux_dl in (NIGHT, None):
        post = Post(lux_gate=20)
        post.run(2, start + 3 * 3600, lux_dl)
        assert post.is_lit


def test_a_restart_at_the_gate_does_not_flash():
    """A node that wakes soon after sunset with enough light outside stays dark from the first."""
    start, _ = evening()
    post = Post(lux_gate=20)
    post.run(300, start + 60, DAYLIGHT)
    assert not post.changes


def test_without_a_clock_dusk_is_the_evening():
    """With no time known the light comes on at dusk, for clockless_h hours, once a night."""
    for hours in (1, 3):
        post = Post(clockless_h=hours)
        post.run(3600, None, DAYLIGHT)
        assert not post.changes
        post.run(NEED_S, None, NIGHT, own_dl=900)
        assert post.is_lit
        post.run(hours * 3600 - 1, None, NIGHT, own_dl=900)
        assert post.changes == [True]
        post.run(6 * 3600, None, NIGHT, own_dl=900)
        assert post.changes == [True, False]
        post.run(3600, None, DAYLIGHT)
        post.run(60, None, NIGHT)
        assert post.changes == [True, False, True]


def test_without_a_clock_off_is_off():
    """With without_clock off, or no sensor, the lamp waits for the time in the dark."""
    post = Post(without_clock="off")
    post.run(1200, None, DAYLIGHT)
    post.run(1200, None, NIGHT)
    assert not post.changes
    post = Post()
    post.run(1200, None, None)
    assert not post.changes
    assert post.schedule.why == "the time is not known; dark until the hub tells it"
    post.run(60, None, DAYLIGHT)
    assert post.schedule.why == "the time is not known; dark until dusk, or until the hub tells it"


def test_a_restart_in_the_night_is_no_dusk():
    """Without a clock seven in the evening and three in the night look alike: the animals' night
    wins, and the next dusk is right again."""
    post = Post()
    post.run(7200, None, NIGHT)
    assert not post.changes


def test_the_clock_takes_over_when_it_comes():
    """An evening begun by the sensor follows the window from the second that the time is known."""
    _, end = evening()
    post = Post()
    post.run(900, None, DAYLIGHT)
    post.run(60, None, NIGHT)
    assert post.is_lit
    assert post.schedule.plan(end - 50) == (True, 50)
    assert not post.schedule.plan(end)[0]


def test_new_settings_do_not_put_out_an_evening():
    """A gate that is set while the light is on waits for the next evening; shorter hours count."""
    start, end = evening()
    post = Post()
    post.run(600, start + 60, DAYLIGHT)
    assert post.is_lit
    post.schedule.configure(settings(lux_gate=5, end_at="21:00"), ZONE)
    assert post.schedule.plan(start + 700) == (True, end - 3600 - start - 700)
    post = Post(clockless_h=6)
    post.run(900, None, DAYLIGHT)
    post.run(60, None, NIGHT)
    post.schedule.configure(settings(clockless_h=1), ZONE)
    assert post.schedule.plan(None) == (True, 3600)
