"""Every page there is, however it is looked at: any width, no script, less motion, on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import PALE_TEXT
from tests.browser.walk import SIZES, UNFOLD, pages, visit

ALL_ROWS = 10_000
WIDTHS = (*(width for width, _ in SIZES.values()), 320)
A4_PX = (210 / 25.4 * 96, 297 / 25.4 * 96)
MARGIN_PX = 2 * 16 / 25.4 * 96  # both sides, as print.css says

# Charts, pictures and rows that paper may cut: nothing above them is kept on one sheet of its own.
CUT = """(height) => {
  const cut = [];
  for (const part of document.querySelectorAll("svg.drawing, tr, .change, .wrong, svg.park")) {
    if (!part.checkVisibility() || !part.getBoundingClientRect().height) continue;
    let at = part;
    while (at && !(getComputedStyle(at).breakInside.startsWith("avoid")
      && at.getBoundingClientRect().height <= height)) at = at.parentElement;
    if (!at) cut.push(part.outerHTML.slice(0, 80));
  }
  return cut;
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return [style.transitionDuration, style.animationDuration].join().split(",")
    .some((duration) => parseFloat(duration) > 0);
}).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_scrolls_sideways(chromium, park_with_year, language):
    """On a desktop, a phone and a small phone, with every fold open; and each has one title."""
    wide = []
    with visit(chromium) as page:
        for address in pages(park_with_year, language):
            page.goto(park_with_year.address + address, wait_until="load")
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            expect(page.locator("html")).to_have_attribute("lang", language)
            page.evaluate(UNFOLD, ALL_ROWS)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append((address, width))
    assert wide == []


def test_without_javascript_every_page_says_the_same(chromium, park_with_year):
    """Headings and numbers are those that script would have shown, and nothing asks for script."""
    parts = "h1, h2, .finding, .headline, .data td"
    with visit(chromium) as with_script, visit(chromium, java_script_enabled=False) as without:
        for address in pages(park_with_year, "en"):
            told = []
            for page in (with_script, without):
                page.goto(park_with_year.address + address, wait_until="load")
                told.append(page.locator(parts).all_text_contents())
            assert told[0] == told[1] != [], address
            for button in without.get_by_role("button").all():
                assert button.get_attribute("type") == "submit", address


def test_forms_work_without_javascript(chromium, park_with_year):
    """A period, a zone and a date are chosen by plain forms, and the choice stays visible."""
    with visit(chromium, "phone", java_script_enabled=False) as page:
        page.goto(park_with_year.address + "en/molukkenplantsoen/use")
        page.get_by_label("12 weeks").check()
        page.get_by_label("Zone").select_option("west")
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile(r"use\?weeks=12&zone=west$"))
        expect(page.get_by_label("12 weeks")).to_be_checked()
        expect(page.get_by_label("Zone")).to_have_value("west")
        page.goto(park_with_year.address + "en/molukkenplantsoen/node/lamp-1/day")
        page.get_by_label("Date").fill("2026-10-09")
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile(r"day\?date=2026-10-09$"))
        expect(page.get_by_label("Date")).to_have_value("2026-10-09")


def test_who_wants_less_motion_sees_none(chromium, park_with_year):
    """With reduced motion nothing on any page fades or moves."""
    with visit(chromium, reduced_motion="reduce") as page:
        for address in pages(park_with_year, "en"):
            page.goto(park_with_year.address + address, wait_until="load")
            assert page.evaluate(MOVING) == [], address


def test_every_page_fits_on_paper(chromium, park_with_year):
    """On A4 nothing sticks out at the side, no chart or row is cut in two, and all can be read."""
    width, height = (round(side - MARGIN_PX) for side in A4_PX)
    cut = {}
    with visit(chromium) as page:
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": height})
        for address in pages(park_with_year, "nl"):
            page.goto(park_with_year.address + address, wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(255, 255, 255)", address
            assert page.evaluate(PALE_TEXT) == [], address
            cut[address] = page.evaluate(CUT, height)
    assert {address: parts for address, parts in cut.items() if parts} == {}


def test_a_page_prints_on_a4(chromium, park_with_year):
    """The browser's own PDF of the glance is two sheets of A4 at most."""
    with visit(chromium) as page:
        page.goto(park_with_year.address + "nl/molukkenplantsoen", wait_until="load")
        paper = page.pdf(format="A4")
    sheets = re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)[.\d]*\]", paper)
    assert sheets
    assert set(sheets) <= {(b"595", b"841"), (b"595", b"842"), (b"594", b"841")}
    assert len(sheets) <= 2
