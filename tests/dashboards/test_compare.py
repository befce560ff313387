"""What Grafana works out of two times beside each other, and that it gives no verdict."""

import json
import math

import pytest

from dashboards.asked import Expression, all_expressions
from padlicht.grafana.dashboards import dashboards
from tests.rigs.grafana.math import NO_DATA, NotMath, evaluate

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


BESIDE = [
    ("Lamps on, 19 to 23 h: the 7 days before, and the last 7", "darkon"),
    ("Lamps on, 19 to 23 h", "darkon"),
    ("By day, 10 to 16 h, beside it", "day"),
]


def of_light(light: str, before: tuple, after: tuple) -> dict[str, object]:
    """What the queries around a date, or of two weeks, say: passages, seconds watched and due."""
    names = [f"Q{light}{what}{side}" for side in "12" for what in "nsd"]
    return dict(zip(names, (*before, *after), strict=True))


@pytest.mark.parametrize(("panel", "light"), BESIDE)
def test_two_times_stand_on_one_scale_with_what_was_watched_first(panel, light):
    """The share watched, passages in a watched hour, and passages, of each of the two."""
    queried = of_light(light, (300, 540_000, 604_800), (900, 1_209_600, 1_209_600))
    shown = answers(panel, queried)
    assert [shown[ref] for ref in "ABC"] == pytest.approx([540_000 / 604_800, 2, 300])
    assert [shown[ref] for ref in "DEF"] == pytest.approx([1, 900 / 336, 900])


@pytest.mark.parametrize(("panel", "light"), BESIDE)
def test_when_there_is_no_point_at_all_nothing_is_shown(panel, light):
    """A park without any point before: its figures have no data, and none is a zero."""
    queried = of_light(light, (NO_DATA, NO_DATA, NO_DATA), (300, 600_000, 604_800))
    shown = answers(panel, queried)
    assert [shown[ref] for ref in "ABC"] == [NO_DATA] * 3
    assert shown["F"] == 300


def test_no_panel_judges():
    """No verdict and no interval: such a one held the truth on 28 to 84 of 100 dates."""
    for item in EXPRESSIONS:
        assert "1.96" not in item.expression, item.panel
        assert "** 0.5" not in item.expression, item.panel
    for name, board in dashboards("en").items():
        told = json.dumps(board).lower()
        for word in ("certainty", "clear difference", "more or fewer", "makes the difference"):
            assert word not in told, name


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
    panel = "Evenings with lamps on in the whole park day by day, with baseline and target"
    items = {item.ref: item for item in EXPRESSIONS if item.panel == panel}
    known = {"C": {1: 10.0, 2: None}, "lampsn1": 200.0, "lampss1": 360_000.0}
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
