"""A quarter sheet in a real browser: what is typed is saved as one goes, and survives mishaps."""

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.park import make_park, served
from tests.rigs.chromium import launch, new_context

FORM = "en/park/reports/quarter/2026-Q4/edit"
WELL = "What goes well"
GOING_ON = "What is going on"


@pytest.fixture(name="park", scope="module")
def _park(tmp_path_factory):
    folder = tmp_path_factory.mktemp("park")
    make_park(folder / "ledger.sqlite")
    with served(folder) as park:
        yield park


@pytest.fixture(name="browser", scope="module")
def _browser(programs):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="laptop")
def _laptop(browser):
    """A browser with nothing in it yet."""
    context = new_context(browser, 1280, 900)
    yield context
    context.close()


def opened(laptop, park) -> Page:
    page = laptop.new_page()
    page.goto(park.address + FORM)
    return page


def field(page: Page, label: str):
    return page.get_by_label(label).first


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Last saved on")
    expect(page.locator("#saved.lost")).to_have_count(0)


def _only_read(route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_what_is_typed_is_saved_without_a_button(laptop, park):
    """Text, an action and what becomes of it stand there for whoever opens the sheet next."""
    page = opened(laptop, park)
    field(page, WELL).fill("People greet each other")
    page.locator("[name=what-0]").fill("Prune the shrubs")
    page.locator("[name=owner-0]").fill("Parks")
    with page.expect_response(lambda answer: "Parks" in (answer.request.post_data or "")):
        page.locator("[name=due-0]").fill("2026-12-01")
    saved(page)
    second = opened(laptop, park)
    expect(field(second, WELL)).to_have_value("People greet each other")
    expect(second.locator("[name=owner-0]")).to_have_value("Parks")


def test_a_reload_before_it_was_saved_loses_nothing(laptop, park):
    """A key, a reload at once, and the text is there and is saved."""
    page = opened(laptop, park)
    field(page, GOING_ON).fill("Scooters on the path")
    page.reload()
    expect(field(page, GOING_ON)).to_have_value("Scooters on the path")
    saved(page)
    expect(field(opened(laptop, park), GOING_ON)).to_have_value("Scooters on the path")


def test_a_lost_connection_loses_nothing(laptop, park):
    """The page says that it is not saved, keeps it over a reload, and saves when it can."""
    page = opened(laptop, park)
    page.route("**/edit", _only_read)
    field(page, GOING_ON).fill("Typed without a connection")
    expect(page.locator("#saved")).to_contain_text("Not saved: the hub does not answer")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(field(page, GOING_ON)).to_have_value("Typed without a connection")
    page.unroute("**/edit")
    field(page, WELL).press_sequentially("!")
    saved(page)
    expect(field(opened(laptop, park), GOING_ON)).to_have_value("Typed without a connection")


def test_a_second_tab_writes_over_nothing(laptop, park):
    """The tab that is behind says so, stops, and its button shows both texts."""
    first, second = opened(laptop, park), opened(laptop, park)
    with first.expect_response(lambda answer: "first+tab" in (answer.request.post_data or "")):
        field(first, GOING_ON).fill("From the first tab")
    saved(first)
    field(second, GOING_ON).fill("From the second tab")
    expect(second.locator("#saved")).to_contain_text("somebody else saved this sheet meanwhile")
    expect(field(second, GOING_ON)).to_have_value("From the second tab")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator(".theirs")).to_contain_text("From the first tab")
    expect(field(second, GOING_ON)).to_have_value("From the second tab")
    expect(field(opened(laptop, park), GOING_ON)).to_have_value("From the first tab")
    second.get_by_role("button", name="Save", exact=True).click()
    saved(second)
    expect(field(opened(laptop, park), GOING_ON)).to_have_value("From the second tab")
