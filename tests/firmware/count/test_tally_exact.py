"""A tally's seconds: a cut that is late, a clock that goes back, what is carried over."""

from node.count.tally import Tally

_T = 1795224600  # on a boundary of 900 s, and of 120 s


def _lamp(length_s=900, **totals):
    return Tally("lamp", length_s, totals)


def _counters(**seconds):
    return dict({"obs_s": 0, "lit_s": 0, "boost_s": 0, "near_s": 0, "trig": 0, "mwh": 0}, **seconds)


def _cut(tally, utc_s, up_s, **seconds):
    """What a cut makes of so many seconds and no counts."""
    return tally.cut(utc_s, up_s, 2, _counters(**seconds))


def test_a_cut_that_is_a_little_late_ends_at_the_boundary():
    """Up to 5 s, or a sixtieth of a short interval; later than that it ends where it is."""
    assert _T % 900 == 0 and _T % 120 == 0
    for length_s, late_s, ends_s in (
        (900, 1, 0),
        (900, 4, 0),
        (900, 5, 0),
        (900, 6, 6),
        (120, 1, 0),
        (120, 2, 0),
        (120, 3, 3),
        (119, 1, 0),
        (119, 2, 2),
    ):
        tally = _lamp(length_s)
        start = (_T // length_s + 1) * length_s
        tally.start(start, 1000)
        first = _cut(tally, start + length_s + late_s, 1000 + length_s + late_s)
        assert first["dt"] == length_s + ends_s, (length_s, late_s)
        second = _cut(tally, start + length_s + late_s + 9, 1000 + length_s + late_s + 9)
        assert second["t"] == start + length_s + ends_s, (length_s, late_s)


def test_a_clock_that_went_back_is_waited_for_by_an_interval_at_most():
    """So that no second is told twice; after a bigger step waiting would lose more."""
    for back_s, waits_s in ((1, 1), (2, 2), (900, 900), (901, 0), (0, 0), (-1, 0)):
        tally = _lamp(t=_T, dt=900)
        tally.start(_T + 900 - back_s, 50)
        assert tally.cut(_T + 900 - back_s + 2000, 2050, 2, _counters())["t"] == (
            _T + 900 - back_s + waits_s
        ), back_s


def test_after_a_step_an_interval_is_as_long_as_uptime_says():
    """And never shorter than nothing: one that waited for its time may not have begun."""
    tally = _lamp()
    tally.start(_T, 1000)
    assert _cut(tally, _T + 5000, 1300)["dt"] == 300
    tally = _lamp()
    tally.start(_T, 1000)
    assert _cut(tally, None, 1300)["dt"] == 300
    tally = _lamp(t=_T, dt=900)
    tally.start(_T + 800, 1000)
    assert _cut(tally, _T + 5000, 1001)["dt"] == 0


def test_what_was_seen_while_a_cut_was_late_comes_next():
    """Up to 5 s of it; more is nobody's."""
    for seen_s, next_s in ((899, 0), (900, 0), (902, 2), (905, 5), (906, 5), (990, 5)):
        tally = _lamp()
        tally.start(_T, 0)
        assert _cut(tally, _T + 900, 900, obs_s=seen_s)["obs_s"] == min(seen_s, 900)
        assert _cut(tally, _T + 1800, 1800, obs_s=100)["obs_s"] == 100 + next_s


def test_a_tally_that_never_began_began_with_the_node():
    """At uptime 0, without a date."""
    tally = _lamp()
    assert not tally.due(None, 0)
    assert not tally.due(None, 899)
    assert tally.due(None, 900) and tally.due(_T, 1)
    record = _cut(tally, None, 10)
    assert (record["t"], record["up"], record["dt"], record["clock"]) == (0, 0, 10, 0)
