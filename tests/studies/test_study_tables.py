"""The tables of studies: what was registered stays as it was."""

import sqlite3

import pytest

from padlicht.ledger import Ledger, Site
from padlicht.ledger.tables.studies import Amendment, StoredPlan, StoredResult, Switch
from padlicht.ledger.tables.study_jobs import RUN

NOW = 1_795_224_000
RESULT = StoredResult(NOW, "anna", "0.1.0", "a" * 64, "b" * 64, '{"ratio":1.2}')


@pytest.fixture
def ledger(tmp_path):
    """A ledger with one study."""
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction():
            ledger.sites.add(Site("park", "The park", "Europe/Amsterdam", 53.2, 6.6))
            ledger.studies.register("brighter", "park", {"weeks": 12}, "anna", NOW)
        yield ledger


def test_a_study_is_found_with_its_amendments_and_switches(ledger):
    """As they were written, in order."""
    study = ledger.studies.get("brighter")
    amendment = Amendment(NOW + 1, "anna", "the pond froze", {"weeks": 14})
    switches = [
        Switch(0, "on", NOW, 8, {"lamp-1": {"base_pct": 20}}),
        Switch(1, "off", NOW, 8, {}),
    ]
    with ledger.transaction():
        ledger.studies.amend(study, amendment)
        for switch in switches:
            ledger.studies.note_switch(study, switch)
    found = ledger.studies.all("park")
    assert [(row.name, row.registration, row.amendments) for row in found] == [
        ("brighter", {"weeks": 12}, (amendment,))
    ]
    assert ledger.studies.switches(study) == switches
    assert ledger.studies.all("elsewhere") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE studies SET registration = '{}'",
        "UPDATE study_amendments SET why = 'because'",
        "UPDATE study_results SET result = '{}'",
    ],
)
def test_what_was_registered_amended_or_found_does_not_change(ledger, change):
    """Whoever writes to the file by hand is told so by the file."""
    study = ledger.studies.get("brighter")
    with ledger.transaction():
        ledger.studies.amend(study, Amendment(NOW, "anna", "the pond froze", {}))
        ledger.studies.store_result(study, RESULT)
    with pytest.raises(sqlite3.IntegrityError, match="does not change"):
        ledger._db.execute(change)
    assert ledger.studies.results(study) == [RESULT]


def test_a_plan_takes_the_place_of_the_one_before_of_the_same_zone(ledger):
    """The planner is no record of what happened: only the newest is of use."""
    old, new = (StoredPlan("path", utc_s, "0.1.0", "b" * 64, "{}") for utc_s in (NOW, NOW + 1))
    other = old._replace(zone="pond")
    with ledger.transaction():
        for plan in (old, other, new):
            ledger.studies.store_plan("park", plan)
    assert ledger.studies.plans("park") == [new, other]


def test_a_job_is_asked_for_once_until_it_has_ended(ledger):
    """Who presses the button twice gets one process; afterwards another one can be asked for."""
    jobs = ledger.study_jobs
    with ledger.transaction():
        first = jobs.ask("park", RUN, "brighter", "anna", NOW)
        assert jobs.ask("park", RUN, "brighter", "ben", NOW + 1) == first
        assert jobs.waiting() == [first]
        jobs.begin(first, NOW + 2)
        jobs.progress(first, "counts", 3, 4)
        assert jobs.waiting() == []
        jobs.end(first, NOW + 3, "the disk is full")
        jobs.end(first, NOW + 4)
        again = jobs.ask("park", RUN, "brighter", "ben", NOW + 5)
    assert again.id != first.id
    assert jobs.newest("park", RUN, "brighter") == again


def test_a_job_whose_process_is_gone_has_failed(ledger):
    """It is not for ever on its way, and one that waits is not touched."""
    jobs = ledger.study_jobs
    with ledger.transaction():
        begun = jobs.ask("park", RUN, "brighter", "anna", NOW)
        jobs.begin(begun, NOW)
        waits = jobs.ask("park", RUN, "darker", "anna", NOW)
        jobs.end_lost(NOW + 9, "the hub ended")
    found = jobs.newest("park", RUN, "brighter")
    assert (found.ended_utc_s, found.error) == (NOW + 9, "the hub ended")
    assert jobs.waiting() == [waits]
