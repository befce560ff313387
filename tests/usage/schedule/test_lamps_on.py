"""Lamps on and lamps off: dark hours are parted by the settings in force, also when told late."""

import random
from dataclasses import replace

import pytest

from padlicht.ledger import Site
from padlicht.ledger.timeline import Note
from padlicht.usage import batches
from padlicht.usage.batches import RollUp
from tests.hub.use import (
    CORRECTED,
    DAY,
    HOUR,
    LAT,
    LON,
    NOON,
    add_up,
    count,
    node,
    park,
    store,
    table,
)

EVENING = NOON - DAY + 9 * HOUR  # 24 October 2026, 22:00 summer time, in the dark
NIGHT = range(EVENING - 3 * HOUR, EVENING + 3 * HOUR, 900)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, *(count(t, 1) for t in NIGHT))
        yield ledger


def confirmed(ledger, utc_s: int, end_at: str, name: str = "lamp-1", requested_utc_s: int = 0):
    """A lamp says that it has these settings now."""
    with ledger.transaction():
        version = ledger.settings.request(name, {"end_at": end_at}, "a", "b", requested_utc_s)
        ledger.settings.confirm(name, version, {}, utc_s)


def parts(ledger, **whose) -> list[tuple[int, str, int]]:
    """(minutes after 22:00, light, passages) of all hours in which somebody passed."""
    return [
        ((hour.hour_utc_s - EVENING) // 60, hour.light, hour.count_in)
        for hour in ledger.node_hours.all(NIGHT[0], NIGHT[-1] + 900, **whose)
        if hour.count_in
    ]


def by_light(ledger, zone=None) -> dict[str, int]:
    days = ledger.zone_hours.all(NIGHT[0], NIGHT[-1] + 900, site="park", zone=zone)
    found: dict[str, int] = {}
    for hour in days:
        found[hour.light] = found.get(hour.light, 0) + hour.count_in
    return {light: passages for light, passages in found.items() if passages}


WITHOUT_END = [(-180, "dark_on", 4), (-120, "dark_on", 4), (-60, "dark_on", 4)]
AFTER_IT = [(60, "dark_off", 4), (120, "dark_off", 4)]


def test_passages_after_the_lamps_went_out_are_not_theirs(ledger):
    """The lamp goes out at ten: until then lamps are on, from then on they are off."""
    add_up(ledger)
    assert parts(ledger) == [*WITHOUT_END, (0, "dark_off", 4), *AFTER_IT]
    assert by_light(ledger) == {"dark_on": 12, "dark_off": 12}
    assert ledger.check() == []


def test_an_hour_in_which_they_go_out_is_told_in_two_parts(ledger):
    """At a quarter past ten: one quarter of the hour has lamps on, and three have them off."""
    confirmed(ledger, NOON - 30 * DAY, "22:15")
    add_up(ledger)
    assert parts(ledger) == [*WITHOUT_END, (0, "dark_on", 1), (15, "dark_off", 3), *AFTER_IT]
    hours = [hour[2:5] for hour in ledger.zone_hours.all(EVENING, EVENING + HOUR)]
    assert hours == [(EVENING, "dark_off", 3), (EVENING, "dark_on", 1)]
    use = ledger.use.by_light("park", *_days(ledger))
    assert use["dark_on"].hours + use["dark_off"].hours == pytest.approx(13)  # to 08:00, from 19:00
    assert use["dark_on"].hours % 1 == pytest.approx(0.25)
    assert ledger.check() == []


def _days(ledger):
    day = ledger.sites.clock("park").day(EVENING)
    return day, day


def test_a_later_change_parts_what_it_touches_anew(ledger):
    """From when the lamp had it, and not from when it was wanted; what was before stays."""
    confirmed(ledger, NOON - 30 * DAY, "22:00")
    add_up(ledger)
    confirmed(ledger, EVENING - 2 * HOUR, "21:00", requested_utc_s=EVENING - 5 * DAY)
    add_up(ledger)
    assert parts(ledger)[:3] == [
        (-180, "dark_on", 4), (-120, "dark_on", 4), (-60, "dark_off", 4),
    ]  # fmt: skip
    assert by_light(ledger) == {"dark_on": 8, "dark_off": 16}
    store(ledger, count(EVENING - DAY - HOUR, 5))
    add_up(ledger)
    assert parts_of_day_before(ledger) == [(EVENING - DAY - HOUR, "dark_on", 5)]


def parts_of_day_before(ledger):
    hours = ledger.node_hours.all(EVENING - DAY - 2 * HOUR, EVENING - DAY + 2 * HOUR)
    return [(hour.hour_utc_s, hour.light, hour.count_in) for hour in hours if hour.count_in]


def test_a_lamp_that_forgot_its_settings_is_as_it_was_delivered(ledger):
    """It says version 0; what it was given before holds until then."""
    confirmed(ledger, NOON - 30 * DAY, "20:00")
    add_up(ledger)
    assert by_light(ledger) == {"dark_on": 4, "dark_off": 20}
    with ledger.transaction():
        ledger.settings.confirm("lamp-1", 0, {}, EVENING - 2 * HOUR)
    add_up(ledger)
    assert by_light(ledger) == {"dark_on": 12, "dark_off": 12}


def test_before_there_were_lamps_hours_are_parted_as_after(tmp_path):
    """By the first settings that are known: else before and after could not be compared."""
    nodes = (node("gate"), node("lamp-1", "lamp", added_utc_s=NOON + 60 * DAY))
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        store(ledger, *(count(t, 1) for t in NIGHT))
        confirmed(ledger, NOON + 60 * DAY + 600, "21:00")
        add_up(ledger, NOON + 61 * DAY)
        assert by_light(ledger) == {"dark_on": 8, "dark_off": 16}


def test_a_zone_without_lamps_is_parted_as_its_park(tmp_path):
    """A control path has the same hours as the path with lamps; a zone with lamps has its own."""
    nodes = (
        node("gate"), node("lamp-1", "lamp"), node("bridge", zone="control"),
        node("pond", zone="pond"), node("lamp-2", "lamp", zone="pond"),
    )  # fmt: skip
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        confirmed(ledger, NOON - 30 * DAY, "21:00")
        confirmed(ledger, NOON - 30 * DAY, "23:00", "lamp-2")
        for name in ("gate", "bridge", "pond"):
            store(ledger, *(count(t, 1, node=name) for t in NIGHT))
        add_up(ledger)
        assert by_light(ledger, "path") == {"dark_on": 8, "dark_off": 16}
        assert by_light(ledger, "control") == {"dark_on": 8, "dark_off": 16}
        assert by_light(ledger, "pond") == {"dark_on": 16, "dark_off": 8}
        # The park as a whole: an hour that is lit in one of three zones is lit for its share.
        use = ledger.use.by_hour("park", *_days(ledger))
        at_ten = {light: use[EVENING, light].hours for light in ("dark_on", "dark_off")}
        assert sum(at_ten.values()) == pytest.approx(1)
        assert at_ten["dark_on"] == pytest.approx(2 / 5)  # of its nodes
        assert ledger.check() == []


def test_made_up_lamps_say_nothing_where_there_are_real_ones(tmp_path):
    """What is simulated never mixes with what is."""
    made_up = node("lamp-9", "lamp", simulated=True)
    with park(tmp_path / "l.sqlite", node("gate"), node("lamp-1", "lamp"), made_up) as ledger:
        confirmed(ledger, NOON - 30 * DAY, "20:00", "lamp-9")
        store(ledger, *(count(t, 1) for t in NIGHT))
        add_up(ledger)
        assert by_light(ledger) == {"dark_on": 12, "dark_off": 12}


def test_a_park_that_lies_elsewhere_has_other_evenings(ledger):
    """The window follows the sun and the clock of the place, in a corrected past, too."""
    add_up(ledger)
    with ledger.transaction():
        ledger.sites.change(Site("park", "Park", "Europe/Helsinki", LAT, LON + 20), CORRECTED)
    add_up(ledger)
    assert by_light(ledger) == {"dark_on": 8, "dark_off": 16}  # its clock is an hour ahead


def test_copies_are_told_to_write_anew_what_is_parted_otherwise(ledger):
    """A point in InfluxDB has its light as a tag: that of before would stay beside the new one."""
    add_up(ledger)
    _, newest = ledger.rewrites.after(0, of_nodes=False)
    confirmed(ledger, EVENING - 2 * HOUR, "21:00")
    add_up(ledger)
    [rewrite], _ = ledger.rewrites.after(newest, of_nodes=False)
    assert rewrite.whose == "park"
    assert rewrite.from_utc_s <= EVENING - HOUR
    assert rewrite.to_utc_s > EVENING


def test_what_was_parted_by_an_ended_hub_is_found_by_the_next(ledger):
    """Settings that came in while no roll-up ran are seen by the one that starts."""
    add_up(ledger)
    confirmed(ledger, NOON - 30 * DAY, "21:00")
    assert by_light(ledger) == {"dark_on": 12, "dark_off": 12}
    add_up(ledger, rollup=RollUp())
    assert by_light(ledger) == {"dark_on": 8, "dark_off": 16}


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_told_in_whatever_order_ends_as_a_rebuild_would(tmp_path, monkeypatch, seed):
    """Confirmations, moves and records, mixed: hours are what one adding up at the end gives."""
    dice = random.Random(seed)
    zones = ("path", "pond", "control")
    nodes = [node(f"lamp-{i}", "lamp", zones[i % 2]) for i in range(4)]
    nodes += [node(f"gate-{i}", zone=zone) for i, zone in enumerate(zones)]
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        rollup = RollUp()
        for step in range(14):
            monkeypatch.setattr(batches, "PIECE_ROWS", dice.choice([50, 400]))
            times = [NOON - 6 * DAY + quarter * 900 for quarter in range(step, 6 * 96, 14)]
            for i in range(2):
                store(ledger, *(count(t, dice.randint(0, 5), node=f"gate-{i}") for t in times))
            longer = [t for t in times if t % HOUR == 0]
            store(ledger, *(count(t, 3, node="gate-2", dt=HOUR) for t in longer))
            end_at = f"{dice.randint(20, 22)}:{dice.choice(['00', '15', '30', '40'])}"
            name = f"lamp-{dice.randrange(4)}"
            confirmed(ledger, NOON - dice.randint(0, 6 * DAY), end_at, name)
            if step % 5 == 4:
                name = dice.choice([name, "gate-2"])
                moved = replace(ledger.nodes.get(name), zone=dice.choice(zones))
                since = Note("anna", "moved", NOON, NOON - dice.randint(DAY, 5 * DAY))
                with ledger.transaction():
                    ledger.nodes.change(moved, since)
            for _ in range(dice.randrange(20)):
                if (piece := rollup.next(ledger, NOON)) is not None:
                    piece.store(ledger)
        add_up(ledger, NOON, rollup)
        assert ledger.check() == []
        before = table(ledger)
        assert (
            sum(hour.count_in for hour in before)
            == ledger._db.execute("SELECT sum(n_in) FROM footfall").fetchone()[0]
        )
        assert {hour.light for hour in before} == {"day", "twilight", "dark_on", "dark_off"}
        with ledger.transaction():
            ledger.node_hours.begin_rebuild()
        add_up(ledger)
        assert table(ledger) == before
