"""The diary of everything else: what can be written, what is quiet, what taking back leaves."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.errors import BadData, Refused
from padlicht.evaluation.diary import withdraw_entry, write_entry
from padlicht.ledger import DiaryEntry
from tests.hub.use import NOON, park

TODAY = date(2026, 10, 25)
WORKS = DiaryEntry(
    0, "park", None, date(2026, 10, 5), date(2026, 10, 16), "bridge closed", True, NOON, "anna"
)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def texts(entries):
    return [entry.text for entry in entries]


def test_an_entry_is_of_every_day_that_it_touches(ledger):
    """Asked for a stretch of days, the diary gives what began before it and ended after it too."""
    write_entry(ledger, WORKS, TODAY)
    for first, last in ((10, 12), (1, 5), (16, 31), (1, 31)):
        days = date(2026, 10, first), date(2026, 10, last)
        assert texts(ledger.diary.of_site("park", *days)) == ["bridge closed"]
    assert ledger.diary.of_site("park", date(2026, 10, 17), date(2026, 10, 31)) == []
    assert ledger.diary.of_site("park", date(2026, 9, 1), date(2026, 10, 4)) == []


def test_what_is_kept_quiet_is_not_public(ledger):
    """Asked for what is public, the diary says nothing of what is not."""
    write_entry(ledger, WORKS, TODAY)
    write_entry(ledger, WORKS._replace(text="a quarrel", public=False), TODAY)
    assert texts(ledger.diary.of_site("park", public_only=True)) == ["bridge closed"]
    assert texts(ledger.diary.of_site("park")) == ["bridge closed", "a quarrel"]


def test_a_zone_has_its_own_entries_and_those_of_the_whole_park(ledger):
    """Works in another zone are no reason for what is counted here."""
    with ledger.transaction():
        ledger._db.execute("INSERT INTO zones (site, name, title) VALUES ('park', 'pond', 'Pond')")
    write_entry(ledger, WORKS, TODAY)
    write_entry(ledger, WORKS._replace(text="at the pond", zone="pond"), TODAY)
    assert texts(ledger.diary.of_site("park", zone="path")) == ["bridge closed"]
    assert texts(ledger.diary.of_site("park", zone="pond")) == ["bridge closed", "at the pond"]
    assert len(ledger.diary.of_site("park")) == 2


def test_what_is_taken_back_leaves_the_charts_and_stays_in_the_log(ledger):
    """Nothing is deleted: the entry stays with who took it back and why, once."""
    entry = write_entry(ledger, WORKS, TODAY)
    withdraw_entry(ledger, entry.id, "ben", "another bridge", NOON + 60)
    assert ledger.diary.of_site("park") == []
    [left] = ledger.diary.log("park")
    assert (left.text, left.who) == ("bridge closed", "anna")
    assert (left.withdrawn_by, left.withdrawn_why) == ("ben", "another bridge")
    with pytest.raises(Refused, match="withdrawn before, by ben"):
        withdraw_entry(ledger, entry.id, "ben", "once more", NOON + 120)
    with pytest.raises(Refused, match="no diary entry 2"):
        withdraw_entry(ledger, entry.id + 1, "ben", "its withdrawal is no entry", NOON + 120)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": " \n "}, "empty"),
        ({"text": "x" * 301}, "at most 300"),
        ({"last_day": date(2026, 10, 4)}, "before the first"),
        ({"first_day": date(1926, 10, 5)}, "write it as"),
        ({"last_day": date(2126, 10, 5)}, "write it as"),
        ({"zone": "pont"}, "no zone pont in park: it has path"),
        ({"site": "parc"}, "no site parc"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(ledger, wrong, says):
    """Each slip gets a sentence that names it."""
    with pytest.raises((BadData, Refused), match=says):
        write_entry(ledger, WORKS._replace(**wrong), TODAY)
    assert ledger.diary.log("park") == []


def test_the_commands_write_list_and_take_back(ledger, tmp_path):
    """As a person types them: quiet unless --public, one day unless --to."""
    data = ("--data", str(tmp_path))

    def padlicht(*words):
        result = CliRunner().invoke(cli, ("diary", *words, *data))
        assert result.exit_code == 0, result.output
        return result.stdout

    told = padlicht("add", "park", "football final", "--from", "2026-06-14")
    assert told == "Entry 1 stands in the diary of park for 2026-06-14; kept quiet.\n"
    padlicht("add", "park", "café opened", "--from", "2026-06-01", "--to", "2026-06-02", "--public")
    listed = json.loads(padlicht("list", "park", "--json"))
    assert [(row["text"], row["public"], row["last_day"]) for row in listed] == [
        ("football final", False, "2026-06-14"),
        ("café opened", True, "2026-06-02"),
    ]
    padlicht("withdraw", "1", "--why", "it was elsewhere")
    assert "football final" not in padlicht("list", "park")
    assert "it was elsewhere" in padlicht("list", "park", "--all")
