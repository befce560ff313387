"""`padlicht survey`: a round begun, looked at, exported and deleted without the pages."""

import json
import re

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.participation.store import open_participation
from tests.browser.park import make_park
from tests.participation.parts import persons

BEGIN = ("--contact", "Jantje", "--decides", "The council, in March.")


@pytest.fixture(name="typed")
def _typed(tmp_path, monkeypatch):
    """Types a command about a park's data."""
    make_park(tmp_path / "ledger.sqlite")
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(cli, ["survey", *words])


@pytest.fixture(name="code")
def _code(typed, tmp_path):
    """The code of a round that has twelve people on the path, and one who was asked at home."""
    said = typed("add", "park", "Autumn", *BEGIN).output
    code = re.search(r"Code on the path: (\w{6})\.", said)[1]
    people = persons([0.2 * i for i in range(12)]) + persons([0.4], place="letterbox")
    with open_participation(tmp_path / "participation.sqlite") as words, words.transaction():
        number = words.survey.get(code).id
        for once, sheet in enumerate(people):
            words.survey.add_sheets(
                number,
                [sheet],
                once=bytes([once]),
                code=f"{sheet.place}{int.from_bytes(sheet.pair)}",
                texts=[("good", "the trees")] if once == 0 else (),
            )
    return code


def test_a_round_is_begun_and_listed(typed):
    """With two codes, four weeks from today, and kept for two years, unless told otherwise."""
    assert "padlicht survey add" in typed("list").output
    assert typed("add", "park", "Autumn", *BEGIN).exit_code == 0
    days = ("--from", "2026-11-02", "--to", "2026-11-29", "--delete-after", "2027-11-30")
    assert typed("add", "park", "Dated", *BEGIN, *days).exit_code == 0
    found = {each["title"]: each for each in json.loads(typed("list", "--json").output)}
    dated = found["Dated"]
    assert (dated["first_day"], dated["last_day"]) == ("2026-11-02", "2026-11-29")
    assert dated["delete_after"] == "2027-11-30"
    assert dated["code"] in typed("list").output
    assert len({each[code] for each in found.values() for code in ("code", "letterbox_code")}) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "nowhere", "Autumn", *BEGIN), "nowhere"),
        (("add", "park", " ", *BEGIN), "none of them is empty"),
        (("add", "park", "A", *BEGIN, "--from", "2026-11-02", "--to", "2026-11-01"), "this order"),
        (("results", "zzzzzz"), "nobody was asked anything yet"),
    ],
)
def test_what_cannot_be_done_is_said(typed, words, said):
    """In a sentence, and nothing is begun."""
    answer = typed(*words)
    assert answer.exit_code == 1
    assert said in answer.output
    assert json.loads(typed("list", "--json").output) == []


def test_results_keep_path_and_home_apart_and_follow_the_rules(typed, code):
    """A mean from ten pairs on; below, that there is none."""
    said = typed("results", code).output
    assert re.search(r"spot +12 +– +paper 24 +12 +1\.10 +0\.64 to 1\.56", said)
    assert re.search(r"letterbox +1 +– +paper 2 +1 +– +–", said)
    assert "answers and quotes only" in said
    assert "wait to be read: 1." in said
    spot, home = json.loads(typed("results", code, "--json").output)
    assert (spot["says"], spot["difference"]["n"], home["says"]) == ("difference", 12, "answers")


def test_the_export_has_every_sheet_and_no_code_of_a_person(typed, code):
    """Nor a text that nobody has read."""
    answer = typed("export", code)
    rows = answer.stdout_bytes.decode().split("\r\n")
    assert rows[0].startswith("person,day,light,place,way,q1")
    assert len(rows) == 1 + 26 + 1
    assert not re.search("the trees|spot3|letterbox0", "".join(rows))


def test_who_knows_their_code_can_be_forgotten(typed, code):
    """Both sheets go; a code that nobody has is said to be none."""
    assert "Deleted 2 sheet(s)" in typed("forget", code, "SPOT-3").output
    again = typed("forget", code, "spot3")
    assert again.exit_code == 1
    assert "no sheet of 'Autumn' has that code" in again.output
    assert json.loads(typed("list", "--json").output)[0]["sheets"] == 24


def test_a_round_goes_by_its_title(typed, code):
    """And not by a slip of the pen."""
    assert "is called 'Autumn'" in typed("remove", code, "--title", "Spring").output
    assert typed("remove", code, "--title", "Autumn").exit_code == 0
    assert json.loads(typed("list", "--json").output) == []
