"""Baseline and target: measured once, kept as agreed, in force until the next agreement."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.errors import BadData, Refused
from padlicht.evaluation.targets import (
    Agreement,
    agree,
    in_force,
    parse_aim,
    target_weeks,
    withdraw_target,
)
from tests.hub.use import DAY, NOON, add_up, count, node, park, store

TODAY = date(2026, 10, 25)
FIRST, LAST = date(2026, 9, 26), date(2026, 10, 24)
LIGHT = "dark_off"  # of a park without lamps the dark is all lamps off
AGREED = Agreement("park", None, LIGHT, FIRST, LAST, TODAY, "quarter meeting")


@pytest.fixture
def ledger(tmp_path):
    """A park in which one counter saw two people a quarter for thirty days."""
    since = NOON - 30 * DAY
    with park(tmp_path / "ledger.sqlite", node("gate", added_utc_s=since)) as opened:
        store(opened, *(count(t, 1, 1) for t in range(since, NOON, 900)))
        add_up(opened, NOON)
        yield opened


def test_a_baseline_is_measured_when_it_is_agreed_and_stays_so(ledger):
    """Eight passages an hour then, whatever comes late afterwards."""
    target = agree(ledger, AGREED, "anna", NOON, TODAY)
    assert target.baseline_rate_per_h == 8.0
    store(ledger, *(count(t, 9, node="gate", boot=2) for t in range(NOON - 9 * DAY, NOON, 900)))
    add_up(ledger, NOON)
    [kept] = ledger.targets.of_site("park")
    assert kept == target
    assert (kept.baseline_rate_per_h, kept.agreed_by, kept.who) == (8.0, "quarter meeting", "anna")


def test_a_target_is_typed_as_a_change_or_as_a_rate(ledger):
    """A fifth more than eight is 9.6; without a target there is only a baseline."""
    due = {"due_day": date(2027, 10, 31)}
    fifth = agree(ledger, AGREED._replace(target_percent=20, **due), "anna", NOON, TODAY)
    assert fifth.target_rate_per_h == pytest.approx(9.6)
    rate = agree(ledger, AGREED._replace(target_rate_per_h=12.5, **due), "anna", NOON, TODAY)
    assert rate.target_rate_per_h == 12.5
    assert agree(ledger, AGREED, "anna", NOON, TODAY).target_rate_per_h is None


def test_an_agreement_holds_until_the_next_of_its_place_and_light(ledger):
    """On a day the newest of before is in force, one that was taken back never was."""
    before = TODAY - timedelta(days=1)
    first = agree(ledger, AGREED._replace(baseline_last=before - timedelta(days=1),
                                          baseline_first=FIRST - timedelta(days=1),
                                          agreed_day=before), "anna", NOON, TODAY)  # fmt: skip
    second = agree(ledger, AGREED, "anna", NOON, TODAY)
    agree(ledger, AGREED._replace(zone="path"), "anna", NOON, TODAY)
    whole, of_path = target_weeks(ledger, "park", FIRST, TODAY)
    assert (list(whole.targets), len(of_path.targets)) == ([first, second], 1)
    assert in_force(whole.targets, before - timedelta(days=1)) is None
    assert in_force(whole.targets, before) == first
    assert in_force(whole.targets, TODAY) == second
    [monday] = {monday for monday, _ in whole.weeks if monday <= FIRST}
    assert whole.weeks[monday, LIGHT].rate_per_h == 8.0
    withdraw_target(ledger, second.id, "ben", "nobody agreed to it", NOON)
    assert in_force(target_weeks(ledger, "park", FIRST, TODAY)[0].targets, TODAY) == first
    with pytest.raises(Refused, match="withdrawn before, by ben"):
        withdraw_target(ledger, second.id, "ben", "once more", NOON)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"baseline_first": date(2026, 10, 1)}, "too short: take 28 days"),
        ({"baseline_last": TODAY, "agreed_day": TODAY}, "its days are past"),
        ({"agreed_day": LAST}, "before the baseline ends"),
        ({"agreed_day": TODAY + timedelta(days=1)}, "yet to come"),
        ({"light": "dusk"}, "is no light"),
        ({"agreed_by": " "}, "who agreed is empty"),
        ({"target_percent": 20.0}, "needs the day"),
        ({"due_day": date(2027, 1, 1)}, "needs the day"),
        ({"target_rate_per_h": 9.0, "due_day": TODAY}, "not after the agreement"),
        ({"target_percent": -100.0, "due_day": date(2027, 1, 1)}, "cannot be"),
        ({"baseline_first": date(2026, 8, 1)}, "known begins on 2026-09-25"),
        ({"zone": "pond"}, "no zone pond"),
    ],
)
def test_what_is_no_ground_to_stand_on_is_refused(ledger, wrong, says):
    """Each slip gets a sentence that names it, and nothing is written."""
    with pytest.raises((BadData, Refused), match=says):
        agree(ledger, AGREED._replace(**wrong), "anna", NOON, TODAY)
    assert ledger.targets.log("park") == []


@pytest.mark.parametrize(("watched_s", "says"), [(450, "watched 50% of"), (0, "watched 0% of")])
def test_a_counter_that_hardly_watched_makes_no_baseline(tmp_path, watched_s, says):
    """Few passages because nobody watched are no few people."""
    since = NOON - 30 * DAY
    with park(tmp_path / "ledger.sqlite", node("gate", added_utc_s=since)) as ledger:
        store(ledger, *(count(t, obs_s=watched_s) for t in range(since, NOON, 900)))
        add_up(ledger, NOON)
        with pytest.raises(Refused, match=says):
            agree(ledger, AGREED, "anna", NOON, TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+20%", (None, 20.0)),
        ("-5 %", (None, -5.0)),
        ("12,5", (12.5, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_target_is_read_as_people_type_it(typed, meant):
    """A sign needs per cent; a comma is a point."""
    assert parse_aim(typed) == meant


@pytest.mark.parametrize("typed", ["+20", "a fifth", "12.5 an hour", "%"])
def test_what_is_no_target_says_how_to_write_one(typed):
    """It names what was typed."""
    with pytest.raises(BadData, match="write \\+20%"):
        parse_aim(typed)


def test_the_commands_write_list_and_take_back(ledger, tmp_path, monkeypatch):
    """As a person types them."""
    monkeypatch.setattr("padlicht.cli.evaluation.target.machine_utc_s", lambda: NOON)
    data = ("--data", str(tmp_path))

    def padlicht(*words):
        result = CliRunner().invoke(cli, ("target", *words, *data))
        assert result.exit_code == 0, result.output
        return result.stdout

    days = ("--baseline", str(FIRST), str(LAST), "--by", "quarter meeting", "--light", LIGHT)
    told = padlicht("add", "park", *days, "--target", "+20%", "--due", "2027-10-31")
    assert "8.0 passages per watched hour" in told
    assert "aimed at 9.6 by 2027-10-31" in told
    [row] = json.loads(padlicht("list", "park", "--json"))
    assert (row["baseline_rate_per_h"], row["due_day"]) == (8.0, "2027-10-31")
    padlicht("withdraw", "1", "--why", "nobody agreed")
    assert "Nothing was agreed for park yet" in padlicht("list", "park")
    assert "nobody agreed" in padlicht("list", "park", "--all")
