"""Places: how long somebody was near each lamp, and what is said where nobody could tell."""

import csv
from datetime import date, timedelta
from html import unescape
from io import StringIO

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.lamp_sums import LampTotals
from padlicht.usage.days import Period
from padlicht.web.i18n import words
from padlicht.web.presence.charts import clock_chart, days_chart, near_text
from padlicht.web.presence.places import PlaceUse, places_chart
from padlicht.web.table import format_value
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"
PAGE = f"/en/{SITE}/presence"
TODAY = date(2026, 11, 12)
CLOCK = SiteClock.always("Europe/Amsterdam")
HOUR = 3600
MONDAY_UTC_S = 1_794_178_800  # 9 November 2026, 00:00 in Groningen
WEEK = Period(date(2026, 11, 9), date(2026, 11, 15))
EN, NL = words("en"), words("nl")
# 3 h 20 min of 30 h watched, in 40 h of service; a lamp of older firmware; one that was silent.
TOLD = LampTotals(near_s=12_000, near_obs_s=108_000, told_s=108_000, due_s=144_000)
OLD = LampTotals(told_s=144_000, due_s=144_000)
SILENT = LampTotals(due_s=144_000)


def rows(year, chart: str, **query: object) -> list[dict[str, str]]:
    with client(year, END_UTC_S) as pages:
        answer = pages.get(f"{PAGE}.csv", params={"chart": chart, **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def place(name: str, totals: LampTotals) -> PlaceUse:
    return PlaceUse(name, "path", simulated=False, lights={"day": totals})


def test_it_is_time_of_the_time_watched():
    """How long of how long, and which part of the time that was: in both languages."""
    assert near_text(EN, TOLD) == "somebody near for 3 h 20 min of 30 h watched (75% of the time)"
    assert near_text(NL, TOLD) == "3 u 20 min iemand dichtbij, van 30 u gemeten (75% van de tijd)"


def test_who_cannot_tell_is_not_measured_and_never_zero():
    """A lamp that says nothing of people, beside one of which nobody heard; a sum of 0 is one."""
    assert near_text(EN, OLD) == "not measured"
    assert near_text(NL, OLD) == "niet gemeten"
    assert near_text(EN, SILENT) == "no data"
    nobody = LampTotals(near_s=0, near_obs_s=3600, told_s=3600, due_s=3600)
    assert near_text(EN, nobody) == "somebody near for 0 s of 1 h watched (100% of the time)"


def test_a_place_that_was_not_measured_has_no_bar_and_no_number():
    """In the drawing a hatched place, in the table words, in the file an empty cell."""
    chart = places_chart(EN, [place("lamp-1", OLD), place("lamp-2", TOLD)])
    assert "Longest at lamp-2: somebody was near for 3 h 20 min of 30 h watched" in chart.caption
    kinds = [(rect.kind, rect.title) for rect in chart.drawings[0].rects]
    assert ("gap", "not measured") in kinds
    assert len([kind for kind, _ in kinds if kind == "after"]) == 1
    column = next(at for at, one in enumerate(chart.table.columns) if one.key == "near_s")
    old = next(row for row in chart.table.rows if row[0] == "lamp-1")
    assert old[column] is None
    assert format_value(EN, chart.table.columns[column], None) == "not measured"
    (_, first, *_) = chart.table.csv().splitlines()
    assert first.startswith("lamp-1,path,day,by day,,0,144000,0.0000,,0")


def test_where_no_lamp_can_tell_the_page_says_so():
    """No finding about people is made out of nothing."""
    hours = {(MONDAY_UTC_S, "day"): OLD}
    said = [
        places_chart(EN, [place("lamp-1", OLD)]).caption,
        clock_chart(EN, "lamp-1", hours, CLOCK, simulated=False).caption,
        days_chart(EN, "lamp-1", hours, CLOCK, WEEK, simulated=False).caption,
    ]
    assert said == ["Not measured: no lamp said whether somebody was near."] * 3


def test_days_say_how_much_the_lamp_watched():
    """Six minutes on Monday in two hours watched; of Tuesday nobody could tell."""
    hours = {
        (MONDAY_UTC_S + 9 * HOUR, "day"): LampTotals(0, 0, 0, 240, HOUR, HOUR, HOUR),
        (MONDAY_UTC_S + 20 * HOUR, "dark_on"): LampTotals(0, 0, 0, 120, HOUR, HOUR, HOUR),
        (MONDAY_UTC_S + 33 * HOUR, "day"): LampTotals(0, 0, 0, 0, 0, HOUR, HOUR),
    }
    chart = days_chart(EN, "lamp-1", hours, CLOCK, WEEK, simulated=False)
    assert chart.caption == (
        "The lamp watched 66% of its time here. Somebody was near for 6 min of 2 h watched."
    )
    near = {(row[0].day, row[1]): row[3] for row in chart.table.rows}
    assert near == {(9, "day"): 240, (9, "dark_on"): 120, (10, "day"): None}


def test_the_hour_of_the_week_is_a_share_of_what_was_watched():
    """Two Mondays at nine, one of them watched for half an hour: 15 of 90 minutes is a sixth."""
    week = 7 * 24 * HOUR
    hours = {
        (MONDAY_UTC_S + 9 * HOUR, "day"): LampTotals(0, 0, 0, 600, HOUR, HOUR, HOUR),
        (MONDAY_UTC_S + 9 * HOUR + week, "day"): LampTotals(0, 0, 0, 300, HOUR // 2, HOUR, HOUR),
    }
    chart = clock_chart(EN, "lamp-1", hours, CLOCK, simulated=False)
    assert chart.caption == "Longest on Monday at 09:00: 10 minutes of the hour."
    assert [row[1:5] for row in chart.table.rows] == [(1, "09:00", 900, 5400)]


def test_the_fitness_place_is_where_somebody_stays_longest(year):
    """The demo park's place without a counter comes first, with what its lamp watched."""
    with client(year, END_UTC_S) as pages:
        found = unescape(pages.get(PAGE).text)
    assert "Longest at lamp-fitness: somebody was near for" in found
    assert "lamp-fitness: every hour of the week" in found
    assert "It is time, not people" in found


@pytest.mark.parametrize("weeks", [4, 52])
def test_places_are_those_of_the_ledger(year, weeks):
    """Each lamp and light, to the second; its days add up to the same."""
    with Ledger.open(year, read_only=True) as ledger:
        clock = ledger.sites.clock(SITE)
        begin = clock.midnight_utc_s(TODAY - timedelta(weeks=weeks))
        end = clock.midnight_utc_s(TODAY)
        kept = ledger.node_hours.all(begin, end, node="lamp-fitness")
    near = {light: sum(hour.near_s for hour in kept if hour.light == light) for light in
            {hour.light for hour in kept}}  # fmt: skip
    told = {
        row["light"]: int(row["near_s"])
        for row in rows(year, "places", weeks=weeks)
        if row["lamp"] == "lamp-fitness"
    }
    assert told == near
    days = rows(year, "days", weeks=weeks, lamp="lamp-fitness")
    assert sum(int(row["near_s"] or 0) for row in days) == sum(near.values())


@pytest.mark.parametrize(
    ("query", "status"), [("?weeks=5", 404), ("?lamp=counter-east", 404), ("?lamp=nobody", 404)]
)
def test_what_is_not_there_is_said(year, query, status):
    """No such period, no lamp, no node: an error that names it."""
    with client(year, END_UTC_S) as pages:
        answer = pages.get(PAGE + query)
    assert answer.status_code == status
