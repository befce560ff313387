"""Energy and darkness: kilowatt-hours beside full light, hours kept dark, and what is assumed."""

import csv
from dataclasses import replace
from datetime import date
from html import unescape
from io import StringIO

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.timeline import Note
from padlicht.usage.night import MeanNight
from padlicht.usage.schedule.energy import EnergyUse
from padlicht.web.energy.charts import darkness_chart, energy_chart, energy_text, kwh_text
from padlicht.web.i18n import words
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"
PAGE = f"/en/{SITE}/energy"
EN, NL = words("en"), words("nl")
MONDAY = date(2026, 11, 2)
# Two lamps of 6 W in a week of which three quarters were told of.
USE = EnergyUse(312.0, 477.0, 1224.0, told_s=3 * 302_400, due_s=4 * 302_400)


def rows(year, chart: str, **query: object) -> list[dict[str, str]]:
    with client(year, END_UTC_S) as pages:
        answer = pages.get(f"{PAGE}.csv", params={"chart": chart, **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def total(year, key: str, **query: object) -> float:
    return sum(float(row[key] or 0) for row in rows(year, "energy", **query))


def test_the_finding_says_first_how_much_was_told_of():
    """Three sums over the same time, and which part of the time that is."""
    assert energy_text(EN, USE) == (
        "Lamps told of 75% of the time. In it they used 0.31 kWh; at full light all evening it"
        " would have been 0.48 kWh, all night 1.22 kWh."
    )
    assert energy_text(NL, USE).startswith("Van 75")
    assert energy_text(EN, EnergyUse(due_s=3600)) == "No data: no lamp was heard of."
    assert (kwh_text(EN, 12_340.0), kwh_text(EN, 1240.0)) == ("12 kWh", "1.24 kWh")


def test_lamps_that_are_left_out_are_named():
    """Below the chart, and instead of a finding where no lamp is left."""
    chart = energy_chart(EN, [MONDAY], {MONDAY: USE}, USE, ["lamp-3"], simulated=False)
    assert "power at full light: lamp-3." in chart.notes[0]
    assert chart.caption == energy_text(EN, USE)
    none = energy_chart(EN, [MONDAY], {}, EnergyUse(), ["lamp-1"], simulated=False)
    assert none.caption == (
        "Nothing to compare: no lamp here has its power at full light in the registry."
    )
    assert energy_chart(EN, [MONDAY], {MONDAY: USE}, USE, [], simulated=False).notes == ()


def test_a_week_without_word_has_no_numbers():
    """It is due and not told of: empty cells, and never 0 Wh."""
    chart = energy_chart(
        EN, [MONDAY], {MONDAY: EnergyUse(due_s=3600)}, EnergyUse(due_s=3600), [], simulated=False
    )
    assert chart.table.rows == ((MONDAY, None, None, None, 0, 3600, 0.0, False),)
    assert [rect.title for rect in chart.drawings[0].rects if rect.kind == "gap"] == ["no data"]


def test_darkness_is_of_what_was_told():
    """Fifteen hours of night, 12 told of, 8 of them dark: the 3 others are not called dark."""
    night = MeanNight(15.0, heard_h=12.0, lit_h=4.0, full_h=1.0, calm_h=0.0, simulated=False)
    chart = darkness_chart(EN, [MONDAY], {MONDAY: night}, simulated=False)
    assert chart.caption == (
        "Lamps told of 80% of the night. On an average night a lamp was dark for 8 h of the 12 h"
        " that it told of."
    )
    assert chart.table.rows == ((MONDAY, 15.0, 8.0, 4.0, 1.0, 12.0, 0.8, False),)


def test_used_is_what_the_ledger_has(year):
    """The year's energy of whole weeks, to a tenth of a watt-hour a week; less than full light."""
    weeks = rows(year, "energy", weeks=52)
    first, last = (date.fromisoformat(weeks[at]["monday"]) for at in (0, -1))
    with Ledger.open(year, read_only=True) as ledger:
        until = date.fromordinal(last.toordinal() + 6)
        mwh = sum(use.mwh for use in ledger.use.by_light(SITE, first, until).values())
    assert total(year, "used_wh", weeks=52) == pytest.approx(mwh / 1000, abs=0.05 * len(weeks))
    for week in weeks:
        if week["used_wh"]:
            assert float(week["used_wh"]) <= float(week["full_night_wh"]) + 0.1


def test_a_lamp_without_its_power_is_left_out_on_all_sides(year, make_copy):
    """It is named, and what the others used and would have used stays; nothing is assumed."""

    def unsaid(ledger: Ledger) -> None:
        lamp = ledger.nodes.get("lamp-fitness")
        assert lamp is not None
        note = Note("anna", "nobody measured it", END_UTC_S, corrects=True)
        ledger.nodes.change(replace(lamp, rated_mw=None), note)

    fewer = make_copy(change=unsaid)
    lost = {}
    for key in ("used_wh", "full_evening_wh", "full_night_wh", "due_s"):
        lost[key] = total(year, key) - total(fewer, key)
    assert all(value > 0 for value in lost.values()), lost
    with client(fewer, END_UTC_S) as pages:
        found = unescape(pages.get(PAGE).text)
    assert "as long as nobody said the power at full light: lamp-fitness." in found


def test_what_is_assumed_stands_on_the_page(year):
    """Where numbers come from, and what they are not, in both languages."""
    with client(year, END_UTC_S) as pages:
        english = unescape(pages.get(PAGE).text)
        dutch = unescape(pages.get(f"/nl/{SITE}/energy").text)
    for said in ("What is assumed", "It is the light alone", "All night is from sunset to sunrise"):
        assert said in english
    assert "Waar we van uitgaan" in dutch
    with client(year, END_UTC_S) as pages:
        assert pages.get(f"{PAGE}?weeks=5").status_code == 404
