"""The rig that expands queries does what Grafana does."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.rigs.grafana.api import ALL, DAY_MS, HOUR_MS, NotExpanded, Range, expand, interval_of

ZONE = ZoneInfo("Europe/Amsterdam")
OVER = Range(1_795_000_000_000, 1_795_086_400_000)


def at(*local: int) -> int:
    return round(datetime(*local, tzinfo=ZONE).timestamp() * 1000)


def test_the_time_filter_is_two_comparisons_in_milliseconds():
    """As Grafana's server writes it, both ends included."""
    found = expand('SELECT x FROM "y" WHERE $timeFilter', OVER, {})
    assert found == ('SELECT x FROM "y" WHERE time >= 1795000000000ms and time <= 1795086400000ms')


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("time($__interval)", "time(15m)"),
        ("time($interval)", "time(15m)"),
        ("$__interval_ms", "900000"),
        ("$__from $__to", "1795000000000 1795086400000"),
        ("$__range_s", "86400"),
    ],
)
def test_what_grafana_knows_by_itself_is_filled_in(query, found):
    """Intervals and the range need no variable of the dashboard."""
    assert expand(query, OVER, {}, interval_ms=900_000) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (ALL, "/^(.*)$/"),
        ("west", "/^(west)$/"),
        (["west", "east-2"], "/^((west|east\\-2))$/"),
        ("a.b", "/^(a\\.b)$/"),
    ],
)
def test_a_variable_becomes_a_regular_expression(value, found):
    """All stands as it was written; names are escaped, several become a choice."""
    query = "/^(${zone:regex})$/"
    assert expand(query, OVER, {"zone": value}, all_values={"zone": ".*"}) == found


@pytest.mark.parametrize("query", ["$zone", "${zone}", "[[zone]]"])
def test_a_variable_has_three_ways_of_being_written(query):
    """All of them mean the same."""
    assert expand(query, OVER, {"zone": "west"}) == "west"


@pytest.mark.parametrize("query", ["$nobody", "${nobody:regex}", "${zone:json}"])
def test_what_nobody_fills_in_is_refused(query):
    """InfluxDB would take it for a name that it does not have, and answer nothing."""
    with pytest.raises(NotExpanded):
        expand(query, OVER, {"zone": "west"})


@pytest.mark.parametrize(
    ("days", "least_ms", "found_ms"),
    [(365, HOUR_MS, 21_600_000), (7, HOUR_MS, HOUR_MS), (7, 1, 600_000), (1, 1, 60_000)],
)
def test_a_step_is_a_round_number_that_is_never_below_the_least(days, least_ms, found_ms):
    """About a thousand points across, in steps that people know."""
    assert interval_of(Range(0, days * DAY_MS), 1000, least_ms) == found_ms


def test_seven_whole_days_are_local_days_also_when_clocks_change():
    """`6d` moved back by `1d/d` in the week of the last Sunday of October has 169 hours."""
    now_ms = at(2026, 10, 28, 15, 20)
    found = Range(0, now_ms).of_panel("6d", "1d/d")
    assert (found.from_ms, found.to_ms) == (at(2026, 10, 21), at(2026, 10, 28) - 1)
    assert round((found.to_ms - found.from_ms) / HOUR_MS) == 169


def test_a_panel_without_its_own_time_has_the_dashboards():
    """Nothing is moved."""
    assert OVER.of_panel(None, None) == OVER
    assert OVER.of_panel("6h", None).from_ms == OVER.to_ms - 6 * HOUR_MS
