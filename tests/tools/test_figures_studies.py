"""What measures studies: counts of others are read as they are, a seed gives the same figures."""

from datetime import date

import numpy as np
import pytest
from tools.figures.studies import clock, evaluation, hostile, placebo
from tools.figures.studies.hourly import Counts, read_csv
from tools.figures.studies.trials import Goal, Trial, figures

from padlicht.evaluation.estimators.types import Method

GRONINGEN = ("Europe/Amsterdam", 53.22, 6.57)


def test_a_file_of_counts_is_read_by_the_local_clock(tmp_path):
    """With an offset or without; an empty cell and an hour that is not there were not watched."""
    path = tmp_path / "counts.csv"
    path.write_text(
        "hour,counter,count\n"
        "2024-03-01 17:00,Bridge,128\n"
        "2024-03-01T17:00:00Z,Bridge,64\n"  # 18:00 on the clock
        "2024-03-01 19:00,Bridge,\n"
        "2024-03-02 17:00,Bridge,0\n"
    )
    found = read_csv(path, GRONINGEN)
    assert (found.counters, found.days[0]) == (("Bridge",), date(2024, 3, 1).toordinal())
    assert found.count[0, 0, 16:21].tolist() == [0, 128, 64, 0, 0]
    assert found.watched_s[0, :, 17].tolist() == [3600, 3600]
    assert found.watched_s[0, 0, 19] == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hour,count\n", "no column counter"),
        ("hour,counter,count\n2024-03-01 17:00,Bridge,-3\n", "line 2"),
        ("hour,counter,count\nyesterday,Bridge,3\n", "line 2"),
        ("hour,counter,count\n", "no counts"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path, text, why):
    """The column, or the line."""
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=why):
        read_csv(path, GRONINGEN)


def test_a_place_that_is_none_is_refused():
    """A time zone, latitude and longitude; with an example."""
    with pytest.raises(ValueError, match="give time zone, latitude, longitude"):
        placebo.load("counts.csv", "Groningen")


def test_parks_are_the_same_again_for_a_seed_and_others_for_another():
    """Every design is estimated; whoever doubts a figure can make it again."""
    first, again, other = (evaluation.simulate((seed, 0, 0, 1)) for seed in (1, 1, 2))
    assert first == again != other
    methods = [one.method for one in first]
    assert methods == [Method.INSTALLATION, Method.INSTALLATION_CONTROL_PATH, Method.TRYOUT]
    assert {one.method for one in clock.simulate((1, 2, 0, 1))} >= {Method.CLOCK_CHANGE}


def test_a_counter_that_dies_in_wet_nights_is_never_told():
    """Of the try-out, in which it dies on both sides alike, something may be."""
    wet = list(hostile.KINDS).index("wet_nights")
    found = hostile.simulate((1, wet, 0, 2))
    assert {one.outcome for one in found if one.method == Method.INSTALLATION} == {"nights_missing"}


def test_a_stretch_of_real_counts_is_thinned_to_so_many_an_evening():
    """Forty on an average evening, at both counters, from a Monday on."""
    days = 60  # of winter: there is dark in the lamps' hours
    counts = Counts(
        ("a", "b"),
        date(2023, 1, 1).toordinal(),
        np.full((2, days, 24), 300.0),
        np.full((2, days, 24), 3600.0),
        GRONINGEN,
    )
    first, grid = placebo.draw(counts, 40, 28, np.random.default_rng(1))
    assert first.weekday() == 0
    for place in (True, False):
        rows = (grid.at_case_path == place) & (grid.part == 0)
        assert grid.count[rows].sum() / 28 == pytest.approx(40, rel=0.1)


def test_a_figure_says_what_was_promised_and_whether_it_was_kept(capsys):
    """94 of 100 held, and six claims where nothing was: 93 is kept, 95 is not."""
    tried = [Trial("a", "tryout", "", i >= 6, i < 6, 0.1) for i in range(100)]
    for least, kept in ((93.0, True), (95.0, False)):
        goal = Goal(least=least, false_claims=True)
        coverage, false = figures("x", tried, lambda *_, goal=goal: goal, "how")
        assert (coverage.value, coverage.reached) == (94.0, kept)
        assert (false.value, false.reached) == (6.0, True)
    assert "| a | **94.0 · 6.0 · +11 %** |" in capsys.readouterr().err
