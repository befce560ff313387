"""Tracking: a radar's targets into people who crossed a line, and which way. Pure, in integers.

The radar gives unlabelled points that swap slots, vanish and flicker. Points are joined into
tracks; a track counts once for each time it is settled on one side of the line after having been
settled on the other. What is only an echo of somebody does not count (see `echoes`).
"""

from node.count import echoes

_MAX_TRACKS = 6  # three that are seen and three that coast
_BIRTH_FRAMES = 3  # a track counts from this many frames on
_BIRTH_GAPS = 1  # frames in a row that a younger one may miss
_TRAVEL_MM = 1000  # a track that stayed nearer to where it began is nobody passing
_GATE_MM = 600  # how far a point may lie from a track's predicted place,
_GATE_MM_S = 2500  # and how much farther for each second since the track was seen
_STILL_MM = 200  # a track that moves less than this
_STILL_MS = 10000  # for so long is a ghost, or a person who stays: it does not count
_FAST_MM_S = 12000  # no walker or cyclist is faster
# Cost in mm2 of leaving a point without a track: more than any gate, so that leaving comes last.
_NO_POINT = 100000000
_ECHO_COST = _GATE_MM * _GATE_MM  # of two that fit about alike the body gets the point
_SPLIT = 3  # targets that the radar can tell apart

# How much of the surprise goes into place and speed, permille, by the number of frames a track was
# seen: least squares over all frames at first (2(2n-1)/(n(n+1)) and 6/(n(n+1))), over about the
# last five later on.
_PLACE_PM = (1000, 1000, 833, 700, 600, 524)
_SPEED_PM = (0, 1000, 500, 300, 200, 143)

SIDE_A = -1
NEUTRAL = 0
SIDE_B = 1


class _Track:
    """One target over time: where it is (mm), how fast (mm/s), and on which side of the line it
    was."""

    def __init__(self, x_mm: int, y_mm: int) -> None:
        self.x = self.born_x = self.still_x = x_mm
        self.y = self.born_y = self.still_y = y_mm
        self.next_x = x_mm  # predicted for the present frame
        self.next_y = y_mm
        self.vx = 0
        self.vy = 0
        self.frames = 1
        self.gaps = 0  # frames in a row without a point
        self.unseen_ms = 0
        self.still_ms = 0
        self.travelled = False
        self.stationary = False
        self.number = 0  # of all tracks that ever were: the lower, the older
        self.echo_of = None  # the track whose body this is, too
        self.doubt = 0  # frames in a row that spoke against what `echo_of` says
        self.forget_sides()

    def forget_sides(self) -> None:
        """Begin anew with the line: nothing is settled."""
        self.run_side = NEUTRAL
        self.run = 0
        self.settled = NEUTRAL
        self.counted = NEUTRAL  # the side that the last count ended on, or the first settled one

    def predict(self, dt_ms: int) -> None:
        """Move the expected place on by a frame."""
        self.unseen_ms += dt_ms
        self.next_x = self.x + self.vx * self.unseen_ms // 1000
        self.next_y = self.y + self.vy * self.unseen_ms // 1000

    def cost(self, x_mm: int, y_mm: int) -> int:
        """Squared distance in mm2 of a point to the expected place; -1 when it is beyond the
        gate."""
        # A stationary one does not run off with a point that belongs to somebody passing.
        gate = _GATE_MM if self.stationary else _GATE_MM + _GATE_MM_S * self.unseen_ms // 1000
        dx, dy = x_mm - self.next_x, y_mm - self.next_y
        if abs(dx) > gate or abs(dy) > gate:
            return -1
        square = dx * dx + dy * dy
        if square > gate * gate:
            return -1
        return square + _ECHO_COST if self.echo_of else square

    def take(self, x_mm: int, y_mm: int) -> None:
        """Join a point to the track."""
        step = min(self.frames, len(_PLACE_PM) - 1)
        dx, dy = x_mm - self.next_x, y_mm - self.next_y
        self.x = self.next_x + dx * _PLACE_PM[step] // 1000
        self.y = self.next_y + dy * _PLACE_PM[step] // 1000
        if self.unseen_ms > 0:
            self.vx = _limited(self.vx + dx * _SPEED_PM[step] // self.unseen_ms)
            self.vy = _limited(self.vy + dy * _SPEED_PM[step] // self.unseen_ms)
        self.frames += 1
        self.still_ms += self.unseen_ms
        self.unseen_ms = self.gaps = 0
        if not _near(self.x - self.born_x, self.y - self.born_y, _TRAVEL_MM):
            self.travelled = True
        if not _near(self.x - self.still_x, self.y - self.still_y, _STILL_MM):
            self.still_x, self.still_y = self.x, self.y
            self.still_ms = 0
        self.stationary = self.still_ms >= _STILL_MS

    def counts(self) -> bool:
        """Whether this is somebody passing as far as one can tell."""
        return self.frames >= _BIRTH_FRAMES and not self.stationary and self.echo_of is None


class Tracks:
    """The tracks of one radar and its line.

    settings: line_mm [x1, y1, x2, y2], hysteresis_mm, settle (frames), coast_ms. Looking from the
    line's first end to its second, side A is on the right and B on the left; "in" is from A to B.
    n_in, n_out, sat_ms: since the last `take`.
    """

    def __init__(self, settings: dict) -> None:
        self.n_in = 0
        self.n_out = 0
        self.sat_ms = 0
        self._tracks: list = []
        self._born = 0
        self.configure(settings)

    def configure(self, settings: dict) -> None:
        """Use other settings from now on. A line that moves under somebody is not crossed by
        them."""
        self._x1, self._y1, x2, y2 = settings["line_mm"]
        self._dx, self._dy = x2 - self._x1, y2 - self._y1
        self._length_mm = _root(self._dx * self._dx + self._dy * self._dy)
        self._hysteresis_mm = settings["hysteresis_mm"]
        self._settle = settings["settle"]
        self._coast_ms = settings["coast_ms"]
        for track in self._tracks:
            track.forget_sides()

    @property
    def seen(self) -> int:
        """How many people are in view now, as far as one can tell."""
        return len([track for track in self._tracks if track.counts()])

    def take(self) -> tuple:
        """(n_in, n_out, sat_ms) since the last call; begins again at 0."""
        taken = (self.n_in, self.n_out, self.sat_ms)
        self.n_in = self.n_out = self.sat_ms = 0
        return taken

    def frame(self, points: list, dt_ms: int) -> None:
        """One radar frame: up to three (x_mm, y_mm), dt_ms after the one before. An empty one
        counts too."""
        points = [point for point in points if point[0] or point[1]]
        if len(points) >= _SPLIT:
            self.sat_ms += dt_ms  # there may be a fourth
        for track in self._tracks:
            track.predict(dt_ms)
            track.gaps += 1
        self._keep([track for track in self._tracks if self._lives(track)])
        free = []
        for point, track in zip(points, self._assign(points)):
            if track is None:
                free.append(point)
            else:
                track.take(point[0], point[1])
        old = sorted(self._tracks, key=lambda track: track.unseen_ms)
        self._keep(([self._new(point) for point in free] + old)[:_MAX_TRACKS])
        seen = [track for track in self._tracks if track.unseen_ms == 0]
        echoes.follow(seen)
        for track in seen:
            self._judge(track)

    def _keep(self, tracks: list) -> None:
        for track in self._tracks:
            if track not in tracks:
                echoes.gone(track, tracks)
        self._tracks = tracks

    def _new(self, point: tuple) -> _Track:
        track = _Track(point[0], point[1])
        self._born += 1
        track.number = self._born
        return track

    def _lives(self, track: _Track) -> bool:
        if track.unseen_ms > self._coast_ms:
            return False
        return track.frames >= _BIRTH_FRAMES or track.gaps <= _BIRTH_GAPS + 1

    def _assign(self, points: list) -> list:
        """For each point its track or None, at the least total cost; every way of joining them is
        tried."""
        chosen = _cheapest([[track.cost(x, y) for track in self._tracks] for x, y in points])
        return [None if index is None else self._tracks[index] for index in chosen]

    def _judge(self, track: _Track) -> None:
        """See on which side the track is, and count when it has come to the other."""
        area_mm2 = self._dx * (track.y - self._y1) - self._dy * (track.x - self._x1)
        s_mm = area_mm2 // self._length_mm
        side = NEUTRAL
        if s_mm > self._hysteresis_mm:
            side = SIDE_B
        elif s_mm < -self._hysteresis_mm:
            side = SIDE_A
        track.run = track.run + 1 if side == track.run_side else 1
        track.run_side = side
        if side != NEUTRAL and track.run >= self._settle:
            track.settled = side
            if track.counted == NEUTRAL:
                track.counted = side  # where it came from: that crosses nothing
        if track.settled != track.counted and track.travelled and track.counts():
            track.counted = track.settled
            if track.settled == SIDE_B:
                self.n_in += 1
            else:
                self.n_out += 1


def _cheapest(costs: list) -> list:
    """The track's index or None for each point, at the least total cost; every way is tried.

    costs: for each of up to three points what each track asks for it, or -1. Three points and six
    tracks are 229 ways at most. Loops, because a board's stack is short.
    """
    rows = [[_NO_POINT] + row for row in costs]
    first, second, third = (rows + [[0], [0], [0]])[:3]
    best, choice = -1, None
    for i in range(len(first)):
        for j in range(len(second)):
            if first[i] < 0 or second[j] < 0 or (i and i == j):
                continue
            for k in range(len(third)):
                if third[k] < 0 or (k and k in (i, j)):
                    continue
                total = first[i] + second[j] + third[k]
                if best < 0 or total < best:
                    best, choice = total, (i, j, k)
    return [index - 1 if index else None for index in choice[: len(costs)]]


def _near(dx: int, dy: int, limit: int) -> bool:
    return dx * dx + dy * dy < limit * limit


def _limited(speed: int) -> int:
    return max(-_FAST_MM_S, min(_FAST_MM_S, speed))


def _root(square: int) -> int:
    """The whole part of a square root, at least 1."""
    root = max(1, square)
    while root * root > square and root > 1:
        root = (root + square // root) // 2
    return root
