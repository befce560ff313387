"""Intervals of a day: what is yet to come is owed by nobody, and nothing of it is unknown."""

import pytest

from padlicht.usage.lamp_nights import LightWindow
from padlicht.web.day.chart_parts import watched_share
from padlicht.web.day.intervals import Interval, day_adherence, intervals
from tests.browser.park import EVENING, MIDNIGHT, footfall, node
from tests.hub.use import light

DAY_S = 86_400
WINDOW = LightWindow(MIDNIGHT + 17 * 3600, MIDNIGHT + 22 * 3600)


def day(role: str, *records, now: int, added: int = MIDNIGHT - DAY_S) -> list[Interval]:
    post = node("post", role, None, added_utc_s=added)
    return intervals(post, records, MIDNIGHT, MIDNIGHT + DAY_S, now)


def test_the_minutes_after_a_record_that_was_cut_short_are_yet_to_come():
    """It restarted at 20:07: of 20:00 to 20:15 seven minutes are known, and none is unknown."""
    whole = [light(t, node="post") for t in range(WINDOW.start_utc_s, EVENING, 900)]
    cut = light(EVENING, node="post", dt=420)
    found = day_adherence(day("lamp", *whole, cut, now=EVENING + 480), WINDOW, 60)
    told_s = EVENING + 420 - WINDOW.start_utc_s
    assert (found.planned_s, found.lit_s, found.unknown_s) == (told_s, told_s, 0)
    late = day_adherence(day("lamp", *whole, cut, now=EVENING + 900 + 1800), WINDOW, 60)
    assert late.unknown_s == 480  # by then the rest should have come


def test_of_an_hour_that_runs_only_what_is_over_is_held_against_a_counter():
    """It watched all of it so far, and so it watched all of the time."""
    cut = footfall("post", 1, EVENING, 3, 1, dt=300, obs_s=300)
    parts = [part for part in day("counter", cut, now=EVENING + 320) if part.is_reported]
    assert watched_share(parts) == 1.0
    assert [(part.coverage, part.known_to_utc_s) for part in parts] == [(1.0, EVENING + 300)]


@pytest.mark.parametrize(("added_s", "due_s"), [(0, 900), (600, 300), (900, 0)])
def test_before_it_stood_there_a_node_owes_nothing(added_s, due_s):
    """Of the quarter in which it was registered it owes the rest."""
    found = day("lamp", now=MIDNIGHT + DAY_S, added=MIDNIGHT + added_s)
    assert (found[0].due_s, found[1].due_s) == (due_s, 900)
