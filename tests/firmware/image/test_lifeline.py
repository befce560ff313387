"""The lifeline lights the evenings that it was told of, else from dusk, without a flash."""

from scratch import Folder

import lifeline
from lifeline import DAY_DL, DUSK_DL, DUSK_S, HALF_DAY_S, Lifeline

_T = 1795224600
_EVENINGS = [[_T, _T + 18000], [_T + 86400, _T + 104400]]
_NOTE = {"board": "pico_w", "duty": 13107, "dusk_h": 3, "evenings": _EVENINGS}


class Lamp:
    """A lamp that remembers its duties, and a sky."""

    def __init__(self, sky=None):
        self.duties = [0]
        self._sky = sky
        self.ticks = 0

    def next(self):
        self.ticks += 1

    def set_duty(self, duty):
        self.duties.append(duty)

    def lux_dl(self):
        assert self.duties[-1] == 0, "the lamp's own light was measured"
        return self._sky(self.ticks // 50) if self._sky else None


def test_it_lights_the_evenings_it_was_told_of():
    """With a time that is known, the timetable is the application's, to the second."""
    line = Lifeline(_NOTE, _T - 100)
    lit = [line.duty(up_s, None) for up_s in range(0, 105000, 1)]
    assert lit[99] == 0 and lit[100] == lit[18099] == 13107 and lit[18100] == 0
    assert lit[86499] == 0 and lit[86500] == lit[104499] == 13107 and lit[104500] == 0


def test_without_time_it_lights_from_dusk():
    """A minute of dark after a day lights the path for as long as the settings say, once."""
    line = Lifeline(_NOTE, None)
    lux = [DAY_DL + 1] * 10 + [DUSK_DL - 1] * (4 * 3600)
    lit = [line.duty(up_s, lux_dl) for up_s, lux_dl in enumerate(lux)]
    first = lit.index(13107)
    assert first == 10 + DUSK_S - 1
    assert sum(lit) == 3 * 3600 * 13107 and not any(lit[first + 3 * 3600 :])


def test_a_shadow_is_no_dusk():
    """Dark for less than a minute, or no darker than a cloud, lights nothing."""
    line = Lifeline(_NOTE, None)
    for up_s in range(5000):
        lux_dl = DAY_DL + 1 if up_s % 60 == 0 else DUSK_DL - 1
        assert line.duty(up_s, lux_dl) == 0
    for up_s in range(5000, 6000):
        assert line.duty(up_s, DUSK_DL) == 0


def test_a_start_in_the_dark_is_no_dusk():
    """It may be three in the night: without a time it waits for the next evening."""
    line = Lifeline(_NOTE, None)
    assert not any([line.duty(up_s, 0) for up_s in range(40000)])


def test_without_time_and_sensor_it_is_dark():
    """Nothing tells it when an evening is; the same when the settings want no light without."""
    line = Lifeline(_NOTE, None)
    assert not any([line.duty(up_s, None) for up_s in range(0, 90000, 7)])
    line = Lifeline(dict(_NOTE, dusk_h=0), None)
    lux = [DAY_DL + 1] * 10 + [0] * 1000
    assert not any([line.duty(up_s, lux_dl) for up_s, lux_dl in enumerate(lux)])


def test_when_its_evenings_are_over_dusk_counts():
    """Two weeks after the application last ran the timetable is used up."""
    line = Lifeline(_NOTE, _EVENINGS[-1][1])
    lux = [DAY_DL + 1] * 10 + [0] * 100
    assert [line.duty(up_s, lux_dl) for up_s, lux_dl in enumerate(lux)][-1] == 13107


def test_an_empty_note_is_dark():
    """Without a word of the application there is nothing to light."""
    assert not any([Lifeline({}, None).duty(up_s, 0) for up_s in range(100)])


def test_it_fades_and_gives_way_with_the_lamp_off():
    """No flash on the way up or down; half a day later, and not in an evening, it returns."""
    lamp = Lamp()
    with Folder() as folder:
        start_s = _T - HALF_DAY_S + 3600
        lifeline.live(Lifeline(_NOTE, start_s), lamp, folder, start_s, lamp)
        floor_s = int(open(folder + "/floor").read())
    ended_s = lamp.ticks // 50
    assert HALF_DAY_S - 3600 + 18000 <= ended_s <= HALF_DAY_S - 3600 + 18002
    steps = [abs(one - other) for one, other in zip(lamp.duties, lamp.duties[1:])]
    assert max(steps) <= 13107 // 50 + 1 and max(lamp.duties) == 13107 and lamp.duties[-1] == 0
    assert start_s < floor_s <= start_s + ended_s


def test_it_measures_the_light_with_its_own_off():
    """The sensor is asked only in the dark of the lamp; dusk still comes every evening."""
    lamp = Lamp(lambda up_s: DAY_DL + 1 if up_s % 40000 < 20000 else 0)
    with Folder() as folder:
        lifeline.live(Lifeline(_NOTE, None), lamp, folder, None, lamp)
    assert max(lamp.duties) == 13107


def test_its_calendar():
    """Dates become Unix time, leap years and centuries included."""
    for date, unix_s in (
        ((1970, 1, 1), 0),
        ((2000, 2, 29), 951782400),
        ((2026, 11, 12), 1794441600),
        ((2038, 1, 19), 2147472000),
        ((2099, 12, 31), 4102358400),
    ):
        assert lifeline.unix_s(*date) == unix_s, date
