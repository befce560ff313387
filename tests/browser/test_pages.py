"""Every page in a real browser, on a year: sizes, languages, keyboard, paper, no script."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.park import StoppedClock, served
from tests.browser.test_page import PALE_TEXT, SIZES
from tests.rigs.chromium import launch
from tests.rigs.pages import addresses, app
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"
PARTS = {"site": SITE, "zone": "west", "date": "2026-11-05"}
NODES = ("lamp-1", "counter-east")
A4_PX = (794, 1123)  # at 96 dots per inch
MOST_SHEETS = 3

# What can be reached: links, buttons, fields and folds that are to be seen. Radio buttons of one
# name are one stop, of which the arrow keys choose.
STOPS = """() => {
  const seen = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
    .filter((e) => e.checkVisibility() && !e.disabled && e.type !== "hidden")
    .filter((e) => e.type !== "radio" || (!seen.has(e.name) && seen.add(e.name))).length;
}"""
STOP = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  return [at.outerHTML.slice(0, 120), getComputedStyle(at).outlineStyle];
}"""


@pytest.fixture(name="browser", scope="module")
def _browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="park", scope="module")
def _park(year):
    with served(year.parent, StoppedClock(at=[END_UTC_S])) as park:
        yield park


@pytest.fixture(name="pages", scope="module")
def _pages(year) -> list[str]:
    """Every address there is."""
    return addresses(app(year, END_UTC_S), NODES, **PARTS)


@pytest.fixture(name="visit")
def _visit(browser: Browser, park):
    """Opens pages; afterwards none of them may have complained or asked another host."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def visit(address: str, size: str = "desk", **options) -> Page:
            width, height = SIZES[size]
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
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


def at(page: Page, address: str) -> str:
    """Another address of the server that the page is from."""
    return page.evaluate("location.origin") + address


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_fits_and_can_be_read(visit, pages, size):
    """No page scrolls sideways and no text is pale, with every table unfolded."""
    page = visit(pages[0], size)
    for address in pages:
        page.goto(at(page, address))
        page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0], address
        assert page.evaluate(PALE_TEXT) == [], address


def test_every_page_fits_a_small_phone(visit, pages):
    """At 320 pixels nothing scrolls sideways, in the language with the longer words."""
    page = visit(pages[0], "small phone")
    for address in (address for address in pages if "/nl" in address):
        page.goto(at(page, address))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_everything_is_reached_by_keyboard(visit, pages):
    """Tab comes past whatever can be pressed, each with a ring, and then to the end."""
    for address in (address for address in pages if "/en" in address):
        page = visit(address)
        expected = page.evaluate(STOPS)
        stops: list[str] = []
        page.keyboard.press("Tab")
        while (stop := page.evaluate(STOP)) is not None and len(stops) <= expected:
            html, ring = stop
            assert ring == "solid", (address, html)
            if stops[-1:] != [html]:  # a date's day, month and year are one field
                stops.append(html)
            page.keyboard.press("Tab")
        assert len(stops) == expected, (address, stops)
        page.context.close()


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


def test_every_page_prints_black_on_white(visit, pages):
    """White ground, readable words, and none of what only a screen can use."""
    page = visit(pages[0])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PX[0] - 121, "height": A4_PX[1]})
    for address in (address for address in pages if "/nl" in address):
        page.goto(at(page, address))
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)", address
        assert page.evaluate(PALE_TEXT) == [], address
        expect(page.locator(".top")).to_be_hidden()


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
      return Object.fromEntries(["dark", "twilight", "day"].map((kind) => {
        const fill = getComputedStyle(document.querySelector(`#weeks rect.${kind}`)).fill;
        return [kind, fill.startsWith("url") ? "pattern" : light(fill)];
      }));
    }""")
    assert fills["twilight"] == "pattern"
    assert abs(fills["dark"] - fills["day"]) > 60


def test_the_living_path_lives_on_the_glance_page(visit, park):
    """The picture follows the lamps there too."""
    page = visit("/en/")
    expect(page.locator("[data-live]")).to_have_text("Live")
    park.light("lamp-3", 200, "base")
    glow = page.locator('svg.wide .glows [data-lamp="lamp-3"]')
    expect(glow).to_have_attribute("opacity", "0.518")
