"""The lamp: window, radar and settings in, PWM duty out, and how much it was all used.

Everything that must go on when the rest of the node does not is in `tick`, which a timer calls
every 20 ms: it allocates nothing, waits for nobody, and flips the window by itself. The other
methods are called from tasks that the tick may interrupt at any point, so each value below is
written either by the tick or by them, and those that both write are safe in any order.
"""

from node.light.dimming import BOOST, RISING, STATE_NAMES, TICK_MS, TICKS_PER_S, Dimming

__all__ = ("TICKS_PER_S", "TICK_MS", "Lamp")

NOBODY = -1  # a distance: nothing moves
NO_CHANGE = -1  # a countdown: the window is not known to change
_UNSET = -1  # a duty: the first tick sets one, whatever it is

SILENT_TICKS = TICKS_PER_S  # without a report for so long (ten are missed), nobody is watching
_FULL = 65535
_MWH = 3600 * TICKS_PER_S  # milliwatts times ticks in a milliwatt-hour
_WRAP = 0x1FFFFFFF  # meters wrap after 124 days, far below where a board's integers allocate


class Lamp:
    """One lamp. `set_duty_u16(duty)` is called in the tick, when the duty changes.

    `rated_mw` is the power at full light; `settings` is the whole dict of the node's settings.
    """

    def __init__(self, set_duty_u16, rated_mw: int, settings: dict):
        self._set_duty_u16 = set_duty_u16
        self._rated_mw = rated_mw
        self._dimming = Dimming(settings)
        self._duty = _UNSET
        self._is_open = False
        self._countdown = NO_CHANGE
        self._recent = 0  # one bit a radar frame, the newest lowest: within reach or not
        self._near = False
        self._silence = SILENT_TICKS  # ticks since the radar's last frame
        self._light = 0  # light that does not fill a tick of full light yet
        self._lit = _Meter(TICKS_PER_S)
        self._boosted = _Meter(TICKS_PER_S)
        self._observed = _Meter(TICKS_PER_S)
        self._triggers = _Meter(1)
        self._energy = _Meter(_MWH)
        self.configure(settings)

    def configure(self, settings: dict) -> None:
        """Take new settings; the light glides to where they want it, without a flash."""
        self._dimming.configure(settings)
        self._reach_cm = settings["reach_cm"]
        self._confirm = settings["confirm"]
        self._mask = (1 << min(5, max(3, self._confirm + 1))) - 1  # of the last 3 to 5 frames

    def plan(self, is_open: bool, ticks_until_change: int) -> None:
        """Say how the window is now, and after how many ticks that turns round.

        The tick does the turning, once, whether or not anybody plans again; a negative number
        means that no change is known.
        """
        self._countdown = NO_CHANGE  # first, lest the tick flips what is set next
        self._is_open = is_open
        self._countdown = ticks_until_change

    def seen(self, distance_cm: int) -> None:
        """Take one radar frame: distance of what moves, -1 when nothing does.

        Somebody is near when `confirm` of the last 3 to 5 frames were within `reach_cm`.
        """
        self._silence = 0
        self._recent = (self._recent << 1 | (0 <= distance_cm <= self._reach_cm)) & self._mask
        hits = 0
        bits = self._recent
        while bits:
            hits += bits & 1
            bits >>= 1
        self._near = hits >= self._confirm

    def silent(self) -> None:
        """Say that the radar is gone: nobody counts as near, and nothing as observed."""
        self._silence = SILENT_TICKS

    def tick(self) -> None:
        """Live through 20 ms. Allocates nothing, raises nothing of its own."""
        if self._countdown > 0:
            self._countdown -= 1
        elif self._countdown == 0:
            self._countdown = NO_CHANGE
            self._is_open = not self._is_open
        if self._silence < SILENT_TICKS:
            self._silence += 1
            self._observed.add()
        else:
            self._near = False
            self._recent = 0
        before = self._dimming.state
        duty = self._dimming.step(self._is_open, self._near)
        if duty != self._duty:
            self._duty = duty
            self._set_duty_u16(duty)
        self._measure(before, self._dimming.state, duty)

    def _measure(self, before: int, state: int, duty: int) -> None:
        if state == RISING and before != RISING:
            self._triggers.add()
        if state == RISING or state == BOOST:  # noqa: SIM109 - a tuple would be allocated
            self._boosted.add()
        if duty:
            self._lit.add()
            self._light += duty
            if self._light >= _FULL:
                self._light -= _FULL
                self._energy.add()

    @property
    def state(self) -> int:
        """The state of `node.light.dimming` that the lamp is in."""
        return self._dimming.state

    def state_name(self) -> str:
        """Return the state in a word: off, base, rising, boost, falling or grace."""
        return STATE_NAMES[self._dimming.state]

    @property
    def level_pm(self) -> int:
        """Light output now, in permille of full."""
        return (max(self._duty, 0) * 1000 + _FULL // 2) // _FULL

    @property
    def stuck(self) -> bool:
        """True while the radar sees somebody without end and is not believed."""
        return self._dimming.stuck

    def take(self) -> dict:
        """Return what happened since the last `take`, in whole numbers.

        lit_s: the lamp gave light. boost_s: somebody was near, or had been within the hold.
        trig: how often that began. obs_s: the radar watched. mwh: energy, computed from level and
        rated power. Each is rounded, and what rounding took or gave counts in the next, so that
        sums stay right.
        """
        return {
            "lit_s": self._lit.take(1),
            "boost_s": self._boosted.take(1),
            "trig": self._triggers.take(1),
            "obs_s": self._observed.take(1),
            "mwh": self._energy.take(self._rated_mw),
        }


class _Meter:
    """Counts ticks in the timer, hands out whole units outside it.

    The tick only writes `_count`, the taker only the rest: neither can undo the other's work.
    """

    def __init__(self, per_unit: int):
        self._per_unit = per_unit
        self._count = 0
        self._taken = 0
        self._rest = 0

    def add(self) -> None:
        self._count = (self._count + 1) & _WRAP

    def take(self, weight: int) -> int:
        count = self._count
        total = (count - self._taken & _WRAP) * weight + self._rest
        self._taken = count
        whole = (total + self._per_unit // 2) // self._per_unit
        self._rest = total - whole * self._per_unit
        return whole
