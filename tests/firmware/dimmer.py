"""Ways to bring a Dimming where a test wants it."""

from node.light.dimming import (
    BASE,
    BOOST,
    FALLING,
    GRACE,
    HOLD,
    RISING,
    STATE_NAMES,
    TICKS_PER_S,
    Dimming,
    Pace,
    position_of,
)

FULL = 65535
BRIGHTEST = position_of(FULL)
BASE_20 = 13107  # 20 % of FULL
SETTINGS = {
    "base_pct": 20,
    "boost_pct": 100,
    "fade_up_ms": 500,
    "hold_s": 20,
    "fade_down_s": 10,
    "end_grace_s": 60,
}


def pace(**changes):
    return Pace(dict(SETTINGS, **changes))


def run(dimming, ticks, is_open=True, near=False):
    """Take steps and return the last output."""
    output = -1
    for _ in range(ticks):
        output = dimming.step(is_open, near)
    return output


def until(dimming, state, is_open=True, near=False, limit_s=60):
    """Step until a state is reached; return how many steps that took."""
    for ticks in range(1, limit_s * TICKS_PER_S):
        dimming.step(is_open, near)
        if dimming.state == state:
            return ticks
    raise AssertionError("never came to " + STATE_NAMES[state])


def lit(state, **changes):
    """Return a Dimming that has just come to one of the lit states."""
    dimming = Dimming(pace(**changes))
    run(dimming, 120)
    assert dimming.state == BASE
    if state != BASE:
        until(dimming, RISING, near=True)
    if state in (BOOST, HOLD, FALLING):
        until(dimming, BOOST, near=True)
    if state == HOLD:
        until(dimming, HOLD)
    if state == FALLING:
        until(dimming, FALLING)
        run(dimming, 100)
    if state == GRACE:
        until(dimming, GRACE, is_open=False, near=True)
    return dimming
