"""Lamp loop, every 20 ms: window, radar, motion pin and settings in, PWM duty and use out.

Everything that must go on when the rest of the node does not is in `tick`, which a timer calls
every 20 ms: it allocates nothing, waits for nobody, and flips the window by itself. The other
methods are called from tasks that the tick may interrupt at any point, or run beside. So no value
is written by both sides: what a task has to say it puts down first and counts up second, and the
tick takes it when the count is a new one.
"""

from node.light.dimming import (
    HOLD,
    RISING,
    STATE_NAMES,
    TICK_MS,
    TICKS_PER_S,
    Dimming,
    Pace,
)
from node.light.presence import Presence, Watch

__all__ = ("TICKS_PER_S", "TICK_MS", "Lamp")

NO_CHANGE = -1  # a countdown: the window is not known to change

_UNSET = -1  # a duty: the first tick sets one, whatever it is
_FULL = 65535
_MWH = 3600 * TICKS_PER_S  # milliwatts times ticks in a milliwatt-hour
_COUNT = 0x3FFF  # where the counts of what tasks have said come round
_WRAP = 0x1FFFFFFF  # comes round after 124 days, far below where a board's integers allocate


class Lamp:
    """One lamp. `set_duty_u16(duty)` is called in the tick, when the duty changes.

    `rated_mw` is the power at full light; `settings` is the whole dict of the node's settings.
    `motion_pin()` gives 1 while something moves, as far as that sensor can tell: a PIR, or the
    OUT of a radar. None: there is no such pin. One that watches on its own, beside a radar or
    without, has `watches` (see node.sense.pir).
    """

    def __init__(self, set_duty_u16, rated_mw: int, settings: dict, motion_pin=None):
        self._set_duty_u16 = set_duty_u16
        self._rated_mw = rated_mw
        self._presence = Presence(motion_pin)
        # Written by tasks.
        self._in_force = _LampSettings(settings, 16)
        self._tried = self._in_force
        self._try_ticks = 0
        self._try_count = 0
        self._plan_open = False
        self._plan_ticks = NO_CHANGE
        self._plan_count = 0
        # Written by the tick.
        self._using = self._in_force
        self._dimming = Dimming(self._using.pace)
        self._duty = _UNSET
        self._try_taken = 0
        self._try_left = 0
        self._plan_taken = 0
        self._is_open = False
        self._countdown = NO_CHANGE
        self._light = 0  # light that does not fill a tick of full light yet
        self._lit = TickCounter(TICKS_PER_S)
        self._boosted = TickCounter(TICKS_PER_S)
        self._near = TickCounter(TICKS_PER_S)
        self._observed = TickCounter(TICKS_PER_S)
        self._triggers = TickCounter(1)
        self._energy = TickCounter(_MWH)

    def configure(self, settings: dict, duty_bits: int = 16) -> None:
        """Take new settings; the light glides to where they want it, without a flash.

        duty_bits: how finely the board switches at the pwm_hz of these settings, 12 to 16.
        """
        self._in_force = _LampSettings(settings, duty_bits)

    def preview(self, settings: dict, ticks: int, duty_bits: int = 16) -> None:
        """Use these settings for so many ticks, with the window open; 0 ticks ends it at once.

        The tick goes back to the settings in force by itself.
        """
        self._tried = _LampSettings(settings, duty_bits)
        self._try_ticks = ticks
        self._try_count = self._try_count + 1 & _COUNT

    @property
    def previewing(self) -> bool:
        """True while a preview is on, or about to be."""
        return self._try_left > 0 or self._try_count != self._try_taken

    def plan(self, is_open: bool, ticks_until_change: int) -> None:
        """Say how the window is now, and after how many ticks that turns round.

        The tick does the turning, once, whether or not anybody plans again; a negative number
        means that no change is known.
        """
        self._plan_open = is_open
        self._plan_ticks = ticks_until_change
        self._plan_count = self._plan_count + 1 & _COUNT

    def seen(self, distance_cm: int, energy: int = 0, still_cm: int = -1) -> None:
        """Take one radar frame: distance and energy of what moves, and distance of what is still.

        Distances are as the radar has them, -1 cm when there is none.
        """
        self._presence.seen(self._using.watch, distance_cm, energy, still_cm)

    def tick(self) -> None:
        """Live through 20 ms. Allocates nothing, raises nothing of its own."""
        is_open = self._window()
        using = self._preview()
        near = self._presence.step(using.watch)
        renew = using is not self._using  # a board that changed its PWM is told its duty again
        if renew:
            self._using = using
            self._dimming.pace = using.pace
        before = self._dimming.state
        duty = using.duty_u16(self._dimming.step(is_open or self._try_left > 0, near))
        if renew or duty != self._duty:
            self._duty = duty
            self._set_duty_u16(duty)
        self._measure(before, self._dimming.state, duty)

    def _window(self) -> bool:
        count = self._plan_count
        if count != self._plan_taken:
            self._plan_taken = count
            self._is_open = self._plan_open
            self._countdown = self._plan_ticks
        if self._countdown > 0:
            self._countdown -= 1
        elif self._countdown == 0:
            self._countdown = NO_CHANGE
            self._is_open = not self._is_open
        return self._is_open

    def _preview(self) -> "_LampSettings":
        count = self._try_count
        if count != self._try_taken:
            self._try_taken = count
            self._try_left = self._try_ticks
        elif self._try_left > 0:
            self._try_left -= 1
        return self._tried if self._try_left > 0 else self._in_force

    def _measure(self, before: int, state: int, duty: int) -> None:
        if state == RISING and before != RISING:
            self._triggers.add()
        if RISING <= state <= HOLD:
            self._boosted.add()
        if self._presence.watching:
            self._observed.add()
            if self._presence.believed:
                self._near.add()
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
        """Return the state in a word: one of `node.light.dimming.STATE_NAMES`."""
        return STATE_NAMES[self._dimming.state]

    @property
    def level_pm(self) -> int:
        """Light output now, in permille of full."""
        return (max(self._duty, 0) * 1000 + _FULL // 2) // _FULL

    @property
    def is_dark(self) -> bool:
        """True when the lamp gives no light at all."""
        return self._duty <= 0

    @property
    def stuck(self) -> bool:
        """True while a sensor sees somebody without end, and without a sign of life."""
        return self._presence.stuck

    def take(self) -> dict:
        """Return what happened since the last `take`, in whole numbers.

        lit_s: the lamp gave light. boost_s: it gave full light, to somebody near or in the hold.
        obs_s: a sensor watched, and near_s: it saw somebody near, in the light or in the dark.
        trig: how often the light rose. mwh: energy, computed from level and rated power. Each is
        rounded, and what rounding took or gave counts in the next, so that sums stay right.
        """
        return {
            "lit_s": self._lit.take(1),
            "boost_s": self._boosted.take(1),
            "near_s": self._near.take(1),
            "trig": self._triggers.take(1),
            "obs_s": self._observed.take(1),
            "mwh": self._energy.take(self._rated_mw),
        }


class _LampSettings:
    """Settings as the lamp uses them; never changed, so that a tick has the old or the new."""

    def __init__(self, settings: dict, duty_bits: int):
        self.pace = Pace(settings)
        self.watch = Watch(settings)
        self._bits = duty_bits
        self._coarse = 16 - duty_bits

    def duty_u16(self, light: int) -> int:
        """The duty nearest to a light output that the board can switch, 0 to 65535 both.

        Light that is wanted is never rounded to darkness: the lowest step is the least.
        """
        coarse = self._coarse
        if not coarse or not light:
            return light
        steps = light + (1 << coarse - 1) >> coarse
        if steps == 0:
            steps = 1
        elif steps >> self._bits:
            steps -= 1
        return steps << coarse | steps >> self._bits - coarse


class TickCounter:
    """Counter written by the timer, read by a task: ticks in, whole units out.

    `per_unit` counts, or so many times the weight that they are taken with, are one unit.

    The tick only writes the count, the taker only the rest: neither can undo the other's work.
    """

    def __init__(self, per_unit: int):
        self._per_unit = per_unit
        self._count = 0
        self._taken = 0
        self._rest = 0

    def add(self) -> None:
        """One more; allocates nothing."""
        self._count = (self._count + 1) & _WRAP

    def take(self, weight: int) -> int:
        """Whole units since the last time, rounded; what that took or gave counts in the next."""
        count = self._count
        total = (count - self._taken & _WRAP) * weight + self._rest
        self._taken = count
        whole = (total + self._per_unit // 2) // self._per_unit
        self._rest = total - whole * self._per_unit
        return whole
