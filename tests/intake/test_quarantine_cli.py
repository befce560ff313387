"""`padlicht quarantine`: seen, let in and thrown away by a person at a terminal."""

import json

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from tests.hub.parts import FOOTFALL, records
from tests.intake.test_intake import said
from tests.intake.test_quarantine import register, seqs_of, stranger


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path))
    return lambda *arguments, **options: CliRunner().invoke(cli, arguments, **options)


@pytest.fixture
def kept(tmp_path, take_in):
    """Two messages of a stranger and a bad record that was acknowledged."""
    bad = said("up/records", records(FOOTFALL | {"sat_s": "\x1b[2J"}), "counter-1")
    _, ledger = take_in(tmp_path, [*stranger(1, 2), bad])
    return ledger


def test_the_list_is_read_by_people_and_programs(padlicht, kept):
    """By reason, or each; as tables, or JSON with the payload."""
    shown = padlicht("quarantine", "list").output
    assert shown.count("lamp-9") == 2  # whose, and the reason
    (bad, strange) = sorted(
        json.loads(padlicht("quarantine", "list", "--json").output), key=lambda row: row["messages"]
    )
    assert (strange["messages"], strange["nodes"]) == (2, ["lamp-9"])
    assert (bad["messages"], bad["acknowledged"]) == (1, 1)
    each = json.loads(padlicht("quarantine", "list", "--each", "--node", "lamp-9", "--json").output)
    assert [json.loads(row["payload"])["recs"][0]["seq"] for row in each] == [2, 1]
    assert padlicht("quarantine", "list", "--each", "--limit", "1").output.count("padlicht/v1") == 1


def test_one_message_is_shown_whole(padlicht, kept):
    """Every byte of it, and that there is no other copy; none of it steers the terminal."""
    (item,) = [item for item in kept.quarantine.newest() if item.acknowledged]
    shown = padlicht("quarantine", "show", str(item.id)).output
    assert "\x1b" not in shown
    assert "[2J" in shown
    assert "this is the only copy" in shown
    (row,) = json.loads(padlicht("quarantine", "show", str(item.id), "--json").output)
    assert row["acknowledged"] is True


def test_admitting_says_what_went_in_and_what_stays(padlicht, kept, tmp_path):
    """By node, by number or all; and never more than was named."""
    register(tmp_path / "ledger.sqlite")
    assert "1 let in." in padlicht("quarantine", "admit", "1").output
    assert "1 let in." in padlicht("quarantine", "admit", "--node", "lamp-9").output
    stays = padlicht("quarantine", "admit", "--all").output
    assert "0 let in." in stays
    assert "sat_s" in stays
    assert seqs_of(kept) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("admit",), "--node NODE, or --all"),
        (("admit", "1", "--all"), "--node NODE, or --all"),
        (("drop", "--node", "lamp-9", "--all"), "--node NODE, or --all"),
        (("admit", "99"), "nothing in quarantine has number 99"),
        (("show", "99"), "list --each"),
    ],
)
def test_who_is_not_clear_is_asked(padlicht, kept, arguments, says):
    """Nothing happens then."""
    result = padlicht("quarantine", *arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert kept.quarantine.count() == 3


def test_dropping_asks_and_says_what_has_no_other_copy(padlicht, kept):
    """No means no; --yes asks nobody; a name that nobody has drops nothing."""
    refused = padlicht("quarantine", "drop", "--all", input="n\n")
    assert refused.exit_code == 1
    assert "1 of them are records that their nodes have forgotten" in refused.output
    assert kept.quarantine.count() == 3
    assert "Nothing of that" in padlicht("quarantine", "drop", "--node", "lamp-7").output
    assert "2 thrown away" in padlicht("quarantine", "drop", "--node", "lamp-9", "--yes").output
    assert kept.quarantine.count() == 1
