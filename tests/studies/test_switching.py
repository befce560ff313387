"""Try-outs: the hub switches lamps at the right hours, and lamps confirm the weeks."""

import dataclasses
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from padlicht.cli.main import cli
from padlicht.clock import machine_utc_s
from padlicht.control.desired_settings import want
from padlicht.evaluation.confirmation import week_states
from padlicht.evaluation.registering import amend, find_study, register
from padlicht.evaluation.registration import WEEK, weeks_of
from padlicht.evaluation.switching import switch_due
from padlicht.ledger import Ledger
from tests.studies.small_park import LAMPS, MONDAY, NOW, PARK, TRYOUT, TZ, at, confirm, make

ARMS = [20 if week.on else 5 for week in weeks_of(TRYOUT)]
AFTER = TRYOUT.last_day + timedelta(days=1)


@pytest.fixture
def ledger(tmp_path):
    """The small park's, with a try-out that begins on MONDAY."""
    with Ledger.open(make(tmp_path / "ledger.sqlite")) as ledger:
        register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
        yield ledger


def study(ledger):
    """The try-out as it holds now."""
    return find_study(ledger, "brighter")


def levels(ledger):
    """The base light that is wanted of all lamps."""
    return {change.after["base_pct"] for change in ledger.settings.wanted(PARK).values()}


def run_weeks(ledger, until, lamps=LAMPS):
    """Let the hub look at each noon, and lamps confirm an hour later, up to a day."""
    day = MONDAY
    while day <= until:
        switch_due(at(day), ledger)
        confirm(ledger, at(day, 13), lamps)
        day += timedelta(days=1)


def test_each_week_is_switched_at_noon_of_its_monday_and_once(ledger):
    """By the drawn arms, for all lamps, with a reason that names study and week."""
    assert switch_due(at(MONDAY, 11, 59), ledger) == []
    before = 15
    for number, level in enumerate(ARMS):
        monday = MONDAY + number * WEEK
        assert sorted(switch_due(at(monday), ledger)) == sorted(LAMPS if level != before else ())
        assert levels(ledger) == {level}
        before = level
        assert switch_due(at(monday + timedelta(3)), ledger) == []
        if number == 0:
            change = ledger.settings.wanted(PARK)["lamp-1"]
            arm = "on" if level == 20 else "off"
            assert (change.who, change.why) == ("hub", f"study brighter, week 1: {arm}")


def test_lamps_get_their_own_settings_back_at_noon_after_the_last_day(ledger):
    """What each had before, and nothing else of what changed meanwhile."""
    want(ledger, "lamp-2", {"base_pct": 10}, "anna", "the owl", NOW)
    run_weeks(ledger, MONDAY + timedelta(9))
    want(ledger, "lamp-3", {"hold_s": 40}, "anna", "a bench", at(MONDAY + timedelta(10)))
    run_weeks(ledger, TRYOUT.last_day)
    assert switch_due(at(AFTER, 11, 59), ledger) == []
    assert len(switch_due(at(AFTER), ledger)) == len(LAMPS)
    wanted = {name: change.after for name, change in ledger.settings.wanted(PARK).items()}
    assert {name: values["base_pct"] for name, values in wanted.items()} == {
        **dict.fromkeys(LAMPS, 15), "lamp-2": 10,
    }  # fmt: skip
    assert wanted["lamp-3"]["hold_s"] == 40
    assert switch_due(at(AFTER + timedelta(40)), ledger) == []


def test_a_study_that_is_stopped_gives_lamps_back_at_once(ledger):
    """Whatever the hour."""
    switch_due(at(MONDAY), ledger)
    amend(ledger, study(ledger), {"stopped": True}, "anna", "an owl", at(MONDAY, 20))
    assert len(switch_due(at(MONDAY, 20), ledger)) == len(LAMPS)
    assert levels(ledger) == {15}


def test_a_hub_that_was_away_switches_to_the_week_that_it_is(ledger):
    """Not through the weeks that it missed; and after the end it only gives back."""
    switch_due(at(MONDAY), ledger)
    switch_due(at(MONDAY + 3 * WEEK + timedelta(2)), ledger)
    assert levels(ledger) == {ARMS[3]}
    assert [(item.week, item.arm) for item in ledger.studies.switches(study(ledger).row)] == [
        (0, "on" if ARMS[0] == 20 else "off"), (3, "on" if ARMS[3] == 20 else "off"),
    ]  # fmt: skip
    switch_due(at(AFTER + timedelta(30)), ledger)
    assert levels(ledger) == {15}


def test_a_study_whose_weeks_all_passed_unseen_switches_nothing(ledger):
    """There is nothing to give back either."""
    assert switch_due(at(AFTER), ledger) == []


def test_a_lamp_that_came_later_gets_back_what_it_had(ledger):
    """It takes part from the next Monday on."""
    switch_due(at(MONDAY), ledger)
    new = ledger.nodes.get("lamp-1")
    with ledger.transaction():
        ledger.nodes.add(dataclasses.replace(new, id=0, name="lamp-99", added_utc_s=at(MONDAY, 15)))
        ledger.settings.request("lamp-99", {"base_pct": 25}, "anna", "added", at(MONDAY, 15))
    run_weeks(ledger, AFTER)
    assert ledger.settings.wanted(PARK)["lamp-99"].after["base_pct"] == 25


def test_the_next_study_takes_lamps_after_they_have_their_own_settings_again(ledger):
    """Both on the same noon: what it gives back in the end is theirs, and no week of the first."""
    second = replace(TRYOUT, first_day=AFTER, on={"base_pct": 25}, off={"base_pct": 0})
    register(ledger, PARK, "darker", second, "anna", NOW)
    run_weeks(ledger, AFTER)
    assert levels(ledger) <= {25, 0}
    row = ledger.studies.get("darker")
    assert ledger.studies.switches(row)[0].before["lamp-1"] == {"base_pct": 15}


def states(ledger, day):
    """(confirmed, lamps, is confirmed) of each week, as known at noon of a day."""
    found = week_states(ledger, study(ledger), TZ, at(day))
    return [(state.confirmed, state.lamps, state.is_confirmed) for state in found]


@pytest.mark.parametrize(("silent", "counts"), [(0, True), (1, True), (2, False)])
def test_a_week_counts_when_nine_lamps_in_ten_had_it(ledger, silent, counts):
    """With eight of ten it does not, however often the hub told them."""
    run_weeks(ledger, AFTER, LAMPS[silent:])
    assert states(ledger, AFTER) == [(10 - silent, 10, counts)] * 6


def test_lamps_that_hear_of_it_a_day_late_leave_the_week_unconfirmed(ledger):
    """The first day is for bedding in; who confirms after it had the other arm in a night."""
    switch_due(at(MONDAY), ledger)
    confirm(ledger, at(MONDAY + timedelta(1), 0, 1))
    assert states(ledger, MONDAY + WEEK)[0] == (0, 10, False)


def test_on_its_first_day_a_week_shows_which_lamps_have_it_by_now(ledger):
    """Who looks on Monday afternoon sees whether lamps heard; what counts begins at midnight."""
    switch_due(at(MONDAY), ledger)
    assert states(ledger, MONDAY)[0] == (0, 10, False)
    confirm(ledger, at(MONDAY), LAMPS[1:])
    assert states(ledger, MONDAY)[0] == (9, 10, True)
    assert not week_states(ledger, study(ledger), TZ, at(MONDAY))[0].is_over
    want(ledger, "lamp-2", {"base_pct": 25}, "ben", "a feast", at(MONDAY))
    confirm(ledger, at(MONDAY), LAMPS[1:])
    assert states(ledger, MONDAY)[0] == (8, 10, False)


@pytest.mark.parametrize(("day", "counts"), [(0, "–"), (6, "–"), (7, "yes")])
def test_the_command_says_that_a_week_counts_when_it_is_over(ledger, day, counts):
    """As the page does: until then lamps may get other settings."""
    run_weeks(ledger, MONDAY + timedelta(day))
    offset_s = at(MONDAY + timedelta(day), 14) - machine_utc_s()
    words = ("study", "show", "brighter", "--data", str(ledger.path.parent))
    told = CliRunner().invoke(cli, (*words, "--clock-offset-s", str(offset_s)))
    [row] = re.findall(rf"1 +{MONDAY} .*", told.output)
    assert row.split()[-4:] == ["10", "of", "10", counts]


def test_who_changes_lamps_by_hand_takes_that_week_out_and_no_other(ledger):
    """The hub does not quarrel, and says so."""
    run_weeks(ledger, MONDAY + timedelta(3))
    for name in LAMPS[:2]:
        want(ledger, name, {"base_pct": 25}, "ben", "a feast", at(MONDAY + timedelta(3), 14))
    run_weeks(ledger, MONDAY + 2 * WEEK)
    assert states(ledger, MONDAY + 2 * WEEK)[:2] == [(8, 10, False), (10, 10, True)]


def test_a_week_to_come_is_confirmed_by_nobody(ledger):
    """Even where lamps happen to have its settings."""
    run_weeks(ledger, MONDAY)
    assert states(ledger, MONDAY)[1:] == [(0, 10, False)] * 5
