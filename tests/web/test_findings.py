"""How changes, coverage and counts are put into words, in both languages."""

import pytest

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import (
    WatchedCount,
    change,
)
from padlicht.web import phrases
from padlicht.web.charts import Column, Format
from padlicht.web.i18n import words
from padlicht.web.table import format_value as shown

HOUR = 3600


@pytest.mark.parametrize(
    ("before", "after", "english"),
    [
        ((1000, 100), (2000, 100), "More: +100% (95% interval +75% to +128%)"),
        ((2000, 100), (1000, 100), "Fewer: −50% (95% interval −56% to −43%)"),
        ((300, 100), (300, 100), "No sure difference: ±0% (95% interval −24% to +32%)"),
        ((19, 100), (3000, 100), "Too few data: under 20 passages on one side"),
        ((0, 0), (3000, 100), "No data: not watched at the same hours"),
    ],
)
def test_a_change_says_by_how_much_and_how_surely(before, after, english):
    """The verdict first, then the change with its interval; too little is not called a change."""
    found = change(*(WatchedCount(count, hours * HOUR) for count, hours in (before, after)))
    assert phrases.change_text(words("en"), found) == english
    assert phrases.change_text(words("nl"), found) != english


@pytest.mark.parametrize(
    ("use", "watched", "passages"),
    [
        (Use(), "no counter stood here", "no data"),
        (Use(due_s=HOUR), "not watched", "no data"),
        (Use(due_s=HOUR, obs_s=HOUR), "100% watched", "0 passages"),
        (Use(due_s=HOUR, obs_s=HOUR - 1, count_in=1), "99% watched", "1 passage"),
    ],
)
def test_nothing_due_nobody_watching_and_nobody_passing_are_three_things(use, watched, passages):
    """Each has its own words, and only what was watched has a number."""
    t = words("en")
    assert (phrases.coverage_text(t, use), phrases.passages_text(t, use)) == (watched, passages)


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (Format.COUNT, 12345, "12.345"),
        (Format.COUNT, None, "geen gegevens"),
        (Format.COUNT, 0, "0"),
        (Format.SHARE, 0.999, "99%"),
        (Format.RATE, 3.44, "3,4"),
        (Format.RATE, 34.4, "34"),
        (Format.SPAN, 5400, "1 u 30 min"),
        (Format.FLAG, True, "ja"),
        (Format.FLAG, False, "nee"),
        (Format.TEXT, None, "–"),
    ],
)
def test_a_tables_values_read_as_people_write_them(form, value, text):
    """In Dutch, and without a value in words instead of a zero."""
    assert shown(words("nl"), Column("x", "x", form), value) == text


def test_sums_of_uses_keep_what_is_simulated():
    """One made-up part makes the whole one that is marked."""
    parts = [Use(count_in=1), Use(count_out=2, simulated_counts=True)]
    total = phrases.sum_use(parts)
    assert (total.count, total.simulated_counts) == (3, True)
