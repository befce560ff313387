"""A day of one node: what it should have done beside what it did, on a year with a known truth."""

import csv
import re
from datetime import date
from io import StringIO

import pytest

from padlicht.ledger import Footfall, Ledger
from padlicht.usage.days import bounds_utc_s
from tests.hub.use import light
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S, TRUTH
from tests.web.pages.test_glance import SITE, TZ, said


def page(year, node: str, day: str = "", language: str = "en", now: int = END_UTC_S) -> str:
    query = f"?date={day}" if day else ""
    with client(year, now) as pages:
        answer = pages.get(f"/{language}/{SITE}/node/{node}/day{query}")
    assert answer.status_code == 200
    return answer.text


def rows(year, node: str, day: str, chart: str, now: int = END_UTC_S) -> list[dict[str, str]]:
    with client(year, now) as pages:
        answer = pages.get(f"/en/{SITE}/node/{node}/day.csv", params={"chart": chart, "date": day})
    assert answer.status_code == 200
    assert f'filename="{SITE}-{node}-{day}-{chart}.csv"' in answer.headers["content-disposition"]
    return list(csv.DictReader(StringIO(answer.text)))


def test_a_lamp_that_kept_its_hours_says_so(year):
    """What it should have done stands beside what it did, with the window by the sun."""
    text = said(page(year, "lamp-1", "2026-11-10"))
    found = re.search(
        r"It should be lit from 16:4\d to 22:00, 5 h 1\d min, and was lit for 5 h 1\d min of it\."
        r" As it should\. Outside its hours it was off\.",
        text,
    )
    assert found
    assert "A day of lamp-1 simulated Tuesday 10 November 2026" in text


def test_the_rows_of_a_lamp_add_up_to_its_records(year):
    """Each quarter of the file is what the lamp recorded in it, to the second and the trigger."""
    day = date(2026, 11, 10)
    with Ledger.open(year, read_only=True) as ledger:
        records = ledger.records.lamp(SITE, *bounds_utc_s(day, TZ), node="lamp-1")
    table = rows(year, "lamp-1", str(day), "light")
    assert len(table) == len(records) == 96
    assert [int(row["lit_s"]) for row in table] == [record.lit_s for record in records]
    assert [int(row["full_s"]) for row in table] == [record.boost_s for record in records]
    triggers = rows(year, "lamp-1", str(day), "triggers")
    assert [int(row["triggers"]) for row in triggers] == [record.trig for record in records]
    energy = rows(year, "lamp-1", str(day), "energy")
    assert sum(int(row["energy_mwh"]) for row in energy) == sum(r.mwh for r in records)
    assert {row["simulated"] for row in table} == {"1"}


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_the_clocks_change_has_its_own_number_of_quarters(year, day, hours):
    """92 or 100 quarters, each with its local time and offset, and a word about it."""
    table = rows(year, "counter-west", day, "passages")
    assert len(table) == hours * 4
    assert len({row["utc"] for row in table}) == hours * 4
    assert (table[0]["local"][11:16], table[-1]["local"][11:16]) == ("00:00", "23:45")
    html = page(year, "counter-west", day)
    assert f"it has {hours} hours" in said(html)
    assert ">20:00</text>" in html


def test_around_midsummer_there_is_no_window_and_no_fault(year):
    """Sunset comes after the lamp's end, and it stayed off, as it should."""
    text = said(page(year, "lamp-1", "2026-06-28"))
    assert "No window this evening: sunset comes after the lamp's end, 22:00." in text
    assert "It stayed off, as it should." in text
    assert "when it should be lit" not in text
    dutch = said(page(year, "lamp-1", "2026-06-28", "nl"))
    assert "Deze avond geen lichttijd: de zon gaat pas na de eindtijd (22:00) onder." in dutch


def test_what_is_not_known_is_no_darkness(year):
    """Of a lamp that fell silent nothing is claimed; its fault stands on the axis."""
    text = said(page(year, TRUTH.failed.node, "2026-10-08"))
    assert re.search(r"was lit for \d+ min of it\. Nothing is known of 3 h", text)
    assert "As it should." not in text
    assert "off, as far as it told." in text
    assert "18:41: fault radar_silent began" in text
    html = page(year, TRUTH.failed.node, "2026-10-09")
    assert "No data: nothing was heard of it on this day." in said(html)
    table = rows(year, TRUTH.failed.node, "2026-10-09", "light")
    assert {row["lit_s"] for row in table} == {""}
    assert {row["coverage"] for row in table} == {"0.0000"}


def test_a_radar_that_is_silent_saw_nobody_is_not_said(year):
    """A lamp whose radar did not watch has no triggers, not zero of them."""
    table = rows(year, TRUTH.failed.node, "2026-10-08", "triggers")
    assert [row["triggers"] for row in table if row["watched_s"] == "0"][:1] == [""]
    assert any(row["triggers"] == "0" for row in table)


def test_a_covered_counter_counts_nothing_and_says_so(year):
    """In touch but not watching: an empty cell, hatched, and not the same as no word."""
    node, from_utc_s, _ = TRUTH.covered
    text = said(page(year, node, "2026-10-12"))
    assert "nobody was watching, which is not the same as nobody passing" in text
    assert "it reported, but its radar was covered or silent" in text
    assert "nothing came from it" not in text
    table = rows(year, node, "2026-10-13", "passages")
    assert {(row["passages_in"], row["passages_out"], row["watched_s"]) for row in table} == {
        ("", "", "0")
    }
    text = said(page(year, node, "2026-10-13"))
    assert "No data: nobody was watching, which is not the same as nobody passing." in text
    html = page(year, node, "2026-10-13")
    assert html.count('class="blind"') > 2  # the legend has one
    assert 'class="gap"' in html
    assert from_utc_s < bounds_utc_s(date(2026, 10, 13), TZ)[0]


def test_a_counter_s_passages_are_those_of_the_ledger(year):
    """Both directions of the day, in words and in the file, with the share that was watched."""
    day = date(2026, 11, 10)
    with Ledger.open(year, read_only=True) as ledger:
        records = ledger.records.footfall(SITE, *bounds_utc_s(day, TZ), node="counter-west")
    n_in, n_out = sum(r.n_in for r in records), sum(r.n_out for r in records)
    text = said(page(year, "counter-west", str(day)))
    assert (
        f"{n_in} passages one way and {n_out} the other way. Watched for 99% of the time." in text
    )
    table = rows(year, "counter-west", str(day), "passages")
    assert sum(int(row["passages_in"]) for row in table) == n_in
    assert sum(int(row["watched_s"]) for row in table) == sum(r.obs_s for r in records)
    assert {row["light"] for row in table} == {
        "by day", "twilight", "in the dark, lamps on", "in the dark, lamps off",
    }  # fmt: skip


def test_a_change_of_settings_stands_on_its_day(year):
    """With what, who and why."""
    utc_s, _, who, why = TRUTH.settings[0]
    assert utc_s
    text = said(page(year, "lamp-2", "2026-07-21"))
    what = "how long it stays at full after the last movement 20 s → 30 s"
    assert f"14:10: settings: {what} ({who}: {why})" in text


def test_settings_that_were_given_again_are_no_mark(make_copy):
    """The same once more changes nothing, so nothing is marked on its day."""
    noon = bounds_utc_s(date(2026, 11, 11), TZ)[0] + 12 * 3600
    path = make_copy()
    with Ledger.open(path) as ledger, ledger.transaction():
        same = ledger.settings.wanted()["lamp-1"].after
        ledger.settings.request("lamp-1", same, "anna", "to be sure", noon)
        ledger.settings.request("lamp-2", {**same, "hold_s": 7}, "anna", "to see it", noon)
    assert "to be sure" not in said(page(path, "lamp-1", "2026-11-11"))
    assert "to see it" in said(page(path, "lamp-2", "2026-11-11"))


def test_the_days_of_the_week_are_to_choose_from(year):
    """Seven days with their sums; the one that is shown is marked, those to come are no links."""
    html = page(year, "lamp-1", "2026-11-10")
    week = re.search(r'<nav class="week".*?</nav>', html, re.DOTALL)[0]
    assert week.count("<a ") == 4
    assert 'date=2026-11-10" aria-current="date"' in week
    assert "2026-11-13" not in week
    assert "date=2026-11-09" in html
    assert 'rel="prev"' in html


def test_a_running_day_tells_what_is_due_so_far(year):
    """Quarters to come are neither data nor missing, and the sentence says that it is not over."""
    text = said(page(year, "lamp-1"))
    assert re.search(r"from 16:42 to 22:00; of the first 33 min it was lit for 33 min", text)
    assert len(rows(year, "lamp-1", "2026-11-12", "light")) == 69
    day = page(year, "counter-east", now=END_UTC_S - 17 * 3600)
    assert "no word from the counter" in said(day)


def test_before_a_node_came_nothing_was_due(year):
    """Not in service yet is a thing of its own, not a gap."""
    html = page(year, "lamp-1", "2026-05-13")
    assert "It was not in service yet on this day." in said(html)
    figures = re.search(r'<figure class="chart" id="light">.*?</figure>', html, re.DOTALL)[0]
    assert 'class="gap"' not in re.sub(r'<svg class="swatch".*?</svg>', "", figures)
    assert "settings: " not in said(page(year, "lamp-1", "2026-05-14"))
    part = rows(year, "lamp-1", "2026-05-14", "light")
    assert part[0]["local"] == "2026-05-14T12:00:00+02:00"


def test_a_lamp_lit_outside_its_hours_is_said_so(make_copy):
    """A lamp that burns at noon breaks the promise, in words."""
    day = date(2026, 11, 11)
    noon = bounds_utc_s(day, TZ)[0] + 12 * 3600
    path = make_copy(light(noon, node="lamp-1", boot=99))
    text = said(page(path, "lamp-1", str(day)))
    assert "It was lit outside its hours for 15 min." in text
    assert "As it should." not in text


def test_a_node_that_reports_each_hour_has_hours(make_copy):
    """Nothing is shared out over quarters that was never told apart."""
    begin = bounds_utc_s(date(2025, 11, 10), TZ)[0]  # before the year, so nothing else is there
    hours = [
        Footfall("counter-west", 1, 900_000 + hour, begin + hour * 3600, 3600, 2, 3600, 0, hour, 0,
                 0, 0)
        for hour in range(24)
    ]  # fmt: skip
    table = rows(make_copy(*hours), "counter-west", "2025-11-10", "passages")
    assert [row["passages_in"] for row in table] == [str(hour) for hour in range(24)]
    assert {row["due_s"] for row in table} == {"3600"}


@pytest.mark.parametrize(
    "address",
    [
        "node/lamp-1/day?date=2026-11-13",
        "node/lamp-1/day?date=2019-12-31",
        "node/lamp-1/day?date=yesterday",
        "node/lamp-99/day",
        "node/lamp-1/day.csv?chart=passages",
    ],
)
def test_what_is_not_there_is_not_found(year, address):
    """A day to come or long ago, no date, no node, another role's chart."""
    with client(year, END_UTC_S) as pages:
        assert pages.get(f"/en/{SITE}/{address}").status_code == 404


def test_the_page_of_a_node_leads_to_its_day(year):
    """And back."""
    with client(year, END_UTC_S) as pages:
        assert f"/en/{SITE}/node/lamp-1/day" in pages.get(f"/en/{SITE}/node/lamp-1").text
    assert f'href="/en/{SITE}/node/lamp-1"' in page(year, "lamp-1")
