"""Timelines alone: what is said later holds, a correction is a statement, and ends are changes."""

import pytest

from padlicht.errors import Refused
from padlicht.ledger.timeline import STILL, Note, Said, statements, timelines

NOW = 1000


def told(*said):
    """The timeline of what was said, as (from, to, value)."""
    return [stretch[:3] for stretch in timelines(said).get("zone", [])]


def said(value, from_utc_s, to_utc_s=STILL):
    return Said("zone", from_utc_s, to_utc_s, value, Note("anna", "why", NOW))


ADDED = said("path", 0)
MOVED = said("gate", 500)


def say(value, **how):
    """The timeline of one that was moved at 500, after another statement."""
    note = Note("anna", "why", NOW, **how)
    line = timelines([ADDED, MOVED])["zone"]
    return told(ADDED, MOVED, *statements("c1", line, "zone", value, note))


def test_a_change_ends_what_was_before():
    """At the moment that is given, or now."""
    assert say("pond") == [(0, 500, "path"), (500, NOW, "gate"), (NOW, STILL, "pond")]
    assert say("pond", from_utc_s=700)[1:] == [(500, 700, "gate"), (700, STILL, "pond")]
    assert say("gate") == [(0, 500, "path"), (500, STILL, "gate")]


def test_a_correction_holds_for_as_long_as_the_wrong_one_did():
    """Where it was the same before, nothing ever changed."""
    assert say("pond", corrects=True) == [(0, 500, "path"), (500, STILL, "pond")]
    assert say("path", corrects=True) == [(0, STILL, "path")]


@pytest.mark.parametrize("at", [300, 800])
def test_the_time_of_a_change_can_be_corrected(at):
    """It was earlier, or later."""
    assert say("gate", from_utc_s=at, corrects=True) == [(0, at, "path"), (at, STILL, "gate")]


def test_what_does_not_fit_is_refused():
    """A change before one that is known; another time for one that never was."""
    with pytest.raises(Refused, match="--corrects"):
        say("pond", from_utc_s=500)
    line = timelines([ADDED])["zone"]
    with pytest.raises(Refused, match="never changed"):
        statements("c1", line, "zone", "path", Note("anna", "why", NOW, 300, True))
