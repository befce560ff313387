"""Logging in and out in a real browser, by keyboard alone, and what the public sees before."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.accounts.parts import PASSWORD, Cheap, add
from tests.browser.park import make_park, served
from tests.browser.test_page import SIZES
from tests.rigs.chromium import launch, new_context


@pytest.fixture(name="browser", scope="module")
def _browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="park")
def _park(tmp_path, monkeypatch):
    monkeypatch.setattr("padlicht.web.auth.login_attempt.PasswordStore", Cheap)
    make_park(tmp_path / "ledger.sqlite")
    add(tmp_path / "accounts.sqlite")
    with served(tmp_path, login="on") as park:
        yield park


@pytest.fixture(name="page")
def _page(browser: Browser, park):
    """A page of a browser that nobody has logged in with; afterwards it may not have complained."""
    with ExitStack() as stack:
        complaints: list[str] = []
        context = new_context(browser, *SIZES["phone"])
        stack.callback(context.close)
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        # That a wrong password is answered with 401 is no complaint of the page's.
        assert [line for line in complaints if "401" not in line] == []


def type_in(page: Page, password: str = PASSWORD) -> None:
    """Account and password, as somebody does who never touches a mouse."""
    expect(page.get_by_label("Account")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_one_gets_in_by_keyboard_and_where_one_wanted_to_go(page, park):
    """The page that was asked for; then out again, and it is closed."""
    page.goto(park.address + "en/park/path")
    expect(page).to_have_title("Log in · Padlicht")
    type_in(page)
    expect(page).to_have_url(park.address + "en/park/path")
    expect(page.locator(".account")).to_contain_text("anna")
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page).to_have_url(park.address + "public/en")
    page.goto(park.address + "en/park/path")
    expect(page).to_have_title("Log in · Padlicht")


def test_a_mistake_is_told_and_mended(page, park):
    """The account stays, the password has the focus, and a screen reader hears what is wrong."""
    page.goto(park.address + "login/en")
    type_in(page, "not the password")
    expect(page.get_by_role("alert")).to_have_text("Account or password is not right.")
    expect(page.get_by_label("Account")).to_have_value("anna")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".account")).to_contain_text("anna")


def test_no_script_gets_at_the_cookies(page, park):
    """Also on a page of somebody who is logged in."""
    page.goto(park.address + "login/en")
    type_in(page)
    expect(page.locator(".account")).to_contain_text("anna")
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("address", ["public/nl", "public/en", "login/nl", "login/en"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_at_the_side(page, park, address, size):
    """On a phone as on a desktop, in both languages."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(park.address + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_the_other_language_is_the_same_page(page, park):
    """With the place that one wanted to go to."""
    page.goto(park.address + "nl/park/path")
    page.get_by_role("link", name="English").click()
    type_in(page)
    expect(page).to_have_url(park.address + "nl/park/path")
    page.goto(park.address + "public/nl/park")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(park.address + "public/en/park")
