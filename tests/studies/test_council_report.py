"""The council report: two pages that say as much as a study has shown, and no more."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from padlicht.evaluation.estimators.types import (
    Analysis,
    Design,
    Dot,
    Estimate,
    Method,
    Outcome,
    Place,
    Placebo,
    Side,
)
from padlicht.evaluation.registering import amend, find_study, register
from padlicht.evaluation.registration import WEEK
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.ledger.tables.studies import StoredResult
from padlicht.web.pdf import PdfError
from tests.participation.parts import persons, store
from tests.rigs.pages import client
from tests.studies.small_park import INSTALLATION, MONDAY, NOW, PARK, at, make
from tests.web.pages.test_glance import said
from tests.web.pdf_parts import page_count

NAME = "lamps"
REPORT = f"/en/{PARK}/reports/study/{NAME}"
OVER = INSTALLATION.last_day + timedelta(days=2)
SIDES = (
    Side("before", 56, 52, 3, 1, 812, 590_000, 5210, 1_400_000, 3.1),
    Side("after", 56, 55, 1, 0, 1_034, 600_000, 5300, 1_410_000, 2.4),
)
DOTS = tuple(
    Dot(
        MONDAY + number * 2 * WEEK,
        MONDAY + (number + 1) * 2 * WEEK - timedelta(days=1),
        "before" if number < 0 else "after",
        level,
        1.0,
        200,
        1300,
    )
    for number, level in zip(
        range(-4, 4), (0.95, 1.04, 0.98, 1.03, 1.1, None, 1.2, 1.18), strict=True
    )
)
MORE = Estimate(Method.INSTALLATION_CONTROL_PATH, Outcome.MORE, 8, 5, 1.22, 1.06, 1.41, SIDES, DOTS)
PLAIN = Estimate(Method.INSTALLATION, Outcome.NO_SURE_DIFFERENCE, 8, 5, 1.15, 0.84, 1.57)
PLACEBO = Placebo(Method.INSTALLATION_CONTROL_PATH, 31, 2, 4)


@dataclass
class Park:
    """A park with a study of lamps that were hung, as a test wants it."""

    path: Path

    def result(self, *estimates: Estimate, placebos: tuple[Placebo, ...] = (PLACEBO,)) -> None:
        """The study was worked out."""
        found = Analysis(Design.INSTALLATION, estimates, (), placebos)
        with Ledger.open(self.path) as ledger, ledger.transaction():
            study = find_study(ledger, NAME)
            told = msgspec.json.encode(found).decode()
            stored = StoredResult(at(OVER, 9), "anna", "0.9", study.sha256(), "d" * 64, told)
            ledger.studies.store_result(study.row, stored)

    def told(self, day: date = OVER, address: str = REPORT) -> str:
        with client(self.path, at(day)) as pages:
            answer = pages.get(address)
        assert answer.status_code == 200
        return said(answer.text)

    def pdf(self, language: str = "en") -> bytes:
        with client(self.path, at(OVER)) as pages:
            address = REPORT.replace("/en/", f"/{language}/")
            answer = pages.get(f"{address}/report.pdf")
        assert answer.status_code == 200
        return answer.content


def ask(park: Park, gaps: list[float], first: date) -> None:
    """A round of the sheet of eight of two weeks, with these people's answers."""
    last = first + 2 * WEEK
    with store(park.path.parent, site=PARK, first_day=first, last_day=last) as (words, asked):
        sheets = [replace(sheet, day=first) for sheet in persons(gaps)]
        for number in range(0, len(sheets), 2):
            words.survey.add_sheets(asked.id, sheets[number : number + 2], once=bytes([number]))


@pytest.fixture(name="park")
def _park(tmp_path):
    path = make(tmp_path / "ledger.sqlite")
    with Ledger.open(path) as ledger:
        register(ledger, PARK, NAME, INSTALLATION, "anna", NOW)
    return Park(path)


def test_the_verdict_is_one_sentence_with_its_interval(park):
    """Beside it the claim, with and without the control path, placebo dates, and what it is not."""
    park.result(MORE, PLAIN)
    told = park.told()
    for words in (
        "the path was used more in these hours: +22% passages (95% interval: +6% to +41%)",
        "That is what was claimed beforehand.",
        "about use, not about safety, and it says nothing about crime",
        "With the control path: After the change",
        "Without the control path: No sure difference between before and after: +15%",
        "On 2 of 31 dates on which nothing happened",
        "812", "1,034", "52 / 56 (92%)", "3 / 1", "dddddddd", "0.9",
        "None: it was done as it was registered.",
    ):  # fmt: skip
        assert words in told


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome.TOO_SHORT, "too short to tell"),
        (Outcome.TOO_FEW, "too few data on the path: under 50 passages"),
        (Outcome.EMPTY_BLOCK, "too few data on the path: in some weeks nobody was counted"),
        (Outcome.HARDLY_LIT, "lamps were hardly lit in these weeks"),
        (Outcome.NIGHTS_MISSING, "too many nights were not watched on the path"),
    ],
)
def test_what_cannot_be_known_says_why(park, outcome, why):
    """A number never stands where there is none."""
    park.result(Estimate(Method.INSTALLATION_CONTROL_PATH, outcome, 0, 0, place=Place.CASE))
    told = park.told()
    assert "This cannot be known: " + why in told
    assert "95% interval" not in told
    assert "No days could be held against each other" in told


def test_before_the_end_there_is_no_verdict_and_afterwards_somebody_has_to_work_it_out(park):
    """And what comes of a study that was stopped is said, too."""
    early = park.told(MONDAY + 3 * WEEK)
    assert "There is no verdict yet: the study runs until 26 Apr 2026" in early
    assert "Numbers stand here once there is a verdict." in early
    assert "Not tried yet" in early
    assert "nobody has worked it out (padlicht study run lamps)" in park.told()
    with Ledger.open(park.path) as ledger:
        study = find_study(ledger, NAME)
        amend(ledger, study, {"stopped": True}, "anna", "The path is dug up", at(MONDAY + WEEK))
    stopped = park.told()
    assert "There is no verdict and none will come" in stopped
    assert "stopped = True – The path is dug up" in stopped


def test_what_is_not_there_is_said(park):
    """No diary, nobody asked, no control path: a sentence each, in both languages."""
    told = park.told()
    assert "The public diary of the park has nothing about these weeks." in told
    assert "Nobody was asked: there was no round of the sheet of eight." in told
    dutch = park.told(address=REPORT.replace("/en/", "/nl/"))
    assert "Er is niemand iets gevraagd" in dutch


def test_what_else_happened_is_there_unless_it_is_kept_quiet(park):
    """Of the weeks of the study and of its zone or the whole park."""
    entry = DiaryEntry(0, PARK, None, MONDAY, MONDAY, "A fair", True, NOW, "anna")
    with Ledger.open(park.path) as ledger, ledger.transaction():
        ledger.diary.add(entry)
        ledger.diary.add(entry._replace(text="A burglary", public=False))
        ledger.diary.add(entry._replace(text="By the pond", zone="pond"))
        long_ago = MONDAY - 52 * WEEK
        ledger.diary.add(entry._replace(text="Long ago", first_day=long_ago, last_day=long_ago))
    told = park.told()
    assert "2 Mar 2026 : A fair" in told.replace("2026:", "2026 :")
    for other in ("A burglary", "By the pond", "Long ago"):
        assert other not in told


def test_how_safe_people_feel_stands_beside_it_as_far_as_few_answers_allow(park):
    """A mean from ten people on, a change from twenty in both rounds, and never a score of both."""
    ask(park, [1.0] * 12, MONDAY - 6 * WEEK)
    told = park.told()
    assert "at ease than after dark by 1 (0.9 to 1.1) points" in told
    assert "Since the change nobody was asked." in told
    ask(park, [0.8] * 4, MONDAY + WEEK)
    told = park.told()
    assert "4 answered both by day and after dark: too few for a mean, which takes 10." in told
    assert "Whether that gap moved cannot be said: it takes 20 people" in told


def test_it_has_two_pages_with_little_and_with_much(park, programs):
    """Nothing but a question; and all that there can be, each as long as it may be."""
    assert page_count(park.pdf()) == 2
    words = "word " * 100
    entry = DiaryEntry(0, PARK, None, MONDAY, MONDAY + WEEK, words, True, NOW, "anna")
    with Ledger.open(park.path) as ledger:
        for number in range(3):
            amend(
                ledger, find_study(ledger, NAME), {"change": f"{number} {words[:480]}"},
                "a person with a long name", words[:490], at(MONDAY + timedelta(days=number)),
            )  # fmt: skip
        with ledger.transaction():
            for _ in range(30):
                ledger.diary.add(entry)
    for weeks in (-6, 1):
        ask(park, [1.0] * 12, MONDAY + weeks * WEEK)
    odds = Estimate(Method.CLOCK_CHANGE, Outcome.MORE, 28, 26, 1.4, 1.1, 1.8, on=date(2026, 3, 29))
    park.result(MORE, PLAIN, odds, odds, placebos=(PLACEBO, PLACEBO))
    assert page_count(park.pdf("nl")) == 2


def test_a_hub_that_cannot_make_a_pdf_says_how_to_install_it(park, monkeypatch):
    """503 with the command, and that the page itself can be printed."""

    async def refused(html: str, most_pages: int) -> bytes:
        raise PdfError("weasyprint is not installed: pip install 'padlicht[pdf]'")

    monkeypatch.setattr("padlicht.web.page.make_pdf", refused)
    with client(park.path, at(OVER)) as pages:
        answer = pages.get(f"{REPORT}/report.pdf")
        assert pages.get(f"/en/{PARK}/reports/study/none").status_code == 404
    assert answer.status_code == 503
    assert "padlicht[pdf]" in answer.text
    assert "The page itself can be printed as well." in answer.text
