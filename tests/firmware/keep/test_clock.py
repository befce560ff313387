"""The clock counts on by ticks that wrap, and says how far it can be trusted."""

from scratch import raises

from node.errors import BadData
from node.keep.clock import HUB, OWN_RTC, UNKNOWN, Clock

_WRAP = 1 << 30
_T_MS = 1795224000000


class Ticks:
    """A board's millisecond ticks, moved by hand."""

    def __init__(self, start=0):
        self.now = start

    def pass_ms(self, ms):
        self.now = (self.now + ms) % _WRAP

    def ms(self):
        return self.now

    def diff(self, new, old):
        return (new - old + _WRAP // 2) % _WRAP - _WRAP // 2


def _clock(start=0):
    ticks = Ticks(start)
    return ticks, Clock(ticks.ms, ticks.diff)


def test_unknown_until_set():
    """Before anybody sets it the clock knows the uptime and nothing else."""
    ticks, clock = _clock()
    ticks.pass_ms(2500)
    assert (clock.up_ms(), clock.up_s()) == (2500, 2)
    assert clock.utc_ms() is None and clock.utc_s() is None and clock.date(1) is None
    assert clock.trust == UNKNOWN


def test_counts_on_after_setting():
    """UTC goes on with the ticks from the moment of setting, to the millisecond."""
    ticks, clock = _clock(77)
    ticks.pass_ms(5000)
    assert clock.set(_T_MS, HUB) == 0
    ticks.pass_ms(1234)
    assert clock.utc_ms() == _T_MS + 1234
    assert clock.utc_s() == 1795224001


def test_uptime_survives_the_wrap_of_the_ticks():
    """Ticks that wrap at 2**30 ms, asked once a day, still add up after a year."""
    ticks, clock = _clock(_WRAP - 10)
    clock.set(_T_MS, OWN_RTC)
    for _ in range(366):
        ticks.pass_ms(86400000)
        clock.up_ms()
    assert clock.up_ms() == 366 * 86400000
    assert clock.utc_ms() == _T_MS + 366 * 86400000


def test_uptime_never_goes_back():
    """Ticks that seem to run backwards do not take uptime back."""
    ticks, clock = _clock(1000)
    ticks.pass_ms(500)
    assert clock.up_ms() == 500
    ticks.now = 1400
    assert clock.up_ms() == 500
    ticks.now = 1600
    assert clock.up_ms() == 600


def test_trust_falls_a_day_after_the_hub():
    """The hub's time counts as such for 24 h; then it is worth no more than an RTC of one's own."""
    ticks, clock = _clock()
    clock.set(_T_MS, HUB)
    ticks.pass_ms(86399999)
    assert clock.trust == HUB
    ticks.pass_ms(1)
    assert clock.trust == OWN_RTC
    clock.set(_T_MS + 86400000, HUB)
    assert clock.trust == HUB


def test_a_lesser_source_does_not_overrule_the_hub():
    """An RTC read after the hub spoke changes nothing; once the hub's word is a day old, it
    does."""
    ticks, clock = _clock()
    clock.set(_T_MS, HUB)
    assert clock.set(_T_MS - 99000, OWN_RTC) == 0
    assert clock.utc_ms() == _T_MS and clock.trust == HUB
    ticks.pass_ms(86400000)
    assert clock.set(_T_MS, OWN_RTC) == -86400000
    assert clock.utc_ms() == _T_MS


def test_set_says_how_far_it_stepped():
    """A later setting returns its difference in ms, forwards or backwards."""
    ticks, clock = _clock()
    clock.set(_T_MS, OWN_RTC)
    ticks.pass_ms(1000)
    assert clock.set(_T_MS + 4000, HUB) == 3000
    ticks.pass_ms(1000)
    assert clock.set(_T_MS, HUB) == -5000


def test_dates_an_uptime():
    """An uptime before the clock was known gets its date once it is."""
    ticks, clock = _clock()
    ticks.pass_ms(100000)
    clock.set(_T_MS, HUB)
    assert clock.date(0) == 1795223900
    assert clock.date(100) == 1795224000


def test_small_corrections_do_not_move_dates():
    """A date given once is given again after a correction of up to 2 s, but follows a real step."""
    ticks, clock = _clock()
    ticks.pass_ms(100000)
    clock.set(_T_MS, HUB)
    clock.set(_T_MS + 1900, HUB)
    assert clock.date(0) == 1795223900
    clock.set(_T_MS + 60000, HUB)
    assert clock.date(0) == 1795223960


def test_its_own_clock_is_not_believed_behind_the_floor():
    """A board's clock that tells a time before one that has been has stopped; the time stays
    unknown."""
    _ticks, clock = _clock()
    clock.floor_s = _T_MS // 1000
    assert "1 s behind" in raises(BadData, clock.set, _T_MS - 1000, OWN_RTC)
    assert clock.utc_ms() is None and clock.trust == UNKNOWN
    assert clock.set(_T_MS, OWN_RTC) == 0
    assert clock.utc_ms() == _T_MS


def test_the_hub_may_say_that_the_floor_is_wrong():
    """A floor that a wrong hub once set too high does not lock a right one out."""
    _ticks, clock = _clock()
    clock.floor_s = _T_MS // 1000
    clock.set(_T_MS - 86400000, HUB)
    assert clock.utc_ms() == _T_MS - 86400000


def test_a_day_forth_and_back():
    """Steps of a day either way are taken, said, and leave uptime alone."""
    ticks, clock = _clock()
    clock.set(_T_MS, HUB)
    ticks.pass_ms(1000)
    assert clock.set(_T_MS + 1000 + 86400000, HUB) == 86400000
    assert clock.date(0) == _T_MS // 1000 + 86400
    assert clock.set(_T_MS + 1000 - 86400000, HUB) == -2 * 86400000
    assert clock.date(0) == _T_MS // 1000 - 86400
    assert clock.up_ms() == 1000


def test_2036_and_2038_are_ordinary():
    """NTP's era ends on 7 February 2036, 32-bit Unix time on 19 January 2038: the clock counts
    through both, to the millisecond."""
    for end_s in (2085978496, 2147483648):
        ticks, clock = _clock(_WRAP - 500)
        clock.set(end_s * 1000 - 700, HUB)
        ticks.pass_ms(701)
        assert clock.utc_ms() == end_s * 1000 + 1
        assert clock.utc_s() == end_s and clock.date(0) == end_s - 1


def test_a_time_that_cannot_be_is_refused():
    """1970, 2000, 2101 and nonsense are nobody's time, and change nothing."""
    _ticks, clock = _clock()
    clock.set(_T_MS, HUB)
    for utc_ms in (0, 946684800000, 4133980800000, -1, 10**20):
        for trust in (OWN_RTC, HUB):
            assert "no time that this node lives in" in raises(BadData, clock.set, utc_ms, trust)
    assert clock.utc_ms() == _T_MS


def test_the_wrap_of_12_days_is_seen_by_who_asks_every_six():
    """Asked every six days, ticks that wrap after 12.4 lose nothing."""
    ticks, clock = _clock(_WRAP - 12345)
    clock.set(_T_MS, HUB)
    for day in range(6, 400, 6):
        ticks.pass_ms(6 * 86400000)
        assert clock.utc_ms() == _T_MS + day * 86400000


def test_uptime_in_seconds_is_exact_after_days():
    """A second is 1000 ms on the fortieth day as on the first, and half a second is none."""
    ticks, clock = _clock()
    for _ in range(40):
        ticks.pass_ms(86400000)
        clock.up_ms()
    assert clock.up_s() == 40 * 86400
    ticks.pass_ms(999)
    assert clock.up_s() == 40 * 86400
    ticks.pass_ms(1)
    assert clock.up_s() == 40 * 86400 + 1


def test_the_first_and_the_last_time_that_can_be():
    """From 14 November 2023, 22:13:20 UTC, to the first second of 2100, to the millisecond."""
    for utc_ms, other_ms in ((1700000000000, -1), (4102444800000, 1)):
        _ticks, clock = _clock()
        raises(BadData, clock.set, utc_ms + other_ms, HUB)
        assert clock.set(utc_ms, HUB) == 0
        assert clock.utc_ms() == utc_ms


def test_a_correction_is_of_two_seconds_at_most():
    """2000 ms leave dates where they are, one more moves them."""
    for step_ms, moved_s in ((2000, 0), (2001, 2), (-2000, 0), (-2001, -3)):
        _ticks, clock = _clock()
        clock.set(_T_MS, HUB)
        assert clock.set(_T_MS + step_ms, HUB) == step_ms
        assert clock.date(0) == _T_MS // 1000 + moved_s, step_ms


def test_dates_of_a_long_life_are_exact():
    """An uptime of forty days lies forty days after the start, to the second."""
    _ticks, clock = _clock()
    clock.set(_T_MS, HUB)
    assert clock.date(40 * 86400) == _T_MS // 1000 + 40 * 86400
    assert clock.date(40 * 86400 + 1) == _T_MS // 1000 + 40 * 86400 + 1


def test_a_clock_without_a_floor_believes_its_own():
    """Where nothing has been yet, any time that can be is taken."""
    _ticks, clock = _clock()
    assert clock.floor_s == 0
    assert clock.set(1700000000000, OWN_RTC) == 0
    assert clock.trust == OWN_RTC


def test_trust_is_told_as_records_tell_it():
    """0 for nobody, 1 for its own clock, 2 for the hub: the field `clock` of every record."""
    ticks, clock = _clock()
    told = [clock.trust]
    for trust in (1, 2):
        clock.set(_T_MS, trust)
        told.append(clock.trust)
    ticks.pass_ms(86400000)
    assert told + [clock.trust] == [0, 1, 2, 1]
    assert (UNKNOWN, OWN_RTC, HUB) == (0, 1, 2)
