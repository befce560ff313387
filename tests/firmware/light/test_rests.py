"""For how long nobody will need a lamp: when a restart of its board darkens no path."""

from node.keep.settings import defaults
from node.keep.zone import Zone, days
from node.light.dusk import DAY_S, FIRST_S, NEED_S
from node.light.schedule import Schedule
from node.roles.lamp import LampRole

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
DAY = 24 * 3600
NOON = (days(2026, 11, 12) + 10957) * DAY + 11 * 3600
SUNSET = NOON + 4 * 3600 + 43 * 60  # within minutes
END = NOON + 10 * 3600
DAYLIGHT, NIGHT = 30000, 5  # tenths of a lux


def schedule(**changes):
    settings = dict(SETTINGS, **changes)
    return Schedule(settings, Zone(settings["tz"]))


def test_with_the_time_it_is_how_long_until_the_evening():
    """Hours at noon, nothing in the evening, most of a day after its end."""
    plan = schedule()
    assert abs(plan.rests_s(NOON) - (SUNSET - NOON)) < 600
    assert 3000 < plan.rests_s(SUNSET - 3600) < 4200
    for utc_s in (SUNSET + 600, SUNSET + 7200, END - 1):
        assert plan.rests_s(utc_s) == 0
    assert 18 * 3600 < plan.rests_s(END) < 19 * 3600


def test_an_evening_that_waits_for_darkness_is_an_evening():
    """With lux_gate the light may come at any moment from sunset on, though it is off."""
    plan = schedule(lux_gate=20)
    for _ in range(FIRST_S):
        plan.second(DAYLIGHT, False)
    assert plan.plan(SUNSET + 900) != (True, END - SUNSET - 900)
    assert plan.rests_s(SUNSET + 900) == 0


def test_where_no_evening_comes_it_is_a_day():
    """In midsummer the window is empty for weeks; nobody waits for the lamp."""
    june = (days(2026, 6, 21) + 10957) * DAY
    for hour in range(24):
        assert schedule().rests_s(june + hour * 3600) == DAY


def test_without_the_time_a_lamp_that_waits_for_dusk_is_left_alone():
    """What its sensor has seen of the day would be lost; at night there is nothing to lose."""
    plan = schedule()
    for _ in range(DAY_S):
        plan.second(DAYLIGHT, False)
    assert plan.rests_s(None) == 0
    for _ in range(2 * NEED_S):
        plan.second(NIGHT, False)
    is_open, left_s = plan.plan(None)
    assert is_open and plan.rests_s(None) == 0
    for _ in range(left_s):
        plan.second(NIGHT, True)
    assert plan.plan(None)[0] is False
    for _ in range(10):
        plan.second(NIGHT, False)
    assert plan.rests_s(None) == DAY


def test_without_the_time_a_lamp_that_can_see_no_dusk_has_nothing_to_lose():
    """No sensor, or one that it is not to go by: it is dark until the hub is reached."""
    plan = schedule()
    for _ in range(FIRST_S + 1):
        plan.second(None, False)
    assert plan.rests_s(None) == DAY
    plan = schedule(without_clock="off")
    for _ in range(DAY_S):
        plan.second(DAYLIGHT, False)
    assert plan.rests_s(None) == DAY


class Sensors:
    """None are fitted."""

    def at_least_dl(self):
        return None


class Board:
    """A lamp's board without a sensor."""

    sensors = Sensors()
    rated_mw = 6000
    motion_pin = None
    duty_bits = 16

    def set_duty_u16(self, duty):
        pass

    def set_pwm_hz(self, hz):
        pass

    def lux_dl(self):
        return None


def test_a_lamp_that_gives_light_is_needed_whatever_the_hour():
    """After the window's end there is the way down to dark, and at any hour a preview."""
    for preview in (False, True):
        role = LampRole(Board(), defaults(), lambda: 0)
        utc_s = NOON if preview else END - 5
        role.second(utc_s)
        role.tick()
        assert (role.rests_s(utc_s) > 0) == preview
        if preview:
            assert role.preview({"seconds": 20}) is None
            assert role.rests_s(utc_s) == 0
        for second in range(200):
            lit = second < (20 if preview else 15)
            if lit:
                assert role.rests_s(utc_s + second) == 0, (preview, second)
            role.second(utc_s + second)
            for _ in range(50):
                role.tick()
        assert role.rests_s(utc_s + 200) > 0
