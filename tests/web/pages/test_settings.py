"""The history of settings: what people did, as they did it, and what the nodes said to it."""

import csv
import re
from io import StringIO

import pytest

from padlicht.ledger import Ledger
from padlicht.web import phrases
from tests.browser.park import EVENING, make_park
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S, TRUTH
from tests.web.pages.test_glance import SITE, said

HOUR_S = 3600


def page(path, query: str = "", language: str = "en", site: str = SITE, now: int = END_UTC_S):
    with client(path, now) as pages:
        answer = pages.get(f"/{language}/{site}/settings{query}")
    assert answer.status_code == 200
    return answer.text


def articles(html: str) -> list[str]:
    found = re.findall(r'<article class="change.*?</article>', html, re.DOTALL)
    return [said(article) for article in found]


def test_what_went_to_nine_lamps_at_once_is_one_change(year):
    """Newest first, with who, why, from what to what in units, and that all confirmed it."""
    told = articles(page(year))
    assert [re.match(r"(\d+ \w+ \d{4})", each)[1] for each in told] == [
        "29 Sept 2026", "21 Jul 2026", "14 May 2026", "13 Nov 2025",
    ]  # fmt: skip
    for (_, changed, who, why), each in zip(TRUTH.settings, told[1::-1], strict=True):
        ((key, value),) = changed.items()
        assert re.search(rf"{key} from \d+ (s|%) → to {value} (s|%)", each)
        assert who in each
        assert why in each
        assert "9 lamps" in each
        assert "Confirmed by all 9" in each
    assert "light while nobody is near base_pct from 20 % → to 15 %" in told[0]


def test_registering_is_a_change_of_nothing(year):
    """What nodes are given when they are registered is said so, without a list of values."""
    told = articles(page(year))[2:]
    assert all("Registered, with the settings of their place." in each for each in told)
    assert "line_mm" not in " ".join(told)


def test_the_words_are_dutch_in_dutch(year):
    """Settings have names that a resident understands, in both languages."""
    text = said(page(year, language="nl"))
    assert "licht als er niemand dichtbij is base_pct van 20 % → naar 15 %" in text
    assert "Door alle 9 bevestigd" in text


def test_before_and_after_a_change_stand_side_by_side(year):
    """Rates with the lamps on, with the lamps off and by day, with how they were watched; no word
    of more or fewer, nor of what came of what."""
    text = said(page(year, "?since=2026-10-15"))
    assert re.search(
        r"In the dark, lamps on: .*[\d.]+ an hour, before that [\d.]+\. Lamps off: ", text
    )
    assert "15 Oct – 11 Nov 2026, before that 17 Sept – 14 Oct 2026: 4 weeks each" in text
    assert re.search(
        r"Counted in the dark, lamps on: [\d,]+ passages in [\d,]+ hours, \d+% wat", text
    )
    assert "that takes a study. This shows use, not safety." in text
    assert "Before and after simulated" in text
    assert "since=2026-05-14#before-after" in page(year)
    for word in ("95% interval", "More:", "Fewer:", "No sure difference", "effect"):
        assert word not in text


def test_soon_after_a_change_it_is_too_early(year):
    """Without a whole week on each side nothing stands beside anything."""
    text = said(page(year, "?since=2026-11-09"))
    assert "Nothing to put beside each other yet: it takes a whole week on each side." in text


def test_nobody_is_asked_for_a_comparison_that_was_not_asked_for(year):
    """Without a day there is none."""
    assert "Before and after" not in said(page(year))


def test_what_was_not_confirmed_or_was_refused_is_named(make_copy):
    """Each node of a change is confirmed, refused with its reason, on its way or overtaken."""

    def change(ledger):
        for node in ("lamp-1", "lamp-2", "lamp-3", "lamp-4"):
            wanted = {**ledger.settings.wanted()[node].after, "hold_s": 45}
            ledger.settings.request(node, wanted, "ann", "shorter evenings", END_UTC_S - 4 * HOUR_S)
        ledger.settings.confirm("lamp-1", 4, {}, END_UTC_S - 3 * HOUR_S)
        ledger.settings.confirm("lamp-2", 3, {"hold_s": "hold_s 45 is not to my taste"}, END_UTC_S)
        wanted = {**ledger.settings.wanted()["lamp-4"].after, "hold_s": 50}
        ledger.settings.request("lamp-4", wanted, "ann", "once more", END_UTC_S - 2 * HOUR_S)

    told = articles(page(make_copy(change=change)))
    assert "hold_s from 45 s → to 50 s" in told[0]
    assert "Not confirmed by any of 1." in told[0]
    assert "4 lamps" in told[1]
    assert "Confirmed by 1 of 4, the last one 14:20:00." in told[1]
    assert "Refused by lamp-2: hold_s 45 is not to my taste" in told[1]
    assert "On its way to: lamp-3 " in told[1]
    assert "Replaced by newer settings before they confirmed it: lamp-4" in told[1]


def test_what_the_hub_did_for_the_clock_is_said_in_the_readers_words(make_copy):
    """Why `tz` changed, in Dutch too; and nobody is invited to compare the weeks around it."""

    def change(ledger):
        wanted = {**ledger.settings.wanted()["lamp-1"].after, "tz": "CET-1"}
        ledger.settings.request("lamp-1", wanted, *phrases.OF_THE_CLOCK, END_UTC_S - 60)

    copy = make_copy(change=change)
    assert "the next changes of the clock at its place hub" in articles(page(copy))[0]
    told = articles(page(copy, language="nl"))[0]
    assert "de volgende overgangen van zomer- en wintertijd hub" in told
    assert "voor en na" not in told


def test_the_same_change_on_another_day_is_another_one(make_copy):
    """Only what was done within minutes is one; and a node is never in one twice."""

    def change(ledger):
        for days in (3, 2):
            for node in ("lamp-1", "lamp-2"):
                wanted = {**ledger.settings.wanted()[node].after, "hold_s": 30 + days % 2}
                ledger.settings.request(node, wanted, "ann", "again", END_UTC_S - days * 86_400)

    told = articles(page(make_copy(change=change)))
    assert [re.search(r"from (\d+) s → to (\d+) s", each).groups() for each in told[:2]] == [
        ("31", "30"),
        ("30", "31"),
    ]
    assert all("2 lamps" in each for each in told[:2])


def test_there_and_back_and_there_again_are_three_changes(make_copy):
    """However soon after each other: a node is in a change once."""

    def change(ledger):
        for number, hold_s in enumerate((40, 30, 40)):
            wanted = {**ledger.settings.wanted()["lamp-1"].after, "hold_s": hold_s}
            ledger.settings.request("lamp-1", wanted, "ann", "try", END_UTC_S - 60 + number)

    told = articles(page(make_copy(change=change)))
    assert [re.search(r"to (\d+) s", each)[1] for each in told[:3]] == ["40", "30", "40"]
    assert all("1 lamp " in each for each in told[:3])


def test_the_file_has_a_row_for_each_setting_of_each_node(year):
    """With units, both times, and when it was confirmed."""
    with client(year, END_UTC_S) as pages:
        answer = pages.get(f"/en/{SITE}/settings.csv")
    rows = [row for row in csv.DictReader(StringIO(answer.text)) if row["why"] != "added"]
    assert len(rows) == 18
    assert {(row["setting"], row["from"], row["to"], row["unit"]) for row in rows} == {
        ("hold_s", "20", "30", "s"),
        ("base_pct", "20", "15", "%"),
    }
    assert rows[0]["local"] == "2026-07-21T14:10:00+02:00"
    assert rows[0]["utc"] == "2026-07-21T12:10:00Z"
    assert rows[0]["confirmed_utc"] == "2026-07-21T12:10:03Z"
    assert rows[0]["simulated"] == "1"


def test_a_long_history_has_pages(make_copy):
    """Forty changes on each, newest first on the first."""

    def change(ledger):
        for number in range(90):
            wanted = {**ledger.settings.wanted()["lamp-1"].after, "hold_s": 10 + number}
            ledger.settings.request(
                "lamp-1", wanted, "ann", f"try {number}", END_UTC_S - 90 + number
            )

    path = make_copy(change=change)
    first, last = page(path), page(path, "?page=3")
    assert len(articles(first)) == 40
    assert "try 89" in articles(first)[0]
    assert "Page 3 of 3" in said(last)
    assert len(articles(last)) == 94 - 80
    assert 'rel="next"' not in last


def test_a_park_without_settings_says_so(tmp_path):
    """And how to make some."""
    make_park(tmp_path / "ledger.sqlite")
    text = said(page(tmp_path / "ledger.sqlite", site="park", now=EVENING))
    assert "No settings were changed yet." in text


@pytest.mark.parametrize("query", ["?page=2", "?page=0", "?page=x", "?since=2026-13-01"])
def test_what_is_not_there_is_not_found(year, query):
    """A page beyond the last, and a day that is none."""
    with client(year, END_UTC_S) as pages:
        assert pages.get(f"/en/{SITE}/settings{query}").status_code == 404


def test_what_is_in_force_stands_where_settings_are_talked_about(make_copy):
    """What is only wanted is not in force; nodes that go by the same stand together, in words."""

    def change(ledger):
        wanted = {**ledger.settings.wanted()["lamp-4"].after, "hold_s": 45, "start_at": "sunset"}
        ledger.settings.request("lamp-4", wanted, "ann", "shorter", END_UTC_S - 60)

    path = make_copy(change=change)
    before = said(page(path))
    force = before[before.index("Settings in force") : before.index("Changes, the newest")]
    assert "8 lamps confirmed" in force
    assert "hold_s 30 s" in force
    assert "45 s" not in force
    with Ledger.open(path) as ledger, ledger.transaction():
        version = ledger.states.all(SITE)["lamp-4"].wanted_version
        ledger.settings.confirm("lamp-4", version, {}, END_UTC_S)
    after, dutch = said(page(path)), said(page(path, language="nl"))
    assert "7 lamps confirmed" in after
    assert "1 lamp confirmed lamp-4" in after
    assert "1 lamp bevestigd lamp-4" in dutch
    assert "start_at zonsondergang" in dutch
    with client(path, END_UTC_S) as pages:
        own = said(pages.get(f"/en/{SITE}/node/lamp-4").text)
    assert re.search(r"Settings in force Version \d+, confirmed\. .*hold_s 45 s", own)
    assert "lat_e4 53.2" in own


def test_a_node_that_was_never_heard_has_nothing_in_force(tmp_path):
    """Its settings wait for it, and are said to."""
    path = tmp_path / "ledger.sqlite"
    make_park(path)
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.settings.request("counter-east", {"report_min": 30}, "ann", "why", EVENING)
    told = said(page(path, site="park", now=EVENING))
    assert "1 counter not heard of yet: these wait for it counter-east" in told
    assert "1 counter as delivered counter-west" in told
