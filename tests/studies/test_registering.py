"""Registering and amending: what is refused, and what is kept for ever."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from padlicht.errors import BadData, Refused
from padlicht.evaluation.registering import amend, find_study, register
from padlicht.evaluation.registration import Study, weeks_of
from padlicht.ledger import Ledger
from tests.studies.small_park import INSTALLATION, MONDAY, NOW, PARK, TRYOUT, TZ, at, make


@pytest.fixture
def ledger(tmp_path):
    """The small park's."""
    with Ledger.open(make(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def test_what_was_registered_is_read_again_as_it_was(ledger):
    """Question, dates, settings and seed, and by whom and when."""
    study = register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
    found = find_study(ledger, "brighter")
    assert found == study
    assert (found.registered, found.now, found.row.who, found.row.utc_s) == (
        TRYOUT, TRYOUT, "anna", NOW,
    )  # fmt: skip


def test_weeks_are_drawn_by_the_seed_alone(ledger):
    """Anybody can draw them again: in each pair one week is on, and the seed says which."""
    weeks = weeks_of(replace(TRYOUT, weeks=24))
    assert [week.on for week in weeks] == [week.on for week in weeks_of(replace(TRYOUT, weeks=24))]
    assert all(a.on != b.on for a, b in zip(weeks[::2], weeks[1::2], strict=True))
    assert "".join("+-"[not week.on] for week in weeks) == "+-+--++--++-+--++-+-+-+-"
    assert {week.first.weekday() for week in weeks} == {0}


def test_a_longer_try_out_keeps_the_weeks_that_were_drawn(ledger):
    """An amendment adds pairs and changes none."""
    assert weeks_of(replace(TRYOUT, weeks=10))[:6] == weeks_of(TRYOUT)


def test_a_try_out_without_a_seed_is_given_one_that_is_printed(ledger):
    """It is part of what is registered."""
    study = register(ledger, PARK, "brighter", replace(TRYOUT, seed=None), "anna", NOW)
    assert study.registered.seed is not None
    assert find_study(ledger, "brighter").registered.seed == study.registered.seed


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (replace(TRYOUT, question=" "), "question is empty"),
        (replace(TRYOUT, change="x" * 501), "501 characters"),
        (replace(TRYOUT, zone="meadow"), "there is no zone meadow"),
        (replace(INSTALLATION, control_zone="path"), "the path itself"),
        (replace(INSTALLATION, zone=""), "say which zone"),
        (replace(TRYOUT, control_zone="pond"), "needs no control path"),
        (replace(TRYOUT, weeks=7), "pairs of weeks"),
        (replace(TRYOUT, weeks=4), "pairs of weeks"),
        (replace(TRYOUT, weeks=26), "pairs of weeks"),
        (replace(TRYOUT, first_day=MONDAY + timedelta(1)), "no Monday"),
        (replace(TRYOUT, first_day=date(2026, 2, 16)), "does not lie ahead"),
        (replace(TRYOUT, off={"hold_s": 5}), "two values of the same settings"),
        (replace(TRYOUT, on={}, off={}), "two values of the same settings"),
        (replace(TRYOUT, off={"base_pct": 20}), "the same on and off"),
        (replace(TRYOUT, on={"base_pct": 60}), "base_pct"),
        (replace(TRYOUT, on={"tz": "x"}, off={"tz": "y"}), "can be tried"),
        (replace(TRYOUT, on={"settle": 3}, off={"settle": 4}), "can be tried"),
        (replace(TRYOUT, on={"end_at": "22:00"}, off={"end_at": "20:00"}), "hours of the clock"),
        (replace(TRYOUT, case_hours="22-20"), "case hours"),
        (replace(TRYOUT, zone="pond"), "nothing could be switched"),
        (replace(INSTALLATION, weeks=5), "6 to 12"),
        (replace(INSTALLATION, weeks=13), "6 to 12"),
        (replace(INSTALLATION, seed=3), "switches nothing"),
        (replace(INSTALLATION, first_day=date(2062, 1, 1)), "is the year right"),
    ],
)  # fmt: skip
def test_what_could_not_be_answered_is_refused_with_what_to_do(ledger, asked, why):
    """Before anything is kept."""
    with pytest.raises((BadData, Refused), match=why):
        register(ledger, PARK, "brighter", asked, "anna", NOW)
    assert ledger.studies.all() == []


def test_hours_of_the_lamps_can_be_tried_when_hours_of_the_clock_are_compared(ledger):
    """So that weeks on and off count the same hours."""
    asked = replace(TRYOUT, on={"end_at": "22:00"}, off={"end_at": "20:00"}, case_hours="20-22")
    assert register(ledger, PARK, "later", asked, "anna", NOW).now.clock_hours == (20, 22)


def test_two_try_outs_do_not_switch_the_same_lamps_at_once(ledger):
    """The second begins when the first is over, or when it was stopped."""
    first = register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
    with pytest.raises(Refused, match="study brighter switches lamps of the same place"):
        register(ledger, PARK, "second", TRYOUT, "anna", NOW)
    later = replace(TRYOUT, first_day=TRYOUT.last_day + timedelta(1))
    register(ledger, PARK, "third", later, "anna", NOW)
    with pytest.raises(Refused, match="study third"):
        amend(ledger, first, {"weeks": 8}, "anna", "more nights", NOW)
    amend(ledger, first, {"stopped": True}, "anna", "the path is broken up", NOW)
    register(ledger, PARK, "second", TRYOUT, "anna", NOW)


def test_an_amendment_is_kept_beside_what_was_registered(ledger):
    """With its date, its reason and who made it; the registration stays, the hash is another."""
    study = register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
    amended = amend(ledger, study, {"weeks": 8}, "ben", "ice on the path", NOW + 9)
    assert (amended.registered.weeks, amended.now.weeks) == (6, 8)
    (said,) = amended.row.amendments
    assert (said.utc_s, said.who, said.why, dict(said.changes)) == (
        NOW + 9, "ben", "ice on the path", {"weeks": 8},
    )  # fmt: skip
    assert study.sha256() != amended.sha256()


@pytest.mark.parametrize(
    ("changes", "why", "refusal"),
    [
        ({"seed": 8}, "a better draw", "cannot be amended"),
        ({"claim": "fewer"}, "it looks so", "cannot be amended"),
        ({"weeks": 8}, " ", "why is empty"),
        ({"weeks": 6}, "no reason", "nothing would change"),
        ({"weeks": 9}, "longer", "pairs of weeks"),
    ],
)
def test_what_would_make_another_study_is_no_amendment(ledger, changes, why, refusal):
    """Nor is one without a reason."""
    study = register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
    with pytest.raises((BadData, Refused), match=refusal):
        amend(ledger, study, changes, "anna", why, NOW)


def test_an_end_is_not_amended_when_it_has_passed(ledger):
    """Neither to longer, when somebody may have seen that more would do, nor to nothing."""
    study = register(ledger, PARK, "brighter", TRYOUT, "anna", NOW)
    after = at(TRYOUT.last_day + timedelta(1))
    for changes in ({"weeks": 8}, {"stopped": True}):
        with pytest.raises(Refused, match="is over"):
            amend(ledger, study, changes, "anna", "a little more", after)


def test_an_end_is_not_brought_forward_into_the_past(ledger):
    """Whoever has seen three good pairs cannot make them the whole of it."""
    study = register(ledger, PARK, "brighter", replace(TRYOUT, weeks=10), "anna", NOW)
    after_seven = at(MONDAY + timedelta(weeks=7))
    with pytest.raises(BadData, match="would have ended"):
        amend(ledger, study, {"weeks": 6}, "anna", "enough", after_seven)


def test_a_study_that_was_registered_after_its_date_says_so(ledger):
    """Its numbers were there to be seen."""
    before = register(ledger, PARK, "before", INSTALLATION, "anna", NOW)
    late = register(ledger, PARK, "late", INSTALLATION, "anna", at(MONDAY + timedelta(30)))
    assert (before.is_late(TZ), late.is_late(TZ)) == (False, True)
    assert isinstance(late, Study)
