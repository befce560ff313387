"""The dimming's transitions, each of them, and that there are no others."""

from dimmer import FULL, lit, pace

from node.light.dimming import (
    BASE,
    BOOST,
    FALLING,
    GRACE,
    HOLD,
    OFF,
    RISING,
    STATE_NAMES,
    Dimming,
)

# state -> what follows on: shut and the grace over, shut with somebody near, shut with nobody,
# somebody near, nobody near, and what follows on the end of a fade or a hold. This is the table of
# the lamp's states, spelled out anew.
TABLE = {
    OFF: (OFF, OFF, OFF, BASE, BASE, None),
    BASE: (OFF, GRACE, OFF, RISING, BASE, None),
    RISING: (OFF, GRACE, GRACE, RISING, RISING, BOOST),
    BOOST: (OFF, GRACE, GRACE, BOOST, HOLD, None),
    HOLD: (OFF, GRACE, GRACE, BOOST, HOLD, FALLING),
    FALLING: (OFF, GRACE, OFF, RISING, FALLING, BASE),
    GRACE: (OFF, GRACE, GRACE, BASE, BASE, None),
}


def test_every_transition_is_in_the_table():
    """Each state, met with each thing that can happen, goes where the table says."""
    for state in TABLE:
        over, shut, empty, near, clear, _ = TABLE[state]
        for is_open, is_near, grace_s, wanted in (
            (False, False, 0, over),
            (False, True, 0, over),
            (False, False, 60, empty),
            (False, True, 60, shut),
            (True, True, 60, near),
            (True, False, 60, clear),
        ):
            dimming = Dimming(pace()) if state == OFF else lit(state)
            dimming.pace = pace(end_grace_s=grace_s)
            dimming.step(is_open, is_near)
            assert dimming.state == wanted, (STATE_NAMES[state], is_open, is_near, grace_s)


def test_every_end_is_in_the_table():
    """A fade or a hold that ends leads where the table says, with nothing else happening."""
    for state in (RISING, HOLD, FALLING):
        dimming = lit(state)
        while dimming.state == state:
            dimming.step(True, state == RISING)
        assert dimming.state == TABLE[state][5]


def test_no_path_leads_where_the_table_does_not():
    """In a long random evening only the listed transitions happen, and the light never jumps.

    Settings change on the way, from one extreme to the other.
    """
    allowed = set()
    for state in TABLE:
        for after in TABLE[state]:
            if after is not None and after != state:
                allowed.add((state, after))
    short = pace(hold_s=5, fade_down_s=3, end_grace_s=5, fade_up_ms=300)
    paces = (
        short,
        pace(base_pct=0, boost_pct=40, hold_s=5, fade_down_s=3, end_grace_s=5),
        pace(base_pct=25, boost_pct=40, hold_s=5, fade_down_s=3, end_grace_s=0),
        pace(hold_s=5, fade_down_s=420, end_grace_s=0, fade_up_ms=2000),
    )
    dimming = Dimming(short)
    found = set()
    seed = 7
    is_open = near = False
    level = 0
    for _ in range(60000):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        dice = seed >> 8
        if dice % 251 == 0:
            near = not near
        if dice % (101 if not is_open else 397) == 1:
            is_open = not is_open
            near = near or dice // 401 % 4 == 0  # who comes in the very tick
        if dice % 1009 == 2:
            dimming.pace = paces[dice // 1009 % 4]
        before = dimming.state
        output = dimming.step(is_open, near)
        assert 0 <= output <= FULL and abs(output - level) < FULL // 8
        level = output
        if dimming.state != before:
            found.add((before, dimming.state))
    assert found == allowed, (found - allowed, allowed - found)
