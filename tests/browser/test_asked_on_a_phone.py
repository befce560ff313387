"""Somebody on the path with a phone: no account, no script, by the short code, by day and dark."""

import pytest
from playwright.sync_api import Page, expect

from padlicht.participation.store import open_participation
from padlicht.participation.survey.scoring import pair_up
from tests.browser.park import Served, make_park, served
from tests.browser.walk import visit
from tests.participation.parts import ROUND

MARKS = {"day": "555525", "dark": "333340"}


def mark(page: Page, question: int, answer: str) -> None:
    """A tap on the box of an answer, as a finger does it."""
    page.locator(f'.marks label:has(input[name="now-{question}"][value="{answer}"])').tap()


def answered(page: Page, park: Served, code: str, light: str) -> None:
    """From the address on the paper to the thanks."""
    page.goto(f"{park.address}ask/nl")
    page.get_by_label("Code").fill(code.upper())
    page.get_by_role("button", name="Naar de vragen").tap()
    page.locator(f'.marks label:has(input[name="light"][value="{light}"])').tap()
    for question, answer in enumerate(MARKS[light], 1):
        mark(page, question, answer)
    page.get_by_label("Wat gaat hier goed?").fill("de bomen")
    page.get_by_label("Uw code").fill("Uil 37")
    page.get_by_role("button", name="Inleveren").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dank u wel")


@pytest.mark.parametrize("script", [True, False])
def test_a_walker_answers_by_day_and_after_dark(chromium, tmp_path, script):
    """The two sheets are found together, and nobody has seen anything but the questions."""
    make_park(tmp_path / "ledger.sqlite")
    with open_participation(tmp_path / "participation.sqlite", make=True) as words:
        found = words.survey.add_round(ROUND)
    with (
        served(tmp_path, login="on") as park,
        visit(chromium, "phone", has_touch=True, java_script_enabled=script) as page,
    ):
        answered(page, park, found.code, "day")
        assert "bomen" not in page.content()
        answered(page, park, found.code, "dark")
    with open_participation(tmp_path / "participation.sqlite") as words:
        sheets = words.survey.sheets(found.id)
    assert [sheet.light for sheet in sheets] == ["dark", "day"]
    assert sheets[0].answers == (3, 3, 3, 3, 4, 0)
    pairs = pair_up(sheets)
    assert (pairs.people, pairs.differences) == (1, (5.0 - 3.0,))
