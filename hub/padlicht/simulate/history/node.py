"""A node in a simulated year: the firmware's recorder, tally and messages around a body.

Time is handed in. What the node says is put into `said` with the second (UTC) at which the hub
would hear it.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from padlicht.intake.messages import Message
from padlicht.simulate.history.board import Board, Clock
from padlicht.simulate.history.devices import Body, CounterDevice, LampDevice
from padlicht.simulate.history.firmware import Firmware
from padlicht.simulate.history.spool import Spool

QUARTER_S = 900
_TOLD_S = 2  # after it was made, a record is at the hub
WILL_S = 90  # and so long after a node went away, the broker says so for it

Say = Callable[[int, Message], None]


class Node:
    """One node, from its first boot on. `say(utc_s, message)` carries what it says to the hub."""

    def __init__(
        self, firmware: Firmware, site: str, name: str, role: str, seed: int, say: Say
    ) -> None:
        self.name = name
        self.role = role
        self.boot = 0
        self.on = False
        self.spool = Spool(firmware)
        self.body: Body
        self._firmware = firmware
        self._dice = Random(f"{seed} {name}")
        self._board = Board(self._dice)
        self._topic = f"padlicht/v1/{site}/{name}/"
        self._say = say
        self._linked = True
        self._settings: dict[str, Any] = firmware.settings.defaults()
        self._version = 0
        self._recorder: Any = None

    @property
    def utc_s(self) -> int:
        """The second up to which it has lived."""
        return self._board.clock.now_s

    def start(self, utc_s: int, reset: str) -> None:
        """Power comes on, or comes back."""
        self.boot += 1
        self.on = True
        self._board.clock = Clock(utc_s)
        if self.role == "lamp":
            self.body = LampDevice(self._firmware, self._board, self._settings)
        else:
            self.body = CounterDevice(self._dice)
        self.spool.begin(self.boot)
        self._recorder = self._firmware.recorder.Recorder(
            self._board, self._board.clock, self.body.role, QUARTER_S, lambda: None
        )
        # What its `open` does, but for flash and files.
        kind = self.body.role.kind
        self._recorder.boot = self.boot
        self._recorder.spool = self.spool
        self._recorder._tally = self._firmware.tally.Tally(
            kind, QUARTER_S, self.spool.last(kind) or {}
        )
        self._recorder._tally.start(utc_s, 0)
        self._reset = reset
        self._arrive(utc_s)

    def live(self, until_s: int) -> None:
        """Live until that second, and do then what is done each second."""
        if not self.on:
            return
        clock = self._board.clock
        while clock.now_s < until_s:
            # Not beyond the end of an interval, so that what comes after counts in the next.
            step_s = min(until_s, clock.now_s // QUARTER_S * QUARTER_S + QUARTER_S)
            self.body.pass_second(clock.now_s)
            self.body.live(clock.now_s, step_s)
            clock.now_s = step_s
            self._recorder.second()
            self._hand_in()

    def stop(self, missed_s: int = WILL_S) -> None:
        """Power goes: the open interval is lost, and after so long the broker says the node is."""
        self.on = False
        self._tell("up/status", self._firmware.wire.LOST, self.utc_s + missed_s)

    def unlink(self) -> None:
        """The network goes; the node works on."""
        self._linked = False
        self._tell("up/status", self._firmware.wire.LOST, self.utc_s + WILL_S)

    def link(self) -> None:
        """The network is back, and all that waited is handed in."""
        self._linked = True
        self._arrive(self.utc_s)
        self._hand_in()

    def set_settings(self, version: int, wanted: Mapping[str, Any]) -> None:
        """The hub wants these, whole; the interval ends, and the node confirms them."""
        values, refused = self._firmware.settings.validate(dict(wanted))
        if not refused:
            self._version, self._settings = version, values
        if not self.on:
            return
        if not refused:
            self._recorder.cut()
            self.body.role.configure(values)
        report = self._firmware.wire.encode_settings(version, refused)
        self._tell("up/settings", report, self.utc_s + 1)
        self._hand_in()

    def _arrive(self, utc_s: int) -> None:
        """Say who is there, and which settings are in force."""
        status = self._firmware.wire.encode_status(
            "ready", self.role, self.boot, self._firmware.version, "sim", self._reset, Clock.trust
        )
        self._tell("up/status", status, utc_s + 1)
        report = self._firmware.wire.encode_settings(self._version, {})
        self._tell("up/settings", report, utc_s + 1)

    def _hand_in(self) -> None:
        if self._linked and self.spool.pending:
            for payload in self.spool.hand_in():
                self._tell("up/records", payload, self.utc_s + _TOLD_S)

    def _tell(self, leaf: str, payload: bytes, utc_s: int) -> None:
        self._say(utc_s, Message(self._topic + leaf, bytes(payload), False))
