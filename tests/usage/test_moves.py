"""A counter that is moved: its counts stay where they were, and nothing is said across the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from padlicht.ledger.timeline import Note
from padlicht.usage.compare import compare_last_weeks
from padlicht.web import phrases
from padlicht.web.i18n import words
from tests.hub.use import DAY, NOON, add_up, count, light, node, park, store

TODAY = date(2026, 10, 25)
MOVED = NOON - 7 * DAY + 20 * 60  # within an hour


@pytest.fixture
def ledger(tmp_path):
    """Two weeks of three passages a quarter, and five from the move on."""
    nodes = (node("gate"), node("bridge", zone="pond"), node("lamp-1", "lamp"))
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        times = range(NOON - 15 * DAY, NOON, 900)
        of_gate = (count(t, 3 if t < MOVED else 15) for t in times)
        others = (one for t in times for one in (count(t, 1, node="bridge"), light(t)))
        store(ledger, *of_gate, *others)
        add_up(ledger)
        yield ledger


def change(ledger, **values):
    """The gate's counter is changed, as of then."""
    how = {"from_utc_s": MOVED} if values.pop("moved", True) else {"corrects": True}
    with ledger.transaction():
        after = replace(ledger.nodes.get("gate"), **values)
        ledger.nodes.change(after, Note("anna", "dug up", NOON, **how))
    add_up(ledger)


def counted(ledger, zone):
    return sum(hour.count_in for hour in ledger.zone_hours.all(0, 2**40, zone=zone))


def test_counts_stay_where_they_were_counted_also_within_an_hour(ledger):
    """What began before the move is the path's; the whole park has each once; all of it checks."""
    all_of_it = counted(ledger, None)
    change(ledger, zone="pond")
    quarters = -(-(MOVED - (NOON - 15 * DAY)) // 900)
    assert counted(ledger, "path") == 3 * quarters
    assert counted(ledger, None) == all_of_it
    hour = MOVED - 20 * 60
    of_site = ledger.zone_hours.of_site("park", [hour])
    assert [(one.hour_utc_s, one.count_in) for one in of_site] == [(hour, 3 * 2 + 15 * 2 + 4)]
    assert ledger.check() == []


def test_a_move_is_no_more_than_before(ledger):
    """Five times as many at another place: no rates, but who was moved when, in both."""
    before = compare_last_weeks(ledger, "park", TODAY)
    assert before.moves == ()
    assert before.lights["day"].rates is not None
    change(ledger, lat=53.24, lon=6.58)
    found = compare_last_weeks(ledger, "park", TODAY)
    assert {light.rates for light in found.lights.values()} == {None}
    text = phrases.moved_text(words("en"), found.moves[-1])
    assert text == "Cannot be compared: gate was moved on 18 Oct 2026"
    text = phrases.moved_text(words("nl"), found.moves[-1])
    assert text == "Niet te vergelijken: gate is op 18 okt 2026 verplaatst"


def test_what_is_corrected_did_not_change(ledger):
    """It was there all the time, so its weeks are compared as before, in the right zone."""
    before = compare_last_weeks(ledger, "park", TODAY)
    change(ledger, zone="pond", moved=False)
    assert compare_last_weeks(ledger, "park", TODAY).lights == before.lights
    assert counted(ledger, "path") == 0
    assert compare_last_weeks(ledger, "park", TODAY, "pond").lights["day"].rates is not None


def test_a_move_elsewhere_and_one_outside_of_the_weeks_do_not_matter(ledger):
    """The pond's weeks are compared while the path's are not; in the next fortnight both are."""
    change(ledger, lat=53.24, lon=6.58)
    assert compare_last_weeks(ledger, "park", TODAY, "pond").moves == ()
    assert compare_last_weeks(ledger, "park", TODAY, "path").moves != ()
    assert compare_last_weeks(ledger, "park", TODAY + timedelta(14), "path").moves == ()


def test_a_park_whose_clock_changed_says_so(ledger):
    """Its hours before keep the clock of before."""
    with ledger.transaction():
        (site,) = ledger.sites.all()
        after = replace(site, tz="Europe/Lisbon")
        ledger.sites.change(after, Note("anna", "the law", NOON, NOON - 7 * DAY))
    add_up(ledger)
    found = compare_last_weeks(ledger, "park", TODAY).moves[-1]
    assert phrases.moved_text(words("en"), found).startswith("Cannot be compared: the place or")
    hours = dict(
        ledger._db.execute("SELECT hour_utc_s, hour FROM zone_hour WHERE zone = 'path'").fetchall()
    )
    assert (hours[NOON - 8 * DAY], hours[NOON - 6 * DAY]) == (13, 12)
