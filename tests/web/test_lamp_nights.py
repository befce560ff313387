"""When lamps should have been lit, by the settings of each night, and what they did instead."""

from datetime import date

import pytest

from padlicht.ledger import Lamp, SettingsChange, Site
from padlicht.ledger.usage.sums import Use
from padlicht.usage.days import midnight_utc_s
from padlicht.usage.lamp_nights import LampNights
from tests.browser.park import ORIGIN, node

TZ = "Europe/Amsterdam"
SITE = Site("park", "Park", TZ, *ORIGIN)
NOVEMBER = date(2026, 11, 12)  # dusk at 16:42, light until 22:00
MIDSUMMER = date(2026, 6, 20)
HOUR = 3600
LAMPS = [node(f"lamp-{number}", "lamp", None) for number in range(4)]


def change(name: str, day: date, **after: object) -> SettingsChange:
    """Somebody changes a lamp's settings at noon of a day."""
    utc_s = midnight_utc_s(day, TZ) + 12 * HOUR
    return SettingsChange(name, 1, utc_s, "anna", "bats", {}, after, None)


def at(hour: int, day: date = NOVEMBER) -> int:
    """The beginning of an hour of the clock, in Unix seconds UTC."""
    return midnight_utc_s(day, TZ) + hour * HOUR


def heard(lit_s: int, lamps: int = 4, told: int | None = None) -> Use:
    """An hour of four lamps, of which `told` said something."""
    told = lamps if told is None else told
    return Use(lit_s=lit_s, lamp_obs_s=told * HOUR, lamp_due_s=lamps * HOUR, lamp_hours=lamps)


def test_each_night_has_the_settings_of_its_day():
    """A change moves the nights from its day on, and only those of its lamp."""
    changes = [change("lamp-0", date(2026, 11, 10), end_at="21:00")]
    nights = LampNights(SITE, LAMPS, changes)
    before = nights.nights(date(2026, 11, 9))
    after = {night.window.end_utc_s: night.lamps for night in nights.nights(NOVEMBER)}
    assert [night.lamps for night in before] == [4]
    assert after == {at(21): 1, at(22): 3}


def test_before_its_first_change_a_lamp_had_what_the_change_names():
    """What a change says it changed was in force until then."""
    first = SettingsChange(
        "lamp-0", 2, at(12), "anna", "", {"end_at": "20:00"}, {"end_at": "23:00"}, None
    )
    nights = LampNights(SITE, LAMPS[:1], [first])
    assert nights.nights(date(2026, 11, 1))[0].window.end_utc_s == at(20, date(2026, 11, 1))


def test_a_night_is_empty_when_no_lamp_has_a_window():
    """At midsummer the sun sets after 22:00; one lamp that ends later makes a window of it."""
    assert LampNights(SITE, LAMPS, []).is_empty(MIDSUMMER)
    assert not LampNights(SITE, LAMPS, []).is_empty(NOVEMBER)
    later = [change("lamp-0", date(2026, 6, 1), end_at="23:00")]
    assert not LampNights(SITE, LAMPS, later).is_empty(MIDSUMMER)


def test_without_a_lamp_no_night_is_said_to_be_empty():
    """Where no lamp stands there is no window to miss."""
    assert not LampNights(SITE, [], []).is_empty(MIDSUMMER)


def test_what_was_planned_is_reckoned_for_what_was_heard_of():
    """Of an hour of four lamps of which three told, three lamp hours are judged."""
    adherence = LampNights(SITE, LAMPS, []).adherence(
        {(at(20), "dark_on"): heard(3 * HOUR, told=3)}, 0, NOVEMBER, NOVEMBER
    )
    assert adherence.due_s == pytest.approx(4 * HOUR)
    assert adherence.planned_s == pytest.approx(3 * HOUR)
    assert (adherence.lit_s, adherence.outside_s) == (3 * HOUR, 0)


def lit(t: int, lit_s: int, name: str = "lamp-0") -> Lamp:
    """A quarter of an hour of a lamp that was lit so long."""
    return Lamp(name, 1, 1, t, 900, 2, 900, lit_s, 0, 0, 0, 0, 0, True)


def test_light_outside_its_hours_is_told_in_seconds_and_not_in_hours_touched():
    """Up to its end and through its grace it may burn; not for all of the hour that ends in."""
    nights = LampNights(SITE, LAMPS, [])
    grace_s = nights.nights(NOVEMBER)[0].grace_s
    within = [lit(at(21) + 2700, 900), lit(at(22), grace_s)]
    assert nights.outside_s(within, NOVEMBER, NOVEMBER) == 0
    # A quarter of an hour after the grace is over, in the same hour of the clock as the end.
    assert nights.outside_s([lit(at(22) + 2700, 900)], NOVEMBER, NOVEMBER) == 900
    assert nights.outside_s([lit(at(23), 90), lit(at(3), 30)], NOVEMBER, NOVEMBER) == 120


def test_a_minute_between_almanacs_is_not_outside():
    """Lamp and hub work out the sunset each for themselves; two minutes of light before it are."""
    nights = LampNights(SITE, LAMPS, [])
    start_utc_s = nights.nights(NOVEMBER)[0].window.start_utc_s
    assert nights.outside_s([lit(start_utc_s - 900, 60)], NOVEMBER, NOVEMBER) == 0
    assert nights.outside_s([lit(start_utc_s - 900, 180)], NOVEMBER, NOVEMBER) == 120


def test_never_is_said_only_of_what_lamps_told():
    """Half of the lamps were not heard of: what they did outside their hours nobody knows."""
    hours = {(at(22), "dark_off"): heard(90, told=2)}
    adherence = LampNights(SITE, LAMPS, []).adherence(hours, 90, NOVEMBER, NOVEMBER)
    assert (adherence.lit_s, adherence.outside_s) == (0, 90)
    assert adherence.heard_share == pytest.approx(0.5)


def test_the_hour_of_dusk_counts_from_dusk():
    """Of the hour from 16 to 17 only what comes after sunset is planned."""
    adherence = LampNights(SITE, LAMPS, []).adherence(
        {(at(16), "twilight"): heard(0)}, 0, NOVEMBER, NOVEMBER
    )
    assert adherence.planned_s == pytest.approx(4 * 18 * 60, abs=4 * 60)
