"""People on a path and at a place to stay, and sensors that are stuck: what a lamp is told of them.

Each source says, ten times a second, (cm, energy, still cm) as an LD2410 would, and whether its
motion pin is up. How people look to the radar is as public measurements of it have it: at a metre
or two the distance of who exercises swings by tens of cm and its energy is mostly 100; one frame
in ten lacks the moving bit; who sits is seen to move now and then, and stands still for the rest.
"""

from scratch import Chance

from node.light.lamp import TICKS_PER_S

FRAME_TICKS = 5
NOBODY = (-1, 0, -1)
REACH_CM = 200
LATE_TICKS = 75  # from within reach to full light, confirm and fade in it; a walker has 1.4 s


class Source:
    """What a sensor is told, frame by frame; `there`: somebody is within reach, truly."""

    def __init__(self, seed):
        self.chance = Chance(seed)
        self.there = False
        self.moved = False  # in this frame, as a PIR would see it

    def frame(self, tenth):
        """(cm, energy, still cm) of the frame that many tenths of a second after the start."""
        return NOBODY

    def person(self, cm, energy, swing_cm, moving_pct, crossing_pct):
        """A person's frame: moving in so many of them, still in the others.

        crossing_pct: frames in which a PIR sees them cross from one of its zones into another.
        """
        moving = self.chance.below(100) < moving_pct
        self.moved = moving and self.chance.below(100) < crossing_pct
        cm = max(20, cm + self.chance.noise(swing_cm))
        if not moving:
            return -1, 0, cm
        low = max(0, energy - 40)
        return cm, min(100, low + self.chance.below(60)), -1


class Passers(Source):
    """Groups of `size` walk past, every `every_s` seconds more or less, 60 cm from the radar."""

    def __init__(self, seed, every_s, size=1):
        super().__init__(seed)
        self.every_s, self.size = every_s, size
        self.walkers = []  # [place along the path in cm, cm in a tenth]
        self.next = 0

    def frame(self, tenth):
        """The nearest of all who are within six metres."""
        if tenth >= self.next:
            self.next = tenth + self.every_s * (7 + self.chance.below(7))
            for number in range(self.size):
                self.walkers.append([-600 - 70 * number, 10 + self.chance.below(8)])
        nearest = 10000
        for walker in self.walkers:
            walker[0] += walker[1]
            nearest = min(nearest, int((walker[0] ** 2 + 60**2) ** 0.5))
        self.walkers = [walker for walker in self.walkers if walker[0] < 600]
        self.there = nearest < REACH_CM - 20
        self.moved = False
        if nearest > 600:
            return NOBODY
        return self.person(nearest, 140 - nearest // 6, 10, 90, 20 if nearest < 400 else 0)


class Exercise(Source):
    """Somebody exercises for 20 to 60 s at a time, and gets their breath back for 5 to 15."""

    def __init__(self, seed):
        super().__init__(seed)
        self.until = 0
        self.rests = True
        self.there = True
        self.cm = 100

    def frame(self, tenth):
        """A swing of tens of cm in a set, little in a rest."""
        if tenth >= self.until:
            self.rests = not self.rests
            if self.rests:
                self.until = tenth + 50 + self.chance.below(100)
            else:
                self.until = tenth + 200 + self.chance.below(400)
                self.cm = 100 + self.chance.below(60)
        if self.rests:
            return self.person(self.cm, 60, 8, 50, 4)
        return self.person(self.cm, 130, 35 if self.chance.below(3) == 0 else 12, 90, 10)


class Talk(Source):
    """Somebody stands and talks, and shifts their feet every half a minute or so."""

    def __init__(self, seed):
        super().__init__(seed)
        self.there = True
        self.cm = 150

    def frame(self, tenth):
        """Small movements in seven frames of ten."""
        if self.chance.below(300) == 0:
            self.cm = 120 + self.chance.below(50)
        return self.person(self.cm, 90, 10, 70, 4)


class Sit(Source):
    """Somebody sits: moves for some seconds, and is quite still for up to `still_s`."""

    def __init__(self, seed, still_s=15):
        super().__init__(seed)
        self.there = True
        self.still_s = still_s
        self.until = 0
        self.still = True

    def frame(self, tenth):
        """Movement in most frames of a spell, in none of a pause."""
        if tenth >= self.until:
            self.still = not self.still
            spell = self.still_s * 10 if self.still else 40
            self.until = tenth + 20 + self.chance.below(spell)
        return self.person(140, 80, 10, 0 if self.still else 85, 3)


class Stuck(Source):
    """A radar that says the same for ever, from a moment on; with noise, in per cent.

    jitter: of distance and energy. wrong: frames with any distance and energy. none: frames in
    which nothing moves. Before that, it sees `before`.
    """

    def __init__(self, seed, jitter=0, wrong=0, none=0, cm=150, energy=70, from_s=0, before=None):
        super().__init__(seed)
        self.jitter, self.wrong, self.none = jitter, wrong, none
        self.cm, self.energy = cm, energy
        self.from_tenth = from_s * 10
        self.before = before

    def frame(self, tenth):
        """The one that never changes, or noise."""
        if tenth < self.from_tenth:
            return self.before.frame(tenth)
        dice = self.chance.below(100)
        if dice < self.wrong:
            return self.chance.below(600), self.chance.below(101), -1
        if dice < self.wrong + self.none:
            return NOBODY
        cm = self.cm + self.chance.noise(1000) * self.cm * self.jitter // 100000
        energy = self.energy + self.chance.noise(1000) * self.energy * self.jitter // 100000
        return cm, min(100, energy), -1


class PirPin:
    """A PIR before a source: up for `hold_s` when something moves, then deaf for as long.

    An AM312 has 2 s; an HC-SR501 3 s. `again`: movement while it is up makes that longer.
    """

    watches = True

    def __init__(self, source, hold_s=2, again=False):
        self.source, self.hold, self.again = source, hold_s * TICKS_PER_S, again
        self.up = self.deaf = 0

    def __call__(self):
        """Its level in this tick."""
        if self.up:
            self.up = self.hold if self.again and self.source.moved else self.up - 1
            if not self.up:
                self.deaf = self.hold
        elif self.deaf:
            self.deaf -= 1
        elif self.source.moved:
            self.up = self.hold
        return int(self.up > 0)


class FreePin:
    """A PIR that triggers itself: up and down for the same times, to some per cent."""

    watches = True

    def __init__(self, seed, up_s=2, down_s=2, jitter=0):
        self.chance = Chance(seed)
        self.times = [int(up_s * TICKS_PER_S), int(down_s * TICKS_PER_S)]
        self.jitter = jitter
        self.level = self.left = 0

    def __call__(self):
        """Its level in this tick."""
        if self.left == 0:
            self.level = 1 - self.level
            ticks = self.times[1 - self.level]
            self.left = ticks + self.chance.noise(1000) * ticks * self.jitter // 100000
        self.left -= 1
        return self.level


def live(bench, seconds, source, heard=True):
    """Let a lamp live beside a source; what came of it, in seconds.

    found: when it was first said to be stuck, None: never. without: how long somebody who had
    been within reach for LATE_TICKS did not have full light. full: how long it shone so.
    """
    lamp = bench.lamp
    found = None
    there = without = full = 0
    for tick in range(seconds * TICKS_PER_S):
        if tick % FRAME_TICKS == 0:
            frame = source.frame(tick // FRAME_TICKS)
            if heard:
                lamp.seen(frame[0], frame[1], frame[2])
        lamp.tick()
        is_full = lamp.level_pm >= 990
        there = there + 1 if source.there else 0
        full += is_full
        without += there > LATE_TICKS and not is_full
        if found is None and lamp.stuck:
            found = tick // TICKS_PER_S
    return {"found": found, "without": without / TICKS_PER_S, "full": full / TICKS_PER_S}
