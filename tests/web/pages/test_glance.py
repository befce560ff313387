"""The park at a glance, on a year whose truth is known: four answers, and what they rest on."""

import csv
import re
from datetime import date, datetime, timedelta
from html import unescape
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.days import (
    last_weeks,
    midnight_utc_s,
)
from tests.browser.park import EVENING, make_park
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S, TRUTH

TZ = "Europe/Amsterdam"
SITE = "molukkenplantsoen"
DAY_S = 86_400
MIDSUMMER = midnight_utc_s(date(2026, 6, 28), TZ) + 12 * 3600


def said(html: str) -> str:
    """What a page says, without its markup."""
    html = re.sub(r"<(svg|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def glance(year, now_utc_s: int = END_UTC_S, language: str = "en") -> str:
    with client(year, now_utc_s) as pages:
        return said(pages.get(f"/{language}/").text)


def rows(year, chart: str, now_utc_s: int = END_UTC_S) -> list[dict[str, str]]:
    with client(year, now_utc_s) as pages:
        answer = pages.get(f"/en/{SITE}/glance.csv", params={"chart": chart})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{SITE}-glance-{chart}.csv"' in answer.headers["content-disposition"]
    return list(csv.DictReader(StringIO(answer.text)))


def counted(year, first: date, last: date, light: str) -> int:
    """Passages of whole local days, straight from the hours of zones."""
    with Ledger.open(year, read_only=True) as ledger:
        span = midnight_utc_s(first, TZ), midnight_utc_s(last + timedelta(1), TZ)
        hours = ledger.zone_hours.all(*span, site=SITE)
    return sum(hour.count_in + hour.count_out for hour in hours if hour.light.startswith(light))


def test_the_four_questions_are_answered_in_both_languages(year):
    """Each question stands there with its answer; two weeks are rates, and no verdict."""
    english, dutch = glance(year), glance(year, language="nl")
    for question in ("Is the park used after dark?", "Do the lamps do what was promised?"):
        assert question in english
    rates = r"beside the week before\? (Not watched alike.*?\. )?[\d.]+ an hour, before that [\d.]+"
    assert re.search(rf"How much while the lamps are on, {rates}", english)
    assert "It shows use, not safety." in english
    for word in ("95% interval", "More:", "Fewer:", "More than before", "No sure difference"):
        assert word not in english
    assert "Moet er een technicus komen? Nee, er zijn geen storingen bekend" in dutch
    assert re.search(r"Hoeveel met de lampen aan, naast de week ervoor\? .*[\d,]+ per uur", dutch)


def test_the_count_after_dark_is_that_of_the_ledger(year):
    """Passages in the dark of the newest whole week, to the unit, with their coverage."""
    week = last_weeks(datetime.fromtimestamp(END_UTC_S, ZoneInfo(TZ)).date())[1]
    count = counted(year, week.first, week.last, "dark")
    assert count > 100
    assert f"{count} passages in the dark in 7 days" in glance(year)
    assert re.search(r"2 – 8 Nov 2026, \d+% watched", glance(year))


def test_the_weeks_of_the_year_add_up_to_the_ledger(year):
    """The chart's file holds every passage of its weeks once, by light."""
    table = rows(year, "weeks")
    first = date.fromisoformat(table[0]["monday"])
    last = date.fromisoformat(table[-1]["monday"]) + timedelta(6)
    assert (first.weekday(), (last - first).days) == (0, 51 * 7 - 1)
    for light in LIGHTS:
        told = sum(int(row["passages"]) for row in table if row["light"] == light)
        assert told == counted(year, first, last, light), light


def test_lamps_on_and_lamps_off_are_told_apart(year):
    """Both parts of the dark, in the answer, in the chart of weeks and in its file."""
    week = last_weeks(datetime.fromtimestamp(END_UTC_S, ZoneInfo(TZ)).date())[1]
    on, off = (counted(year, week.first, week.last, light) for light in ("dark_on", "dark_off"))
    text = glance(year)
    assert on > off > 0
    assert f"{on} passages while the lamps were on, {off} passages while they were off" in text
    assert {row["light"] for row in rows(year, "week")} == set(LIGHTS)
    assert "in the hours of the lamps and" in text


def test_a_covered_counter_is_no_data_and_not_no_people(year):
    """In its week the bar is hatched as partly watched, and the zone is named as unwatched."""
    node, _, until = TRUTH.covered
    assert node == "counter-east"
    text = glance(year, until + 2 * DAY_S)
    assert "Too little watched: east" in text
    covered = [row for row in rows(year, "weeks") if row["monday"] == "2026-10-12"]
    assert all(0.4 < float(row["coverage"]) < 0.65 for row in covered)
    with client(year, END_UTC_S) as pages:
        html = pages.get("/en/").text
    assert html.count('class="partly"') >= 2  # one for a desktop, one for a phone


def test_the_page_opens_the_ledger_once(year, monkeypatch):
    """Answers, charts and the path of now are of one moment, read in one opening."""
    opened = []
    real = Ledger.open

    def counting(*args, **kwargs):
        opened.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(Ledger, "open", counting)
    with client(year, END_UTC_S) as pages:
        assert pages.get("/en/").status_code == 200
    assert len(opened) == 1


def test_around_midsummer_no_window_is_no_fault(year):
    """The lamps that stayed off did as promised; the year shows the weeks without a window."""
    text = glance(year, MIDSUMMER)
    assert "Yes: they stayed off, as agreed around midsummer" in text
    assert "no window: sunset comes after the lamp's end" in text
    with client(year, END_UTC_S) as pages:
        assert pages.get("/en/").text.count('class="band"') >= 2


def test_a_lamp_that_fell_silent_is_not_taken_for_lit(year):
    """While one of nine lamps said nothing, the answer holds only as far as is known."""
    assert TRUTH.failed.node == "lamp-3"
    text = glance(year, TRUTH.failed.until_utc_s)
    assert "As far as is known: lit for 100% of the planned time" in text
    silent = re.search(r"No word from lamps for (\d+)% of the planned time", text)
    assert int(silent[1]) in (11, 12)
    assert "Yes: lit for 100% of the planned time" in glance(year)


def test_before_there_were_lamps_weeks_are_held_against_weeks(year):
    """Without lamps nothing is said of them, and a week stands beside a week by their hours."""
    text = glance(year, TRUTH.lamps_utc_s - 60 * DAY_S)
    assert "No lamp stands here" in text
    assert "before there were lamps, the same hours of the evening" in text


def test_what_changed_stands_in_the_year(year):
    """The first lamps and both changes of settings in words, with who and why; no registering."""
    english, dutch = glance(year), glance(year, language="nl")
    assert "14 May 2026: the first lamps" in english
    for text, hold, base, nodes in (
        (english, "how long it stays at full after the last movement", "light while", "nodes"),
        (dutch, "hoe lang het licht vol blijft", "licht als er niemand", "apparaten"),
    ):
        for (_, _, who, why), what, values in zip(
            TRUTH.settings, (hold, base), ("20 s → 30 s", "20 % → 15 %"), strict=True
        ):
            assert re.search(rf"{what}[\w ]* {values} \S+ 9 {nodes} \({re.escape(who)}: ", text)
            assert why in text
        assert " – → " not in text


def test_settings_that_were_given_again_did_not_change(make_copy):
    """A year's chart marks changes, not every time that somebody pressed the button."""
    path, noon = make_copy(), midnight_utc_s(date(2026, 11, 3), TZ) + 12 * 3600
    with Ledger.open(path) as ledger, ledger.transaction():
        same = ledger.settings.wanted()["lamp-1"].after
        ledger.settings.request("lamp-1", same, "anna", "to be sure", noon)
        ledger.settings.request("lamp-2", {**same, "hold_s": 7}, "anna", "to see it", noon)
    text = glance(path)
    assert "to be sure" not in text
    assert "to see it" in text


def test_simulated_numbers_say_so(year):
    """The page, each chart and each row of their files."""
    text = glance(year)
    assert "A simulation." in text
    assert "The newest whole week beside the one before simulated" in text
    assert {row["simulated"] for row in rows(year, "week")} == {"1"}


def test_where_nothing_was_added_up_nothing_is_claimed(tmp_path):
    """A park without an hour of use: no data, in words, and no zero."""
    make_park(tmp_path / "ledger.sqlite")
    text = glance(tmp_path / "ledger.sqlite", EVENING)
    assert "Is the park used after dark? No data: nobody was watching" in text
    assert "beside the week before? No hour in which lamps should be on" in text
    assert not re.search(r"\b0 passages", text)


@pytest.mark.parametrize("query", ["?chart=nothing", "?chart="])
def test_a_chart_that_is_not_there_is_not_found(year, query):
    """Its name is an address like any other."""
    with client(year, END_UTC_S) as pages:
        assert pages.get(f"/en/{SITE}/glance.csv{query}").status_code == 404
