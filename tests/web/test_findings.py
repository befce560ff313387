"""How changes, coverage and counts are put into words, in both languages."""

import pytest

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import LightComparison, WatchedCount, matched_rates
from padlicht.web import phrases
from padlicht.web.charts import Column, Format
from padlicht.web.i18n import words
from padlicht.web.table import format_value as shown

HOUR = 3600


def beside(before: Use, after: Use) -> LightComparison:
    counts = [(WatchedCount(before.count, before.obs_s), WatchedCount(after.count, after.obs_s))]
    return LightComparison(before, after, matched_rates(counts))


@pytest.mark.parametrize(
    ("before", "after", "english"),
    [
        ((100, 100), (200, 100), "2 an hour, before that 1"),
        (
            (100, 100),
            (100, 80),
            "Not watched alike (80% of the time, before that 100%). 1.2 an hour, before that 1",
        ),
        (
            (100, 100),
            (50, 50),
            "Too little watched (50% of the time, before that 100%). 1 an hour, before that 1",
        ),
        ((0, 0), (300, 100), "No data: not watched at the same hours"),
    ],
)
def test_rates_stand_beside_each_other_and_unlike_watching_comes_first(before, after, english):
    """No verdict and no interval; how it was watched is said before what was counted."""
    uses = (
        Use(count_in=count, obs_s=hours * HOUR, due_s=100 * HOUR)
        for count, hours in (before, after)
    )
    found = beside(*uses)
    assert phrases.beside_text(words("en"), found) == english
    assert phrases.beside_text(words("nl"), found) != english


def test_a_direction_is_called_as_people_call_it_and_never_in_or_out():
    """Without names there are two ways, in both languages."""
    assert phrases.ways(words("en"), None, None) == ("one way", "the other way")
    assert phrases.ways(words("nl"), None, None) == ("de ene kant op", "de andere kant op")
    assert phrases.ways(words("nl"), "naar school", None) == ("naar school", "de andere kant op")


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
