"""Presence: radar frames and the motion pin in; every 20 ms, whether somebody is near. Pure.

`seen` is called from a task, `step` in the lamp's tick, which may interrupt it at any point: no
value is written by both. `step` allocates nothing and stays in integers below 2^30.

While the radar is heard, its frames decide, and the pin lights nothing: a pin knows no distance,
and lines give short false pulses. Without frames, and while the radar is stuck, the pin decides,
once it has been up for as long as `confirm` frames take; one sample of 20 ms is nobody.
"""

from node.light.dimming import TICKS_PER_S
from node.light.life import PinLife, RadarLife, Suspicion

CHEST_CM = 130  # above the path: what a radar sees of somebody, wherever it hangs itself
FRAME_TICKS = TICKS_PER_S // 10  # between two frames of the radar
SILENT_TICKS = TICKS_PER_S  # without a frame for so long (ten are missed), nobody is watching
GONE_FRAMES = 10  # without movement or somebody still: whoever stayed has gone
_COUNT = 0x3FFF  # where the count of frames comes round


def slant_cm(settings: dict) -> int:
    """How far from the radar the chest is of somebody who is `reach_cm` away on the ground."""
    ground_cm = settings["reach_cm"]
    square = ground_cm * ground_cm + (settings["mount_cm"] - CHEST_CM) ** 2
    slant = ground_cm
    while slant * slant < square:
        slant += 1
    return slant


class Watch:
    """What settings mean to presence; made outside the tick and never changed.

    `settings` holds reach_cm, mount_cm, confirm, stuck_pct and stay.
    """

    def __init__(self, settings: dict):
        self.slant_cm = slant_cm(settings)
        self.confirm = settings["confirm"]
        self.mask = (1 << min(5, max(3, self.confirm + 1))) - 1  # of the last 3 to 5 frames
        self.pin_ticks = self.confirm * FRAME_TICKS
        self.stuck_ticks = settings["stuck_pct"] * Suspicion.WINDOW_TICKS // 100
        self.is_stay = settings["stay"] == "yes"


class Presence:
    """Whether somebody is near.

    `motion_pin()` gives 1 while something moves, None: there is no such pin. `believed`: somebody
    is near, as far as a sensor can be believed. `watching`: a sensor watches. Both are of the last
    step.
    """

    def __init__(self, motion_pin=None):
        self._motion_pin = motion_pin
        self._own_eye = motion_pin if hasattr(motion_pin, "watches") else None
        # Written by tasks.
        self._recent = 0  # one bit a radar frame, the newest lowest: within reach or not
        self._absent = GONE_FRAMES  # frames since somebody was near, moving or still
        self._near = False
        self._frames = 0
        self._life = RadarLife()
        # Written by the tick.
        self.believed = False
        self.watching = False
        self._frames_taken = 0
        self._life_taken = 0
        self._silence = SILENT_TICKS  # ticks since the radar's last frame
        self._pin_up = 0  # ticks that the pin has been up, as many as are needed
        self._pin_life = PinLife()
        self._radar = Suspicion()
        self._pin = Suspicion()

    @property
    def stuck(self) -> bool:
        """True while a sensor sees somebody without end and without life."""
        return self._radar.stuck or self._pin.stuck

    def seen(self, watch: Watch, distance_cm: int, energy: int, still_cm: int) -> None:
        """Take one radar frame: distance and energy of what moves, and distance of what is still.

        -1 cm: there is none. Somebody is near when `confirm` of the last 3 to 5 frames have seen
        movement within reach; at a place to stay, who came so and sits still is near, too.
        """
        self._life.frame(distance_cm, energy)
        recent = self._recent
        if self._silence >= SILENT_TICKS:
            recent = 0
            self._absent = GONE_FRAMES
        recent = (recent << 1 | (0 <= distance_cm <= watch.slant_cm)) & watch.mask
        self._recent = recent
        hits = 0
        while recent:
            hits += recent & 1
            recent >>= 1
        near = hits >= watch.confirm
        if watch.is_stay:
            if near or 0 <= still_cm <= watch.slant_cm:
                self._absent = 0 if near or self._absent < GONE_FRAMES else GONE_FRAMES
            elif self._absent < GONE_FRAMES:
                self._absent += 1
            near = self._absent < GONE_FRAMES
        self._near = near
        self._frames = self._frames + 1 & _COUNT

    def step(self, watch: Watch) -> bool:
        """Live through 20 ms; return whether the light is to be for somebody near."""
        frames = self._frames
        if frames != self._frames_taken:
            self._frames_taken = frames
            self._silence = 0
        heard = self._silence < SILENT_TICKS
        radar = heard and self._near
        life = self._life.signs
        radar_lives = life != self._life_taken
        self._life_taken = life
        pin = pin_lives = False
        if self._motion_pin is not None:
            if not self._motion_pin():
                self._pin_up = 0
            elif self._pin_up < watch.pin_ticks:
                self._pin_up += 1
            pin = self._pin_up >= watch.pin_ticks
            pin_lives = self._pin_life.step(pin)
            self._pin.step(pin, pin_lives or (radar and radar_lives), watch.stuck_ticks)
        self._radar.step(radar, radar_lives or pin_lives, watch.stuck_ticks)
        if heard:
            self._silence += 1
            self.watching = True
            if self._radar.stuck:  # heard, but not believed: the pin has the word
                self.believed = pin and not self._pin.stuck
            else:
                self.believed = radar
            return self.believed or (radar and watch.is_stay)
        self.watching = self._own_eye is not None and self._own_eye.watches
        self.believed = pin and not self._pin.stuck
        return self.believed or (pin and watch.is_stay)
