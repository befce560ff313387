"""Who crosses the line is counted once and the right way round, and nobody else is."""

from scratch import Chance

from node.count.tracks import Tracks

_SETTINGS = {
    "line_mm": [-1500, 1000, 1500, 1000],
    "hysteresis_mm": 300,
    "settle": 3,
    "coast_ms": 800,
}
_BESIDE = {"line_mm": [0, 500, 0, 5000], "hysteresis_mm": 300, "settle": 3, "coast_ms": 800}


def _walk(tracks, places):
    """Feed one target's places, ten a second; None is a frame without it."""
    for place in places:
        tracks.frame([] if place is None else [place], 100)


def _line(x1, y1, x2, y2, frames):
    """Places evenly from one point to another."""
    return [(x1 + (x2 - x1) * n // frames, y1 + (y2 - y1) * n // frames) for n in range(frames + 1)]


def _gone(tracks):
    for _ in range(20):
        tracks.frame([], 100)


def test_in_and_out():
    """From side A to side B is in, the other way is out, each once."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(100, -2000, 100, 3000, 36))
    assert tracks.take() == (1, 0, 0)
    _gone(tracks)
    _walk(tracks, _line(100, 3000, 100, -2000, 36))
    assert tracks.take() == (0, 1, 0)
    assert tracks.take() == (0, 0, 0)


def test_one_track_may_cross_again():
    """Somebody who goes through and comes back counts once each way."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(0, -1000, 0, 3000, 28) + _line(0, 3000, 0, -1000, 28))
    assert tracks.take() == (1, 1, 0)


def test_the_line_may_stand_any_way():
    """A line along the radar's view counts those who pass from one hand to the other; swapped ends
    swap the ways."""
    tracks = Tracks(_BESIDE)
    _walk(tracks, _line(3000, 2000, -3000, 2000, 43))
    assert tracks.take() == (1, 0, 0)
    _gone(tracks)
    tracks.configure(dict(_BESIDE, line_mm=[0, 5000, 0, 500]))
    _walk(tracks, _line(3000, 2000, -3000, 2000, 43))
    assert tracks.take() == (0, 1, 0)


def test_a_slanted_line_measures_in_millimetres():
    """The distance to a slanted line is the real one: inside the hysteresis nothing is settled."""
    # Beside the line x + y = 0, places at 200 and 230 mm in x and in y are 283 and 325 mm away.
    tracks = Tracks(dict(_SETTINGS, line_mm=[2000, -2000, -2000, 2000]))
    for side, counted in ((200, 0), (230, 1)):
        _walk(tracks, _line(-2000, 0, side, side, 200) + [(side, side)] * 9)
        _gone(tracks)
        assert sum(tracks.take()) == counted, side


def test_turning_round_before_the_line():
    """Somebody who comes up to the line and goes back did not cross it."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(0, -2000, 0, 1200, 25) + _line(0, 1200, 0, -2000, 25))
    assert tracks.take() == (0, 0, 0)


def test_wavering_on_the_line():
    """Somebody who steps to and fro on the line counts once, for the side they leave to."""
    tracks = Tracks(_SETTINGS)
    sway = _line(0, 850, 0, 1150, 3) + _line(0, 1150, 0, 850, 3)
    _walk(tracks, _line(0, -1000, 0, 850, 14) + sway * 10 + _line(0, 850, 0, 3000, 15))
    assert tracks.take() == (1, 0, 0)


def test_the_first_side_must_be_settled_too():
    """Who appears on the line and goes to one side has not come from the other."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(0, 1000, 0, 3000, 15))
    assert tracks.take() == (0, 0, 0)


def test_flicker_at_birth_does_not_count_backwards():
    """Two stray frames on the far side before a walker appears on the near one make no crossing."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, [(0, 600), (0, 600)] + _line(0, 1400, 0, 4000, 20))
    assert tracks.take() == (0, 0, 0)


def test_a_flicker_is_nobody():
    """Points that come for a frame or two are never anybody."""
    tracks = Tracks(_SETTINGS)
    for n in range(50):
        _walk(tracks, [(0, 200 + n * 40), (0, 300 + n * 40), None, None, None])
        assert tracks.seen == 0
    assert tracks.take() == (0, 0, 0)


def test_seen_counts_people_in_view():
    """A person is seen from the third frame on until they have been away for the coasting time."""
    tracks = Tracks(_SETTINGS)
    seen = []
    for place in _line(0, 2000, 0, 2500, 3):
        tracks.frame([place, (1500, 3000)], 100)
        seen.append(tracks.seen)
    assert seen == [0, 0, 2, 2]
    for _ in range(8):
        tracks.frame([], 100)
    assert tracks.seen == 2
    tracks.frame([], 100)
    assert tracks.seen == 0


def test_unseen_while_crossing():
    """Somebody hidden for most of a second on the line is the same person afterwards."""
    tracks = Tracks(_SETTINGS)
    places = _line(0, -1500, 0, 3500, 36)
    places[16:23] = [None] * 7
    _walk(tracks, places)
    assert tracks.take() == (1, 0, 0)


def test_away_for_too_long():
    """Who was away longer than the coasting time is somebody new, and nothing is counted on a
    guess."""
    tracks = Tracks(_SETTINGS)
    places = _line(0, -1500, 0, 3500, 36)
    places[15:25] = [None] * 10
    _walk(tracks, places)
    assert tracks.take() == (0, 0, 0)


def test_a_radar_that_was_silent():
    """After a pause of the radar itself old tracks are gone: nobody jumps across the line."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(0, -1500, 0, 500, 15))
    tracks.frame([(0, 1500)], 3000)
    _walk(tracks, _line(0, 1500, 0, 3500, 15))
    assert tracks.take() == (0, 0, 0)


def test_slots_do_not_matter():
    """Two people passing in opposite directions are told apart although they swap slots in every
    frame."""
    tracks = Tracks(_SETTINGS)
    one, other = _line(-400, -2000, -400, 4000, 43), _line(600, 4000, 600, -2000, 43)
    for n in range(44):
        tracks.frame([one[n], other[n]] if n % 2 else [other[n], one[n]], 100)
    assert tracks.take() == (1, 1, 0)


def test_abreast_along_the_line():
    """Two people who walk along either side of the line, 0.8 m apart, do not turn into each
    other."""
    tracks = Tracks(_SETTINGS)
    one, other = _line(-1500, 600, 1500, 600, 22), _line(-1500, 1400, 1500, 1400, 22)
    for n in range(23):
        tracks.frame([one[n], other[n]] if n % 3 else [other[n], one[n]], 100)
    assert tracks.take() == (0, 0, 0)


def test_settled_means_in_a_row():
    """Frames on a side with others in between do not add up."""
    tracks = Tracks(dict(_SETTINGS, settle=6))
    sway = _line(0, 1250, 0, 1400, 3) + _line(0, 1250, 0, 1100, 3)
    _walk(tracks, _line(0, -1500, 0, 1000, 18) + sway * 8)
    assert tracks.take() == (0, 0, 0)
    _walk(tracks, _line(0, 1100, 0, 2500, 10))
    assert tracks.take() == (1, 0, 0)


def test_a_cyclist():
    """Six metres a second, seen for little over a second, still count."""
    tracks = Tracks(dict(_BESIDE, settle=3))
    _walk(tracks, _line(3600, 2500, -3600, 2500, 12))
    assert tracks.take() == (1, 0, 0)


def test_short_travel_is_nobody_passing():
    """What moves less than a metre counts only once it has moved a metre."""
    tracks = Tracks(dict(_SETTINGS, hysteresis_mm=150))
    _walk(tracks, [(0, 700)] * 5 + _line(0, 700, 0, 1400, 6) + [(0, 1400)] * 9)
    assert tracks.take() == (0, 0, 0)
    _walk(tracks, _line(0, 1400, 0, 2200, 8))
    assert tracks.take() == (1, 0, 0)


def test_a_ghost_is_put_aside():
    """What stays in its place for ten seconds is nobody in view, however it trembles."""
    tracks = Tracks(_SETTINGS)
    chance = Chance(5)
    for n in range(150):
        tracks.frame([(500 + chance.noise(40), 2000 + chance.noise(40))], 100)
        assert tracks.seen == (1 if 2 <= n < 100 else 0), n


def test_standing_still_and_walking_on():
    """Somebody who stood for half a minute and walks on is seen again and counts."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, [(0, -500)] * 300)
    assert tracks.seen == 0
    _walk(tracks, _line(0, -500, 0, 3000, 25))
    assert tracks.seen == 1
    assert tracks.take() == (1, 0, 0)


def test_a_ghost_beside_the_path():
    """A ghost on side A does not turn into the people who pass it."""
    tracks = Tracks(_SETTINGS)
    for _ in range(120):
        tracks.frame([(900, 300)], 100)
    for _ in range(5):
        for place in _line(0, 4000, 0, -2000, 43):
            tracks.frame([(900, 300), place], 100)
        for _ in range(15):
            tracks.frame([(900, 300)], 100)
    assert tracks.take() == (0, 5, 0)


def test_a_ghost_that_goes_as_somebody_comes():
    """A ghost that vanishes does not lend its side to a person who appears a metre away."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, [(0, -500)] * 120 + [None] * 3 + _line(0, 750, 0, 3000, 20))
    assert tracks.take() == (0, 0, 0)


def test_saturation_is_timed():
    """The time with three targets at once is reported; an empty slot is no target."""
    tracks = Tracks(_SETTINGS)
    for _ in range(7):
        tracks.frame([(0, 3000), (1000, 3000), (-1000, 3000)], 100)
    tracks.frame([(0, 3000), (1000, 3000), (0, 0)], 100)
    assert tracks.take() == (0, 0, 700)


def test_a_moved_line_is_not_crossed():
    """New settings that put the line behind somebody who stands there count nobody."""
    tracks = Tracks(_SETTINGS)
    _walk(tracks, _line(0, -1000, 0, 500, 12))
    tracks.configure(dict(_SETTINGS, line_mm=[-1500, -200, 1500, -200]))
    _walk(tracks, [(0, 500)] * 10)
    assert tracks.take() == (0, 0, 0)
    _walk(tracks, _line(0, 500, 0, -1500, 15))
    assert tracks.take() == (0, 1, 0)


def test_any_points_are_survived():
    """Whatever a radar gone mad reports, the number of tracks stays bounded and nothing breaks."""
    tracks = Tracks(_SETTINGS)
    chance = Chance(11)
    for _ in range(300):
        points = [(chance.noise(32767), chance.noise(32767)) for _ in range(chance.below(4))]
        tracks.frame(points, chance.below(300))
        assert len(tracks._tracks) <= 6
    for _ in range(3):
        tracks.frame([(100, 100)] * 3, 0)
