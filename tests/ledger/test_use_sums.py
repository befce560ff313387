"""Use over days, as pages ask for it."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from padlicht.ledger.usage.sums import Use
from tests.hub.use import DAY, HOUR, NOON, TZ, add_up, count, light, node, park, store

SPRING = 1_774_738_800  # 29 March 2026, 00:00 in Groningen: a day of 23 hours


@pytest.fixture
def ledger(tmp_path):
    """Two zones, each with a counter and a lamp."""
    nodes = (
        node("gate"),
        node("bridge", zone="pond"),
        node("lamp-1", "lamp"),
        node("lamp-2", "lamp", "pond"),
    )
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        yield ledger


@pytest.mark.parametrize(("midnight", "hours"), [(NOON - 13 * HOUR, 25), (SPRING, 23)])
def test_nights_when_clocks_change_have_the_hours_that_people_lived(tmp_path, midnight, hours):
    """Two o'clock is there twice, or not at all, and each passage is in it once."""
    with park(tmp_path / "night.sqlite", node("gate", added_utc_s=midnight)) as ledger:
        store(ledger, *(count(midnight + i * 900) for i in range(hours * 4)))
        add_up(ledger, midnight + 2 * DAY)
        day = datetime.fromtimestamp(midnight, ZoneInfo(TZ)).date()
        clock = ledger.use.by_clock("park", day, day)
        at_two = [
            use.count for (weekday, hour, _), use in clock.items() if (weekday, hour) == (7, 2)
        ]
        assert at_two == ([8] if hours == 25 else [])
        assert sum(use.count for use in clock.values()) == hours * 4
        assert sum(use.hours for use in ledger.use.by_day("park", day, day).values()) == hours


def test_what_is_asked_for_is_there_by_day_week_and_clock(ledger):
    """All readers add up to the same, of the site and of its zones."""
    dice = random.Random(5)
    for day in range(20):
        store(
            ledger,
            *(
                count(NOON - day * DAY + i * 900, dice.randrange(9), dice.randrange(9), node=name)
                for i in range(20)
                for name in ("gate", "bridge")
            ),
            *(light(NOON - day * DAY + 8 * HOUR + i * 900) for i in range(8)),
        )
    add_up(ledger, NOON + 2 * DAY)
    first, last = date(2026, 10, 8), date(2026, 10, 24)
    span = ledger.use.span("park")
    assert span is not None
    assert span[0] == date(2026, 9, 25)
    assert span[1] == date(2026, 10, 27)
    for zone in (None, "path", "pond"):
        by_light = ledger.use.by_light("park", first, last, zone)
        for sums in (
            ledger.use.by_day("park", first, last, zone),
            ledger.use.by_week("park", first, last, zone),
            ledger.use.by_clock("park", first, last, zone),
        ):
            for light_, whole in by_light.items():
                parts = [use for key, use in sums.items() if key[-1] == light_]
                assert sum(parts, Use()) == whole
    days = {day for day, _ in ledger.use.by_day("park", first, last)}
    assert days == {first + timedelta(n) for n in range(17)}
    mondays = {monday for monday, _ in ledger.use.by_week("park", first, last)}
    assert mondays == {date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19)}
    site = ledger.use.by_light("park", first, last)["day"]
    parts = [ledger.use.by_light("park", first, last, zone)["day"] for zone in ("path", "pond")]
    assert (site.count, site.obs_s, site.due_s, site.lit_s) == tuple(
        sum(getattr(part, name) for part in parts) for name in ("count", "obs_s", "due_s", "lit_s")
    )
    assert site.hours == parts[0].hours
    assert site.lamps == 2.0


def test_a_day_of_before_there_was_anything_is_not_there(ledger):
    """Nothing was due: that is not nobody passing, and not nobody watching."""
    add_up(ledger)
    assert ledger.use.by_day("park", date(2026, 1, 1), date(2026, 1, 31)) == {}
    silent = ledger.use.by_light("park", date(2026, 10, 20), date(2026, 10, 20))["day"]
    assert (silent.count, silent.watched, silent.coverage) == (0, False, 0.0)
    assert silent.rate_per_h is None
    assert silent.calm_hours == 0  # no lamp was heard of


def test_a_clock_that_ran_wild_does_not_stretch_what_is_known(ledger):
    """Hours of 1970 and of years to come are kept, and no page has to begin or end with them."""
    store(ledger, count(5), count(NOON + 900 * DAY), count(NOON - DAY))
    add_up(ledger)
    assert ledger.use.span("park") == (date(2026, 9, 25), date(2026, 10, 25))
    assert ledger.use.by_light("park", date(1970, 1, 1), date(1970, 1, 1))["dark_off"].count == 1


def test_cells_are_of_one_counter_at_one_hour_of_the_week(ledger):
    """Sunday noon by the clock is hour 156; what was watched beyond what was due does not count."""
    store(
        ledger, *(count(NOON + i, 2, 1, obs_s=3000) for i in range(2)), count(NOON, node="bridge")
    )
    add_up(ledger, NOON + 2 * DAY)
    ids = {node.name: node.id for node in ledger.nodes.all()}
    cells = ledger.use.counter_cells("park", NOON, NOON + HOUR, HOUR)
    assert cells == {(ids["gate"], 156, "day"): (6, HOUR), (ids["bridge"], 156, "day"): (1, 900)}
    assert {
        cell.hour_of_week for cell in ledger.use.counter_cells("park", NOON, NOON + HOUR, 0)
    } == {155}
    assert len(ledger.use.counter_cells("park", NOON, NOON + HOUR, HOUR, "pond")) == 1
    assert {
        cell.hour_of_week
        for cell in ledger.use.counter_cells("park", NOON + 12 * HOUR, NOON + DAY, HOUR)
    } == set(range(12))  # Monday morning


def test_cells_leave_the_simulated_out_from_when_they_do_not_count(tmp_path):
    """As the sums of zones do."""
    nodes = node("made-up", simulated=True), node("real", added_utc_s=NOON - DAY)
    with park(tmp_path / "mixed.sqlite", *nodes) as ledger:
        add_up(ledger)
        ids = {node.name: node.id for node in ledger.nodes.all()}
        for hour, name in ((-2, "made-up"), (-1, "made-up"), (0, "real"), (1, "real")):
            begin = NOON - DAY + hour * HOUR
            cells = ledger.use.counter_cells("park", begin, begin + HOUR, HOUR)
            assert {cell.counter for cell in cells} == {ids[name]}
