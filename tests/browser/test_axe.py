"""axe-core on every page: in both languages, on a phone and on a desktop, nothing found."""

import pytest
from playwright.sync_api import expect

from tests.accounts.parts import PASSWORD, Cheap, add
from tests.browser.walk import MISSING, SIZES, UNFOLD, pages, violations, visit, year_park

ROWS = 3
GROUND = "getComputedStyle(document.body).backgroundColor"
NIGHT = {"light": "rgb(251, 248, 242)", "dark": "rgb(10, 14, 19)"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_any_page(chromium, park_with_year, language):
    """All rules of WCAG 2.2 A and AA and of good practice, with every fold open, in both sizes.

    In both colour schemes, too: what is light on a phone in Dutch is dark there in English.
    """
    found, walked = {}, pages(park_with_year, language)
    schemes = ("light", "dark") if language == "nl" else ("dark", "light")
    with visit(chromium) as page:
        for address in walked:
            page.goto(park_with_year.address + address, wait_until="load")
            page.evaluate(UNFOLD, ROWS)
            for (size, (width, height)), scheme in zip(SIZES.items(), schemes, strict=True):
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(GROUND) == NIGHT[scheme]
                found[address, size, scheme] = violations(page)
    assert {where: told for where, told in found.items() if told} == {}
    assert len(walked) > 10
    print(f"FIGURE axe_pages_{language}={len(found)}")


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_where_there_is_nothing(chromium, park_with_year, size):
    """Pages that say that there is no such page are pages, too."""
    with visit(chromium, size) as page:
        for address in MISSING:
            page.goto(park_with_year.address + address[1:], wait_until="load")
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            assert violations(page) == [], address


@pytest.mark.parametrize(("size", "scheme"), [*zip(SIZES, ("light", "dark"), strict=True)])
def test_axe_finds_nothing_around_the_login(chromium, year, tmp_path, monkeypatch, size, scheme):
    """The form, the form that was refused, and the head of a page with somebody's name in it."""
    monkeypatch.setattr("padlicht.web.auth.login_attempt.PasswordStore", Cheap)
    add(tmp_path / "accounts.sqlite", "a-technician-with-a-long-name", "technician")
    with (
        year_park(year, tmp_path, login="on") as park,
        visit(chromium, size, color_scheme=scheme) as page,
    ):
        page.goto(park.address + "nl/molukkenplantsoen/use", wait_until="load")
        assert violations(page) == []
        for password in ("not the password", PASSWORD):
            page.get_by_label("Account").fill("a-technician-with-a-long-name")
            page.get_by_label("Wachtwoord").fill(password)
            page.keyboard.press("Enter")
            page.wait_for_load_state("load")
            if password != PASSWORD:
                expect(page.get_by_role("alert")).to_be_visible()
                assert violations(page) == []
        expect(page.locator(".account")).to_contain_text("a-technician")
        page.evaluate(UNFOLD, ROWS)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_axe_hears_what_a_page_lacks(chromium, park_with_year):
    """The listener listens: a name taken from a control is told, with the rule that it breaks."""
    with visit(chromium) as page:
        page.goto(park_with_year.address + "en/molukkenplantsoen/use", wait_until="load")
        page.evaluate("document.querySelector('label:has(select)').firstChild.remove()")
        assert any(told.startswith("select-name") for told in violations(page))
