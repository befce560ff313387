"""Lamp role: radar frames in, PWM duty out, and what became of it for the record."""

from node import log
from node.keep.settings import SCHEMA, validate
from node.keep.zone import Zone
from node.light.lamp import NO_CHANGE, TICKS_PER_S, Lamp
from node.light.presence import slant_cm
from node.light.schedule import Schedule
from node.link import wire
from node.sense.ld2410 import LD2410

DEAD_S = 60  # a radar that reports ten times a second: so long without is a cable, or it broke
PLAN_EVERY_S = 60  # the timer counts on by itself; this keeps it in step with the clock
PREVIEW_MAX_S = 600
# How the light is, not when: those can be tried in minutes, and shown outside the lamp's hours.
PREVIEW_KEYS = (
    "base_pct",
    "boost_pct",
    "reach_cm",
    "mount_cm",
    "fade_up_ms",
    "hold_s",
    "fade_down_s",
    "confirm",
    "pwm_hz",
)


class LampOutput:
    """The lamp's PWM duty on its way to the driver; the self-test may override it for a moment.

    `set_duty_u16`: the board's. `duty`: what the lamp wants, shown or not.
    """

    def __init__(self, set_duty_u16) -> None:
        self._set_duty_u16 = set_duty_u16
        self._is_overridden = False
        self.duty = 0

    def set(self, duty: int) -> None:
        """What the lamp wants now; called in the timer, allocates nothing."""
        self.duty = duty
        if not self._is_overridden:
            self._set_duty_u16(duty)

    def override(self, duty: int) -> None:
        """Show this instead, until `release`."""
        self._is_overridden = True
        self._set_duty_u16(duty)

    def release(self) -> None:
        """Show what the lamp wants again."""
        self._is_overridden = False
        self._set_duty_u16(self.duty)


class LampRole:
    """The lamp's half of a node. `tick` runs in a timer; all else in the event loop.

    `output`: its LampOutput.
    """

    kind = "lamp"

    def __init__(self, board, values: dict, up_ms):
        self._board = board
        self._values = values
        self.output = LampOutput(board.set_duty_u16)
        self._lamp = Lamp(self.output.set, board.rated_mw, values, board.motion_pin)
        self._radar = LD2410(self._report, slant_cm(values))
        self._schedule = Schedule(values, Zone(values["tz"]))
        self._replan_s = 0  # seconds until the next plan
        self._said = ""  # the last word about the window
        self._was_previewing = False
        self._pwm_hz = 0  # what the driver was told last
        self._frames = 0
        self._silent_s = 0
        self.tick = self._lamp.tick
        self.command = self._radar.command  # what to write to the radar to set it up
        self.feed = self._radar.feed  # bytes of the radar's UART
        self.radar = self._radar  # the self-test looks at what it understood
        self._back()

    def configure(self, values: dict) -> None:
        """Take new settings, all of them valid; the light goes on without a jump."""
        self._values = values
        if self._lamp.previewing:
            self._lamp.preview(values, 0)
        self._back()
        self._schedule.configure(values, Zone(values["tz"]))
        self.replan()

    def replan(self) -> None:
        """The clock or the settings changed: ask for the window again in the next second."""
        self._replan_s = 0

    def rests_s(self, utc_s: int | None) -> int:
        """For how many seconds, at least, nobody will need this lamp; 0 while it gives light."""
        if not self._lamp.is_dark or self._lamp.previewing:
            return 0
        return self._schedule.rests_s(utc_s)

    def second(self, utc_s: int | None) -> None:
        """Once a second: keep the plan in step with the clock, notice a radar that is silent."""
        if self._was_previewing and not self._lamp.previewing:
            log.info("lamp: the settings in force are back")
            self._back()
        light_dl = self._board.lux_dl()
        if light_dl is None:  # at the end of its scale a sensor has no reading: bright all the same
            light_dl = self._board.sensors.at_least_dl()
        if self._schedule.second(light_dl, not self._lamp.is_dark):
            self._replan_s = 0
        if self._replan_s <= 0:
            self._plan(utc_s)
        self._replan_s -= 1
        if self._radar.frames != self._frames:
            self._frames = self._radar.frames
            self._silent_s = 0
            return
        self._silent_s += 1

    def preview(self, args: dict) -> str | None:
        """Try settings for `seconds` from now, lit at any hour; None, or why not.

        The other args are settings of PREVIEW_KEYS; the rest is as it is in force. A preview takes
        the place of one that is on, and new settings end it.
        """
        seconds = args.get("seconds")
        if type(seconds) is not int or not 1 <= seconds <= PREVIEW_MAX_S:
            return "seconds says for how long: a whole number from 1 to {}".format(PREVIEW_MAX_S)
        wanted = dict(self._values)
        for key in args:
            if key in PREVIEW_KEYS:
                wanted[key] = args[key]
            elif key in SCHEMA:
                return "{} is not about how the light is: set it for good instead".format(key)
            elif key != "seconds":
                return "{} is not a setting of this firmware".format(key[:32])
        values, refused = validate(wanted)
        if refused:
            return "; ".join(list(refused.values()))
        self._lamp.preview(values, seconds * TICKS_PER_S, self._switch(values))
        self._was_previewing = True
        log.info("lamp: settings on trial for {} s".format(seconds))
        return None

    def take(self) -> dict:
        """Counters since the last call; energy as metered, where all of it was."""
        counters = self._lamp.take()
        mwh = self._board.sensors.take_mwh()
        counters["metered"] = mwh is not None
        if mwh is not None:
            counters["mwh"] = mwh
        return counters

    def faults(self) -> dict:
        """Each fault that this role can have, and whether it has it now."""
        return {
            "lamp_stuck": self._lamp.stuck,
            "radar_silent": self._silent_s >= DEAD_S,
            "radar_unset": self._radar.unset,
        }

    def live(self) -> bytes:
        """The payload of `up/live`."""
        return wire.encode_lamp_live(self._lamp.level_pm, self._lamp.state_name())

    def _back(self):
        """The settings in force, to the driver and to the lamp."""
        self._was_previewing = False
        self._lamp.configure(self._values, self._switch(self._values))

    def _switch(self, values):
        """Let the radar look as far as reach_cm on the ground, the driver switch at pwm_hz.

        Gives how finely the driver can do that, in bits.
        """
        self._radar.set_reach(slant_cm(values))
        if values["pwm_hz"] != self._pwm_hz:
            self._pwm_hz = values["pwm_hz"]
            self._board.set_pwm_hz(self._pwm_hz)
        return self._board.duty_bits

    def _plan(self, utc_s):
        is_open, left_s = self._schedule.plan(utc_s)
        self._lamp.plan(is_open, left_s if left_s == NO_CHANGE else left_s * TICKS_PER_S)
        self._replan_s = PLAN_EVERY_S
        if self._schedule.why != self._said:
            self._said = self._schedule.why
            log.info("lamp: " + self._said)

    def _report(self, moving, distance_cm):
        self._lamp.seen(distance_cm if moving else -1, self._radar.energy, self._radar.still_cm)
