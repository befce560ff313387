"""The tracker's numbers: how far, how fast and how long, to the millimetre and to the frame."""

from scratch import Chance

from node.count import tracks as module
from node.count.tracks import Tracks, _Track

_SETTINGS = {
    "line_mm": [-1500, 1000, 1500, 1000],
    "hysteresis_mm": 300,
    "settle": 3,
    "coast_ms": 800,
}
# As it came out when the tests of people who cross had long passed.
EXPECTED_STRAIGHT = (1599, 979, 1505, -895)
EXPECTED_CROWD = ((7, 8, 64991), 859496)


def _seen(track, *places, dt_ms=100):
    """A track after it took these places."""
    for x_mm, y_mm in places:
        track.predict(dt_ms)
        track.take(x_mm, y_mm)
    return track


def test_a_point_belongs_to_a_track_within_its_gate():
    """60 cm, and 2.5 m more for each second unseen; 60 cm for one that is put aside."""
    track = _Track(0, 2000)
    track.predict(100)
    assert track.cost(850, 2000) == track.cost(0, 1150) == 850 * 850
    assert track.cost(851, 2000) == track.cost(0, 1149) == track.cost(-851, 2000) == -1
    assert track.cost(600, 2602) == 600 * 600 + 602 * 602
    assert track.cost(600, 2603) == -1
    track.predict(900)
    assert track.cost(3100, 2000) == 3100 * 3100 and track.cost(3101, 2000) == -1
    track.stationary = True
    assert track.cost(600, 2000) == 360000 and track.cost(601, 2000) == -1


def test_places_and_speeds_are_least_squares():
    """The second point is taken as it is; later ones go into place and speed by the table."""
    track = _Track(0, 2000)
    assert (track.vx, track.vy, track.frames, track.gaps) == (0, 0, 1, 0)
    _seen(track, (100, 1900))
    assert (track.x, track.y, track.vx, track.vy) == (100, 1900, 1000, -1000)
    _seen(track, (260, 1790))
    assert (track.x, track.y, track.vx, track.vy) == (249, 1791, 1300, -1050)
    _seen(track, (400, 1700))
    assert (track.x, track.y, track.vx, track.vy) == (393, 1695, 1363, -1008)
    _seen(track, *[(400 + 150 * n, 1700 - 90 * n) for n in range(1, 9)])
    assert (track.x, track.y, track.vx, track.vy) == EXPECTED_STRAIGHT


def test_a_speed_is_bounded():
    """12 m/s either way: a point that jumps throws nobody out of the park."""
    for sign in (1, -1):
        track = _seen(_Track(0, 2000), (sign * 850, 2000), dt_ms=50)
        assert track.vx == sign * 12000


def test_a_frame_may_be_a_millisecond_long():
    """Speed is worked out from any time at all, and from none it stays as it was."""
    track = _seen(_Track(0, 2000), (7, 2000), dt_ms=1)
    assert track.vx == 7000
    assert _seen(track, (20, 2000), dt_ms=0).vx == 7000


def test_a_metre_is_a_way():
    """Who stayed nearer than that to where they began has not travelled."""
    assert not _seen(_Track(0, 2000), (500, 2000), (999, 2000)).travelled
    assert not _seen(_Track(0, 2000), (0, 2500), (0, 2999)).travelled
    assert _seen(_Track(0, 2000), (1000, 2000)).travelled
    assert _seen(_Track(0, 2000), (600, 2800)).travelled


def test_who_stands_for_ten_seconds_is_put_aside_until_they_move():
    """Less than 20 cm in ten seconds; a step of 20 cm begins the time anew."""
    track = _seen(_Track(0, 2000), *[(0, 2000)] * 99)
    assert not track.stationary and track.counts()
    _seen(track, (0, 2000))
    assert track.stationary and not track.counts()
    track = _seen(_Track(0, 2000), (0, 2000), dt_ms=9999)
    assert not track.stationary
    assert _seen(track, (0, 2000), dt_ms=1).stationary
    _seen(track, *[(0, 2500)] * 9)
    assert not track.stationary and track.still_ms < 1000


def test_a_track_counts_from_the_third_frame():
    """And lives as long as it is seen within the coasting time, at first with one gap at most."""
    tracks = Tracks(_SETTINGS)
    for gaps, alive in ((1, True), (2, False)):
        tracks.frame([(0, 2000)], 100)
        for _ in range(gaps):
            tracks.frame([], 100)
        tracks.frame([(0, 2000)], 100)
        tracks.frame([(0, 2000)], 100)
        assert tracks.seen == (1 if alive else 0), gaps
        for _ in range(9):
            tracks.frame([], 100)
        assert tracks.seen == 0


def test_saturation_is_three_points_that_are_there():
    """A point at 0, 0 is none; three others are as many as the radar can tell apart."""
    tracks = Tracks(_SETTINGS)
    tracks.frame([(0, 2000), (1000, 2000), (0, 0)], 100)
    assert tracks.take() == (0, 0, 0)
    tracks.frame([(0, 2000), (1000, 2000), (1, 0)], 90)
    tracks.frame([(0, 2000), (1000, 2000), (0, 1)], 80)
    assert tracks.take() == (0, 0, 170)


def test_only_so_many_are_remembered():
    """Six tracks: the newest, and of the others those that were seen last."""
    tracks = Tracks(_SETTINGS)
    for n in range(4):
        tracks.frame([(-3000 + 1500 * n, 500), (-3000 + 1500 * n, 3000)], 100)
    assert len(tracks._tracks) == 6
    assert [(track.born_x, track.unseen_ms) for track in tracks._tracks] == [
        (1500, 0),
        (1500, 0),
        (0, 100),
        (0, 100),
        (-1500, 200),
        (-1500, 200),
    ]


def test_the_line_is_crossed_at_its_hysteresis():
    """30 cm from the line is on it, a millimetre more is beside it, for three frames in a row."""
    tracks = Tracks(_SETTINGS)
    for y_mm, side in ((1300, 0), (1301, 1), (700, 0), (699, -1)):
        track = _Track(0, y_mm)
        for _ in range(3):
            assert track.settled == 0
            tracks._judge(track)
        assert track.settled == track.counted == side


def test_the_same_points_make_the_same_tracks():
    """A crowd of an evening, noise, gaps and standing still in it: places, speeds and counts are
    the same on every interpreter, to the last millimetre."""
    chance = Chance(26)
    tracks = Tracks(_SETTINGS)
    digest = 0
    people = [[-1200, -500, 3, 60], [300, 4000, 0, -90], [900, 2500, 0, 0], [0, 3000, -40, -70]]
    for frame in range(700):
        points = []
        for person in people:
            person[0] += person[2]
            person[1] += person[3]
            if not -4000 < person[0] < 4000 or not -1500 < person[1] < 5500:
                person[2:] = [-person[2] + chance.below(9) - 4, -person[3]]
            if chance.below(9) and len(points) < 3:
                points.append((person[0] + chance.noise(70), person[1] + chance.noise(70)))
        tracks.frame(points, 90 + chance.below(21))
        for track in tracks._tracks:
            places = [track.x, track.y, track.vx, track.vy, track.frames, track.gaps]
            sides = [track.settled, track.counted, track.run, track.travelled, track.stationary]
            mixed = frame
            for value in [track.still_ms] + places + sides:
                mixed = (mixed * 31 + value) % 1000003
            digest += mixed  # whatever their order: MicroPython's sort is not stable
        digest = (digest + tracks.seen) % 1000003
    assert (tracks.take(), digest) == EXPECTED_CROWD


def test_square_roots_are_whole():
    """A line's length: rounded down, and never 0."""
    assert [module._root(n) for n in (0, 1, 2, 3, 4, 8, 9, 24, 25, 26)] == [
        int(root) for root in "1111223455"
    ]
    for n in range(1, 3000, 7):
        assert module._root(n * n) == n and module._root(n * n + 2 * n) == n


def test_the_weights_are_those_of_least_squares():
    """Of a line through all of the first frames: 2(2n-1)/(n(n+1)) for the place, 6/(n(n+1)) for the
    speed, in permille, rounded."""
    for n in range(2, 7):
        both = n * (n + 1)
        assert module._PLACE_PM[n - 1] == (4000 * (2 * n - 1) + both) // (2 * both)
        assert module._SPEED_PM[n - 1] == (12000 + both) // (2 * both)


def test_of_two_that_fit_alike_the_older_track_gets_the_point():
    """The choice does not jump to and fro between them."""
    assert module._cheapest([[4, 4]]) == [0]
    assert module._cheapest([[4, 4], [4, 4]]) == [0, 1]


def test_the_least_total_cost_is_chosen():
    """Not each point's nearest track: together they are nearest. Nobody's is the last resort."""
    assert module._cheapest([]) == []
    assert module._cheapest([[]]) == [None]
    assert module._cheapest([[-1, -1]]) == [None]
    assert module._cheapest([[1, 4], [2, 100]]) == [1, 0]
    assert module._cheapest([[1, -1], [2, -1]]) == [0, None]
    assert module._cheapest([[9, 1, 5], [1, 2, 9], [1, 1, 9]]) == [2, 0, 1]
    assert module._cheapest([[5, -1, -1], [5, 7, -1], [5, 7, 30000000]]) == [0, 1, 2]


def test_of_two_the_body_gets_the_point():
    """An echo takes it only where it lies nearer by 60 cm, in the square, than the body."""
    body, echo = _Track(0, 2000), _Track(0, 2000)
    echo.echo_of = body
    for track in (body, echo):
        track.predict(100)
    assert body.cost(0, 2600) == echo.cost(0, 2000) == 360000
    assert echo.cost(0, 2850) == 850 * 850 + 360000 and echo.cost(0, 2851) == -1
