"""Every page by keyboard alone: what can be pressed is reached, in order, and one sees where."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import pages, visit

# All that Tab should reach, as the page is read. Of a group of radio buttons Tab takes one: that
# which is chosen, or else the first. A page that begins in a box is read from its beginning, too.
STOPS = """() => {
  const stands_for = (one) => {
    const group = [...document.querySelectorAll("input[type=radio]")]
      .filter((other) => other.name === one.name && other.form === one.form);
    return one === (group.find((other) => other.checked) || group[0]);
  };
  window.stops = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.disabled
      && !(element.type === "radio" && !stands_for(element)));
  if (document.querySelector("[autofocus]")) stops[0].focus();
  return stops.length;
}"""
# Where the focus is among them, and what is wrong with how it shows.
FOCUS = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const wrong = [];
  const ring = (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2;
  if (!ring(style)) wrong.push("no ring");
  if (box.bottom < 1 || box.top > innerHeight - 1) wrong.push("out of sight");
  else {
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
    const above = document.elementFromPoint(x, y);
    const line = element.getClientRects().length > 1;  // a link over two lines has a hole
    if (above && !line && !element.contains(above) && !above.contains(element))
      wrong.push("covered by " + above.outerHTML.slice(0, 60));
  }
  const told = (element.getAttribute("aria-label") || element.innerText || element.name || "");
  return [stops.indexOf(element), wrong, told.trim().slice(0, 40)];
}"""


def walk(page: Page) -> tuple[int, list[str]]:
    """Press Tab through the page; how many stops it has, and what was wrong with any."""
    count = page.evaluate(STOPS)
    wrong = []
    expected = 1 + page.evaluate("stops.indexOf(document.activeElement)")
    while expected < count:
        page.keyboard.press("Tab")
        at, trouble, told = page.evaluate(FOCUS)
        if at == expected - 1:  # within a date: day, month, year and calendar are one stop to us
            continue
        wrong += [f"{told}: {each}" for each in trouble]
        if at != expected:
            wrong.append(f"{told}: stop {at} of {count} where {expected} was due")
            break
        expected += 1
    return count, wrong


@pytest.mark.parametrize(("size", "language"), [("phone", "nl"), ("pages", "en")])
def test_tab_reaches_everything_in_order(chromium, park_with_year, size, language):
    """Each link, control and fold of each page, in the order of reading, with a visible ring."""
    wrong, stops = {}, 0
    with visit(chromium, size) as page:
        for address in pages(park_with_year, language):
            page.goto(park_with_year.address + address, wait_until="load")
            found, told = walk(page)
            stops += found
            if told:
                wrong[address] = told
    assert wrong == {}
    assert stops > 100
    print(f"FIGURE tab_stops_{size}={stops}")


def test_the_first_stop_skips_to_the_content(chromium, park_with_year):
    """On every page: Tab, Enter, and the next Tab is in the content."""
    with visit(chromium) as page:
        for address in pages(park_with_year, "en"):
            page.goto(park_with_year.address + address, wait_until="load")
            skip = page.get_by_role("link", name="Skip to the content")
            if page.locator("[autofocus]").count():  # it begins past it: one can go back there
                skip.focus()
            else:
                page.keyboard.press("Tab")
            expect(skip).to_be_focused()
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.querySelector('#main').compareDocumentPosition(document.activeElement)"
                " & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING)"
            ), address


def test_a_table_opens_and_scrolls_by_keyboard(chromium, park_with_year):
    """Enter on a fold shows its table, which is the next stop and moves by the arrows."""
    with visit(chromium, "phone") as page:
        page.goto(park_with_year.address + "en/molukkenplantsoen/use", wait_until="load")
        fold = page.locator("#days summary, .chart summary").first
        fold.focus()
        page.keyboard.press("Enter")
        table = page.locator(".chart details[open] .wide-table")
        expect(table).to_be_visible()
        page.keyboard.press("Tab")
        expect(table).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.wait_for_function("() => document.activeElement.scrollTop > 0")
        fold.focus()
        page.keyboard.press("Enter")
        expect(table).to_be_hidden()


def test_period_and_date_are_chosen_by_keyboard(chromium, park_with_year):
    """Arrows choose a period, letters a zone, digits a date; Enter shows it."""
    with visit(chromium) as page:
        page.goto(park_with_year.address + "en/molukkenplantsoen/use", wait_until="load")
        page.get_by_label("4 weeks").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("w")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"use\?weeks=12&zone=west$"))
        page.goto(park_with_year.address + "en/molukkenplantsoen/node/lamp-1/day")
        page.get_by_label("Date").focus()
        page.keyboard.type("10102026")  # the same whether days or months come first
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"day\?date=2026-10-10$"))
