"""A node's own page in a real browser: the self-test to read on a phone, and to print and sign."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from padlicht.ledger import Ledger
from tests.browser.park import EVENING, make_park, served
from tests.browser.test_page import PALE_TEXT, SIZES
from tests.rigs.chromium import launch, new_context

GOOD = [("radar", "reports", "", "ok"), ("lamp up and down", "shown", "", "see")]
BAD = [
    ("node", "lamp-1", "", "ok"),
    ("radar", "silent", "", "fail"),
    *[(f"lamp at {pct} %", 5 * pct, "mA", "ok") for pct in (25, 50, 75, 100)],
    ("lamp up and down", "shown", "", "see"),
    ("light", 31, "0.1 lx", "ok"),
    ("temperature", None, "0.1 °C", "none"),
    ("fault", "ambient_missing", "", "fail"),
    ("flash free", 12, "KB", "look"),
    ("a_row_that_no_reader_knows_and_that_has_no_place_to_break_at_all", "x" * 64, "", "odd"),
]
A4_PX = (794, 1123)  # at 96 dots per inch


@pytest.fixture(name="browser", scope="module")
def _browser(programs):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="park")
def _park(tmp_path):
    make_park(tmp_path / "ledger.sqlite")
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.selftests.add("lamp-1", "first-start", GOOD, EVENING - 7200)
        ledger.states.record_birth("lamp-1", 2, "0.1.0", "sim", 2, "power", EVENING - 100)
        ledger.selftests.add("lamp-1", "c-1", BAD, EVENING - 60)
    with served(tmp_path) as park:
        yield park


@pytest.fixture(name="visit")
def _visit(browser: Browser, park):
    """Opens lamp-1's page; afterwards no page may have complained."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def visit(path: str = "en/park/node/lamp-1", size: str = "pages") -> Page:
            context = new_context(browser, *SIZES[size])
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda line: complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(park.address + path, wait_until="load")
            return page

        yield visit
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sheet_fits_and_can_be_read(visit, language, size):
    """No width scrolls sideways and no text is pale, with all folds open as well."""
    page = visit(f"{language}/park/node/lamp-1", size)
    for fold in page.locator("summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    assert page.evaluate(PALE_TEXT) == []
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("size", ["phone", "pages"])
def test_the_sheet_tells_what_was_found(visit, size):
    """Row by row, with the outcome below, and a place to sign."""
    page = visit(size=size)
    radar = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Radar"))
    expect(radar.first).to_contain_text("silent")
    expect(radar.first).to_contain_text("fails")
    expect(page.locator(".outcome").first).to_have_text("2 lines fail: mend them and test again.")
    expect(page.locator(".sign dd").last).to_be_visible()
    expect(page.locator("table.tests").first.locator("tbody tr")).to_have_count(len(BAD))
    expect(page.locator(".warning")).to_contain_text("padlicht node add lamp-1 --again")


@pytest.mark.parametrize("size", ["phone", "pages"])
def test_what_is_pressed_is_large_enough_for_a_finger(visit, size):
    """Links and folds that stand alone are at least 44 pixels high."""
    page = visit(size=size)
    for target in page.locator("header a:visible, .back a, summary").all():
        assert target.bounding_box()["height"] >= 43.9, target.inner_text()


def test_the_way_there_and_back(visit):
    """From the park's list to the node, to the other language of the same page, and back."""
    page = visit("en/park/path")
    page.get_by_role("link", name="lamp-1", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("lamp-1")
    page.get_by_role("link", name="Nederlands").press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Zelftest")
    page.get_by_role("link", name="Molukkenplantsoen").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Molukkenplantsoen")


def test_it_prints_as_one_sheet_of_black_on_white(visit):
    """The newest test and the place to sign, on one page, without what only a screen can use."""
    page = visit()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PX[0] - 136, "height": A4_PX[1]})
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert page.evaluate(PALE_TEXT) == []
    expect(page.locator(".sign")).to_be_visible()
    expect(page.locator("table.tests:visible")).to_have_count(1)
    for gone in (".top", ".older", ".aside", ".back"):
        expect(page.locator(gone).first).to_be_hidden()
    # A page's object says /Type /Page, the list of pages /Type /Pages.
    pdf = page.pdf(format="A4", prefer_css_page_size=False)
    assert pdf.count(b"/Type /Page") - pdf.count(b"/Type /Pages") == 1
