"""Zones and days: whose hours are added up, and what is told as changed."""

from datetime import date
from itertools import pairwise

import pytest

from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.sums import WHOLE_SITE
from padlicht.usage.changes import changed
from padlicht.usage.days import zone_days
from tests.hub.use import DAY, HOUR, NOON, TZ, add_up, count, light, node, park, store, table

MIDNIGHT = NOON - 13 * HOUR  # the day on which summer time ends has 25 hours
SPRING = 1_774_738_800  # 29 March 2026, 00:00 in Groningen: a day of 23 hours

CLOCK = SiteClock.always(TZ)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def one(ledger, hour_utc_s=NOON - DAY, **named):
    [hour] = ledger.zone_hours.all(hour_utc_s, hour_utc_s + HOUR, **named)
    return hour


def test_a_zone_is_the_sum_of_its_nodes(ledger):
    """Passages of its counters, light of its lamps; watched and due are the counters' only."""
    t = NOON - DAY
    store(ledger, count(t, 3, 1), count(t, 2, node="bridge", obs_s=450), light(t, 7))
    add_up(ledger)
    hour = one(ledger)
    assert (hour.count_in, hour.count_out, hour.trig, hour.mwh) == (5, 1, 7, 1250)
    assert (hour.lit_s, hour.boost_s) == (900, 60)
    assert (hour.obs_s, hour.due_s) == (1350, 2 * HOUR)


def test_somebody_near_is_summed_with_the_time_in_which_it_could_be_told(tmp_path):
    """A lamp whose firmware does not say so adds nothing to either, however long it watched."""
    lamps = [node(f"lamp-{number}", "lamp") for number in (1, 2)]
    with park(tmp_path / "lamps.sqlite", *lamps) as ledger:
        t = NOON - DAY
        store(ledger, light(t, near_s=41), light(t + 900), light(t, node="lamp-2"))
        add_up(ledger)
        [first, second] = ledger.node_hours.all(t, t + HOUR)
        assert (first.near_s, first.near_obs_s) == (41, 900)
        assert (second.near_s, second.near_obs_s) == (0, 0)
        noon = date(2026, 10, 24)
        use = ledger.use.by_day("park", noon, noon)[noon, "day"]
        assert (use.near_s, use.near_obs_s) == (41, 900)


def test_one_counter_cannot_cover_for_another_in_its_zone(ledger):
    """What one reports twice over does not fill another one's gap."""
    t = NOON - DAY
    store(ledger, *(count(t + 60 * i, dt=900) for i in range(8)))
    add_up(ledger)
    assert (one(ledger).obs_s, one(ledger).due_s) == (HOUR, 2 * HOUR)


def test_zones_and_sites_are_told_apart(tmp_path):
    """Each zone has its own hours; one can ask for one of them."""
    with park(tmp_path / "two.sqlite", node("gate"), node("pond", zone="pond")) as ledger:
        store(ledger, count(NOON - DAY, 1), count(NOON - DAY, 2, node="pond"))
        add_up(ledger)
        hours = ledger.zone_hours.all(NOON - DAY, NOON - DAY + HOUR)
        assert [(hour.zone, hour.count_in) for hour in hours] == [("path", 1), ("pond", 2)]
        assert one(ledger, site="park", zone="pond").count_in == 2
        assert ledger.zone_hours.all(0, NOON, site="elsewhere") == []


def test_the_simulated_count_until_the_first_real_one_is_there(tmp_path):
    """From that hour on they are left out, so that no hour that was told has to vanish."""
    made_up = node("made-up", simulated=True)
    real = node("real", added_utc_s=NOON - DAY + 600)
    with park(tmp_path / "mixed.sqlite", made_up, real) as ledger:
        for hour in (-1, 0, 1):
            store(ledger, count(NOON - DAY + hour * HOUR, 50, node="made-up"))
        store(ledger, count(NOON - DAY + 900, 2, node="real"))
        add_up(ledger)
        seen = [one(ledger, NOON - DAY + hour * HOUR).count_in for hour in (-1, 0, 1)]
        assert seen == [50, 2, 0]


@pytest.mark.parametrize(("midnight", "hours"), [(MIDNIGHT, 25), (SPRING, 23)])
def test_a_day_is_whole_on_both_nights_when_the_clocks_change(tmp_path, midnight, hours):
    """A counter that saw one person a quarter saw 92 or 100 of them that day, and missed none."""
    counter = node("gate", added_utc_s=midnight - DAY)
    with park(tmp_path / "night.sqlite", counter) as ledger:
        store(ledger, *(count(midnight + i * 900) for i in range(-8, hours * 4 + 8)))
        add_up(ledger, midnight + 2 * DAY)
        days = zone_days(ledger.zone_hours.all(midnight - HOUR, midnight + 26 * HOUR), CLOCK)
        mine = [day for day in days if day.day_utc_s == midnight]
        assert sum(day.count_in for day in mine) == hours * 4
        assert sum(day.obs_s for day in mine) == sum(day.due_s for day in mine) == hours * HOUR
        assert {day.light for day in mine} == {"day", "twilight", "dark_off"}


def test_the_light_of_a_day_is_the_light_of_its_hours(ledger):
    """What came in the dark is told apart; that morning no hour has its middle in twilight."""
    store(ledger, count(MIDNIGHT, 5), count(NOON - HOUR, 7))
    add_up(ledger)
    days = zone_days(ledger.zone_hours.all(MIDNIGHT, NOON), CLOCK)
    assert {day.light: day.count_in for day in days} == {"dark_off": 5, "day": 7}


def test_changes_are_whole_sums_of_what_changed(ledger):
    """One late record: its zone's hour and its day's part, with all nodes and hours in them."""
    store(ledger, count(NOON - DAY, 3), count(NOON - DAY + HOUR, 4, node="bridge"))
    add_up(ledger)
    rev = changed(ledger, 0, 10**6).rev
    store(ledger, count(NOON - DAY + 900, 1))
    add_up(ledger)
    hours, days, of_site, newest = changed(ledger, rev, 10**6)
    assert [hour.count_in for hour in hours] == [4]
    assert hours == [one(ledger)]
    assert of_site == [hours[0]._replace(zone=WHOLE_SITE)]
    assert {day.light: day.count_in for day in days}["day"] == 8
    assert newest == rev + 1
    assert changed(ledger, newest, 10**6) == ([], [], [], newest)


@pytest.mark.parametrize("limit", [1, 7, 100, 10**6])
def test_following_changes_in_any_steps_ends_at_the_same(ledger, limit):
    """A copy that overwrites hours and days with what changed equals what a question answers."""
    for day in range(1, 6):
        store(ledger, *(count(NOON - day * DAY + i * 900, i) for i in range(20)))
        add_up(ledger, NOON - (6 - day) * DAY)
    add_up(ledger)
    hours, days, of_site, revs = {}, {}, {}, [0]
    while True:
        change = changed(ledger, revs[-1], limit)
        hours |= {hour[:4]: hour for hour in change.hours}
        days |= {day[:4]: day for day in change.days}
        of_site |= {hour[:4]: hour for hour in change.site_hours}
        if change.rev == revs[-1]:
            break
        revs.append(change.rev)
    assert all(a < b for a, b in pairwise(revs))
    everything = ledger.zone_hours.all(0, 2 * NOON)
    assert sorted(hours.values()) == sorted(everything)
    assert sorted(days.values()) == sorted(zone_days(everything, CLOCK))
    assert sorted(of_site.values()) == [hour._replace(zone=WHOLE_SITE) for hour in everything]
    assert table(ledger)
