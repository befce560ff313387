"""What counts as a day for the light sensor, and what it knows before it has said anything."""

from node.keep.zone import Zone, days
from node.light import dusk
from node.light.dusk import DuskDetector
from node.light.schedule import GATE_MAX_S, Schedule, Window

SETTINGS = {
    "start_at": "sunset",
    "start_offset_min": 0,
    "end_at": "22:00",
    "without_clock": "dusk",
    "clockless_h": 3,
    "lux_gate": 20,
    "lat_e4": 532300,
    "lon_e4": 65700,
    "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
}
ZONE = Zone(SETTINGS["tz"])
LIMIT_DL = 100
DAYLIGHT = 30000  # tenths of a lux
NIGHT = 5


def _fell_after(seconds, lux_dl):
    """Whether a dusk falls when it gets dark after so long in this light."""
    sensor = DuskDetector(LIMIT_DL)
    for _ in range(seconds):
        sensor.second(lux_dl, False)
    for _ in range(dusk.NEED_S):
        sensor.second(NIGHT, False)
    assert sensor.dark
    return sensor.fell


def test_light_like_that_of_dusk_is_no_day():
    """Ten minutes of a street lamp, less than three times as bright as dusk, make no evening."""
    for lux_dl in (LIMIT_DL, 2 * LIMIT_DL, 3 * LIMIT_DL - 1):
        assert not _fell_after(2 * dusk.DAY_S, lux_dl), lux_dl
    assert _fell_after(2 * dusk.DAY_S, 3 * LIMIT_DL)


def test_a_day_is_ten_minutes_long():
    """A second less of daylight is no day: what follows is no dusk."""
    assert not _fell_after(dusk.DAY_S - 1, DAYLIGHT)
    assert _fell_after(dusk.DAY_S, DAYLIGHT)
    assert dusk.DAY_S == 600


def test_daylight_counts_from_the_last_darkness_on():
    """Two bits of daylight with a night between them do not add up to a day."""
    sensor = DuskDetector(LIMIT_DL)
    for lux_dl, seconds in ((DAYLIGHT, 400), (NIGHT, 60), (DAYLIGHT, 400), (NIGHT, 60)):
        for _ in range(seconds):
            sensor.second(lux_dl, False)
    assert sensor.dark and not sensor.fell


def test_after_a_night_a_day_is_as_long():
    """Ten minutes from the second on in which it is light again, half a minute after the dawn."""
    for seconds, fell in ((629 - 1, False), (629, True)):
        sensor = DuskDetector(LIMIT_DL)
        for lux_dl, for_s in ((NIGHT, 60), (DAYLIGHT, seconds), (NIGHT, 30)):
            for _ in range(for_s):
                sensor.second(lux_dl, False)
        assert sensor.dark and sensor.fell is fell


def test_a_cloudy_start_does_not_count_twice():
    """However long it is light, half a minute of darkness is dark; and the other way round."""
    sensor = DuskDetector(LIMIT_DL)
    for lux_dl, dark in ((DAYLIGHT, False), (NIGHT, True), (DAYLIGHT, False)):
        for _ in range(3600):
            sensor.second(lux_dl, False)
        for _ in range(dusk.NEED_S):
            assert sensor.dark is dark
            sensor.second(NIGHT if lux_dl == DAYLIGHT else DAYLIGHT, False)
        assert sensor.dark is not dark
        for _ in range(dusk.NEED_S):
            sensor.second(lux_dl, False)
        assert sensor.dark is dark


def test_a_restart_by_daylight_knows_of_no_darkness():
    """Before the sensor has said a word it is not dark, so a gate stays shut from the first plan
    on, however the lamp stood."""
    sensor = DuskDetector(LIMIT_DL)
    assert not sensor.dark and not sensor.fell and sensor.has_sensor and not sensor.answered
    start_utc_s, _ = Window(SETTINGS, ZONE).for_day(days(2026, 11, 12))
    for is_lit in (False, True):
        schedule = Schedule(SETTINGS, ZONE)
        assert schedule.plan(start_utc_s + 60) == (False, GATE_MAX_S - 60)
        schedule.second(None, is_lit)
        assert schedule.plan(start_utc_s + 60) == (False, GATE_MAX_S - 60)


def test_a_sensor_that_speaks_is_told_from_one_that_is_heard():
    """It speaks when it answered the last time; it is heard when it did within a minute."""
    sensor = DuskDetector(LIMIT_DL)
    sensor.second(NIGHT, False)
    assert sensor.answered
    sensor.second(None, False)
    assert not sensor.answered and sensor.has_sensor
    for _ in range(3600):
        sensor.second(None, False)
    assert not sensor.has_sensor
    sensor.second(NIGHT, False)
    assert sensor.answered and sensor.has_sensor


def test_after_the_lamp_went_out_three_seconds_are_not_looked_at():
    """Neighbours fade and a sensor averages: the fourth reading counts, and no silence before."""
    sensor = DuskDetector(LIMIT_DL)
    for _ in range(dusk.SETTLE_S + dusk.NEED_S):
        sensor.second(NIGHT, False)
    sensor.second(DAYLIGHT, True)
    for _ in range(dusk.SETTLE_S):
        sensor.second(None, False)
        assert sensor.answered
    for _ in range(dusk.NEED_S - 1):
        sensor.second(DAYLIGHT, False)
    assert sensor.dark
    sensor.second(DAYLIGHT, False)
    assert not sensor.dark


def test_how_long_is_long_enough():
    """Half a minute of darkness from the first second on, a minute of silence, five seconds of it
    at the start, three seconds after the lamp."""
    sensor = DuskDetector(LIMIT_DL)
    for second in range(1, 31):
        sensor.second(NIGHT, False)
        assert sensor.dark is (second == 30)
    for second in range(1, 61):
        sensor.second(None, False)
        assert sensor.has_sensor is (second < 60)
    sensor = DuskDetector(LIMIT_DL)
    for second in range(1, 6):
        sensor.second(None, False)
        assert sensor.has_sensor is (second < 5)
    sensor.second(NIGHT, True)
    for second in range(1, 5):
        sensor.second(NIGHT, False)
        assert sensor.has_sensor is (second == 4)


def test_a_dusk_is_there_until_somebody_acts_on_it():
    """However long the night: it is set back by whoever lights the lamp, or by the morning."""
    sensor = DuskDetector(LIMIT_DL)
    for seconds, lux_dl, fell in (
        (600, DAYLIGHT, False),
        (7200, NIGHT, True),
        (30, DAYLIGHT, False),
    ):
        for _ in range(seconds):
            sensor.second(lux_dl, False)
        assert sensor.fell is fell
