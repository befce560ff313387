"""A study worked out: its data, its dots before the end, its one verdict, and the same again."""

import json
from datetime import date, timedelta

import msgspec
import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.errors import BadData, Refused
from padlicht.evaluation import extra
from padlicht.evaluation.estimators.types import Design, Outcome, Part
from padlicht.evaluation.jobs import plan_zone, run_study
from padlicht.evaluation.observations import clock_changes, part_of, study_data
from padlicht.evaluation.outcomes import outcome_of, plan_of
from padlicht.evaluation.registering import amend, find_study, register
from padlicht.evaluation.registration import WEEK
from padlicht.ledger import Ledger
from tests.studies.small_park import MONDAY, NOW, PARK, TRYOUT, TZ, at, live, make

BEGAN = MONDAY - 26 * WEEK
AFTER = TRYOUT.last_day + timedelta(days=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A park with half a year of past, and a try-out in which light brings many more."""
    path = make(tmp_path_factory.mktemp("park") / "ledger.sqlite")
    with Ledger.open(path) as ledger:
        ledger.skip_fsync()
        register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
        live(ledger, BEGAN, TRYOUT.last_day, effect=2.5)
    return path


@pytest.fixture
def ledger(lived, tmp_path):
    """A copy of it."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(lived) as whole:
        whole.copy_to(path, lambda done, total: None)
    with Ledger.open(path) as opened:
        yield opened


def test_a_study_that_is_over_has_one_verdict_and_the_same_again_to_the_last_bit(ledger):
    """Run twice, nothing is added; registration, data and version are kept with it."""
    study = find_study(ledger, "brighter")
    first = run_study(ledger, study, "anna", at(AFTER, 9))
    again = run_study(ledger, study, "ben", at(AFTER + WEEK, 9))
    assert (first.again, again.again) == (False, True)
    assert again.result == first.result
    assert len(ledger.studies.results(study.row)) == 1
    outcome = outcome_of(ledger, study, at(AFTER, 10))
    main = outcome.result.main
    assert (main.outcome, main.cases) == (Outcome.MORE, 3)
    assert main.low < 2.5 < main.high
    assert [state.is_confirmed for state in outcome.weeks] == [True] * 6
    assert first.result.registration_sha256 == study.sha256()
    with pytest.raises(Refused, match="has its verdict"):
        amend(ledger, study, {"weeks": 8}, "anna", "it came out too small", at(AFTER, 11))


def test_other_data_make_a_result_beside_the_verdict_and_never_in_its_place(ledger):
    """What came late is worked out, too, and printed as that."""
    study = find_study(ledger, "brighter")
    first = run_study(ledger, study, "anna", at(AFTER, 9)).result
    with ledger.transaction():
        ledger._db.execute(
            "UPDATE usage_hour SET count_in = count_in + 5 WHERE hour_utc_s = ?",
            (at(AFTER - timedelta(3), 19),),
        )
    run_study(ledger, study, "ben", at(AFTER + WEEK, 9))
    outcome = outcome_of(ledger, study, at(AFTER, 10))
    assert outcome.stored == first
    assert [stored.who for stored, _ in outcome.later] == ["ben"]


def test_a_machine_that_gives_other_numbers_of_the_same_data_is_found_out(ledger):
    """It is refused, and the verdict stays."""
    study = find_study(ledger, "brighter")
    told = run_study(ledger, study, "anna", at(AFTER, 9)).result
    with ledger.transaction():
        ledger._db.execute("DELETE FROM study_results")
        ledger.studies.store_result(study.row, told._replace(result=told.result[:-1] + " }"))
    with pytest.raises(BadData, match="another result"):
        run_study(ledger, study, "anna", at(AFTER, 9))


def test_before_the_end_there_are_dots_and_no_ratio(ledger):
    """Nothing of what is kept could pass for a verdict; a stopped study never has one."""
    study = find_study(ledger, "brighter")
    ran = run_study(ledger, study, "anna", at(MONDAY + 3 * WEEK, 9))
    assert ran.result is None
    kept = json.loads(ran.look.result)
    assert sorted(kept) == ["dots", "left_out"]
    assert [dot["side"] for dot in kept["dots"]] == ["on", "off", "on"]
    assert all(dot["level"] for dot in kept["dots"])
    stopped = amend(ledger, study, {"stopped": True}, "anna", "an owl", at(AFTER - WEEK))
    assert run_study(ledger, stopped, "anna", at(AFTER, 9)).result is None


def test_case_hours_are_dark_with_lamps_on_or_dark_hours_of_the_clock():
    """Day hours are the control; what is neither only tells how much was watched."""
    assert part_of("dark_on", 20, None) is Part.CASE
    assert part_of("dark_off", 23, None) is Part.OTHER
    assert part_of("dark_off", 21, (20, 22)) is Part.CASE
    assert [part_of("dark_on", hour, (20, 22)) for hour in (19, 22)] == [Part.OTHER] * 2
    assert part_of("day", 20, (20, 22)) is Part.CONTROL
    assert part_of("twilight", 20, None) is Part.OTHER


def test_data_are_whole_days_of_the_zone_alone_up_to_the_last_one(ledger):
    """With the switched weeks, the clock's change, and no hour of another path."""
    study = find_study(ledger, "brighter")
    data = study_data(ledger, study, at(AFTER + WEEK))
    assert data.design is Design.TRYOUT
    assert {hour.counter for hour in data.hours} == {"counter-1"}
    assert (data.hours[0].day, data.hours[-1].day) == (BEGAN, TRYOUT.last_day)
    assert [week.confirmed for week in data.weeks] == [True] * 6
    lit = {hour.hour for hour in data.hours if hour.part is Part.CASE}
    assert max(lit) == 21
    assert data.clock_changes == (date(2025, 10, 26), date(2026, 3, 29))
    assert MONDAY in data.other_changes


def test_clock_changes_are_named_where_days_enough_lie_around_them():
    """Fourteen days on both sides."""
    assert clock_changes(TZ, date(2025, 10, 12), date(2025, 11, 9)) == (date(2025, 10, 26),)
    assert clock_changes(TZ, date(2025, 10, 13), date(2025, 11, 9)) == ()


def test_the_planner_tells_weeks_from_the_parks_own_past(ledger):
    """More weeks for a smaller change; what is not within 24 weeks has none."""
    stored = plan_zone(ledger, PARK, "path", at(MONDAY, 9))
    found = plan_of(stored)
    assert found.history_weeks == 26
    weeks = [effect.weeks for effect in found.effects if effect.design is Design.TRYOUT]
    assert weeks == sorted(weeks, key=lambda count: count or 99, reverse=True)
    assert ledger.studies.plans(PARK) == [stored]
    with pytest.raises(BadData, match="no zone meadow"):
        plan_zone(ledger, PARK, "meadow", at(MONDAY, 9))


def test_without_the_extra_a_person_is_told_how_to_install_it(ledger, monkeypatch):
    """In one sentence, before anything is read."""
    monkeypatch.setattr(extra, "PACKAGES", ("no_such_statistics",))
    with pytest.raises(Refused, match=r"pip install 'padlicht\[evaluation\]'"):
        run_study(ledger, find_study(ledger, "brighter"), "anna", at(AFTER, 9))


def test_commands_register_show_amend_plan_and_run(ledger, tmp_path, monkeypatch):
    """What a person types, and what it says."""
    run = CliRunner()
    monkeypatch.setattr("padlicht.clock.HubClock.utc_s", lambda _: at(MONDAY - WEEK))

    def typed(*words):
        done = run.invoke(cli, ["study", *words, "--data", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output

    said = typed(
        "register", PARK, "darker", "--zone", "path", "--design", "tryout",
        "--question", "Darker?", "--claim", "fewer", "--first-day", str(MONDAY + 8 * WEEK),
        "--weeks", "6", "--change", "5 %",
        "--on", "base_pct=5", "--off", "base_pct=15", "--seed", "7",
    )  # fmt: skip
    assert "Weeks, drawn by seed 7: on off on off off on" in said
    assert "it ends on" in typed("amend", "darker", "--weeks", "8", "--why", "snow")
    said = typed("show", "darker")
    assert "snow" in said
    assert "no verdict yet" in said
    assert "darker" in typed("list")
    assert "of the park's own past" in typed("plan", PARK, "--zone", "path")
    monkeypatch.setattr("padlicht.clock.HubClock.utc_s", lambda _: at(AFTER, 9))
    assert "Verdict: more" in typed("run", "brighter")
    assert "to the last bit" in typed("run", "brighter")
    kept = ledger.studies.results(ledger.studies.get("brighter"))
    assert msgspec.json.decode(kept[0].result)["design"] == "tryout"
