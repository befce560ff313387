"""What Grafana works out for comparisons is what the hub says: verdict, change and its range."""

import math
import random

import pytest

from dashboards.asked import Expression, all_expressions
from padlicht.usage.compare import (
    Verdict,
    WatchedCount,
    change,
    relative,
)
from tests.rigs.grafana.math import NO_DATA, NotMath, evaluate

WEEK = "Dark evenings (19 to 24 h): the last 7 days beside the 7 before"
AROUND = "Change in the dark, 19 to 24 h"
BEYOND = "In the dark, beyond the change by day"
VERDICTS = {
    0: Verdict.TOO_FEW,
    1: Verdict.FEWER,
    2: Verdict.SAME,
    3: Verdict.MORE,
    4: Verdict.NO_DATA,
}
UNMATCHED = 5
SHOWN = ("change", "lowest", "highest")
EXPRESSIONS = all_expressions()


def answers(panel: str, queried: dict[str, object]) -> dict[str, object]:
    """All that the panel shows and works out on the way; `queried` are its queries' answers."""
    known = dict(queried)
    waiting: list[Expression] = [item for item in EXPRESSIONS if item.panel == panel]
    assert waiting
    while waiting:
        found = []
        for item in waiting:
            try:
                if item.type == "reduce":
                    assert item.reducer == "last"
                    known[item.ref] = known[item.expression]
                else:
                    known[item.ref] = evaluate(item.expression, known)
            except (KeyError, NotMath):
                continue  # what it needs is not worked out yet
            found.append(item)
        assert found, f"nobody can work out {[item.ref for item in waiting]}"
        waiting = [item for item in waiting if item not in found]
    return known


def of_light(light: str, before: tuple, after: tuple) -> dict[str, object]:
    """What the queries around a date, or of two weeks, say: passages, seconds watched and due."""
    names = [f"Q{light}{what}{side}" for side in "12" for what in "nsd"]
    return dict(zip(names, (*before, *after), strict=True))


def counts(seed: int) -> list[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Pairs of (passages, watched, due) that differ by everything that can differ."""
    dice = random.Random(seed)
    made = []
    for _ in range(200):
        due = dice.choice([36_000, 604_800, 8_000_000])
        share = dice.uniform(0.4, 1.0)
        sides = [
            (dice.choice([0, 19, 20, 21, dice.randrange(2000)]), round(due * share), due)
            for share in (share, share - 0.05)
        ]
        made.append(tuple(sides))
    return made


def agree(shown: dict[str, object], expected) -> None:
    """The verdict is the hub's, and so are the three figures; NaN where the hub has none."""
    assert VERDICTS[shown["verdict"]] is expected.verdict
    if expected.ratio is None:
        assert all(math.isnan(shown[name]) for name in SHOWN)
    else:
        figures = (expected.ratio, expected.low, expected.high)
        assert [shown[name] + 1 for name in SHOWN] == pytest.approx(figures, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_two_weeks_and_two_times_compare_as_the_hub_does(seed):
    """Rates, verdict and 95 % range are those of usage.compare, from no passages to thousands."""
    for before, after in counts(seed):
        expected = change(WatchedCount(*before[:2]), WatchedCount(*after[:2]))
        agree(answers(WEEK, of_light("dark", before, after)), expected)
        agree(answers(AROUND, of_light("dark", before, after)), expected)


def test_a_change_beyond_another_compares_as_the_hub_does():
    """What is left of the change in the dark when that by day is taken off."""
    pairs = counts(7)
    for dark, day in zip(pairs, reversed(pairs), strict=True):
        both = [change(*(WatchedCount(*side[:2]) for side in sides)) for sides in (dark, day)]
        shown = answers(BEYOND, of_light("dark", *dark) | of_light("day", *day))
        if all(one.ratio is not None for one in both):
            agree(shown, relative(*both))
        else:
            assert VERDICTS[shown["verdict"]] is Verdict.TOO_FEW


def test_when_nobody_watched_there_is_no_data():
    """Nobody watched in the later week: no data, and no figure."""
    shown = answers(WEEK, of_light("dark", (300, 600_000, 604_800), (0, 0, 604_800)))
    assert VERDICTS[shown["verdict"]] is Verdict.NO_DATA
    assert all(math.isnan(shown[name]) for name in SHOWN)


def test_when_there_is_no_point_at_all_nothing_is_shown():
    """A park without any point before: every figure has no data, and none is a zero."""
    queried = of_light("dark", (NO_DATA, NO_DATA, NO_DATA), (300, 600_000, 604_800))
    shown = answers(AROUND, queried)
    assert [shown[name] for name in ("verdict", *SHOWN)] == [NO_DATA] * 4


def test_weeks_that_were_watched_unlike_are_not_compared():
    """A busy counter that was covered for a week must not read as fewer people."""
    shown = answers(WEEK, of_light("dark", (900, 1_200_000, 1_209_600), (300, 600_000, 1_209_600)))
    assert shown["verdict"] == UNMATCHED
    assert all(math.isnan(shown[name]) for name in SHOWN)


def test_weeks_with_other_dark_hours_are_not_compared():
    """When spring turns into summer the busy hours are no longer dark: that is no fewer people."""
    dark = ((2800, 2_190_000, 2_196_000), (460, 790_000, 792_000))
    day = ((20_000, 3_600_000, 3_628_800), (24_000, 3_600_000, 3_628_800))
    for panel in (AROUND, BEYOND):
        shown = answers(panel, of_light("dark", *dark) | of_light("day", *day))
        assert shown["verdict"] == UNMATCHED
        assert all(math.isnan(shown[name]) for name in SHOWN)


def test_evenings_are_told_apart():
    """Lit, no window in midsummer, not lit without a reason, and nobody knows are four things."""
    [item] = [
        item
        for item in EXPRESSIONS
        if item.panel == "Evenings with and without light" and item.dashboard.endswith("energy-en")
    ]
    lit = {1: 3600.0, 2: 0.0, 3: 0.0, 4: None, 5: 60.0}
    sun = {1: 0.0, 2: 1.0, 3: 0.0, 4: 1.0, 5: 1.0}
    assert evaluate(item.expression, {"A": lit, "B": sun}) == {1: 1, 2: 2, 3: 0, 4: None, 5: 1}


def test_the_target_is_drawn_when_one_was_agreed():
    """Baseline on every day that was due; the target so much above it, or not drawn at all."""
    panel = "Dark evenings of the whole park day by day, with baseline and target"
    items = {item.ref: item for item in EXPRESSIONS if item.panel == panel}
    known = {"C": {1: 10.0, 2: None}, "darkn1": 200.0, "darks1": 360_000.0}
    assert evaluate(items["M"].expression, known) == {1: pytest.approx(2), 2: None}
    agreed = items["N"].expression.replace("${goal}", "1.25")
    assert evaluate(agreed, known) == {1: pytest.approx(2.5), 2: None}
    nothing = evaluate(items["N"].expression.replace("${goal}", "nan()"), known)
    assert math.isnan(nothing[1])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 ** 3 ** 2", 64),  # from the left, unlike Python
        ("- 2 ** 2", 4),  # the sign binds first
        ("1 - 2 - 3", -4),
        ("1 + 2 * 3 > 6 && 0 == 0", 1),
        ("0 && nan()", 0),
        ("1 / 0", math.inf),
        ("abs(1 - 3) % 2", 0),
    ],
)
def test_the_evaluator_follows_grafanas_grammar(expression, value):
    """What differs from other languages is as in Grafana's parser."""
    assert evaluate(expression, {}) == value


@pytest.mark.parametrize("expression", ["exp(1)", "1 +", "(1", "$A", "1 2", "é"])
def test_the_evaluator_refuses_what_grafana_refuses(expression):
    """Unknown functions and queries, and what is not finished."""
    with pytest.raises(NotMath):
        evaluate(expression, {})
