"""Sums of the hours of lamps, one by one: where they stood, and how long somebody was near."""

from dataclasses import replace

import pytest

from padlicht.ledger.timeline import Note
from padlicht.ledger.usage.lamp_sums import LampTotals
from tests.hub.use import DAY, HOUR, NOON, add_up, light, node, park, store

QUARTER = 900
ALWAYS = (NOON - 30 * DAY, NOON + 30 * DAY)


@pytest.fixture
def ledger(tmp_path):
    """Two lamps in the dark of one evening, and nothing of them yet."""
    nodes = (node("lamp-1", "lamp"), node("lamp-2", "lamp", "pond"), node("gate"))
    with park(tmp_path / "ledger.sqlite", *nodes) as ledger:
        yield ledger


def hour(ledger, name, *near_s):
    """A lamp tells of the hour after 20:00 by quarters; None: its firmware does not say it."""
    store(
        ledger,
        *(
            light(NOON + 8 * HOUR + place * QUARTER, node=name, near_s=near)
            for place, near in enumerate(near_s)
        ),
    )
    add_up(ledger, NOON + DAY)


def totals(ledger, name):
    """All that is known of a lamp in that hour."""
    (stretch,) = (one for one in ledger.lamps.stretches("park", *ALWAYS) if one.node == name)
    found = ledger.lamps.by_hour([stretch.node_id], NOON + 8 * HOUR, NOON + 9 * HOUR)
    total = LampTotals()
    for part in found.values():
        total = total.plus(part)
    return total


def test_time_near_is_of_the_time_watched(ledger):
    """200 s near somebody in an hour of which three quarters were told of."""
    hour(ledger, "lamp-1", 120, 0, 80)
    found = totals(ledger, "lamp-1")
    assert (found.near_s, found.near_obs_s, found.told_s, found.due_s) == (200, 2700, 2700, 3600)
    assert found.near_share == pytest.approx(200 / 2700)
    assert found.near_coverage == 0.75


def test_a_lamp_that_does_not_say_near_is_not_measured_and_never_zero(ledger):
    """It told of its hour, and of people nothing: there is no share, and nothing was watched."""
    hour(ledger, "lamp-1", None, None, None, None)
    found = totals(ledger, "lamp-1")
    assert (found.told_s, found.near_obs_s, found.near_share) == (3600, 0, None)


def test_where_firmware_changed_only_what_could_tell_counts(ledger):
    """Two quarters of old firmware, two of new: 60 s of half an hour."""
    hour(ledger, "lamp-1", None, None, 60, 0)
    found = totals(ledger, "lamp-1")
    assert (found.near_s, found.near_obs_s, found.told_s) == (60, 1800, 3600)
    assert found.near_coverage == 0.5


def test_lamps_stand_where_they_stood(ledger):
    """A lamp that moves to another zone has a stretch in each; a counter has none."""
    moved = Note("anna", "more people there", NOON + DAY)
    with ledger.transaction():
        lamp = ledger.nodes.get("lamp-2")
        ledger.nodes.change(replace(lamp, zone="path"), moved)
    found = [(one.node, one.zone) for one in ledger.lamps.stretches("park", *ALWAYS)]
    assert found == [("lamp-1", "path"), ("lamp-2", "pond"), ("lamp-2", "path")]
    first, second = (one for one in ledger.lamps.stretches("park", *ALWAYS) if one.node == "lamp-2")
    assert first.to_utc_s == second.from_utc_s == NOON + DAY


def test_simulated_lamps_count_until_the_first_real_one(tmp_path):
    """What is made up never stands beside what was measured."""
    made_up = node("lamp-1", "lamp", simulated=True)
    real = node("lamp-2", "lamp", added_utc_s=NOON)
    with park(tmp_path / "mixed.sqlite", made_up, real) as ledger:
        first, second = ledger.lamps.stretches("park", *ALWAYS)
        assert (first.node, first.simulated, second.node) == ("lamp-1", True, "lamp-2")
        assert first.to_utc_s <= NOON
        assert ledger.lamps.stretches("elsewhere", *ALWAYS) == []
