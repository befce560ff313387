"""Counters become records of aligned intervals, with no second missing and none twice."""

from node.count.tally import Tally

_QUARTER = 1795224600  # a quarter of an hour, exactly


def _feet(obs_s=0, sat_s=0, n_in=0, n_out=0):
    return {"obs_s": obs_s, "sat_s": sat_s, "in": n_in, "out": n_out}


def _started(utc_s, up_s=0, length_s=900, totals=None):
    tally = Tally("footfall", length_s, totals or {})
    tally.start(utc_s, up_s)
    return tally


def test_lamp_record():
    """A lamp's record has exactly the fields of the contract."""
    tally = Tally("lamp", 900, {})
    tally.start(_QUARTER, 50)
    record = tally.cut(
        _QUARTER + 900,
        950,
        2,
        {
            "obs_s": 900,
            "lit_s": 800,
            "boost_s": 122,
            "near_s": 41,
            "trig": 14,
            "mwh": 1250,
            "metered": True,
        },
    )
    assert record == {
        "kind": "lamp",
        "t": _QUARTER,
        "dt": 900,
        "clock": 2,
        "obs_s": 900,
        "lit_s": 800,
        "boost_s": 122,
        "near_s": 41,
        "trig": 14,
        "trig_total": 14,
        "mwh": 1250,
        "mwh_total": 1250,
        "metered": True,
    }


def test_nobody_is_near_for_longer_than_a_lamp_watched():
    """Both are rounded, near_s up where obs_s is not; the second is in the next record."""
    counters = {"obs_s": 9, "lit_s": 900, "boost_s": 20, "near_s": 10, "trig": 1, "mwh": 0}
    tally = Tally("lamp", 900, {})
    tally.start(_QUARTER, 0)
    record = tally.cut(_QUARTER + 900, 900, 2, counters)
    assert (record["obs_s"], record["near_s"]) == (9, 9)
    record = tally.cut(_QUARTER + 1800, 1800, 2, dict(counters, obs_s=20))
    assert (record["obs_s"], record["near_s"]) == (20, 11)


def test_footfall_record():
    """A counter's record has exactly the fields of the contract."""
    record = _started(_QUARTER).cut(_QUARTER + 900, 900, 1, _feet(898, 4, 7, 5))
    assert record == {
        "kind": "footfall",
        "t": _QUARTER,
        "dt": 900,
        "clock": 1,
        "obs_s": 898,
        "sat_s": 4,
        "in": 7,
        "in_total": 7,
        "out": 5,
        "out_total": 5,
    }


def test_energy_is_computed_unless_it_was_metered():
    """Without a meter a lamp's record says so."""
    tally = Tally("lamp", 900, {})
    tally.start(_QUARTER, 0)
    record = tally.cut(
        _QUARTER + 9, 9, 2, {"obs_s": 9, "lit_s": 0, "boost_s": 0, "near_s": 0, "trig": 0, "mwh": 0}
    )
    assert record["metered"] is False


def test_first_interval_ends_at_the_quarter():
    """After a boot in the middle of a quarter the first interval is short and the second is
    whole."""
    tally = _started(_QUARTER + 100, 3)
    assert not tally.due(_QUARTER + 899, 802)
    assert tally.due(_QUARTER + 900, 803)
    first = tally.cut(_QUARTER + 900, 803, 2, _feet(800))
    second = tally.cut(_QUARTER + 1800, 1703, 2, _feet(900))
    assert (first["t"], first["dt"]) == (_QUARTER + 100, 800)
    assert (second["t"], second["dt"]) == (_QUARTER + 900, 900)


def test_a_cut_in_between_leaves_no_gap():
    """A settings change cuts short; the rest of the quarter is the next interval."""
    tally = _started(_QUARTER)
    first = tally.cut(_QUARTER + 300, 300, 2, _feet(300))
    assert not tally.due(_QUARTER + 899, 899)
    second = tally.cut(_QUARTER + 900, 900, 2, _feet(600))
    assert (first["t"], first["dt"], second["t"], second["dt"]) == (
        _QUARTER,
        300,
        _QUARTER + 300,
        600,
    )


def test_a_late_cut_still_ends_at_the_quarter():
    """A node held back by a handshake ends the interval on time, and gives the extra seconds to the
    next."""
    tally = _started(_QUARTER)
    first = tally.cut(_QUARTER + 903, 903, 2, _feet(903))
    assert (first["dt"], first["obs_s"]) == (900, 900)
    second = tally.cut(_QUARTER + 1800, 1800, 2, _feet(897))
    assert (second["t"], second["dt"], second["obs_s"]) == (_QUARTER + 900, 900, 900)


def test_a_very_late_cut_says_when_it_was():
    """After a longer hold-up the record covers what it covers, and alignment returns with the
    next."""
    tally = _started(_QUARTER)
    first = tally.cut(_QUARTER + 940, 940, 2, _feet(940))
    assert (first["t"], first["dt"]) == (_QUARTER, 940)
    assert tally.due(_QUARTER + 1800, 1800)
    assert not tally.due(_QUARTER + 1799, 1799)


def test_observed_never_exceeds_the_interval():
    """Counters that saw more seconds than there were are cut to the interval's length."""
    record = _started(_QUARTER).cut(_QUARTER + 10, 10, 2, _feet(11, 12))
    assert (record["dt"], record["obs_s"], record["sat_s"]) == (10, 10, 10)


def test_totals_go_on_from_the_last_record():
    """Totals start from the last record of the boot before and never decrease."""
    last = {"t": _QUARTER - 900, "dt": 900, "in_total": 1912, "out_total": 1874}
    tally = _started(_QUARTER, totals=last)
    record = tally.cut(_QUARTER + 900, 900, 2, _feet(900, 0, 7, 5))
    assert (record["in_total"], record["out_total"]) == (1919, 1879)
    record = tally.cut(_QUARTER + 1800, 1800, 2, _feet(900, 0, 1, 0))
    assert (record["in_total"], record["out_total"]) == (1920, 1879)


def test_totals_grow_beyond_32_bits():
    """A lamp's milliwatt-hours may pass 2**31 in its life."""
    tally = Tally("lamp", 900, {"trig_total": 1, "mwh_total": 2147483647})
    tally.start(_QUARTER, 0)
    record = tally.cut(
        _QUARTER + 1,
        1,
        2,
        {"obs_s": 1, "lit_s": 1, "boost_s": 1, "near_s": 1, "trig": 1, "mwh": 1250},
    )
    assert record["mwh_total"] == 2147484897


def test_unknown_clock_goes_by_uptime():
    """Without a clock intervals have t 0, trust 0 and their start in uptime, and tile it without a
    gap."""
    tally = _started(None, 7, 10)
    assert not tally.due(None, 9)
    assert tally.due(None, 10)
    first = tally.cut(None, 10, 0, _feet(3))
    second = tally.cut(None, 20, 0, _feet(10))
    assert (first["t"], first["up"], first["dt"], first["clock"]) == (0, 7, 3, 0)
    assert (second["t"], second["up"], second["dt"], second["obs_s"]) == (0, 10, 10, 10)


def test_a_clock_that_becomes_known_ends_the_undated_interval():
    """The first word about the time closes the undated interval; the next is dated and aligned."""
    tally = _started(None, 0)
    assert tally.due(_QUARTER + 30, 40)
    undated = tally.cut(_QUARTER + 30, 40, 2, _feet(40))
    assert (undated["t"], undated["up"], undated["dt"], undated["clock"]) == (0, 0, 40, 0)
    dated = tally.cut(_QUARTER + 900, 910, 2, _feet(870))
    assert (dated["t"], dated["dt"]) == (_QUARTER + 30, 870)
    assert "up" not in dated


def test_a_step_forward_cuts():
    """A clock that jumps ahead ends the interval; its length is what really passed, and the gap
    stays empty."""
    tally = _started(_QUARTER)
    assert not tally.due(_QUARTER + 102, 100)
    assert tally.due(_QUARTER + 203, 200)
    first = tally.cut(_QUARTER + 800, 200, 2, _feet(200))
    assert (first["t"], first["dt"]) == (_QUARTER, 200)
    second = tally.cut(_QUARTER + 900, 300, 2, _feet(100))
    assert (second["t"], second["dt"]) == (_QUARTER + 800, 100)


def test_a_small_step_back_reports_no_second_twice():
    """After the clock went back a little the next interval waits until the last one's end, and
    keeps the counts."""
    tally = _started(_QUARTER)
    first = tally.cut(_QUARTER + 170, 200, 2, _feet(200))
    assert (first["t"], first["dt"]) == (_QUARTER, 200)
    second = tally.cut(_QUARTER + 900, 930, 2, _feet(730, 0, 2, 3))
    assert (second["t"], second["dt"], second["obs_s"]) == (_QUARTER + 200, 700, 700)
    assert (second["in"], second["out"]) == (2, 3)


def test_a_cut_while_waiting_has_no_length():
    """A cut before the last interval's end is reached makes a record of no length, never a negative
    one."""
    tally = _started(_QUARTER)
    tally.cut(_QUARTER + 170, 200, 2, _feet(200))
    record = tally.cut(_QUARTER + 180, 210, 2, _feet(10, 0, 1))
    assert (record["t"], record["dt"], record["obs_s"], record["in"]) == (_QUARTER + 200, 0, 0, 1)


def test_a_big_step_back_is_believed():
    """After a clock that was a day ahead the next interval starts at the right time, not a day
    later."""
    tally = _started(_QUARTER + 86400)
    tally.cut(_QUARTER, 100, 2, _feet(100))
    assert tally.cut(_QUARTER + 900, 1000, 2, _feet(900))["t"] == _QUARTER


def test_a_restart_does_not_overlap_the_boot_before():
    """A new boot whose clock is a few seconds behind starts where the last record ended."""
    tally = _started(_QUARTER - 4, 2, totals={"t": _QUARTER - 900, "dt": 900})
    record = tally.cut(_QUARTER + 900, 906, 2, _feet(904))
    assert (record["t"], record["dt"], record["obs_s"]) == (_QUARTER, 900, 900)


def test_intervals_tile_time_whenever_they_are_asked():
    """Over hours of asking at uneven moments, intervals touch, add up and lose no second or
    count."""
    tally = _started(_QUARTER + 11, 5, 60)
    seed, up_s, obs_s, n_in, records = 1, 5, 0, 0, []
    while up_s < 14400:
        seed = (seed * 1103 + 12345) % 65536
        step = 1 + seed % 3
        up_s += step
        obs_s += step
        n_in += seed % 2
        if tally.due(_QUARTER + 6 + up_s, up_s) or seed % 97 == 0:
            records.append(tally.cut(_QUARTER + 6 + up_s, up_s, 2, _feet(obs_s, 0, n_in)))
            obs_s = n_in = 0
    for index in range(1, len(records)):
        one, other = records[index - 1], records[index]
        assert one["t"] + one["dt"] == other["t"]
        assert one["t"] // 60 == (other["t"] - 1) // 60 or one["dt"] <= 62
    assert abs(sum([one["obs_s"] for one in records]) - sum([one["dt"] for one in records])) <= 5
    assert records[-1]["in_total"] == sum([one["in"] for one in records])


def test_only_an_unknown_or_another_date_begins_an_interval_anew():
    """A cut in an interval's first second leaves no second unreported."""
    tally = Tally("lamp", 900, {})
    dark = {"obs_s": 0, "lit_s": 0, "boost_s": 0, "near_s": 0, "trig": 0, "mwh": 0}
    tally.start(1794502800, 50)
    tally.realign(1794502801, 50)
    assert tally.cut(1794502810, 60, 2, dark)["t"] == 1794502800
    tally.start(None, 50)
    tally.realign(1794502900, 50)
    assert tally.cut(1794502910, 60, 2, dark)["t"] == 1794502900
    tally.realign(1794600000, 60)
    assert tally.cut(1794600010, 70, 2, dark)["t"] == 1794600000
