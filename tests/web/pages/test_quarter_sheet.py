"""The quarter sheet: filled in, saved as it grows, closed, opened with its actions next time."""

import re
from datetime import date

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.tables.diary import DiaryEntry
from tests.browser.park import EVENING, make_park
from tests.rigs.pages import client
from tests.web.pages.test_glance import said
from tests.web.pdf_parts import page_count

DAY_S = 86_400
SHEET = "/en/park/reports/quarter/2026-Q4"
NEXT_SHEET = "/en/park/reports/quarter/2027-Q1"
NEXT_QUARTER = EVENING + 75 * DAY_S  # in January
WHOLE = {
    "held_on": "2026-11-12",
    "present": "4 residents, youth worker",
    "going_on": "Scooters on the path\nA dark corner at the bridge",
    "goes_well": "The fitness place is used",
    "what-0": "Prune the shrubs at the bridge",
    "owner-0": "Parks department",
    "due-0": "2026-12-15",
}


@pytest.fixture(name="park")
def _park(tmp_path):
    make_park(tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


class Sheet:
    """A sheet as somebody fills it in, who has opened the form."""

    def __init__(self, pages, address=SHEET):
        self.pages, self.address = pages, address
        self.form = self.open()

    def open(self) -> str:
        answer = self.pages.get(f"{self.address}/edit")
        assert answer.status_code == 200
        self.revision = re.search(r'name="revision" value="(\d+)"', answer.text)[1]
        self.token = re.search(r'name="_csrf_token" value="(\w+)"', answer.text)[1]
        return answer.text

    def send(self, do, **typed):
        fields = {"_csrf_token": self.token, "revision": self.revision, "do": do, **typed}
        return self.pages.post(f"{self.address}/edit", data=fields, follow_redirects=False)

    def keep(self, **typed):
        """As quarter.js does while somebody types."""
        answer = self.send("keep", **typed)
        if answer.status_code == 200:
            self.revision = str(answer.json()["revision"])
        return answer


def test_a_sheet_is_saved_while_it_grows_and_stands_there_as_typed(park):
    """Each save takes the last one's place, half an action too; nothing is doubled."""
    with client(park, EVENING) as pages:
        sheet = Sheet(pages)
        assert sheet.keep(going_on="Scooters").status_code == 200
        assert sheet.keep(going_on="Scooters", **{"owner-0": "Parks"}).status_code == 200
        assert sheet.keep(**WHOLE).status_code == 200
        again = Sheet(pages).form
        assert "A dark corner at the bridge" in again
        assert again.count("Prune the shrubs at the bridge") == 1
        assert "Parks department" in said(pages.get(SHEET).text)


def test_an_action_keeps_its_number_while_it_is_typed(park):
    """What a later sheet says of an action stays with it, although it is worded anew here."""
    with client(park, EVENING) as pages:
        sheet = Sheet(pages)
        first = sheet.keep(**WHOLE).json()["ids"]
        later = sheet.keep(**{**WHOLE, "id-0": str(first[0]), "what-0": "Prune"}).json()["ids"]
    assert first == later != [0]


def test_two_laptops_do_not_write_over_each_other(park):
    """The later one is refused while it types, and shown both texts when it saves by its button."""
    with client(park, EVENING) as pages:
        mine, theirs = Sheet(pages), Sheet(pages)
        theirs.keep(going_on="What they wrote")
        assert mine.keep(going_on="What I wrote").status_code == 409
        both = mine.send("save", going_on="What I wrote")
        assert both.status_code == 409
        assert "What they wrote" in both.text
        assert "What I wrote" in both.text
        assert "What they wrote" in said(pages.get(SHEET).text)
        mine.revision = re.search(r'name="revision" value="(\d+)"', both.text)[1]
        assert mine.send("save", going_on="Both").status_code == 303
        assert "Both" in said(pages.get(SHEET).text)


def test_what_cannot_be_saved_comes_back_as_it_was_typed(park):
    """A date that is none, a text that is too long: a sentence says so, and nothing is lost."""
    with client(park, EVENING) as pages:
        sheet = Sheet(pages)
        refused = sheet.send("save", **{**WHOLE, "due-0": "soon"})
        assert refused.status_code == 422
        assert "“soon” is no date" in refused.text
        assert "A dark corner at the bridge" in refused.text
        assert "“What is going on” has 1,300" in sheet.keep(going_on="x" * 1300).json()["said"]
        assert sheet.keep(**{**WHOLE, "due-0": "15-12-2026"}).status_code == 200


def test_it_is_closed_only_when_every_action_has_an_owner_and_a_date(park):
    """What is missing is asked for, and what was typed is saved meanwhile; closed is closed."""
    with client(park, EVENING) as pages:
        sheet = Sheet(pages)
        asked = sheet.send("close", **{**WHOLE, "goes_well": "", "owner-0": "", "due-0": ""})
        assert asked.status_code == 422
        for question in ("What goes well?", "Who does “Prune", "By when is “Prune"):
            assert question in asked.text
        sheet.open()
        assert sheet.send("close", **WHOLE).status_code == 303
        assert sheet.keep(going_on="afterwards").status_code == 409
        assert "Closed on 12 Nov 2026" in said(pages.get(SHEET).text)
        assert pages.get(f"{SHEET}/edit", follow_redirects=False).status_code == 303


def test_the_next_sheet_opens_with_the_last_ones_actions(park):
    """Each with its owner and date, until one says that it is done; what goes on stays."""
    with client(park, EVENING) as pages:
        Sheet(pages).send(
            "close",
            **WHOLE,
            **{"what-1": "A bench", "owner-1": "Residents", "due-1": "2027-03-01"},
        )
    with client(park, NEXT_QUARTER) as pages:
        sheet = Sheet(pages, NEXT_SHEET)
        told = said(sheet.form)
        assert "Prune the shrubs at the bridge Parks department, 15 Dec 2026" in told
        prune, bench = re.findall(r'name="note-(\d+)"', sheet.form)
        typed = {**WHOLE, "what-0": "Count again", f"outcome-{prune}": "done"}
        asked = sheet.send("close", **typed)
        assert "What became of “A bench”?" in asked.text
        sheet.open()
        sheet.send("close", **typed, **{f"outcome-{bench}": "going", f"note-{bench}": "ordered"})
        assert "still going on : ordered" in said(pages.get(NEXT_SHEET).text)
    with client(park, NEXT_QUARTER + 90 * DAY_S) as pages:
        told = said(Sheet(pages, "/en/park/reports/quarter/2027-Q2").form)
        assert "Prune" not in told
        assert "A bench" in told
        assert "Count again" in told


def test_what_else_happened_stands_on_it_unless_it_is_kept_quiet(park):
    """The sheet is handed out, so only public entries of the diary of that quarter are there."""
    with Ledger.open(park) as ledger, ledger.transaction():
        day = date(2026, 11, 2)
        entry = DiaryEntry(0, "park", None, day, day, "The bridge closed", True, EVENING, "anna")
        ledger.diary.add(entry)
        ledger.diary.add(entry._replace(text="A burglary", public=False))
        ledger.diary.add(entry._replace(text="Last year", first_day=date(2025, 11, 2)))
    with client(park, EVENING) as pages:
        told = said(pages.get(SHEET).text)
    assert "2 Nov : The bridge closed" in told.replace("2 Nov:", "2 Nov :")
    assert "burglary" not in told


def test_it_is_one_sheet_of_paper_empty_and_full(park, programs):
    """The empty one is to be written on; the fullest that the form takes fits as well."""
    long = "word " * 140
    full = {
        "held_on": "2026-11-12", "present": long[:200], "going_on": long[:700],
        "goes_well": long[:700],
        **{f"what-{n}": long[:120] for n in range(8)},
        **{f"owner-{n}": "x" * 40 for n in range(8)},
        **{f"due-{n}": "2026-12-15" for n in range(8)},
    }  # fmt: skip
    with client(park, EVENING) as pages:
        assert page_count(pages.get(f"{SHEET}/sheet.pdf").content) == 1
        assert Sheet(pages).keep(**full).status_code == 200
        answer = pages.get(f"{SHEET.replace('/en/', '/nl/')}/sheet.pdf")
    assert page_count(answer.content) == 1
    named = 'filename="park-quarter-2026-Q4-nl.pdf"'
    assert named in answer.headers["Content-Disposition"]


def test_only_quarters_that_began_have_a_sheet(park):
    """What is no quarter, or one to come, is not there; and the page without the PDF says why."""
    with client(park, EVENING) as pages:
        for quarter in ("2027-Q1", "2026-Q5", "1999-Q1", "now"):
            assert pages.get(f"/en/park/reports/quarter/{quarter}").status_code == 404
        told = said(pages.get("/en/park/reports").text)
    assert "4th quarter 2026" in told
    assert "3rd quarter 2026" in told
