"""A node that lights: radar frames in, PWM duty out, and what became of it for the record."""

from node import log
from node.keep.zone import Zone
from node.light.lamp import TICK_MS, Lamp
from node.light.window import Window
from node.link import wire
from node.sense.ld2410 import LD2410, config_commands

DEAD_S = 60  # a radar that reports ten times a second: so long without is a cable, or it broke
PLAN_EVERY_S = 60  # the timer counts on by itself; this keeps it in step with the clock


class LampRole:
    """The lamp's half of a node. `tick` runs in a timer; all else in the event loop."""

    kind = "lamp"

    def __init__(self, board, values: dict, up_ms):
        self._board = board
        self._lamp = Lamp(board.set_duty_u16, board.rated_mw, values)
        self._radar = LD2410(self._report)
        self._window: Window | None = None
        self._replan_s = 0  # seconds until the next plan
        self._said = None  # the last word about the window
        self._frames = 0
        self._silent_s = 0
        self.tick = self._lamp.tick
        self.setup = config_commands()  # to be written to the radar after a start
        self.feed = self._radar.feed  # bytes of the radar's UART
        self.take = self._lamp.take  # counters since the last call
        self.configure(values)

    def configure(self, values: dict) -> None:
        """Take new settings, all of them valid; the light goes on without a jump."""
        self._board.set_pwm_hz(values["pwm_hz"])
        self._lamp.configure(values)
        self._window = Window(values, Zone(values["tz"]))
        self.replan()

    def replan(self) -> None:
        """The clock or the settings changed: ask for the window again in the next second."""
        self._replan_s = 0

    def second(self, utc_s: int | None) -> None:
        """Once a second: keep the plan in step with the clock, notice a radar that is silent."""
        if self._replan_s <= 0:
            self._plan(utc_s)
        self._replan_s -= 1
        if self._radar.frames != self._frames:
            self._frames = self._radar.frames
            self._silent_s = 0
            return
        self._silent_s += 1

    def faults(self) -> dict:
        """Each fault that this role can have, and whether it has it now."""
        return {"lamp_stuck": self._lamp.stuck, "radar_silent": self._silent_s >= DEAD_S}

    def live(self) -> bytes:
        """The payload of `up/live`."""
        return wire.encode_lamp_live(self._lamp.level_pm, self._lamp.state_name())

    def _plan(self, utc_s):
        if utc_s is None:
            self._lamp.plan(False, -1)
            self._say("the time is not known; dark until the hub tells it")
            return
        is_open, left_s = self._window.plan(utc_s)
        self._lamp.plan(is_open, left_s * (1000 // TICK_MS))
        self._replan_s = PLAN_EVERY_S
        self._say("the evening has begun" if is_open else "outside its hours")

    def _say(self, word):
        if word != self._said:
            self._said = word
            log.info("lamp: " + word)

    def _report(self, moving, distance_cm):
        self._lamp.seen(distance_cm if moving else -1)
