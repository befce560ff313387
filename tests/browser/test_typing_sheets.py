"""Twenty paper sheets typed in by keyboard alone, with every key counted, and what they then say.

Seconds are those of the keystroke-level model (Card, Moran and Newell 1980): 0.28 s a key (214 a
minute) for an average typist who is no secretary, 1.35 s to read each box from paper; and 3 s to
turn the sheet.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from padlicht.participation.store import open_participation
from tests.browser.park import make_park, served
from tests.browser.walk import visit
from tests.participation.parts import ROUND

KEY_S, READ_S, TURN_S = 0.28, 1.35, 3.0
BOXES = 8
KEYS = 741  # of the sheets below, 37 each on average: as docs/words.md says
# What is on ten people's two sheets: answers by day and after dark, who they are, their code, and
# what they wrote by day and after dark (what goes well, what they would change).
PEOPLE = [
    ("555525", "444435", "2", "1", "2", "uil37", "old trees and a lot of birds", "", "", "a bench"),
    ("664416", "443434", "1", "1", "3", "ton12", "", "people let dogs run loose", "", ""),
    ("545434", "333344", "0", "2", "1", "bal99", "quiet", "", "", "too dark at the bridge"),
    ("55-525", "2-2244", "0", "1", "2", "boek4", "", "", "", "the shrubs are close to the path"),
    ("656516", "545526", "3", "3", "2", "fiets8", "neighbours greet you", "", "fewer bikes", ""),
    ("444434", "404434", "1", "1", "3", "mus51", "", "", "", "a second way out by the school"),
    ("555525", "333353", "0", "1", "3", "pan23", "the pond", "", "", "I would not go here alone"),
    ("645515", "544425", "2", "2", "1", "game77", "short way to school", "", "", "puddles"),
    ("554425", "444325", "1", "1", "2", "kast6", "", "litter near the bins", "", ""),
    ("655516", "434435", "1", "5", "2", "brug31", "well kept grass", "", "calm", "sight lines"),
]


class Typist:
    """Types into a page, and counts the keys."""

    def __init__(self, page: Page) -> None:
        self._keyboard = page.keyboard
        self.keys = 0

    def type(self, text: str) -> None:
        """A key for each sign, and one more for each capital."""
        self._keyboard.type(text)
        self.keys += len(text) + sum(sign.isupper() for sign in text)

    def press(self, key: str) -> None:
        """One key that writes nothing."""
        self._keyboard.press(key)
        self.keys += 1

    def sheet(self, *boxes: str) -> None:
        """The boxes in their order; Enter after the last that has something in it."""
        filled = [*boxes]
        while not filled[-1]:
            filled.pop()
        for number, text in enumerate(filled):
            if number:
                self.press("Tab")
            self.type(text)
        self.press("Enter")


@pytest.mark.long
def test_twenty_sheets_within_ten_minutes_by_keyboard(chromium, tmp_path):
    """No mouse, no script; and what they say is shown with what has to be known beside it."""
    make_park(tmp_path / "ledger.sqlite")
    with open_participation(tmp_path / "participation.sqlite", make=True) as words:
        found = words.survey.add_round(replace(ROUND, asked=31))
    with served(tmp_path) as park, visit(chromium, java_script_enabled=False) as page:
        page.goto(f"{park.address}en/park/words/{found.code}/type")
        typist = Typist(page)
        sheets = [
            (sign, answers, often, role, age, code, good, change)
            for by_day, after_dark, often, role, age, code, *texts in PEOPLE
            for sign, answers, (good, change) in (
                ("1", by_day, texts[:2]),
                ("2", after_dark, texts[2:]),
            )
        ]
        for number, boxes in enumerate(sheets, 1):
            expect(page.get_by_label("Now", exact=True)).to_be_focused()
            typist.sheet(*boxes)
            expect(page.locator(".asof")).to_contain_text(f"{number} sheet")
        seconds = typist.keys * KEY_S + len(sheets) * (BOXES * READ_S + TURN_S)
        print(f"{len(sheets)} sheets, {typist.keys} keys, {seconds / 60:.1f} minutes")
        assert (len(sheets), typist.keys) == (20, KEYS)
        assert seconds <= 600

        page.goto(f"{park.address}en/park/words/{found.code}")
        said = page.locator("main").inner_text()
    assert "10 people answered, of 31 who were asked." in said
    # By hand: 1.0, 1.4, 1.4, 2.75, 0.8, 0, 2.2, 0.8, 0.6 and 1.6.
    assert "After dark people feel less at ease than by day: 1.3 points of 5" in said
    assert "as 10 people said who answered both times" in said
    assert "With fewer than 20 such people it cannot be compared with another round." in said
    assert "The check question, whether the path is well kept, differs by" in said
    assert "17 texts wait to be read." in said
    assert "puddles" not in said
    assert "Nobody said to be one of these: entrepreneur." in said
