"""Signs of life: is it somebody, or a sensor that is stuck? Pure, integers, no memory asked for.

A sensor that is stuck says the same for ever: water on a radar's cover, a cable before it, a PIR
that triggers itself. People, however long they stay, do not: they leave, or move. So a sensor is
stuck when it sees somebody for its share of 15 minutes without one sign of life in it, and never
for being busy. What is not told apart: leaves and flags that move as people do.

A stuck sensor is noisy, and noise is no life. Both watchers keep a score: what differs from what
it was adds to it, what is alike takes away, and only so much in a row, or so large a share for
long, is a sign.
"""

from node.light.dimming import TICKS_PER_S


class Suspicion:
    """How long one sensor has seen somebody without a sign of life; `stuck`: for too long.

    Ten seconds of quiet are a sign like any other: people leave such gaps, a fault that deserves
    the name does not.
    """

    WINDOW_TICKS = 15 * 60 * TICKS_PER_S
    QUIET_TICKS = 10 * TICKS_PER_S

    def __init__(self):
        self.stuck = False
        self._ticks = 0
        self._quiet = self.QUIET_TICKS

    def step(self, near: bool, lives: bool, limit: int) -> None:
        """Live through a tick. limit: ticks without a sign of life that are too many."""
        if near:
            self._quiet = 0
        elif self._quiet < self.QUIET_TICKS:
            self._quiet += 1
        if lives or self._quiet == self.QUIET_TICKS:
            self._ticks = 0
            self.stuck = False
        else:
            if self._ticks < limit:
                self._ticks += 1
            self.stuck = self._ticks >= limit


class RadarLife:
    """Counts the signs of life in radar frames: `signs` goes up by one, and round.

    The first nine frames in which something moves say what is usual, by the middle of their
    distances and of their energies. From then on a frame differs when it lies farther off than
    that, or when nothing moves in it. Eight that differ in a row are a sign of life, so that who
    comes to a stuck radar has light within a second; so is more than a quarter of them for long.
    One in ten is noise, and comes to a sign once in three hundred times nine minutes.
    """

    USUAL = 9  # frames
    SLACK_CM = 12
    SLACK_ENERGY = 15  # of 100
    MORE, LESS = 3, 1  # to the score, of a frame that differs or does not
    SIGN = 24

    def __init__(self):
        self.signs = 0
        self._score = 0
        self._gathered = 0
        self._distances = [0] * self.USUAL
        self._energies = [0] * self.USUAL
        self._distance_cm = 0
        self._slack_cm = 0
        self._energy = 0

    def frame(self, distance_cm: int, energy: int) -> None:
        """Take one frame; -1 cm: nothing moves."""
        if self._gathered < self.USUAL:
            if distance_cm >= 0:
                self._gather(distance_cm, energy)
        elif (
            distance_cm < 0
            or abs(distance_cm - self._distance_cm) > self._slack_cm
            or abs(energy - self._energy) > self.SLACK_ENERGY
        ):
            self._score += self.MORE
            if self._score >= self.SIGN:
                self._gathered = 0
                self.signs = self.signs + 1 & 0x3FFF
        elif self._score > 0:
            self._score -= self.LESS

    def _gather(self, distance_cm: int, energy: int) -> None:
        self._distances[self._gathered] = distance_cm
        self._energies[self._gathered] = energy
        self._gathered += 1
        if self._gathered == self.USUAL:
            self._distances.sort()
            self._energies.sort()
            self._distance_cm = self._distances[self.USUAL // 2]
            self._energy = self._energies[self.USUAL // 2]
            # A twelfth: farther off, the same noise of some per cent is more centimetres.
            self._slack_cm = max(self.SLACK_CM, self._distance_cm // 12)
            self._score = 0


class PinLife:
    """Tells the signs of life of a motion pin: pulses or pauses that differ in length.

    A PIR that triggers itself does so evenly; one that people move before does not: one kind of
    PIR has pulses of one length, but pauses as people have them, the other goes on while they
    move. The pin is down when it was so for a second: shorter gaps are noise. A pulse differs when
    it is a fifth longer or shorter than the one before, and by 0.2 s, a pause likewise. Four that
    differ in a row are a sign, or more than a third for long: one pulse that was missed makes two
    pauses that differ, one too many makes three. Long ones are few, and count for more.
    """

    GAP = TICKS_PER_S
    LONGEST = Suspicion.WINDOW_TICKS
    SLACK = 10  # ticks
    MORE, LESS = 2, 1
    LONG = 10 * TICKS_PER_S  # each of these is one more
    SIGN = 8

    def __init__(self):
        self._level = 0
        self._low = self.GAP  # ticks that the pin has been down, as many as are needed
        self._ticks = 0  # of the pulse or the pause that is on
        self._before = [0, 0]  # ticks of the last pause and of the last pulse, 0: none
        self._scores = [0, 0]

    def step(self, near: bool) -> bool:
        """Live through a tick; return whether the pin gives a sign of life in it."""
        if near:
            self._low = 0
        elif self._low < self.GAP:
            self._low += 1
        was = self._level
        level = 1 if self._low < self.GAP else 0
        if level == was:
            if self._ticks < self.LONGEST:
                self._ticks += 1
            return False
        ticks = self._ticks
        before = self._before[was]
        score = self._scores[was]
        slack = before // 5
        if slack < self.SLACK:
            slack = self.SLACK
        if before and not -slack <= ticks - before <= slack:
            score += self.MORE + ticks // self.LONG
        elif score > 0:
            score -= self.LESS
        lives = score >= self.SIGN
        self._level = level
        self._ticks = 0
        self._before[was] = ticks
        self._scores[was] = 0 if lives else score
        return lives
