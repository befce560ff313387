"""More than before: what may be said, and with what interval."""

import random
from math import exp, log, sqrt

import pytest

from padlicht.usage.compare import (
    Percents,
    Verdict,
    WatchedCount,
    change,
    change_matched,
    relative,
)

HOUR = 3600


def test_one_cell_is_the_ratio_of_rates_with_its_interval():
    """r · exp(±1.96 · sqrt(3 · (1/n1 + 1/n2))), by the hour watched and not by the hour due."""
    found = change(WatchedCount(100, 100 * HOUR), WatchedCount(300, 200 * HOUR))
    reach = 1.96 * sqrt(3 * (1 / 100 + 1 / 300))
    assert found.ratio == pytest.approx(1.5)
    assert found.low == pytest.approx(1.5 * exp(-reach))
    assert found.high == pytest.approx(1.5 * exp(reach))
    assert found.verdict is Verdict.MORE
    assert found.percents == Percents(
        50, round(150 * exp(-reach)) - 100, round(150 * exp(reach) - 100)
    )


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (WatchedCount(400, HOUR), WatchedCount(800, HOUR), Verdict.MORE),
        (WatchedCount(800, HOUR), WatchedCount(400, HOUR), Verdict.FEWER),
        (WatchedCount(100, HOUR), WatchedCount(120, HOUR), Verdict.SAME),
        (WatchedCount(400, HOUR), WatchedCount(400, 4 * HOUR), Verdict.FEWER),
        (WatchedCount(20, HOUR), WatchedCount(20, HOUR), Verdict.SAME),
        (WatchedCount(19, HOUR), WatchedCount(400, HOUR), Verdict.TOO_FEW),
        (WatchedCount(400, HOUR), WatchedCount(19, HOUR), Verdict.TOO_FEW),
        (WatchedCount(0, HOUR), WatchedCount(0, HOUR), Verdict.TOO_FEW),
        (WatchedCount(0, 0), WatchedCount(400, HOUR), Verdict.NO_DATA),
        (WatchedCount(400, HOUR), WatchedCount(0, 0), Verdict.NO_DATA),
    ],
)
def test_the_verdict_says_what_may_be_said(before, after, verdict):
    """An interval that holds 1 is no difference; few passages and no watching are told apart."""
    found = change(before, after)
    assert found.verdict is verdict
    silent = verdict in (Verdict.TOO_FEW, Verdict.NO_DATA)
    assert (found.ratio is None) == (found.percents is None) == silent


def test_cells_of_a_different_mix_do_not_make_a_change():
    """A quiet hour that was watched longer after than before is no fall in use."""
    busy, quiet = (
        (WatchedCount(1000, 10 * HOUR), WatchedCount(500, 5 * HOUR)),
        (
            WatchedCount(100, 10 * HOUR),
            WatchedCount(1000, 100 * HOUR),
        ),
    )
    assert change_matched([busy, quiet]).ratio == pytest.approx(1.0)
    together = change(WatchedCount(1100, 20 * HOUR), WatchedCount(1500, 105 * HOUR))
    assert together.verdict is Verdict.FEWER  # what adding up first would say


def test_cells_watched_on_one_side_alone_are_left_out():
    """A covered week changes what is compared, and not what comes out."""
    both = (WatchedCount(200, 10 * HOUR), WatchedCount(200, 10 * HOUR))
    found = change_matched([both, (WatchedCount(999, 10 * HOUR), WatchedCount(0, 0))])
    assert (found.before, found.after) == both
    assert found.ratio == pytest.approx(1.0)
    assert (
        change_matched([(WatchedCount(999, HOUR), WatchedCount(0, 0))]).verdict is Verdict.NO_DATA
    )
    assert change_matched([]).verdict is Verdict.NO_DATA


def test_sides_changed_over_give_the_reciprocal():
    """More after is fewer before, with the same certainty."""
    dice = random.Random(9)
    pairs = [
        (
            WatchedCount(dice.randrange(90), dice.randrange(HOUR)),
            WatchedCount(dice.randrange(90), HOUR),
        )
        for _ in range(40)
    ]
    there, back = change_matched(pairs), change_matched([(b, a) for a, b in pairs])
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.low == pytest.approx(1 / back.high)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Counts that scatter three times as much as chance: 95 % of intervals hold the true ratio."""
    dice = random.Random(11)

    def counted(mean: float) -> int:
        # Groups of one to five people: the variance of their sum is 3.67 / 3 = some 3 of its mean.
        groups = sum(1 for _ in range(2000) if dice.random() < mean / 3 / 2000)
        return sum(dice.choice((1, 2, 3, 4, 5)) for _ in range(groups))

    held = 0
    for _ in range(300):
        pairs = [
            (WatchedCount(counted(60), HOUR), WatchedCount(counted(75), HOUR)) for _ in range(4)
        ]
        found = change_matched(pairs)
        held += found.low <= 1.25 <= found.high
    assert 0.88 <= held / 300 <= 0.99


def test_relative_takes_out_what_happens_at_all_hours():
    """Twice as many in the dark while twice as many by day: the dark explains nothing."""
    twice = change(WatchedCount(500, HOUR), WatchedCount(1000, HOUR))
    assert relative(twice, twice).ratio == pytest.approx(1.0)
    assert relative(twice, twice).verdict is Verdict.SAME
    same = change(WatchedCount(5000, HOUR), WatchedCount(5000, HOUR))
    found = relative(twice, same)
    assert found.ratio == pytest.approx(2.0)
    wide = log(found.high / found.low) ** 2
    parts = log(twice.high / twice.low) ** 2 + log(same.high / same.low) ** 2
    assert wide == pytest.approx(parts)


def test_relative_to_nothing_says_nothing():
    """Without a ratio on either side there is none of both, and it says why."""
    twice = change(WatchedCount(500, HOUR), WatchedCount(1000, HOUR))
    few, none = (
        change(WatchedCount(1, HOUR), WatchedCount(2, HOUR)),
        change(WatchedCount(0, 0), WatchedCount(0, 0)),
    )
    assert relative(twice, few).verdict is Verdict.TOO_FEW
    assert relative(none, twice).verdict is Verdict.NO_DATA
    assert relative(twice, none).ratio is None
