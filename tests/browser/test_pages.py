"""What charts and choices do in a real browser, on a year; test_every_page.py walks all pages."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.park import StoppedClock, served
from tests.browser.test_page import SIZES
from tests.rigs.chromium import launch, new_context
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"
MOST_SHEETS = 3


@pytest.fixture(name="browser", scope="module")
def _browser(programs):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="park", scope="module")
def _park(year):
    with served(year.parent, StoppedClock(at=[END_UTC_S])) as park:
        yield park


@pytest.fixture(name="visit")
def _visit(browser: Browser, park):
    """Opens pages; afterwards none of them may have complained or asked another host."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def visit(address: str, size: str = "pages", **options) -> Page:
            context = new_context(browser, *SIZES[size], **options)
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda line: complaints.append(f"{address}: {line.text}"))
            page.on("pageerror", lambda error: complaints.append(f"{address}: {error}"))
            page.on("request", lambda request: check(request.url))
            page.goto(park.address + address.lstrip("/"), wait_until="load")
            return page

        def check(url: str) -> None:
            if not url.startswith(park.address):
                complaints.append(f"asked for {url}")

        yield visit
    assert complaints == []


def test_a_period_and_a_zone_are_chosen_by_keyboard_without_a_script(visit):
    """Arrow keys choose, Enter shows; the numbers are those of the choice."""
    page = visit(f"/en/{SITE}/use", java_script_enabled=False)
    page.get_by_role("radio", name="4 weeks").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("combobox", name="Zone").select_option("east")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile("weeks=12&zone=east"))
    expect(page.locator(".asof")).to_contain_text("20 Aug – 11 Nov 2026 · east")


def test_a_chart_is_told_to_who_listens(visit):
    """An image with its title and its finding as a name; the table has the numbers."""
    page = visit(f"/en/{SITE}/use")
    image = page.get_by_role("img", name="Every hour of the week")
    expect(image).to_have_count(1)
    expect(image).to_have_accessible_name(
        "Every hour of the week simulated Busiest on Friday at 08:00: 49 passages per watched hour."
    )
    page.locator("#clock summary").press("Enter")
    expect(page.locator("#clock").get_by_role("table")).to_be_visible()
    expect(page.locator("#clock").get_by_role("columnheader").first).to_have_text("Weekday")


def test_the_numbers_of_a_chart_can_be_taken_along(visit):
    """The CSV is a file with a name that says what it holds."""
    page = visit(f"/nl/{SITE}/use?weeks=12&zone=west")
    with page.expect_download() as waiting:
        page.locator("#light .csv").click()
    assert waiting.value.suggested_filename == f"{SITE}-use-light.csv"


@pytest.mark.parametrize("address", ["/nl/", f"/nl/{SITE}/use", f"/nl/{SITE}/node/lamp-1/day"])
def test_charts_print_on_few_sheets(visit, address):
    """A page of charts is no more than a few sheets of A4."""
    pdf = visit(address).pdf(format="A4")
    # A page's object says /Type /Page, the list of pages /Type /Pages.
    sheets = pdf.count(b"/Type /Page") - pdf.count(b"/Type /Pages")
    assert 1 <= sheets <= MOST_SHEETS


def test_charts_are_read_without_colour(visit):
    """Kinds of marks differ by lightness or pattern, not by hue alone."""
    page = visit("/en/")
    fills = page.evaluate("""() => {
      const light = (rgb) => {
        const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number);
        return 0.299 * r + 0.587 * g + 0.114 * b;
      };
      return Object.fromEntries(["dark_on", "dark_off", "twilight", "day"].map((kind) => {
        const fill = getComputedStyle(document.querySelector(`#weeks rect.${kind}`)).fill;
        return [kind, fill.startsWith("url") ? fill : light(fill)];
      }));
    }""")
    patterns = {fills[kind] for kind in ("dark_off", "twilight") if isinstance(fills[kind], str)}
    assert len(patterns) == 2, fills
    assert abs(fills["dark_on"] - fills["day"]) > 60


def test_the_living_path_lives_on_the_glance_page(visit, park):
    """The picture follows the lamps there too."""
    page = visit("/en/")
    expect(page.locator("[data-live]")).to_have_text("Live")
    park.light("lamp-3", 200, "base")
    glow = page.locator('svg.wide .glows [data-lamp="lamp-3"]')
    expect(glow).to_have_attribute("opacity", "0.518")
