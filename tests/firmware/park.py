"""A path three metres wide, people on it whose crossings are known, and two sensors beside it.

Whole numbers and chance from a seed throughout, so that every interpreter sees the same people.
The radar stands at the origin and looks across the path, along y; the beams cross it at x -150 and
150 mm, at the height of a hip. Who passes x = 0 towards negative x goes in. Sizes in mm, steps in
mm per tick of 20 ms.

What the radar gives is made as bad as field reports say: 60 mm of noise, one target in 16 left
out, two closer than 600 mm seen as one, somebody behind another seen in every second frame, who
stands still in every fourth, at most three, slots in any order, leftovers in empty slots; and
bodies that it hears two or three times. It is a model: a real radar in a real park is calibrated by
counting by hand.
"""

from scratch import Chance

from node.count.beams import Beams
from node.count.tracks import Tracks

SETTINGS = {"line_mm": [0, 500, 0, 5000], "hysteresis_mm": 300, "settle": 3, "coast_ms": 800}
FAR_MM = 5500  # where people come from and go to; the radar sees less than that
CROSSED_MM = 500  # who has come so far beyond the line has crossed it
TICKS = 5  # of the beams in a frame of the radar
QUIET_FRAMES = 15  # between two groups that nobody could mix up

_MERGED_MM = 600  # what 250 MHz of band can tell apart: c / (2 x 250 MHz)
_SHADOW = 6  # a body hides what is behind it, to either side by its distance over this
_REACH_MM = 6000


class Body:
    """Somebody, or a dog. way: 1 towards positive x. turn: x at which they go back, or None; pause:
    (x, ticks) where they stand still, or None. counts: whether it is a person. twins: (x, y) of
    further echoes, each of them heard in three frames of four."""

    def __init__(self, way, lane, step, **how):
        self.x = -way * (FAR_MM + how.get("behind", 0))
        self.y = lane
        self.step = way * step
        self.half = how.get("half", 150)  # of its length along the path
        self.turn = how.get("turn")
        self.pause = how.get("pause")
        self.counts = how.get("counts", True)
        self.twins = how.get("twins", ())
        self.still = False
        self.side = -way

    def move(self, chance):
        """One tick; "in" or "out" when that brought it across the line, else None."""
        self.still = False
        if self.pause and self._past(self.pause[0]):
            self.still = True
            self.pause = (self.pause[0], self.pause[1] - 1) if self.pause[1] else None
            if chance.below(25) == 0:
                self.x += chance.noise(40)  # shifts from foot to foot
            return None
        if self.turn is not None and self._past(self.turn):
            self.step, self.turn = -self.step, None
        self.x += self.step
        side = -1 if self.x < -CROSSED_MM else 1 if self.x > CROSSED_MM else self.side
        if side == self.side:
            return None
        self.side = side
        return "out" if side > 0 else "in"

    def gone(self):
        return abs(self.x) > FAR_MM and self.x * self.step > 0

    def _past(self, x):
        return self.x >= x if self.step > 0 else self.x <= x


class Park:
    """The path, both sensors, and who passed as far as each can say. merged_mm: nearer than that
    the radar hears two bodies as one."""

    def __init__(self, seed, merged_mm=_MERGED_MM):
        self.merged_mm = merged_mm
        self.chance = Chance(seed)
        self.bodies = []
        self.tracks = Tracks(SETTINGS)
        self.beams = Beams(lambda: self._broken(150), lambda: self._broken(-150))
        self.true = [0, 0]
        self._leftover = None  # [x, y, frames it stays]

    def frame(self):
        """100 ms."""
        for _ in range(TICKS):
            for body in self.bodies:
                crossed = body.move(self.chance)
                if crossed and body.counts:
                    self.true[0 if crossed == "in" else 1] += 1
            self.beams.tick()
        self.bodies = [body for body in self.bodies if not body.gone()]
        self.tracks.frame(self._points(), 100)

    def group(self, bodies):
        """Let these pass, and wait until the sensors are quiet.

        (true, radar, beams), each of them (in, out).
        """
        self.true = [0, 0]
        self.bodies = bodies
        while self.bodies:
            self.frame()
        for _ in range(QUIET_FRAMES):
            self.frame()
        return tuple(self.true), self.tracks.take()[:2], self.beams.take()[:2]

    def _broken(self, x):
        for body in self.bodies:
            if abs(body.x - x) <= body.half and body.counts:  # a dog passes below
                return 1
        return 0

    def _points(self):
        chance = self.chance
        echoes, twins = [], []
        for body in sorted(self.bodies, key=lambda body: body.x * body.x + body.y * body.y):
            x, y = body.x, body.y
            if x * x + y * y > _REACH_MM * _REACH_MM or abs(x) * 100 > y * 173:
                continue
            hidden = any(abs(x * oy - ox * y) * _SHADOW < oy * y for ox, oy in echoes)
            near = [e for e in echoes if _near(e[0] - x, e[1] - y, self.merged_mm)]
            if near:
                near[0][0], near[0][1] = (near[0][0] + x) // 2, (near[0][1] + y) // 2
            elif not (
                chance.below(16) == 0
                or (hidden and chance.below(2))
                or (body.still and chance.below(4))
                or (not body.counts and chance.below(3) == 0)
            ):
                echoes.append([x, y])
                twins += [(x + dx, y + dy) for dx, dy in body.twins if chance.below(4)]
        points = [(x + chance.noise(60), y + chance.noise(60)) for x, y in (echoes + twins)[:3]]
        self._keep_leftover(points)
        if len(points) > 1 and chance.below(2):
            points.reverse()
        return points

    def _keep_leftover(self, points):
        """Now and then the radar leaves a target where somebody was."""
        if self._leftover is None and points and self.chance.below(200) == 0:
            self._leftover = [points[0], 30]
        if self._leftover:
            if len(points) < 3:
                points.append(self._leftover[0])
            self._leftover[1] -= 1
            if not self._leftover[1]:
                self._leftover = None


def _near(dx, dy, merged_mm):
    return dx * dx + dy * dy < merged_mm * merged_mm
