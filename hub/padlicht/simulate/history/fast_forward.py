"""Lets the firmware's lamp live through many ticks at once, with the same result as one by one.

A year has 1.6 thousand million ticks of 20 ms. Nearly all of them repeat the one before: the light
stands still or goes one step further along a fade, and what is counted grows by the same amount.
`FastForward.live` asks the lamp's own state machine what its next tick would do; as long as that is
more of the same, it adds up the ticks in whole numbers, and every tick that changes anything is the
lamp's own `tick`. It reaches into the insides of `lamp`, `presence`, `life` and `dimming` (of
`node.light`) for that; tests live through the same evening in both ways and compare what is left.
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

    It has no motion pin.

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
            lamp._presence._silence = (
                0  # a report has come, and another will before it counts as silence
            )
            same = self._same(ticks)
            if same < 2:
                lamp.tick()
                ticks -= 1
            else:
                self._leap(same)
                ticks -= same

    def count_near(self, ticks: int) -> None:
        """So many ticks that were lived through had somebody near, who lit nothing."""
        _add(self._lamp._near, ticks)

    def _same(self, ticks: int) -> int:
        """How many ticks from now on, at most `ticks`, repeat the state that the lamp is in."""
        lamp, dim = self._lamp, self._dim
        machine, presence = lamp._dimming, lamp._presence
        if (
            lamp._plan_count != lamp._plan_taken
            or presence._frames != presence._frames_taken
            or presence._life.signs != presence._life_taken
            or lamp._in_force is not lamp._using
            or lamp._try_left > 0
            or lamp._countdown == 0
            or presence.stuck
        ):
            return 1
        if lamp._countdown > 0:
            ticks = min(ticks, lamp._countdown)
        state, near, pace = machine.state, presence._near, machine.pace
        is_open = lamp._is_open
        doubt = presence._radar
        # A tick that is one too many, or quiet enough, is that of the suspicion itself.
        if near or doubt._quiet < doubt.QUIET_TICKS:
            ticks = min(ticks, lamp._using.watch.stuck_ticks - doubt._ticks - 1)
        if not near and doubt._quiet < doubt.QUIET_TICKS:
            ticks = min(ticks, doubt.QUIET_TICKS - doubt._quiet - 1)
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
        state, near, pace = machine.state, lamp._presence._near, machine.pace
        boosted = self._dim.RISING <= state <= self._dim.HOLD
        if lamp._countdown > 0:
            lamp._countdown -= ticks
        machine._held = 0 if near else min(machine._held + ticks, pace.hold_ticks)
        if lamp._is_open:
            machine._shut = 0
        else:
            machine._shut = min(machine._shut + ticks, pace.grace_ticks)
        self._doubt(ticks, near=near)
        light, lit = self._shine(state, ticks)
        _add(lamp._observed, ticks)
        _add(lamp._lit, lit)
        if boosted:
            _add(lamp._boosted, ticks)
        if near:
            _add(lamp._near, ticks)
        whole, lamp._light = divmod(lamp._light + light, _FULL)
        _add(lamp._energy, whole)

    def _doubt(self, ticks: int, *, near: bool) -> None:
        """The same ticks for the suspicion that the radar is stuck."""
        doubt = self._lamp._presence._radar
        if near:
            doubt._quiet = 0
            doubt._ticks += ticks
        elif doubt._quiet < doubt.QUIET_TICKS:
            doubt._quiet += ticks
            doubt._ticks += ticks

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
