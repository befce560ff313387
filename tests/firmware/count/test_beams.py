"""Two beams: who breaks both counts once, the way they went, and nobody else does."""

from node.count.beams import Beams


class Path:
    """Beams 300 mm apart at -150 and 150 mm; a body is somebody's front, and so long."""

    def __init__(self):
        self.bodies = []
        self.beams = Beams(lambda: self._broken(-150), lambda: self._broken(150))

    def _broken(self, at):
        return any([front - long <= at <= front for front, long in self.bodies])

    def walk(self, places, long=300):
        """One body's places, a tick each; walking backwards its back is where its front was."""
        for place in places:
            self.bodies = [(place, long)]
            self.beams.tick()
        self.bodies = []
        self.quiet(50)

    def quiet(self, ticks):
        for _ in range(ticks):
            self.beams.tick()


def steps(start, end, mm_s):
    """Places of 20 ms from start to end."""
    count = abs(end - start) * 50 // mm_s
    return [start + (end - start) * n // count for n in range(count + 1)]


def counted(path):
    return path.beams.take()[:2]


def test_both_ways_at_any_speed():
    """From a child's stroll to a racing cyclist, each passage counts once and the right way."""
    for mm_s, long in ((400, 200), (1400, 300), (3000, 300), (6000, 1700), (10000, 1700)):
        path = Path()
        path.walk(steps(-1000, 3000, mm_s), long)
        assert counted(path) == (1, 0), mm_s
        path.walk(steps(3000, -1000, mm_s), long)
        assert counted(path) == (0, 1), mm_s


def test_thinner_than_the_beams_are_apart():
    """Somebody who leaves the first beam before reaching the second is the same person."""
    path = Path()
    path.walk(steps(-1000, 1000, 800), 150)
    assert counted(path) == (1, 0)


def test_turning_round_counts_nothing():
    """Who breaks one beam or both and goes back was never on the other side."""
    for far in (0, 200, 300):
        path = Path()
        path.walk(steps(-1000, far, 1000) + steps(far, -1000, 1000))
        assert counted(path) == (0, 0), far
        path.walk(steps(1300, 300 - far, 1000) + steps(300 - far, 1300, 1000))
        assert counted(path) == (0, 0), far


def test_a_flicker_is_nobody():
    """A leaf that breaks a beam for one tick, each beam in turn, counts nothing."""
    path = Path()
    for _ in range(100):
        path.bodies = [(-150, 0)]
        path.quiet(1)
        path.bodies = []
        path.quiet(1)
        path.bodies = [(150, 0)]
        path.quiet(1)
        path.bodies = []
        path.quiet(1)
    assert counted(path) == (0, 0)


def test_both_at_once_has_no_direction():
    """What breaks both beams in the same tick came from nowhere."""
    path = Path()
    path.bodies = [(1000, 2000)]
    path.quiet(20)
    path.bodies = []
    path.quiet(50)
    assert counted(path) == (0, 0)


def test_two_strangers_are_no_passage():
    """A beam touched on one side, and the other a second later, are two people who turned round."""
    path = Path()
    path.walk([-150] * 10, 10)
    path.walk([150] * 10, 10)
    assert counted(path) == (0, 0)


def test_somebody_who_stands_there():
    """After two seconds in a beam the time is said to be crowded; when they go on they count."""
    path = Path()
    path.walk(steps(-1000, 0, 1000) + [0] * 500 + steps(0, 1000, 1000))
    n_in, n_out, watched, crowded = path.beams.take()
    assert (n_in, n_out) == (1, 0)
    assert 400 <= crowded <= 450 and watched > 600
    assert not path.beams.blocked


def test_a_blocked_beam():
    """A branch in a beam is a fault after a minute, is not watching, and counts nobody."""
    path = Path()
    path.bodies = [(150, 100)]
    path.quiet(2999)
    assert not path.beams.blocked
    path.quiet(10)
    assert path.beams.blocked
    path.beams.take()
    path.quiet(1000)
    assert path.beams.take() == (0, 0, 0, 0)
    for place in steps(-1000, 1000, 1000):
        path.bodies = [(150, 100), (place, 300)]
        path.quiet(1)
    path.bodies = []
    path.quiet(50)
    assert counted(path) == (0, 0)
    assert not path.beams.blocked
    path.walk(steps(-1000, 1000, 1000))
    assert counted(path) == (1, 0)


def test_nothing_is_lost_between_two_takes():
    """Taken at any moment, watched ticks and passages add up, over the wrap of the counter too."""
    path = Path()
    path.beams._watched = 0x1FFFFFFF - 700
    path.beams.take()
    total = [0, 0, 0, 0]
    ticks = 0
    for _ in range(10):
        for place in steps(-1000, 1000, 1500) + [5000] * 40:
            path.bodies = [(place, 300)]
            path.beams.tick()
            ticks += 1
            if ticks % 7 == 0:
                total = [one + more for one, more in zip(total, path.beams.take())]
    total = [one + more for one, more in zip(total, path.beams.take())]
    assert total == [10, 0, ticks, 0]


def test_news_do_not_take():
    """What a technician is shown is still there for the record."""
    path = Path()
    path.walk(steps(-1000, 1000, 1000))
    assert path.beams.since_take == (1, 0)
    assert counted(path) == (1, 0)
    assert path.beams.since_take == (0, 0)
