"""What hangs on a node: the lamp with its radar, and the counter. Time passes in leaps.

The lamp is the firmware's own `LampRole`, whose radar frames go through the firmware's reader, and
whose ticks pass as `FastForward` has it. Of the counter only the last step is the firmware's: what
its radar would have seen in a year of frames is dealt out here, passage by passage.
"""

from heapq import heappop, heappush
from random import Random
from typing import Any

from padlicht.simulate.history.board import Board
from padlicht.simulate.history.fast_forward import FastForward
from padlicht.simulate.history.firmware import Firmware
from padlicht.simulate.world.radar_frames import encode_ld2410

TICKS_PER_S = 50
FRAME_TICKS = 5  # an LD2410 reports ten times a second
SILENT_S = 60  # the firmware's word for a radar that is gone
HOUR_S = 3600

# Who comes while somebody is there is nearer or farther: only a stuck radar says the same for ever.
_NEAR = (encode_ld2410(1, 100, 60), encode_ld2410(1, 140, 60))
_NOBODY = encode_ld2410(0, 0, 0)

_NOTICED = 0.98  # share of passages that the radar notices
_CROWD = 6  # passages in a quarter from which on three at once may occur
_HICCUPS = 0.03  # share of quarters in which some frames are missing


class LampDevice:
    """A lamp. `wired`: its radar's cable is in; without, ticks pass one by one."""

    def __init__(self, firmware: Firmware, board: Board, values: dict[str, Any]) -> None:
        self.role = firmware.lamp_role.LampRole(board, values, lambda: 0)
        self.wired = True
        self._strides = FastForward(firmware, self.role._lamp)
        self._edges: list[tuple[int, int]] = []  # (tick, +1 or -1)
        self._near = 0  # how many are
        self._nearest = 0  # which of _NEAR the radar says of them
        self._by_day: list[tuple[int, int]] = []  # (from tick, until tick)
        self._fresh = self._remembered  # frames that still tell the lamp something
        self._planned_s = 0

    @property
    def _remembered(self) -> int:
        """How many frames the lamp remembers: after so many alike, more of them change nothing."""
        lamp = self.role._lamp
        mask: int = lamp._in_force.watch.mask
        return max(mask.bit_length(), int(lamp._presence._life.SIGN))

    def come(self, from_tick: int, until_tick: int) -> None:
        """Somebody is within reach between two ticks that have still to come."""
        heappush(self._edges, (from_tick, 1))
        heappush(self._edges, (until_tick, -1))

    def come_by_day(self, from_tick: int, until_tick: int) -> None:
        """The same while the lamp is dark and stays so, which costs no frames.

        The firmware would see it some frames later, come and gone alike.
        """
        heappush(self._by_day, (from_tick, until_tick))

    def pass_second(self, utc_s: int) -> None:
        """What the role does once a second, and does again when nothing is new."""
        if utc_s // HOUR_S != self._planned_s // HOUR_S:
            self.role.replan()  # it plans every minute; between two hours that says the same
            self._planned_s = utc_s
        self.role.second(utc_s)

    def live(self, from_s: int, until_s: int) -> None:
        """Live from one second (UTC) to another."""
        tick, end = from_s * TICKS_PER_S, until_s * TICKS_PER_S
        self._fresh = max(self._fresh, 1)  # by which the role sees that its radar is there
        if not self.wired:
            for second in range(from_s, until_s):
                self.role.second(second)
                for _ in range(TICKS_PER_S):
                    self.role.tick()
        while self.wired and tick < end:
            while self._edges and self._edges[0][0] <= tick:
                before = self._near > 0
                self._near += heappop(self._edges)[1]
                self._fresh = self._remembered
                if before and self._near:
                    self._nearest ^= 1
            until = min(end, self._edges[0][0]) if self._edges else end
            if self._fresh:
                if tick % FRAME_TICKS == 0:
                    self.role.feed(_NEAR[self._nearest] if self._near else _NOBODY)
                    self._fresh -= 1
                until = min(until, tick - tick % FRAME_TICKS + FRAME_TICKS)
            self._strides.live(until - tick)
            tick = until
        while self._edges and self._edges[0][0] < end:
            self._near += heappop(self._edges)[1]
        self._notice_by_day(from_s * TICKS_PER_S, end)

    def _notice_by_day(self, tick: int, end: int) -> None:
        """Count the ticks up to `end` in which anybody was near by day."""
        near = 0
        while self._by_day and self._by_day[0][0] < end:
            from_tick, until_tick = heappop(self._by_day)
            near += max(0, min(until_tick, end) - max(from_tick, tick))
            tick = max(tick, min(until_tick, end))
            if until_tick > end:
                heappush(self._by_day, (end, until_tick))
        if self.wired:
            self._strides.count_near(near)


class CounterDevice:
    """A counter, as `node.recorder.Recorder` asks a role; `wired`: its radar's cable is in."""

    kind = "footfall"

    def __init__(self, dice: Random) -> None:
        self.role = self
        self.wired = True
        self._dice = dice
        self._passages: list[tuple[int, bool]] = []  # (utc_s, inward)
        self._in = self._out = self._obs_s = self._sat_s = 0
        self._silent_s = 0

    def come(self, utc_s: int, people: int, *, inward: bool) -> None:
        """So many people cross the line at a second that has still to come."""
        for _ in range(people):
            if self._dice.random() < _NOTICED:
                heappush(self._passages, (utc_s, inward))

    def configure(self, values: dict[str, Any]) -> None:
        """Its line is where it was wanted; nobody crosses it elsewhere."""

    def pass_second(self, utc_s: int) -> None:
        """Nothing hangs on the hour."""

    def live(self, from_s: int, until_s: int) -> None:
        """Live from one second (UTC) to another."""
        seen = 0
        while self._passages and self._passages[0][0] < until_s:
            inward = heappop(self._passages)[1]
            if self.wired:
                seen += 1
                self._in += inward
                self._out += not inward
        if not self.wired:
            self._silent_s += until_s - from_s
            return
        self._silent_s = 0
        lost_s = self._dice.randint(1, 5) if self._dice.random() < _HICCUPS else 0
        self._obs_s += max(0, until_s - from_s - lost_s)
        if seen >= _CROWD:
            self._sat_s += self._dice.randrange(seen)

    def take(self) -> dict[str, int]:
        """Counters since the last call."""
        counters = {
            "obs_s": self._obs_s, "sat_s": self._sat_s, "in": self._in, "out": self._out,
        }  # fmt: skip
        self._in = self._out = self._obs_s = self._sat_s = 0
        return counters

    def faults(self) -> dict[str, bool]:
        """As the firmware's counter says it."""
        return {"radar_silent": self._silent_s >= SILENT_S, "radar_unset": False}


Body = LampDevice | CounterDevice
