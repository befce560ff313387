"""How bright the lamp is: a state machine that takes one step every 20 ms.

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
BOOST = 3  # full light while somebody is near, and for the hold after that
FALLING = 4  # the hold is over: on the way down to base
GRACE = 5  # the window has just shut: base light a little longer, for whoever is on the path

STATE_NAMES = ("off", "base", "rising", "boost", "falling", "grace")

# What a step finds; when several are true, the first of them counts.
_OVER = 0  # the window is shut, and so long that the grace is over
_SHUT = 1  # the window is shut
_DONE = 2  # what the state waits for: the end of a fade, or of the hold
_NEAR = 3  # somebody is near
_CLEAR = 4  # nobody is near

_NEXT = bytes(
    # OVER, SHUT,  DONE,    NEAR,   CLEAR
    (OFF, OFF, BASE, BASE, BASE)  # OFF
    + (OFF, GRACE, BASE, RISING, BASE)  # BASE
    + (OFF, GRACE, BOOST, RISING, RISING)  # RISING
    + (OFF, GRACE, FALLING, BOOST, BOOST)  # BOOST
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


class Dimming:
    """Turns an open window and somebody near into light output.

    `settings` holds base_pct, boost_pct (per cent of light output), fade_up_ms, hold_s,
    fade_down_s, end_grace_s and stuck_pct, all within the bounds of the settings' schema.
    `state` is one of the states above; `stuck` says that the radar sees somebody without end,
    which is a fault, and that it is not believed until it has been quiet.
    """

    def __init__(self, settings: dict):
        self.state = OFF
        self._position = 0
        self._held = 0  # ticks since somebody was near
        self._shut = 0  # ticks since the window shut
        self._guard = _StuckGuard()
        self._targets = array("i", bytes(4 * 6))
        self.configure(settings)

    def configure(self, settings: dict) -> None:
        """Take new settings. The light glides to its new level from where it is."""
        base = position_of(_u16(settings["base_pct"]))
        boost = position_of(_u16(settings["boost_pct"]))
        up_ticks = settings["fade_up_ms"] // TICK_MS
        down_ticks = settings["fade_down_s"] * TICKS_PER_S
        self._up = (boost - base + up_ticks - 1) // up_ticks
        self._down = (boost - base + down_ticks - 1) // down_ticks
        self._hold_ticks = settings["hold_s"] * TICKS_PER_S
        self._grace_ticks = settings["end_grace_s"] * TICKS_PER_S
        self._guard.limit = settings["stuck_pct"] * _StuckGuard.WINDOW_TICKS // 100
        for state, target in enumerate((0, base, boost, boost, base, base)):
            self._targets[state] = target

    @property
    def stuck(self) -> bool:
        """True while the radar is not believed."""
        return self._guard.stuck

    def step(self, is_open: bool, near: bool) -> int:
        """Live through 20 ms; return the light output, 0 to 65535. Allocates nothing."""
        near = self._guard.believe(near, self.state == RISING or self.state == BOOST)
        if near:
            self._held = 0
        elif self._held < self._hold_ticks:
            self._held += 1
        if is_open:
            self._shut = 0
        self.state = _NEXT[self.state * 5 + self._found(is_open, near)]
        if not is_open and self._shut < self._grace_ticks:
            self._shut += 1
        return self._move(self._targets[self.state])

    def _found(self, is_open: bool, near: bool) -> int:
        if not is_open:
            return _SHUT if self._shut < self._grace_ticks else _OVER
        if self.state == BOOST:
            if self._held >= self._hold_ticks or self._guard.stuck:
                return _DONE
        elif self.state == RISING or self.state == FALLING:
            if self._position == self._targets[self.state]:
                return _DONE
        return _NEAR if near else _CLEAR

    def _move(self, target: int) -> int:
        """Go one tick towards a position: up as fast as fade_up_ms, down as slow as fade_down_s."""
        position = self._position
        if position < target:
            position += self._up
            if position > target:
                position = target
        elif position > target:
            position -= self._down
            if position < target:
                position = target
        self._position = position
        return output_u16(position)


class _StuckGuard:
    """Notices a radar that sees somebody without end: leaves, a cable, water on its cover.

    A lamp that was boosted for more than its share of the last 15 minutes falls back to base. A
    path with people on it looks the same for a while, so ten seconds of quiet are enough to
    believe the radar again: people leave such gaps, a fault that deserves the name does not.
    """

    MINUTES = 15
    MINUTE_TICKS = 60 * TICKS_PER_S
    WINDOW_TICKS = MINUTES * MINUTE_TICKS
    QUIET_TICKS = 10 * TICKS_PER_S

    def __init__(self):
        self.stuck = False
        self.limit = self.WINDOW_TICKS  # boosted ticks of the window that are too many
        self._boosted = 0
        self._per_minute = array("H", bytes(2 * self.MINUTES))
        self._minute = 0
        self._tick = 0
        self._quiet = 0

    def believe(self, near: bool, boosted: bool) -> bool:
        """Live through a tick; return whether somebody is near, as far as can be believed."""
        self._tick += 1
        if self._tick == self.MINUTE_TICKS:
            self._tick = 0
            self._minute = (self._minute + 1) % self.MINUTES
            self._boosted -= self._per_minute[self._minute]
            self._per_minute[self._minute] = 0
        if boosted:
            self._boosted += 1
            self._per_minute[self._minute] += 1
            if self._boosted >= self.limit:
                self.stuck = True
        if near:
            self._quiet = 0
        elif self._quiet < self.QUIET_TICKS:
            self._quiet += 1
        if self.stuck and self._quiet == self.QUIET_TICKS:
            self._forget()
        return near and not self.stuck

    def _forget(self) -> None:
        self.stuck = False
        self._boosted = 0
        for i in range(self.MINUTES):
            self._per_minute[i] = 0


def _u16(pct: int) -> int:
    return (pct * 65535 + 50) // 100
