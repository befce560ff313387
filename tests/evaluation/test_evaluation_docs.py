"""docs/evaluation.md has the tables that `make figures` prints: designs, settings and outcomes."""

from pathlib import Path

import pytest
from tools.figures.studies import clock, evaluation, hostile, placebo, signals
from tools.figures.studies.tables import BESIDE, DESIGNS, Summary, cell, tables

from padlicht.evaluation.estimators import early_signal, types
from padlicht.evaluation.estimators.types import Method, Outcome

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "evaluation.md").read_text()
LINES = TEXT.splitlines()


def rows(*headings):
    """The settings of each table that has these headings."""
    starts = [
        number
        for number, line in enumerate(LINES)
        if line.startswith("| setting |") and all(f"| {one} |" in line for one in headings)
    ]
    return [
        [row.split("|")[1].strip() for row in LINES[start + 2 : LINES.index("", start)]]
        for start in starts
    ]


def named(settings):
    return {evaluation.row_of(setting).replace("_", " ") for setting in settings}


def test_every_design_has_a_column():
    """What the product can estimate by is what is measured and printed."""
    assert {*DESIGNS, *BESIDE} >= {*Method}
    for heading in (*DESIGNS.values(), *BESIDE.values()):
        assert f"| {heading} |" in TEXT, heading


def test_every_setting_has_a_row_and_no_other():
    """Simulated parks, clock changes, real counts, trouble."""
    clock_rows, real_rows = rows(BESIDE[Method.CLOCK_CHANGE])
    simulated, real, trouble = (
        set(table) for table in rows(DESIGNS[Method.INSTALLATION], DESIGNS[Method.TRYOUT])
    )
    assert simulated == named(evaluation.settings())
    assert set(clock_rows) == named(clock.settings())
    of_real = {f"{passages} an evening" for passages in placebo.EVENING_PASSAGES}
    assert (real, set(real_rows)) == (of_real, of_real)
    assert trouble == {kind.replace("_", " ") for kind in hostile.KINDS}
    assert set(rows("false a zone and year")[0]) == {
        f"{passages} an evening" for passages in signals.EVENING_PASSAGES
    }


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_explained(outcome):
    """Whoever reads one in a stored result finds it here."""
    assert f"`{outcome.value}`" in TEXT


@pytest.mark.parametrize(
    "said",
    [
        f"under {types.FEWEST_PASSAGES} passages",
        f"{types.LEAST_WATCHED * 100:.0f} % of it was watched",
        f"where {types.COVERED_EXPECTED:.0f} or more were expected",
        f"{types.MOST_NIGHTS_APART * 100:.0f} points fewer",
        f"under {types.LEAST_WEEKS} weeks a side, or under {types.FEWEST_PAIRS} pairs",
        f"(one week below {types.WEEKLY_BELOW_WEEKS} a side), 6 to {types.MOST_WEEKS} weeks a side",
        f"{early_signal.FEWEST_PAST} known weeks of the past year",
        f"times {early_signal.MARGIN:g}",
        f"{early_signal.LEAST_COVERAGE * 100:.0f} % watched",
    ],
)
def test_the_rules_say_the_numbers_of_the_code(said):
    """A rule that is changed is changed here as well."""
    assert said in " ".join(LINES)


def test_a_cell_says_what_was_held_claimed_and_how_wide_and_is_bold_when_missed():
    """And of how many, when a twentieth or more had no interval."""
    told = Summary("a", Method.TRYOUT, 1000, 740, ", 260 too_few", 95.46, 4.54, 41.7)
    assert cell(told) == "95.5 · 4.5 · +42 % · of 74 %"
    assert cell(told._replace(told=990, reached=False)) == "**95.5 · 4.5 · +42 %**"
    assert cell(told._replace(told=0)) == "none, 260 too_few"
    assert list(tables([told]))[1:] == [
        "| setting | try-out of 24 weeks |",
        "|---|---|",
        "| a | 95.5 · 4.5 · +42 % · of 74 % |",
    ]
