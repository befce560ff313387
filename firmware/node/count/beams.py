"""Beam pair across a path: who breaks both, one after the other, went one way. Pure.

Beam A broken first and beam B clear last is "in", the other way round "out". It counts when both
are clear again, so that a hand, a leaf or somebody who turns round counts nothing.
"""

TICK_MS = 20

_CLEAR = 0
_A = 1
_B = 2
_BOTH = 3

_STEADY = 2  # ticks that a beam must stay as it is: a cyclist needs 50 ms from beam to beam
_GAP = 30  # ticks that somebody thinner than the beams are apart may be between them
_LONG = 100  # ticks broken after which somebody stands there, and others slip by unseen
_BLOCKED = 3000  # and after which it is no person: a branch, a parked bicycle, a dead sender
_WRAP = 0x1FFFFFFF  # counts of ticks go round before they need memory, in 124 days


class Beams:
    """The pair. `pin_a`, `pin_b`: callables that give 1 while their beam is broken.

    `tick` is called every 20 ms, from a timer: it allocates nothing. Everything else is called
    from the event loop. `blocked`: a beam has been broken for a minute; nothing is observed.
    """

    def __init__(self, pin_a, pin_b) -> None:
        self.blocked = False
        self.n_in = 0  # since the start, as is all that a tick adds to
        self.n_out = 0
        self._pin_a = pin_a
        self._pin_b = pin_b
        self._steady_a = 0
        self._steady_b = 0
        self._mask = _CLEAR
        self._first = _CLEAR  # the beam that was broken first; both when nobody can tell
        self._seen = _CLEAR  # the beams that were broken since
        self._last = _CLEAR  # the beam that was broken last
        self._gap = 0  # ticks left for the other beam to be broken
        self._broken = 0  # ticks that any beam has been broken
        self._watched = 0
        self._crowded = 0
        self._taken = (0, 0, 0, 0)

    def tick(self) -> None:
        """Look at both beams once."""
        mask = self._mask
        if bool(self._pin_a()) == bool(mask & _A):
            self._steady_a = 0
        else:
            self._steady_a += 1
            if self._steady_a >= _STEADY:
                self._steady_a = 0
                mask ^= _A
        if bool(self._pin_b()) == bool(mask & _B):
            self._steady_b = 0
        else:
            self._steady_b += 1
            if self._steady_b >= _STEADY:
                self._steady_b = 0
                mask ^= _B
        if mask != self._mask:
            self._changed(mask)
        self._age()

    def _changed(self, mask: int) -> None:
        if mask != _CLEAR:
            if self._first == _CLEAR:
                self._first = mask
            self._seen |= mask
            self._last = mask
        elif self.blocked or self._seen == _BOTH:
            if not self.blocked and self._first == _A and self._last == _B:
                self.n_in += 1
            elif not self.blocked and self._first == _B and self._last == _A:
                self.n_out += 1
            self._first = self._seen = _CLEAR
        else:
            self._gap = _GAP
        self._mask = mask

    def _age(self) -> None:
        if self._mask == _CLEAR:
            self._broken = 0
            self.blocked = False
            if self._first != _CLEAR:
                self._gap -= 1
                if self._gap <= 0:
                    self._first = self._seen = _CLEAR
        elif self._broken < _BLOCKED:
            self._broken += 1
            if self._broken == _BLOCKED:
                self.blocked = True
        if not self.blocked:
            self._watched = (self._watched + 1) & _WRAP
            if self._broken > _LONG:
                self._crowded = (self._crowded + 1) & _WRAP

    @property
    def seen(self) -> int:
        """1 while somebody is between or in the beams."""
        return 1 if self._first != _CLEAR and not self.blocked else 0

    @property
    def since_take(self) -> tuple:
        """(n_in, n_out) since the last `take`, which this does not touch."""
        return self.n_in - self._taken[0], self.n_out - self._taken[1]

    def take(self) -> tuple:
        """(n_in, n_out, ticks watched, ticks of these with somebody standing in a beam).

        Since the last call. The timer only adds and this only subtracts, so a tick that comes in
        between is never lost.
        """
        now = (self.n_in, self.n_out, self._watched, self._crowded)
        before = self._taken
        self._taken = now
        return (
            now[0] - before[0],
            now[1] - before[1],
            (now[2] - before[2]) & _WRAP,
            (now[3] - before[3]) & _WRAP,
        )
