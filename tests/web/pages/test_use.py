"""When the park is used: the grid, light beside dark, and the choice of weeks and zone."""

import csv
import re
from datetime import date, timedelta
from html import unescape
from io import StringIO

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import Use
from padlicht.web.charts import Chart
from padlicht.web.i18n import words
from padlicht.web.use.charts import clock_chart, light_chart
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S, TRUTH

SITE = "molukkenplantsoen"
TODAY = date(2026, 11, 12)
USE = f"/en/{SITE}/use"
HOUR = 3600


def rows(year, chart: str, **query: object) -> list[dict[str, str]]:
    with client(year, END_UTC_S) as pages:
        answer = pages.get(f"{USE}.csv", params={"chart": chart, **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def watched(count: int, hours: int = 1) -> Use:
    return Use(count_in=count, obs_s=hours * HOUR, due_s=hours * HOUR, hours=hours)


def shapes(chart: Chart) -> list[str]:
    return [rect.kind for rect in chart.drawings[0].rects]


@pytest.mark.parametrize("weeks", [4, 12, 52])
@pytest.mark.parametrize("zone", ["", "east"])
def test_the_grid_is_that_of_the_ledger(year, weeks, zone):
    """Every hour of the week in every light, to the unit, with what was watched of it."""
    first, last = TODAY - timedelta(weeks=weeks), TODAY - timedelta(1)
    with Ledger.open(year, read_only=True) as ledger:
        clock = ledger.use.by_clock(SITE, first, last, zone or None)
    told = {
        (int(row["weekday"]), int(row["local_hour"][:2]), row["light"]): row
        for row in rows(year, "clock", weeks=weeks, zone=zone)
    }
    assert len(told) == len(clock)
    for (weekday, hour, light), use in clock.items():
        row = told[weekday, hour, light]
        assert row["passages"] == (str(use.count) if use.watched else "")
        assert int(row["due_s"]) == use.due_s
        # In a wet night of May both counters saw nobody, which is taken as not watched.
        wet_s = 2 * HOUR if (weekday, weeks) == (5, 52) and light != "day" else 0
        assert use.obs_s - wet_s <= int(row["watched_s"]) <= use.obs_s


def test_zones_add_up_to_the_park(year):
    """West and east together are the whole park."""
    sums = [
        sum(int(row["passages"] or 0) for row in rows(year, "days", weeks=12, zone=zone))
        for zone in ("", "west", "east")
    ]
    assert sums[0] == sums[1] + sums[2] > 1000


def test_days_that_nobody_watched_are_no_zeros(year):
    """The zone of the covered counter has days without a number, and words for them."""
    days = {(row["day"], row["light"]): row for row in rows(year, "days", weeks=12, zone="east")}
    covered = days["2026-10-14", "dark_on"]
    assert (covered["passages"], covered["watched_s"]) == ("", "0")
    assert float(covered["coverage"]) == 0
    with client(year, END_UTC_S) as pages:
        html = unescape(pages.get(f"{USE}?weeks=12&zone=east").text)
    assert 'class="t-gap">no data<' in html
    assert TRUTH.covered[0] == "counter-east"


def test_a_choice_stays_chosen(year):
    """The form shows what is shown, the charts' files have the same choice."""
    with client(year, END_UTC_S) as pages:
        html = unescape(pages.get(f"{USE}?weeks=12&zone=west").text)
    assert re.search(r'value="12" checked', html)
    assert re.search(r"<option selected>west</option>", html)
    assert f"{USE}.csv?weeks=12&zone=west&chart=clock" in html
    assert 'href="/nl/molukkenplantsoen/use?weeks=12&zone=west"' in html


@pytest.mark.parametrize("query", ["weeks=5", "weeks=many", "zone=nowhere", "weeks=-4"])
def test_what_there_is_not_is_not_found(year, query):
    """A period or a zone that the page does not have is a page that says so."""
    with client(year, END_UTC_S) as pages:
        answer = pages.get(f"{USE}?{query}")
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_hours_that_are_mostly_dark_are_marked():
    """By the hours of the period: dark on three of four Tuesdays is marked, on one is not."""
    t = words("en")
    mostly = {(2, 18, "dark_off"): watched(3, 3), (2, 18, "day"): watched(9, 1)}
    rarely = {(2, 18, "dark_on"): watched(3, 1), (2, 18, "day"): watched(9, 3)}
    assert "night" in shapes(clock_chart(t, mostly))
    assert "night" not in shapes(clock_chart(t, rarely))


def test_the_busiest_hour_is_named():
    """In words, with its rate per watched hour, not its mere count."""
    clock = {(5, 8, "day"): watched(60, 2), (6, 12, "day"): watched(100, 10)}
    caption = clock_chart(words("en"), clock).caption
    assert caption == "Busiest on Friday at 08:00: 30 passages per watched hour."
    assert clock_chart(words("nl"), clock).caption.startswith("Het drukst op vrijdag om 08:00")


def test_light_and_dark_of_the_same_hour_stand_beside_each_other():
    """An hour with all has all bars; the finding names the rates, lamps on and lamps off apart."""
    clock = {
        (1, 17, "day"): watched(20),
        (2, 17, "dark_on"): watched(5),
        (3, 17, "dark_off"): watched(2),
    }
    chart = light_chart(words("en"), clock)
    assert {"day", "dark_on", "dark_off"} <= set(shapes(chart))
    assert chart.caption == (
        "Passages per watched hour: 5 in the dark with the lamps on, 2 with the lamps off, 20 by"
        " day."
    )


def test_what_was_not_watched_alike_says_so_before_its_rates():
    """Half of the dark with the lamps on was not watched."""
    clock = {
        (1, 17, "day"): watched(20),
        (2, 17, "dark_on"): Use(count_in=5, obs_s=HOUR, due_s=2 * HOUR, hours=2),
        (3, 17, "dark_off"): watched(2),
    }
    caption = light_chart(words("en"), clock).caption
    assert caption.startswith("Watched for 50% of the dark with the lamps on, 100% of it with")


def test_nothing_watched_is_said_and_not_drawn_as_zero():
    """Hours in which counters were due and nobody watched are hatched, with no rate."""
    clock = {(1, 17, "dark_on"): Use(due_s=HOUR, hours=1)}
    t = words("en")
    assert clock_chart(t, clock).caption == "No data: nobody was watching."
    assert shapes(clock_chart(t, clock)) == ["gap"]
    assert light_chart(t, clock).caption == "No data: not watched both by day and in the dark."
    assert "gap" in shapes(light_chart(t, clock))
