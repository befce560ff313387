"""Dimming: how bright the lamp is, a state machine that takes one step every 20 ms.

Pure and in integers below 2^30, so that a step allocates nothing and may run in a timer callback.
The level is kept as a *position* on the scale of CIE lightness, so that a fade looks even from end
to end; what goes out is linear light output.
"""

from array import array

TICK_MS = 20
TICKS_PER_S = 50

OFF = 0  # the window is shut and the lamp dark, or on its way there
BASE = 1  # the window is open and nobody is near
RISING = 2  # somebody came: on the way up
BOOST = 3  # full light while somebody is near
HOLD = 4  # full light still, as somebody was near a moment ago
FALLING = 5  # the hold is over: on the way down to base
GRACE = 6  # the window shut while somebody was near: base light a little longer for them

STATE_NAMES = ("off", "base", "rising", "boost", "hold", "falling", "grace")

# What a step finds; when several are true, the first of them counts.
_OVER = 0  # the window is shut, and there is no grace, or it is over
_SHUT = 1  # the window is shut, and there is grace
_DONE = 2  # what the state waits for: the end of a fade, or of the hold
_NEAR = 3  # somebody is near
_CLEAR = 4  # nobody is near
_FINDS = 5

# Every transition there is. A preview is an open window, and another Pace. A window that shuts on
# an empty path is over at once: the grace is for somebody near, or within the hold.
_NEXT = bytes(
    # OVER, SHUT,  DONE,    NEAR,   CLEAR
    (OFF, OFF, BASE, BASE, BASE)  # OFF
    + (OFF, GRACE, BASE, RISING, BASE)  # BASE
    + (OFF, GRACE, BOOST, RISING, RISING)  # RISING
    + (OFF, GRACE, HOLD, BOOST, HOLD)  # BOOST
    + (OFF, GRACE, FALLING, BOOST, HOLD)  # HOLD
    + (OFF, GRACE, BASE, RISING, FALLING)  # FALLING
    + (OFF, GRACE, BASE, BASE, BASE)  # GRACE
)

_FINE = 18  # bits of a position between two entries of the table
_FINE_MASK = (1 << _FINE) - 1
_BRIGHTEST = 256 << _FINE


def _light_table():
    """Return linear light output, 0 to 65535, at 257 even steps of CIE lightness L from 0 to 100.

    CIE 1931: Y = L / 903.3 up to L = 8, and ((L + 16) / 116)^3 above. In integers, with L as
    100 i / 256: a 32-bit float would round differently on boards.
    """
    table = array("H", bytes(2 * 258))
    for i in range(257):
        if 100 * i <= 8 * 256:
            table[i] = (65535 * 1000 * i * 2 + 256 * 9033) // (2 * 256 * 9033)
        else:
            table[i] = (65535 * (100 * i + 4096) ** 3 * 2 + (256 * 116) ** 3) // (
                2 * (256 * 116) ** 3
            )
    table[257] = table[256]  # spares the step a comparison at the very top
    return table


_LIGHT = _light_table()


def output_u16(position: int) -> int:
    """Return the light output, 0 to 65535, at a position of lightness."""
    i = position >> _FINE
    return _LIGHT[i] + ((_LIGHT[i + 1] - _LIGHT[i]) * (position & _FINE_MASK) >> _FINE)


def position_of(output: int) -> int:
    """Return the lowest position whose light output is `output`, 0 to 65535."""
    i = 0
    while i < 256 and _LIGHT[i + 1] <= output:
        i += 1
    rise = _LIGHT[i + 1] - _LIGHT[i]
    if rise == 0:
        return _BRIGHTEST
    return (i << _FINE) + (((output - _LIGHT[i]) << _FINE) + rise - 1) // rise


class Pace:
    """What settings mean to the dimming, in positions and ticks.

    `settings` holds base_pct, boost_pct (per cent of light output), fade_up_ms, hold_s,
    fade_down_s and end_grace_s, all within the bounds of the settings' schema. Made outside the
    tick and never changed, so that a tick has either the old settings or the new.
    """

    OUT_S = 30  # from full light to dark: the evening's end is no place for a fade of minutes

    def __init__(self, settings: dict):
        base = position_of(_u16(settings["base_pct"]))
        boost = position_of(_u16(settings["boost_pct"]))
        self.targets = array("i", (0, base, boost, boost, boost, base, base))
        self.up = _per_tick(boost - base, settings["fade_up_ms"] // TICK_MS)
        self.down = _per_tick(boost - base, settings["fade_down_s"] * TICKS_PER_S)
        self.out = max(self.down, _per_tick(_BRIGHTEST, self.OUT_S * TICKS_PER_S))
        self.hold_ticks = settings["hold_s"] * TICKS_PER_S
        self.grace_ticks = settings["end_grace_s"] * TICKS_PER_S


class Dimming:
    """Turns an open window and somebody near into light output.

    `pace` may be replaced at any time: the light glides to its new level from where it is.
    `state` is one of the states above.
    """

    def __init__(self, pace: Pace):
        self.pace = pace
        self.state = OFF
        self._position = 0
        self._held = 0  # ticks since somebody was near
        self._shut = 0  # ticks since the window shut

    def step(self, is_open: bool, near: bool) -> int:
        """Live through 20 ms; return the light output, 0 to 65535. Allocates nothing."""
        pace = self.pace
        state = self.state
        if near:
            self._held = 0
        elif self._held < pace.hold_ticks:
            self._held += 1
        if is_open:
            self._shut = 0
        state = _NEXT[state * _FINDS + self._found(pace, state, is_open, near)]
        self.state = state
        if not is_open and self._shut < pace.grace_ticks:
            self._shut += 1
        target = pace.targets[state]
        position = self._position
        if position < target:
            position += pace.up
            if position > target:
                position = target
        elif position > target:
            position -= pace.down if state != OFF else pace.out
            if position < target:
                position = target
        self._position = position
        i = position >> _FINE  # as output_u16 has it, without a call: a board's stack is small
        return _LIGHT[i] + ((_LIGHT[i + 1] - _LIGHT[i]) * (position & _FINE_MASK) >> _FINE)

    def _found(self, pace: Pace, state: int, is_open: bool, near: bool) -> int:
        if not is_open:
            if self._shut >= pace.grace_ticks:
                return _OVER
            if near or state == GRACE:
                return _SHUT
            return _SHUT if RISING <= state <= HOLD and self._held < pace.hold_ticks else _OVER
        if state == HOLD:
            if self._held >= pace.hold_ticks:
                return _DONE
        elif state == RISING or state == FALLING:  # noqa: SIM109 - a tuple would be allocated
            if self._position == pace.targets[state]:
                return _DONE
        return _NEAR if near else _CLEAR


def _u16(pct: int) -> int:
    return (pct * 65535 + 50) // 100


def _per_tick(way: int, ticks: int) -> int:
    return (way + ticks - 1) // ticks
