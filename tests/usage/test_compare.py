"""Two times beside each other: rates of matched hours, and how they were watched. No verdict."""

import random

import pytest

from padlicht.usage.compare import MatchedRates, WatchedCount, matched_rates

HOUR = 3600


def test_one_cell_gives_its_two_rates():
    """Passages by the hour watched, and not by the hour due."""
    found = matched_rates([(WatchedCount(100, 100 * HOUR), WatchedCount(300, 200 * HOUR))])
    assert (found.before_per_h, found.after_per_h) == pytest.approx((1.0, 1.5))


def test_cells_of_a_different_mix_make_no_difference():
    """A quiet hour that was watched longer after than before makes the week no quieter."""
    busy = WatchedCount(1000, 10 * HOUR), WatchedCount(500, 5 * HOUR)
    quiet = WatchedCount(100, 10 * HOUR), WatchedCount(1000, 100 * HOUR)
    found = matched_rates([busy, quiet])
    assert found.before_per_h == pytest.approx(found.after_per_h)
    assert found.before == WatchedCount(1100, 20 * HOUR)
    assert found.after == WatchedCount(1500, 105 * HOUR)


def test_cells_watched_on_one_side_alone_are_left_out():
    """A covered week changes which hours stand there, and not what they say."""
    both = WatchedCount(200, 10 * HOUR), WatchedCount(200, 10 * HOUR)
    found = matched_rates([both, (WatchedCount(999, 10 * HOUR), WatchedCount(0, 0))])
    assert (found.before, found.after) == both
    assert found.before_per_h == found.after_per_h == pytest.approx(20.0)
    assert matched_rates([(WatchedCount(999, HOUR), WatchedCount(0, 0))]) is None
    assert matched_rates([]) is None


def test_sides_changed_over_give_the_same_two_rates():
    """Neither side is the one that the other is weighed by."""
    dice = random.Random(9)
    pairs = [
        (
            WatchedCount(dice.randrange(90), dice.randrange(HOUR)),
            WatchedCount(dice.randrange(90), HOUR),
        )
        for _ in range(40)
    ]
    there, back = matched_rates(pairs), matched_rates([(b, a) for a, b in pairs])
    assert there.before_per_h == pytest.approx(back.after_per_h)
    assert there.after_per_h == pytest.approx(back.before_per_h)


@pytest.mark.parametrize(("count", "few"), [(49, True), (50, False)])
def test_few_passages_on_one_side_are_few(count, few):
    """Under 50 a rate says little, however many there are on the other side."""
    many, some = WatchedCount(900, HOUR), WatchedCount(count, HOUR)
    assert MatchedRates(1.0, 1.0, some, many).few is few
    assert MatchedRates(1.0, 1.0, many, some).few is few
