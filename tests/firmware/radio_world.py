"""A node's radio in a world where links fail: weeks of virtual time, the node's own recovery in it.

The radio, the access point and the broker are models; `Wifi`, both ladders, the back-off and the
schedule are the firmware's. Nothing waits: `asyncio.sleep_ms` moves the world's clock.
"""

import asyncio

from node import log
from node.errors import TryAgain
from node.keep.zone import Zone, days
from node.light.schedule import Schedule
from node.link import recovery, wifi
from node.tasks import Backoff

SETTINGS = {
    "start_at": "sunset",
    "start_offset_min": 0,
    "end_at": "22:00",
    "without_clock": "dusk",
    "clockless_h": 3,
    "lux_gate": 0,
    "lat_e4": 532300,
    "lon_e4": 65700,
    "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
}
EPOCH_S = (days(2026, 1, 1) + 10957) * 86400
MIN_S, HOUR_S, DAY_S = 60, 3600, 86400
AFTERGLOW_S = 60 + 10  # grace and fade after the window's end
BOOT_S = 5
TLS_S = 10  # what a silent broker costs: the client's deadline
LOST_S = 37  # after so long without a word the client gives a session up
LOOK_MS = 2250  # instead of 100: a failing join is looked at four times
# Ways in which a radio fails until it is cured: what status() says, or the call that raises.
WAYS = (1, 2, -1, -2, -3, 200, 201, 202, 203, 204, 1001)
RAISING = ("isconnected", "active", "connect", "make", "lies")
CURED_BY_ITSELF, CURED_BY_OFF, CURED_BY_ANEW, CURED_BY_BOARD = range(4)


class Trouble:
    """The world outside is ill from `begin_s` on, for `length_s`; the radio until `cure`, too.

    outside: "away" (no access point), "password" (refused), "refuses", "silent" (the broker), or
    None. way: how the radio fails from `later_s` on, until it is cured.
    """

    def __init__(self, begin_s, length_s, outside, way, cure, later_s=0):
        self.begin_s = begin_s
        self.length_s = length_s
        self.end_s = begin_s + length_s
        self.later_s = later_s
        self.outside = outside
        self.way = way
        self.cure = cure


class Radio:
    """A station that fails as its world wants."""

    PM_NONE = 0

    def __init__(self, world):
        self._world = world
        self._joins_ms = None

    def _fails(self, call):
        if self._world.fault is not None and self._world.way == call:
            raise OSError(5)

    def config(self, **settings):
        if "reconnects" in settings:
            raise ValueError("unknown config param")

    def active(self, on):
        self._fails("active")
        if not on:
            self._joins_ms = None
            self._world.cure(CURED_BY_OFF)
            self._world.offs += 1

    def connect(self, ssid, password):
        self._fails("connect")
        self._joins_ms = self._world.now_ms + 2000 + self._world.chance.below(4500)

    def disconnect(self):
        self._joins_ms = None

    def isconnected(self):
        self._fails("isconnected")
        world = self._world
        if world.fault is not None:
            return world.way == "lies"
        if world.outside in ("away", "password"):
            self._joins_ms = None  # what went took the connection with it
            return False
        return self._joins_ms is not None and world.now_ms >= self._joins_ms

    def status(self, what=None):
        world = self._world
        if what:
            return -60
        if world.fault is None and world.outside not in ("away", "password"):
            return 1
        if world.fault is None and world.outside == "password":
            return -3
        return world.way if isinstance(world.way, int) else 1


class World:
    """One node, from power-on through its troubles; `chance` as in `scratch`."""

    def __init__(self, chance, folder, is_lamp, start_s, troubles):
        self.chance = chance
        self.now_ms = start_s * 1000
        self._path = folder + "/link_restarts"
        self._is_lamp = is_lamp
        self._schedule = Schedule(SETTINGS, Zone(SETTINGS["tz"]))
        self._troubles = troubles
        self._trouble = None
        self.fault = None  # what cures the radio
        self._comes = None  # and the one that it will have before the world is well again
        self.way = 1  # how it fails until then
        self.offs = 0  # how often the radio was switched off
        self.restarts = []  # when the board was restarted
        self._booted_s = start_s

    @property
    def now_s(self):
        return self.now_ms // 1000

    @property
    def outside(self):
        """What ails the world outside now."""
        trouble = self._trouble
        return trouble.outside if trouble and self.now_s < trouble.end_s else None

    def cure(self, cure):
        """Something was done to the radio."""
        if self.fault is not None and self.fault <= cure:
            self.fault = None

    def _make_radio(self):
        if self.fault is not None and self.way == "make":
            if self._built:
                self.cure(CURED_BY_ANEW)
            self._built = True
            if self.fault is not None:
                raise OSError(5)
        elif self._built:
            self.cure(CURED_BY_ANEW)
        self._built = True
        return Radio(self)

    def _boot(self):
        self._built = False
        self._booted_s = self.now_s
        self._wifi = wifi.Wifi(self._make_radio, "park", "secret")
        self._backoff = Backoff(self._random_int)
        self._ladder = recovery.BoardLadder(self._path, self._random_int)

    def _random_int(self, low, high):
        return low + self.chance.below(high - low + 1)

    def rests_s(self, utc_s):
        """As LampRole's, of a lamp that shines for a moment after its window."""
        if not self._is_lamp:
            return DAY_S
        if self._schedule.rests_s(utc_s - AFTERGLOW_S) == 0:
            return 0
        return self._schedule.rests_s(utc_s)

    async def _sleep_ms(self, ms):
        self.now_ms += ms

    def live(self):
        """Through all troubles; for each (trouble, what the radio wanted at its end, seconds from
        there to the next link, restarts of radio and of board in it).
        """
        sleep, look_ms = asyncio.sleep_ms if hasattr(asyncio, "sleep_ms") else None, wifi.LOOK_MS
        info, warn = log.info, log.warn
        asyncio.sleep_ms, wifi.LOOK_MS = self._sleep_ms, LOOK_MS
        log.info = log.warn = lambda text: None
        try:
            self._boot()
            self._until_linked()
            return [self._through(trouble) for trouble in self._troubles]
        finally:
            wifi.LOOK_MS, log.info, log.warn = look_ms, info, warn
            if sleep:
                asyncio.sleep_ms = sleep

    def _through(self, trouble):
        self.now_ms = max(self.now_ms, trouble.begin_s * 1000)
        self._look()  # until now all was well
        trouble.begin_s = self.now_s
        trouble.end_s = trouble.begin_s + trouble.length_s
        self._trouble = trouble
        self.way, self._comes = trouble.way, trouble.cure or None
        offs, restarts = self.offs, len(self.restarts)
        self.now_ms += LOST_S * 1000
        wanted = None
        while True:
            if self._comes and self.now_s >= trouble.begin_s + trouble.later_s:
                self.fault, self._comes = self._comes, None
            if wanted is None and self.now_s >= trouble.end_s:
                wanted = self.fault or CURED_BY_ITSELF
            if self._tries() and self.now_s >= trouble.end_s:
                break
            self._pause()
        if wanted is None:  # the very try that went on over the end
            wanted = CURED_BY_ITSELF
        after_s = max(0, self.now_s - trouble.end_s)
        return trouble, wanted, after_s, self.offs - offs, len(self.restarts) - restarts

    def _until_linked(self):
        while not self._tries():
            self._pause()

    def _tries(self):
        """One try of the hub's task; whether there is a link."""
        try:
            finish(self._wifi.ready())
        except TryAgain:
            return False
        if self.fault is not None or self.outside in ("silent", "away", "password"):
            self.now_ms += TLS_S * 1000
            return False
        self._wifi.tried(True)
        if self.outside == "refuses":
            return False
        self._look()
        self._backoff.reset()  # this link will be a good one
        return True

    def _pause(self):
        self.now_ms += self._backoff.next_ms()
        self._look()

    def _look(self):
        """The supervisor's look at the link; the board's restart takes its time."""
        silent_s = self._ladder.silent_s(self.now_s - self._booted_s, self._wifi.in_vain)
        if not self._ladder.due(silent_s) or self.rests_s(self.now_s) < recovery.QUIET_S:
            return
        if self._ladder.note():
            self.restarts.append(self.now_s)
            self.cure(CURED_BY_BOARD)
            self.now_ms += BOOT_S * 1000
            self._boot()


def finish(work):
    """Run a coroutine to its end; nothing in it may wait for anything but the world's clock."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something")
