"""Lets the firmware's lamp live through many ticks at once, with the same result as one by one.

A year has 1.6 thousand million ticks of 20 ms. Nearly all of them repeat the one before: the light
stands still or goes one step further along a fade, and what is counted grows by the same amount.
`FastForward.live` asks the lamp's own state machine what its next tick would do; as long as that is
more of the same, it adds up the ticks in whole numbers, and every tick that changes anything is the
lamp's own `tick`. It reaches into the insides of `node.light.lamp` and `node.light.dimming` for
that; tests live through the same evening in both ways and compare all that is left.
"""

from itertools import accumulate
from typing import Any, NamedTuple

from padlicht.simulate.history.firmware import Firmware

_WRAP = 0x1FFFFFFF  # where a TickCounter comes round
_FULL = 65535
_WHOLE = 4096  # steps of a fade that are worth remembering; longer ones are cut
_MOST_FADES = 4000  # that are remembered; the same ones come again and again


class _Fade(NamedTuple):
    """The light of a fade after each of its steps, added up from its start."""

    positions: list[int]
    light: list[int]
    lit: list[int]


class FastForward:
    """Runs one `node.light.lamp.Lamp` whose radar reports all the time, and nobody is on trial.

    `live(ticks)` holds while the radar's reports say what the last one said.
    """

    def __init__(self, firmware: Firmware, lamp: Any) -> None:
        self._dim = firmware.dimming
        self._next: bytes = firmware.dimming._NEXT
        self._finds: int = firmware.dimming._FINDS
        self._lamp = lamp
        self._fades: dict[tuple[int, int, int], _Fade] = {}
        self._outputs: dict[int, int] = {}

    def live(self, ticks: int) -> None:
        """Live through so many ticks."""
        lamp = self._lamp
        while ticks > 0:
            lamp._silence = 0  # a report has come, and another will before it counts as silence
            same = self._same(ticks)
            if same < 2:
                lamp.tick()
                ticks -= 1
            else:
                self._leap(same)
                ticks -= same

    def _same(self, ticks: int) -> int:
        """How many ticks from now on, at most `ticks`, repeat the state that the lamp is in."""
        lamp, dim = self._lamp, self._dim
        machine = lamp._dimming
        if (
            lamp._plan_count != lamp._plan_taken
            or lamp._frames != lamp._frames_taken
            or lamp._in_force is not lamp._using
            or lamp._try_left > 0
            or lamp._countdown == 0
            or machine.stuck
        ):
            return 1
        if lamp._countdown > 0:
            ticks = min(ticks, lamp._countdown)
        state, near, pace = machine.state, lamp._near, machine.pace
        is_open = lamp._is_open
        boosted = dim.RISING <= state <= dim.HOLD
        guard = machine._guard
        if boosted:
            # A tick that begins a new minute, or is one too many, is the guard's own.
            ticks = min(
                ticks, guard.MINUTE_TICKS - guard._tick - 1, pace.stuck_ticks - guard._boosted - 1
            )
        held = 0 if near else min(machine._held + 1, pace.hold_ticks)
        if not self._stays(state, is_open, near, held):
            return 1
        if not is_open and machine._shut < pace.grace_ticks:
            ticks = min(ticks, pace.grace_ticks - machine._shut)
        if state == dim.HOLD:
            ticks = min(ticks, pace.hold_ticks - machine._held - 1)
        target, step = self._way(state)
        if machine._position != target:
            ticks = min(ticks, -(-abs(target - machine._position) // step), _WHOLE)
        return int(ticks)

    def _stays(self, state: int, is_open: bool, near: bool, held: int) -> bool:
        machine = self._lamp._dimming
        before, machine._held = machine._held, held
        found = machine._found(machine.pace, state, is_open, near)
        machine._held = before
        return self._next[int(state * self._finds + found)] == state

    def _way(self, state: int) -> tuple[int, int]:
        """Where the light is going in a state, and by how much in a tick."""
        machine = self._lamp._dimming
        pace = machine.pace
        target = pace.targets[state]
        if machine._position < target:
            return target, pace.up
        return target, pace.down if state != self._dim.OFF else pace.out

    def _leap(self, ticks: int) -> None:
        """Live through ticks of which `_same` said that they repeat the state."""
        lamp = self._lamp
        machine = lamp._dimming
        state, near, pace = machine.state, lamp._near, machine.pace
        boosted = self._dim.RISING <= state <= self._dim.HOLD
        if lamp._countdown > 0:
            lamp._countdown -= ticks
        machine._held = 0 if near else min(machine._held + ticks, pace.hold_ticks)
        if lamp._is_open:
            machine._shut = 0
        else:
            machine._shut = min(machine._shut + ticks, pace.grace_ticks)
        self._guard(ticks, near, boosted)
        light, lit = self._shine(state, ticks)
        _add(lamp._observed, ticks)
        _add(lamp._lit, lit)
        if boosted:
            _add(lamp._boosted, ticks)
        whole, lamp._light = divmod(lamp._light + light, _FULL)
        _add(lamp._energy, whole)

    def _guard(self, ticks: int, near: bool, boosted: bool) -> None:
        """The same ticks for the guard against a radar that is stuck."""
        guard = self._lamp._dimming._guard
        guard._quiet = 0 if near else min(guard._quiet + ticks, guard.QUIET_TICKS)
        minutes, guard._tick = divmod(guard._tick + ticks, guard.MINUTE_TICKS)
        if boosted:
            guard._boosted += ticks
            guard._per_minute[guard._minute] += ticks
        elif guard._boosted == 0:
            guard._minute = (guard._minute + minutes) % guard.MINUTES
        else:
            for _ in range(minutes):
                guard._minute = (guard._minute + 1) % guard.MINUTES
                guard._boosted -= guard._per_minute[guard._minute]
                guard._per_minute[guard._minute] = 0

    def _shine(self, state: int, ticks: int) -> tuple[int, int]:
        """Light of these ticks in 65535ths, and how many of them gave any; moves the light on."""
        lamp = self._lamp
        machine = lamp._dimming
        target, step = self._way(state)
        if machine._position == target:
            duty = self._duty(target)
            light, lit = duty * ticks, ticks if duty else 0
        else:
            fade = self._fade(machine._position, target, step)
            machine._position = fade.positions[ticks - 1]
            duty = self._duty(machine._position)
            light, lit = fade.light[ticks - 1], fade.lit[ticks - 1]
        if duty != lamp._duty:
            lamp._duty = duty
            lamp._set_duty_u16(duty)
        return light, lit

    def _fade(self, start: int, target: int, step: int) -> _Fade:
        key = (start, target, step)
        fade = self._fades.get(key)
        if fade is None:
            if start < target:
                positions = [*range(start + step, target, step), target]
            else:
                positions = [*range(start - step, target, -step), target]
            positions = positions[:_WHOLE]
            duties = [self._duty(position) for position in positions]
            fade = _Fade(positions, list(accumulate(duties)), list(accumulate(map(bool, duties))))
            if len(self._fades) >= _MOST_FADES:
                self._fades.clear()
            self._fades[key] = fade
        return fade

    def _duty(self, position: int) -> int:
        light: int = self._dim.output_u16(position)
        return int(self._lamp._using.duty_u16(light))


def _add(meter: Any, count: int) -> None:
    meter._count = (meter._count + count) & _WRAP
