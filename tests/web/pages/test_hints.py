"""Hints at the glance: a zone whose newest week is unlike its past year, and none without that."""

import sqlite3
from contextlib import closing
from datetime import date
from html import unescape

import pytest

from padlicht.ledger.usage.sums import day_number
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S

NEWEST = date(2026, 11, 2), date(2026, 11, 8)
HINTS = {
    "en": "No week of the past year was that far off. Go and look: the counts do not say why.",
    "nl": "Zo groot was het verschil in het afgelopen jaar in geen enkele week. Ga eens kijken:",
}


def glance(ledger, language):
    with client(ledger, END_UTC_S) as pages:
        return unescape(pages.get(f"/{language}/").text)


@pytest.fixture
def emptied(make_copy):
    """The year, but in one zone's newest week one in twenty passages was counted; and the zone."""
    path = make_copy()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        zone = db.execute(
            "SELECT zone FROM zone_hour WHERE zone != '' GROUP BY 1 ORDER BY sum(count_in) DESC"
        ).fetchone()[0]
        db.execute(
            "UPDATE zone_hour SET count_in = count_in / 20, count_out = count_out / 20"
            " WHERE zone = ? AND day BETWEEN ? AND ?",
            (zone, *map(day_number, NEWEST)),
        )
    return path, zone


@pytest.mark.parametrize("language", HINTS)
def test_a_week_that_hardly_anybody_passed_is_a_hint_and_no_verdict(emptied, language):
    """It names the zone, the week and how far off it is, and that nobody knows why."""
    path, zone = emptied
    told = glance(path, language)
    assert told.count(HINTS[language]) == 1
    sentence = told[: told.index(HINTS[language])].rpartition("<p")[2]
    assert f"{zone}, 2 – 8 " in sentence
    assert "−9" in sentence


@pytest.mark.parametrize("language", HINTS)
def test_a_week_like_the_others_is_none(year, language):
    """The demo park as it is."""
    assert HINTS[language] not in glance(year, language)
