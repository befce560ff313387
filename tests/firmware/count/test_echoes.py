"""One body that the radar hears several times counts once; bodies that it can part count each."""

from scratch import Chance

from node.count.tracks import Tracks

_ACROSS = {
    "line_mm": [-1500, 1000, 1500, 1000],
    "hysteresis_mm": 300,
    "settle": 3,
    "coast_ms": 800,
}
_BESIDE = dict(_ACROSS, line_mm=[0, 500, 0, 5000])
_FRAMES = 60
_STEP_MM = 120


def still(*offsets):
    """Echoes that keep their places round the body."""
    return lambda frame, chance: offsets


def drifting(frame, chance):
    """An echo that goes from 0.3 m before the body to 0.3 m behind it."""
    return ((0, 0), (0, 300 - 10 * frame))


def round_it(frame, chance):
    """An echo that goes round the body at 0.3 m."""
    at = ((300, 0), (212, 212), (0, 300), (-212, 212), (-300, 0), (-212, -212), (0, -300))
    return ((0, 0), at[frame // 3 % len(at)])


def now_and_then(frame, chance):
    """An echo that comes and goes, as does the body itself."""
    heard = [offset for offset in ((0, 0), (150, -250)) if chance.below(8)]
    return heard if frame // 7 % 2 else heard[:1]


def passage(settings, offsets, noise, people=((0, 0),), seed=3):
    """Who of these people, with so many echoes each, was counted when they walked by: (in, out)."""
    tracks = Tracks(settings)
    chance = Chance(seed)
    for frame in range(_FRAMES):
        points = []
        for person in people:
            for offset in offsets(frame, chance):
                along = frame * _STEP_MM + person[1] + offset[1]
                aside = person[0] + offset[0]
                x, y = (aside, 200 + along) if settings is _ACROSS else (along - 3600, 2000 + aside)
                if 0 < y <= 5000 and abs(x) <= 3000:
                    points.append((x + chance.noise(noise), y + chance.noise(noise)))
        if chance.below(2):
            points.reverse()  # the radar's slots mean nothing
        tracks.frame(points[:3], 100)
    return tracks.take()[:2]


def test_one_body_heard_several_times_counts_once():
    """With one echo more or two, at rest, drifting, coming and going, and whatever the noise."""
    for offsets in (
        still((0, 0), (0, 0)),
        still((0, 0), (150, 0)),
        still((0, 0), (0, -300)),
        still((0, 0), (0, 300)),
        still((0, 0), (-300, 0)),
        still((0, 0), (200, 200)),
        still((0, 0), (0, 500)),
        still((0, 0), (-200, 0), (200, 0)),
        still((0, 0), (0, -300), (0, 300)),
        still((0, 0), (0, -300), (300, 0)),
        still((-300, 0), (0, 0), (300, 0)),
        drifting,
        round_it,
        now_and_then,
    ):
        for noise in (1, 60):
            for seed in (3, 4, 5):
                counted = passage(_ACROSS, offsets, noise, seed=seed)
                assert counted == (1, 0), (offsets(0, Chance(1)), noise, seed, counted)
                counted = passage(_BESIDE, offsets, noise, seed=seed)
                assert sum(counted) == 1, (offsets(0, Chance(1)), noise, seed, counted)


def test_bodies_that_the_radar_can_part_count_each():
    """Two abreast from 0.7 m on, and two in file from 0.8 m on, are two, also with an echo."""
    for people in (
        ((0, 0), (700, 0)),
        ((0, 0), (800, 0)),
        ((0, 0), (-800, 0)),
        ((0, 0), (0, -800)),
        ((0, 0), (0, -1200)),
    ):
        for noise in (1, 60):
            for settings in (_ACROSS, _BESIDE):
                counted = passage(settings, still((0, 0)), noise, people)
                assert sum(counted) == 2, (people, noise, counted)
    for noise in (1, 60):
        one_with_echo = ((0, 0), (-300, 0), (800, 0))
        counted = passage(_ACROSS, still((0, 0)), noise, one_with_echo)
        assert sum(counted) == 2, (noise, counted)


def test_two_in_file_that_it_cannot_part_are_one():
    """Half a metre behind each other they are one echo for the radar, and one for the counter."""
    for settings in (_ACROSS, _BESIDE):
        assert sum(passage(settings, still((0, 0)), 60, ((0, 0), (0, -500)))) == 1


def test_an_echo_in_view_is_nobody():
    """Who is seen are bodies, not echoes; when the body's own target goes, its echo is the body."""
    tracks = Tracks(_ACROSS)
    for _ in range(10):
        tracks.frame([(0, 3000), (300, 3000)], 100)
    assert tracks.seen == 1
    for _ in range(10):
        tracks.frame([(300, 3000)], 100)
    assert tracks.seen == 1


def test_who_parts_from_somebody_counts_for_the_way_they_came():
    """Two who come over the line as one echo and part behind it are two, when both were heard."""
    tracks = Tracks(_ACROSS)
    for frame in range(40):
        y = -500 + 100 * frame
        aside = 300 if y < 2000 else 300 + (y - 2000) // 2
        tracks.frame([(0, y), (aside, y)], 100)
        if y < 2000:
            assert sum(tracks.take()[:2]) <= 1
    assert tracks.take()[:2] == (1, 0)


def test_an_echo_goes_on_for_a_body_that_was_counted():
    """The body's own target is lost behind the line: its echo has crossed nothing anew."""
    tracks = Tracks(_ACROSS)
    for frame in range(40):
        y = -500 + 100 * frame
        points = [(0, y), (0, y - 300)] if y < 1900 else [(0, y - 300)]
        tracks.frame(points, 100)
    assert tracks.take()[:2] == (1, 0)


def test_people_who_meet_are_two():
    """Two who pass each other within the half metre that the radar cannot part are no echoes."""
    tracks = Tracks(_ACROSS)
    for frame in range(50):
        tracks.frame([(0, -1500 + 110 * frame), (250, 4000 - 110 * frame)], 100)
    assert tracks.take()[:2] == (1, 1)
