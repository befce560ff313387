"""An evening of walkers past a counter: what it counts is what passed."""

from scratch import Chance

from node.count.tracks import Tracks

_BESIDE = {"line_mm": [0, 500, 0, 5000], "hysteresis_mm": 300, "settle": 3, "coast_ms": 800}


def _evening(seed, walkers, settings, gap_ms):
    """Walkers past a radar beside the path, as it would see them: (true, counted), each (in, out).

    One sets out every gap_ms on the average; the two lanes are 1.2 m apart. Noise of 60 mm, one
    frame in 16 without any given target, slots shuffled, and at times a leftover that stays in its
    slot.
    """
    chance = Chance(seed)
    tracks = Tracks(settings)
    people, true, counted, leftover, wait_ms, now_ms = [], [0, 0], [0, 0], None, 0, 0
    while walkers or people:
        now_ms += 100
        wait_ms -= 100
        if walkers and wait_ms <= 0 and len(people) < 2:
            wait_ms = gap_ms // 2 + chance.below(gap_ms)
            walkers -= 1
            way = 1 if chance.below(2) else -1
            kind = chance.below(10)
            # mm in a frame: a bicycle, or on foot
            speed = 400 + chance.below(200) if kind == 0 else 100 + chance.below(80)
            # how far before the line they turn round
            turn = -600 + chance.below(400) if kind == 9 else None
            lane = 1500 if way > 0 else 2700
            people.append([-way * 5000, lane, way * speed, turn])
        places = []
        for person in people:
            x, lane, step, turn = person
            if turn is not None and (x > turn if step > 0 else x < -turn):
                person[2], person[3] = -step, None
            person[0] = x + person[2]
            if (x < 0) != (person[0] < 0):
                true[1 if x < 0 else 0] += 1
            if abs(person[0]) < 3500 and chance.below(16):
                places.append((person[0] + chance.noise(60), lane + chance.noise(60)))
        people = [person for person in people if abs(person[0]) <= 5000]
        if leftover is None and places and chance.below(200) == 0:
            leftover = [places[0], 50]
        if leftover:
            places.append(leftover[0])
            leftover[1] -= 1
            if leftover[1] == 0:
                leftover = None
        if len(places) > 1 and chance.below(2):
            places.reverse()
        tracks.frame(places[:3], 100)
        n_in, n_out, _ = tracks.take()
        counted[0] += n_in
        counted[1] += n_out
    return true, counted


def test_an_evening_of_walkers():
    """Of 400 people a metre apart, some turning round and some on bicycles, counts are within 2 %
    both ways."""
    true, counted = _evening(2026, 400, _BESIDE, 6000)
    assert sum(true) > 350
    for real, found in zip(true, counted):
        assert abs(real - found) * 50 <= real, (true, counted)
