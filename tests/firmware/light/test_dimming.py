"""The dimming's states, one by one, and the evenness of its fades."""

from dimmer import BASE_20, BRIGHTEST, FULL, lit, pace, run, until

from node.light.dimming import (
    BASE,
    BOOST,
    FALLING,
    GRACE,
    HOLD,
    OFF,
    RISING,
    TICKS_PER_S,
    Dimming,
    output_u16,
    position_of,
)


def test_light_follows_cie_lightness():
    """Lightness 50 is 18.42 % of the light, L 8 is 0.886 %, and the ends are exact."""
    for lightness, ten_thousandths in (
        (0, 0),
        (4, 44),
        (8, 89),
        (20, 299),
        (50, 1842),
        (75, 4828),
        (100, 10000),
    ):
        output = output_u16(BRIGHTEST * lightness // 100)
        assert (output * 10000 + FULL // 2) // FULL == ten_thousandths, lightness


def test_more_lightness_is_never_less_light():
    """Output rises with every position from dark to full."""
    last = -1
    for step in range(2049):
        output = output_u16(BRIGHTEST // 2048 * step)
        assert output > last
        last = output


def test_a_per_cent_is_a_per_cent_of_light_output():
    """At rest each base_pct and boost_pct gives that share of full output, to the unit."""
    for pct in range(26):
        assert run(Dimming(pace(base_pct=pct)), 60) == (pct * FULL + 50) // 100
    for pct in range(40, 101):
        assert run(Dimming(pace(boost_pct=pct)), 200, near=True) == (pct * FULL + 50) // 100


def test_a_shut_window_is_dark_whoever_comes():
    """Off stays off while the window is shut, with somebody near or not."""
    dimming = Dimming(pace())
    assert run(dimming, 500, is_open=False, near=True) == 0
    assert run(dimming, 500, is_open=False) == 0
    assert dimming.state == OFF


def test_an_opening_window_brings_base_light():
    """Off becomes base when the window opens, and the light fades in rather than jumps."""
    dimming = Dimming(pace())
    first = dimming.step(True, False)
    assert dimming.state == BASE
    assert 0 < first < BASE_20 // 10
    assert run(dimming, 40) == BASE_20


def test_somebody_near_raises_the_light_in_the_time_set():
    """Base becomes rising and then boost, full after exactly fade_up_ms."""
    for fade_up_ms in (300, 500, 1990, 2000):
        dimming = lit(BASE, fade_up_ms=fade_up_ms)
        ticks = fade_up_ms // 20
        assert run(dimming, ticks - 1, near=True) < FULL
        assert dimming.state == RISING
        assert run(dimming, 1, near=True) == FULL
        assert until(dimming, BOOST, near=True) == 1


def test_a_rise_is_finished_though_nobody_is_left():
    """Rising goes on to boost when whoever caused it has gone by."""
    dimming = lit(RISING)
    assert until(dimming, BOOST) <= 26


def test_boost_holds_after_the_last_movement():
    """The hold ends hold_s after somebody was last near, counted anew at each movement."""
    dimming = lit(BOOST, hold_s=5)
    run(dimming, 4 * TICKS_PER_S)
    run(dimming, 1, near=True)
    assert dimming.state == BOOST
    assert run(dimming, 5 * TICKS_PER_S - 1) == FULL
    assert dimming.state == HOLD
    assert run(dimming, 1) < FULL
    assert dimming.state == FALLING


def test_falling_takes_the_time_set_and_ends_in_base():
    """Falling reaches base light in fade_down_s, to a tick in 1000, and becomes base."""
    for fade_down_s in (3, 10, 420):
        dimming = lit(BOOST, fade_down_s=fade_down_s)
        until(dimming, FALLING)
        ticks = fade_down_s * TICKS_PER_S
        early = 1 + ticks // 1000
        assert run(dimming, ticks - 1 - early) > BASE_20
        assert dimming.state == FALLING
        assert run(dimming, early) == BASE_20
        assert until(dimming, BASE) <= early


def test_somebody_near_turns_a_fall_into_a_rise():
    """Falling becomes rising from the level that it had, and is up sooner than from base."""
    dimming = lit(FALLING)
    before = run(dimming, 1)
    after = dimming.step(True, True)
    assert dimming.state == RISING
    assert before < after < before + FULL // 20
    assert until(dimming, BOOST, near=True) < 25


def test_a_fade_is_even_in_lightness():
    """After each quarter of a rise the lightness has risen by a quarter, in light by ever more."""
    low = position_of(BASE_20)
    dimming = lit(BASE, fade_up_ms=2000)
    last = BASE_20
    last_rise = 0
    for quarter in (1, 2, 3, 4):
        output = run(dimming, 25, near=True)
        wanted = output_u16(low + (BRIGHTEST - low) * quarter // 4)
        assert abs(output - wanted) <= 8
        assert output - last > last_rise
        last, last_rise = output, output - last


def test_a_window_that_shuts_while_somebody_is_near_gives_them_grace():
    """Somebody near, or within the hold: the light goes to base, stays for end_grace_s, fades."""
    for state, near in (
        (BASE, True),
        (RISING, False),
        (BOOST, False),
        (BOOST, True),
        (HOLD, False),
        (FALLING, True),
    ):
        dimming = lit(state)
        level = dimming.step(False, near)
        assert dimming.state == GRACE
        assert level >= BASE_20
        assert run(dimming, 60 * TICKS_PER_S - 1, is_open=False) == BASE_20
        assert dimming.state == GRACE
        assert 0 < run(dimming, 1, is_open=False) < BASE_20
        assert dimming.state == OFF
        assert run(dimming, 5 * TICKS_PER_S, is_open=False) > 0
        assert run(dimming, 7 * TICKS_PER_S, is_open=False) == 0
        assert dimming.state == OFF


def test_a_window_that_shuts_on_an_empty_path_begins_the_way_out_in_that_tick():
    """At base, falling, or with the hold just over: off at once, dark within 30 s, no jump; who
    comes after that tick changes nothing."""
    for state in (BASE, FALLING, HOLD):
        dimming = lit(state)
        if state == HOLD:
            while dimming._held < dimming.pace.hold_ticks:
                dimming.step(True, False)
        before = run(dimming, 1) if state != HOLD else FULL
        after = dimming.step(False, False)
        assert dimming.state == OFF
        assert 0 < before - after < FULL // 50
        assert run(dimming, 30 * TICKS_PER_S, is_open=False, near=True) == 0


def test_without_grace_the_light_fades_out_at_once():
    """With end_grace_s 0 every lit state becomes off when the window shuts, without a jump."""
    for state in (BASE, RISING, BOOST, HOLD, FALLING):
        dimming = lit(state, end_grace_s=0)
        before = run(dimming, 1)
        after = dimming.step(False, False)
        assert dimming.state == OFF
        assert before - after < FULL // 50
        assert run(dimming, 25 * TICKS_PER_S, is_open=False) == 0


def test_the_grace_is_no_new_evening():
    """Somebody near in the grace gets base light, not boost: the evening is over."""
    dimming = lit(GRACE)
    assert run(dimming, 59 * TICKS_PER_S, is_open=False, near=True) == BASE_20
    assert dimming.state == GRACE


def test_a_window_that_opens_again_goes_on_from_the_level_that_is():
    """Grace, and off on its way to dark, become base on opening; the next grace is whole."""
    dimming = lit(GRACE)
    run(dimming, 40 * TICKS_PER_S, is_open=False)
    run(dimming, 1)
    assert dimming.state == BASE
    dimming.step(False, True)
    assert run(dimming, 60 * TICKS_PER_S - 1, is_open=False) == BASE_20
    assert dimming.state == GRACE
    dark = run(dimming, 4 * TICKS_PER_S, is_open=False)
    assert dimming.state == OFF
    assert dark < run(dimming, 1) < BASE_20
    assert dimming.state == BASE


def test_new_settings_glide():
    """When base or boost change, no step is larger than that of the fade they ask for."""
    for state, wanted in ((BASE, 5 * FULL // 100), (BOOST, 40 * FULL // 100)):
        dimming = lit(state)
        level = run(dimming, 1, near=state == BOOST)
        dimming.pace = pace(base_pct=5, boost_pct=40)
        for _ in range(20 * TICKS_PER_S):
            output = dimming.step(True, state == BOOST)
            assert 0 <= level - output < FULL // 150
            level = output
        assert abs(level - wanted) <= 1
        assert dimming.state == state


def test_a_hold_made_shorter_ends_at_once():
    """A hold that has already lasted longer than the new hold_s is over."""
    dimming = lit(BOOST, hold_s=120)
    run(dimming, 30 * TICKS_PER_S)
    assert dimming.state == HOLD
    dimming.pace = pace(hold_s=5)
    run(dimming, 1)
    assert dimming.state == FALLING


def test_somebody_in_the_hold_is_a_boost_again():
    """Boost becomes hold with the first quiet tick, and hold boost with the first of somebody."""
    dimming = lit(BOOST)
    assert run(dimming, 1) == FULL and dimming.state == HOLD
    assert run(dimming, 1, near=True) == FULL and dimming.state == BOOST
    run(dimming, 19 * TICKS_PER_S)
    run(dimming, 1, near=True)
    assert run(dimming, 20 * TICKS_PER_S - 1) == FULL


def test_the_evening_does_not_end_in_a_fade_of_minutes():
    """However slow fade_down_s, the light is out half a minute after the grace."""
    for state in (BASE, BOOST):
        dimming = lit(state, fade_down_s=420, end_grace_s=0)
        assert run(dimming, 30 * TICKS_PER_S, is_open=False) == 0


def test_a_base_of_nothing_is_reached_in_the_time_set():
    """With base_pct 0 the way down from full takes fade_down_s: the lamp is not going out."""
    dimming = lit(BOOST, base_pct=0, fade_down_s=60)
    until(dimming, FALLING)
    assert run(dimming, 55 * TICKS_PER_S) > 0
