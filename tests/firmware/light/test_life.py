"""Signs of life: what is one, what is only noise, and when a sensor without them is stuck."""

from scratch import Chance

from node.light.dimming import TICKS_PER_S
from node.light.life import PinLife, RadarLife, Suspicion

LIMIT = 540 * TICKS_PER_S


def doubts(seconds, near=True, suspicion=None):
    """A suspicion that has lived through so many seconds alike."""
    suspicion = suspicion or Suspicion()
    for _ in range(int(seconds * TICKS_PER_S + 0.5)):
        suspicion.step(near, False, LIMIT)
    return suspicion


def test_somebody_without_a_sign_of_life_is_a_stuck_sensor():
    """At the very tick that makes the share of 15 minutes full, and not one before."""
    suspicion = doubts(540 - 0.02)
    assert not suspicion.stuck
    assert doubts(0.02, True, suspicion).stuck


def test_a_sign_of_life_begins_the_time_anew_before_the_alarm_and_after_it():
    """One sign after 500 s, or after the alarm: another 540 s to go."""
    for seconds in (500, 700):
        suspicion = doubts(seconds)
        suspicion.step(True, True, LIMIT)
        assert not suspicion.stuck
        assert not doubts(539, True, suspicion).stuck
        assert doubts(1, True, suspicion).stuck


def test_ten_seconds_of_quiet_are_a_sign_of_life_and_less_is_none():
    """Gaps of under ten seconds do not stop the time; ten do, and clear the alarm."""
    suspicion = Suspicion()
    for _ in range(50):
        doubts(2, True, suspicion)
        doubts(9.98, False, suspicion)
    assert suspicion.stuck
    doubts(0.02, False, suspicion)
    assert not suspicion.stuck
    for _ in range(100):
        doubts(6, True, suspicion)
        doubts(10, False, suspicion)
        assert not suspicion.stuck


def test_a_limit_that_changes_counts_at_once():
    """A smaller share finds a sensor that has been suspect for longer; a larger one lets it go."""
    suspicion = doubts(400)
    suspicion.step(True, False, 270 * TICKS_PER_S)
    assert suspicion.stuck
    suspicion.step(True, False, LIMIT)
    assert not suspicion.stuck


def usual(cm=150, energy=70):
    """Radar evidence that knows what is usual."""
    life = RadarLife()
    for _ in range(RadarLife.USUAL):
        life.frame(cm, energy)
    return life


def test_eight_frames_in_a_row_that_differ_are_a_sign_of_life():
    """Nearer, farther, stronger, weaker, or nothing that moves; seven of them are none, and what
    is within the slack never is one."""
    for cm, energy in ((130, 70), (170, 70), (150, 90), (150, 50), (-1, 0)):
        life = usual()
        for _ in range(7):
            life.frame(cm, energy)
        assert life.signs == 0
        life.frame(cm, energy)
        assert life.signs == 1, (cm, energy)
    life = usual()
    for _ in range(1000):
        life.frame(138, 55)
        life.frame(162, 85)
    assert life.signs == 0


def test_what_is_usual_is_the_middle_of_nine_and_is_found_anew_after_each_sign():
    """Four wild frames among the first nine do not move it; after a sign what came is usual."""
    life = RadarLife()
    for cm in (150, 600, 150, 20, 150, 590, 150, 10, 150):
        life.frame(cm, 70)
    for _ in range(500):
        life.frame(150, 70)
    assert life.signs == 0
    for _ in range(500):
        life.frame(60, 100)
    assert life.signs == 1


def test_nobody_is_nothing_to_begin_with():
    """Frames without movement say nothing about what is usual, however many."""
    life = RadarLife()
    for _ in range(1000):
        life.frame(-1, 0)
    assert life.signs == 0


def test_farther_off_the_same_noise_is_more_centimetres():
    """Five per cent of four metres are 20 cm, and no sign of life."""
    life = usual(404)
    for _ in range(500):
        life.frame(384, 70)
        life.frame(424, 70)
    assert life.signs == 0


def test_signs_come_round():
    """The count of signs wraps without being raised to more than a board's small integer."""
    life = usual()
    life.signs = 0x3FFF
    for _ in range(8):
        life.frame(300, 70)
    assert life.signs == 0


def pulses(life, times):
    """Let a pin go up and down for times in s, up first; how many signs that gave."""
    signs = 0
    up = True
    for seconds in times:
        for _ in range(int(seconds * TICKS_PER_S + 0.5)):
            signs += life.step(up)
        up = not up
    return signs


def test_a_pin_that_goes_up_and_down_evenly_shows_no_life():
    """Pulses and pauses alike to five per cent, short or long; one that is missing now and then,
    and one too many, do not make it alive."""
    chance = Chance(5)
    for up, down in ((2, 2), (2.5, 3), (1, 8), (30, 5)):
        times = []
        for number in range(100):
            times += [up, down * (1000 + chance.noise(50)) / 1000]
            if up < 10 and number % 30 == 9:
                times[-1] += up + down
            if up < 10 and number % 30 == 24:
                times += [1, down]
        assert pulses(PinLife(), times) == 0, (up, down)


def test_a_pin_that_triggers_itself_is_even_to_a_tenth():
    """Pulses and pauses that wander by ten per cent either way are no people: in nine minutes of
    them there is no sign of life."""
    chance = Chance(11)
    for up, down in ((2.5, 3), (2, 4), (5, 5), (1, 8)):
        times = []
        for _ in range(int(540 / (up + down))):
            times.append(up * (1000 + chance.noise(100)) / 1000)
            times.append(down * (1000 + chance.noise(100)) / 1000)
        assert pulses(PinLife(), times) == 0, (up, down)


def test_gaps_under_a_second_are_noise():
    """A pin that is up but for dips at odd times shows no life."""
    chance = Chance(3)
    times = []
    for _ in range(400):
        times += [0.5 + chance.below(500) / 100, 0.02 + chance.below(90) / 100]
    assert pulses(PinLife(), times) == 0


def test_pauses_as_people_have_them_show_life():
    """With a sensor that is up for two seconds and deaf for two, whoever moves every second or so
    gives a sign within two minutes, again and again."""
    chance = Chance(7)
    times = []
    for _ in range(300):
        times += [2, 2 + chance.below(200) / 100]
    assert pulses(PinLife(), times) >= 15


def test_pulses_as_people_make_them_show_life():
    """A sensor that stays up while people move gives a sign when two long pulses differ."""
    assert pulses(PinLife(), [60, 4, 140, 4, 30, 4]) >= 1
