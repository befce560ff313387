"""Charts: what is drawn where; nobody passing, nobody watching and nothing due never look alike."""

import csv
from datetime import date, datetime
from io import StringIO
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from padlicht.web.charts import (
    Band,
    Bar,
    Cell,
    Column,
    Format,
    Pair,
    Part,
    Shade,
    Sign,
    Step,
    Table,
    bars,
    grid,
    pairs,
    steps,
)
from padlicht.web.charts.chart import LETTER, scale
from padlicht.web.charts.grid import LEVELS, level


def kinds(drawing) -> list[str]:
    return [rect.kind for rect in drawing.rects]


def of_kind(drawing, kind: str):
    return [rect for rect in drawing.rects if rect.kind == kind]


def words(drawing) -> list[str]:
    return [text.text for text in drawing.texts]


@pytest.mark.parametrize("seed", range(20))
def test_a_scale_ends_at_a_round_number_that_holds_everything(seed):
    """The largest number fits, the last step is needed, and there are few steps."""
    largest = Random(seed).random() * 10 ** Random(seed).randint(-2, 6)
    made = scale(largest, 100)
    assert made.top >= largest * 0.999
    assert made.ticks[-2] < largest
    assert 2 <= len(made.ticks) <= 6
    assert made.up(made.top) == 100


def test_stacked_bars_stand_on_each_other():
    """The first part stands on the axis, the next on it, and heights are as the numbers."""
    for drawing in bars([Bar("Mon", (Part("dark", 10), Part("day", 30)), 1.0)], number=str):
        (dark,), (day,) = of_kind(drawing, "dark"), of_kind(drawing, "day")
        assert day.height == pytest.approx(3 * dark.height, abs=0.2)
        assert day.y + day.height == pytest.approx(dark.y, abs=0.2)
        assert (day.x, day.width) == (dark.x, dark.width)


def test_grouped_bars_stand_beside_each_other():
    """All on the axis, none over another."""
    for drawing in bars([Bar("07", (Part("day", 4), Part("dark", 8)), 1.0)], grouped=True):
        (day,), (dark,) = of_kind(drawing, "day"), of_kind(drawing, "dark")
        assert day.x + day.width <= dark.x
        assert day.y + day.height == pytest.approx(dark.y + dark.height, abs=0.2)


def test_nobody_nobody_watching_and_nothing_due_look_different():
    """A watched zero has full coverage, a gap is hatched with words, nothing due is empty."""
    nobody = Bar("a", (Part("day", 0),), 1.0)
    unwatched = Bar("b", (), 0.0, "no data")
    not_due = Bar("c", ())
    shown = [
        kinds(bars([item, Bar("z", (Part("day", 9),), 1.0)])[0])
        for item in (nobody, unwatched, not_due)
    ]
    assert [each.count("gap") for each in shown] == [0, 1, 0]
    assert [each.count("cover") for each in shown] == [2, 1, 1]
    assert [each.count("track") for each in shown] == [2, 2, 1]
    assert "no data" in words(bars([unwatched])[0])


def test_gaps_that_follow_each_other_are_one_place_with_words_once():
    """Three weeks without a watch are one hatched stretch."""
    drawing, _ = bars([Bar(str(n), (), 0.0, "no data") for n in range(3)])
    (gap,) = of_kind(drawing, "gap")
    assert gap.width > 2.5 * drawing.width / 4
    assert words(drawing).count("no data") == 1


def test_a_bar_that_was_watched_for_a_part_says_that_more_may_have_passed():
    """Above it the place is hatched up to the top; above one that was watched it is not."""
    items = [Bar("a", (Part("day", 5),), 0.5), Bar("b", (Part("day", 9),), 0.95)]
    drawing, _ = bars(items)
    (partly,) = of_kind(drawing, "partly")
    first, second = of_kind(drawing, "day")
    assert partly.x == first.x < second.x
    assert partly.y + partly.height == pytest.approx(first.y, abs=0.2)


def test_labels_never_run_into_each_other():
    """Of many labels so many are left out that the others can be read."""
    for drawing in bars([Bar(f"week {n}", (Part("day", 1),), 1.0) for n in range(52)]):
        labels = [text for text in drawing.texts if text.text.startswith("week")]
        assert labels
        ends = [(text.x - len(text.text) * 3, text.x + len(text.text) * 3) for text in labels]
        assert all(a[1] <= b[0] for a, b in pairwise(ends))


def test_signs_and_bands_stand_where_they_belong():
    """A sign at bar 2 stands where the third bar begins; a band covers its bars."""
    items = [Bar(str(n), (Part("day", 1),), 1.0) for n in range(4)]
    drawing, _ = bars(items, signs=[Sign(2, "lamps")], bands=[Band(1, 3, "no window")])
    sign = next(line for line in drawing.lines if line.kind == "sign")
    third = of_kind(drawing, "day")[2]
    assert sign.x1 == sign.x2 <= third.x
    (band,) = of_kind(drawing, "band")
    assert band.x + band.width == pytest.approx(sign.x1 + (third.x - of_kind(drawing, "day")[1].x))
    assert {"1", "no window"} <= set(words(drawing))


@pytest.mark.parametrize("drawing", [0, 1])
def test_nothing_leaves_the_drawing(drawing):
    """No shape and no word stands outside the viewBox, however long the words are."""
    text = "a very long sentence that stands at the edge"
    made = [
        bars(
            [Bar("x" * 20, (Part("day", n * 7),), 0.3, "") for n in range(60)],
            unit=text,
            signs=[Sign(0, ""), Sign(60, "")],
            bands=[Band(58, 60, text)],
        ),
        grid({(r, c): Cell(r * c, "9.9") for r in range(7) for c in range(24)}, "x" * 24, "y" * 7),
        steps([Step(0, 9, None)], span_s=9, ticks=[(9, "24:00")], gap=text, signs=[(9, "")]),
        pairs([Pair("dark", 3.0, "3 an hour", None, "", (text,))], "no data"),
    ]
    for each in (both[drawing] for both in made):
        for rect in each.rects:
            assert rect.x >= 0
            assert rect.x + rect.width <= each.width + 0.2
            assert rect.y >= 0
            assert rect.y + rect.height <= each.height + 0.2
        for word in each.texts:
            assert 0 <= word.y <= each.height
            width = len(word.text) * LETTER
            left = word.x - {"start": 0, "middle": width / 2, "end": width}[word.anchor]
            assert left >= -0.2
            assert left + width <= each.width + 0.2


def test_an_empty_chart_is_drawn_as_one():
    """Without a number there is an axis and no mistake."""
    assert bars([])[0].rects == []
    assert grid({}, [], [])[1].rects == []
    assert pairs([], "no data")[0].rects == []


def test_a_grid_lies_down_for_a_phone():
    """Hours run across a desktop and down a phone; the same cell has the same words."""
    wide, narrow = grid({(0, 2): Cell(4.0, "4")}, ["00", "01", "02"], ["Mo", "Tu"])
    assert [text.text for text in wide.texts[:3]] == ["00", "01", "02"]
    assert [text.text for text in narrow.texts[:2]] == ["Mo", "Tu"]
    assert narrow.rects[0].y > wide.rects[0].y


def test_a_cell_that_nobody_watched_is_hatched_and_one_that_is_dark_is_marked():
    """An empty cell, a zero and a gap are three things."""
    cells = {
        (0, 0): Cell(0.0, "0"),
        (0, 1): Cell(None, "", title="no data"),
        (1, 0): Cell(2, "2", True),
    }
    drawing, _ = grid(cells, ["00", "01"], ["Mo", "Tu"])
    assert sorted(kinds(drawing)) == ["gap", "level-0", f"level-{LEVELS}", "night"]
    assert len(of_kind(drawing, "gap")) == 1


def test_fullness_grows_with_the_number():
    """Nothing is level 0, the busiest is the last, a tenth of it is still seen."""
    levels = [level(value, 100) for value in (0, 1, 10, 50, 100)]
    assert levels[0] == 0
    assert levels == sorted(levels)
    assert levels[-1] == LEVELS
    assert levels[2] >= 2


def test_steps_lie_at_their_seconds_and_gaps_are_joined():
    """A step begins at its second; two unknown quarters after each other are one gap."""
    made = [Step(0, 900, 5.0), Step(900, 1800, None), Step(1800, 2700, None), Step(2700, 3600, 0.0)]
    shade = Shade(0, 1800, "window", "lit")
    drawing, _ = steps(made, span_s=3600, ticks=[(0, "00")], gap="no data", shades=[shade])
    (gap,), (first,) = of_kind(drawing, "gap"), of_kind(drawing, "plain")
    (window,) = of_kind(drawing, "shade-window")
    assert gap.width == pytest.approx(2 * (first.width + 0.5), abs=0.5)
    assert window.width == pytest.approx(gap.width, abs=0.5)


def test_all_pairs_are_on_one_scale_and_say_what_was_not_watched():
    """A bar twice as long stands for twice as much in any pair; a missing one is hatched."""
    drawing, narrow = pairs(
        [Pair("day", 20.0, "20", 10.0, "10"), Pair("dark", None, "", 1.0, "1")], "no data"
    )
    (before,), afters = of_kind(drawing, "before"), of_kind(drawing, "after")
    assert afters[0].width == pytest.approx(before.width / 2, abs=0.2)
    assert afters[1].width == pytest.approx(before.width / 20, abs=0.2)
    assert [each.width for each in of_kind(narrow, "after")] == pytest.approx(
        [of_kind(narrow, "before")[0].width * share for share in (0.5, 0.05)], abs=0.2
    )
    assert len(of_kind(narrow, "gap")) == 1


def test_a_csv_has_units_both_times_and_empty_cells_for_no_data():
    """Names are the same in every language; a zero is a zero and no data is nothing."""
    local = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Amsterdam"))
    table = Table(
        (
            Column("time", "Uur", Format.MOMENT),
            Column("passages", "Passages", Format.COUNT),
            Column("coverage", "Waargenomen", Format.SHARE),
            Column("day", "Dag", Format.DAY),
            Column("simulated", "Gesimuleerd", Format.FLAG),
        ),
        ((local, 0, 1.0, date(2026, 10, 25), True), (local, None, 0.0, date(2026, 10, 25), False)),
    )
    assert list(csv.reader(StringIO(table.csv()))) == [
        ["local", "utc", "passages", "coverage", "day", "simulated"],
        ["2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z", "0", "1.0000", "2026-10-25", "1"],
        ["2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z", "", "0.0000", "2026-10-25", "0"],
    ]


def test_a_csv_holds_no_formula():
    """A name that a spreadsheet would compute stands there as a name."""
    table = Table((Column("zone", "Zone"),), (("=HYPERLINK(1)",), ("path",)))
    assert table.csv() == "zone\r\n'=HYPERLINK(1)\r\npath\r\n"
