"""The page in a real browser: both languages, every width, live, by keyboard, without script."""

import re
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from padlicht.ledger import Ledger
from padlicht.map_projection import to_metres
from tests.browser.park import EVENING, ORIGIN, bend, footfall, make_park, node, served
from tests.rigs.chromium import launch, new_context

SIZES = {"phone": (390, 844), "small phone": (320, 640), "pages": (1280, 900)}
LATER_S = 86_400  # after a page was opened, by its own clock: it was never so slow to load

# Text and its background, over the whole page: what is below the contrast that WCAG 2.2 AA asks.
PALE_TEXT = """() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).slice(0, 3)
      .map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/rgba\\(.*, 0\\)$/.test(colour)) return colour;
    }
  };
  const pale = [];
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || element.closest("[aria-hidden]") || !element.checkVisibility()) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) pale.push(`${element.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return pale;
}"""


@pytest.fixture(name="browser", scope="module")
def _browser(programs):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(name="park")
def _park(tmp_path):
    make_park(tmp_path / "ledger.sqlite")
    with served(tmp_path) as park:
        yield park


@pytest.fixture(name="visit")
def _visit(browser: Browser, park):
    """Opens pages; afterwards none of them may have complained."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def visit(
            path: str = "en/park/path", size: str = "pages", *, timed: bool = False, **options
        ) -> Page:
            context = new_context(browser, *SIZES[size], **options)
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda line: complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: check(request.url))
            if timed:
                page.clock.install(time=0)
            page.goto(park.address + path, wait_until="domcontentloaded")
            return page

        def check(url: str) -> None:
            if not url.startswith(park.address):
                complaints.append(f"asked for {url}")

        yield visit
    assert complaints == []


def live(page: Page) -> Page:
    """Wait until the page follows what happens."""
    expect(page.locator("[data-live]")).to_have_text("Live")
    return page


def stop_time(page: Page) -> None:
    """From now on time passes on this page by `page.clock.run_for` alone; `visit` it `timed`.

    It forgets a level after ten seconds, and this machine may take as long to look at one.
    """
    page.clock.pause_at(LATER_S)


def row(page: Page, name: str):
    """A node's row in the list."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_fits_and_can_be_read(visit, language, size):
    """No width scrolls sideways, no text is pale, nothing is asked of another host."""
    page = live(visit(f"{language}/park/path", size))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size][0]
    assert page.evaluate(PALE_TEXT) == []
    expect(page.locator("html")).to_have_attribute("lang", language)
    shape = "wide" if size == "pages" else "tall"
    expect(page.locator("svg.park:visible")).to_have_class(re.compile(shape))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_pressed_is_large_enough_for_a_finger(visit, size):
    """Links and buttons that stand alone are at least 44 pixels high."""
    page = live(visit(size=size))
    for target in page.locator("header a:visible, button:visible").all():
        assert target.bounding_box()["height"] >= 43.9, target.inner_text()


def test_a_lamp_glows_as_it_says(visit, park):
    """Level and state arrive as light and as words, without loading the page again."""
    page = live(visit(timed=True))
    stop_time(page)
    expect(row(page, "lamp-3")).to_contain_text("not known")
    park.light("lamp-3", 200, "base")
    expect(row(page, "lamp-3")).to_contain_text("20% soft")
    glow = page.locator('svg.wide .glows [data-lamp="lamp-3"]')
    expect(glow).to_have_attribute("opacity", "0.518")  # the CIE lightness of a fifth
    park.light("lamp-3", 1000, "boost")
    expect(row(page, "lamp-3")).to_contain_text("100% full")
    expect(glow).to_have_attribute("opacity", "1.000")
    expect(row(page, "lamp-4")).to_contain_text("not known")


def test_a_lamp_that_falls_silent_is_not_known_any_more(visit, park):
    """A level that was not repeated for ten seconds is no longer told."""
    page = live(visit(timed=True))
    stop_time(page)
    park.light("lamp-3", 1000, "boost")
    expect(row(page, "lamp-3")).to_contain_text("100% full")
    page.clock.run_for(12_000)
    expect(row(page, "lamp-3")).to_contain_text("not known")
    expect(page.locator('svg.wide g.lamp[data-lamp="lamp-3"]')).to_have_attribute(
        "data-unknown", ""
    )


def test_people_are_drawn_where_they_walk(visit, park):
    """Dots come, move along the path, and go."""
    page = live(visit())
    people = page.locator("svg.wide .people circle")
    expect(people).to_have_count(0)
    for share in (0.30, 0.31):
        x, y = to_metres(*bend(share), ORIGIN)
        park.do(park.live.put_people, [(4, x, y, "walker"), (5, x + 1, y, "cyclist")])
    expect(people).to_have_count(2)
    expect(people.first).to_have_attribute("cx", f"{x:.2f}")
    expect(people.first).to_have_attribute("cy", f"{y:.2f}")
    park.do(park.live.put_people, [])
    expect(people).to_have_count(0)


def test_movement_can_be_stopped(visit, park):
    """The button holds people still, and lets them go on; lamps are told all the while."""
    page = live(visit())
    park.do(park.live.put_people, [(4, 0.0, 0.0, "walker")])
    dot = page.locator("svg.wide .people circle")
    expect(dot).to_have_attribute("cx", "0.00")
    page.get_by_role("button", name="Hold still").press("Enter")
    park.do(park.live.put_people, [(4, 5.0, 0.0, "walker"), (5, 9.0, 0.0, "walker")])
    park.light("lamp-1", 1000, "boost")
    expect(row(page, "lamp-1")).to_contain_text("100%")
    expect(dot).to_have_count(1)
    expect(dot).to_have_attribute("cx", "0.00")
    page.get_by_role("button", name="Let it move").press("Enter")
    park.do(park.live.put_people, [(4, 6.0, 0.0, "walker")])
    expect(dot).to_have_attribute("cx", "6.00")


def test_who_wants_less_motion_gets_less(visit, park):
    """With reduced motion light changes at once instead of fading."""
    page = live(visit(reduced_motion="reduce"))
    fading = "getComputedStyle(document.querySelector('.fades')).transitionDuration"
    assert page.evaluate(fading) == "0s"
    assert live(visit()).evaluate(fading) == "0.25s"


def test_new_counts_appear_by_themselves(visit, park):
    """When the hub has written a record, the page reads the numbers again, and keeps the focus."""
    page = live(visit())
    total = page.locator('[data-fresh="fact-total"]')
    expect(total).to_contain_text("88")
    button = page.get_by_role("button", name="Hold still")
    button.focus()
    with Ledger.open(park.ledger_path) as ledger, ledger.transaction():
        ledger.records.add([footfall("counter-west", 80, EVENING, 10, 2)], EVENING + 900)
    park.clock.at[0] = EVENING + 900
    park.do(park.live.note, "counts", {"nodes": ["counter-west"]})
    expect(total).to_contain_text("100")
    expect(page.locator('[data-fresh="asof"]')).to_contain_text("20:15:00")
    expect(button).to_be_focused()


def test_a_new_lamp_brings_a_new_page(visit, park):
    """When a node was added, the page loads itself again, with the node in it."""
    page = live(visit())
    with Ledger.open(park.ledger_path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-9", "lamp", bend(0.9)))
    park.do(park.live.note, "presence", {"nodes": ["lamp-9"]})
    expect(row(page, "lamp-9")).to_contain_text("not heard of yet")


def test_everything_can_be_reached_by_keyboard(visit):
    """Tab finds the way past the head, the other language, the button; each has a ring."""
    page = live(visit())
    seen = []
    while "counter-west" not in seen:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText.trim()"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid", seen[-1]
        assert len(seen) < 40, seen
    assert seen[:5] == ["Skip to the content", "Padlicht", "Nederlands", "English", "At a glance"]
    assert seen.index("The path now") < seen.index("Hold still") < seen.index("counter-west")
    page.get_by_role("link", name="Skip to the content").press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="Nederlands").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_without_javascript_the_numbers_are_there(visit):
    """Counts, coverage, states and the moment they are of; and no button that would do nothing."""
    page = visit("nl/park/path", java_script_enabled=False)
    expect(page.locator(".asof")).to_contain_text("Stand van donderdag 12 november 2026, 20:00:00")
    expect(page.locator('[data-fresh="counter-counter-west"]')).to_contain_text("100% van de tijd")
    expect(row(page, "lamp-8")).to_contain_text("onbereikbaar")
    expect(page.get_by_text("Zonder JavaScript ziet u de getallen")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_lists_are_told_apart_for_who_listens(visit):
    """On a phone, where rows are stacked, the table is still a table to a screen reader."""
    page = live(visit(size="phone"))
    expect(page.get_by_role("table")).to_have_count(1)
    expect(page.get_by_role("row")).to_have_count(11)
    expect(page.get_by_role("columnheader", name="Light now")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Molukkenplantsoen")
    assert page.get_by_role("heading", level=2).count() == 2


def test_a_hub_that_goes_away_is_said(browser, tmp_path):
    """The page says that it lost the connection, and keeps the numbers of the moment it names."""
    make_park(tmp_path / "ledger.sqlite")
    with served(tmp_path) as park:
        context = new_context(browser, *SIZES["pages"])
        page = context.new_page()
        page.goto(park.address + "nl/park/path", wait_until="domcontentloaded")
        live(page)
    expect(page.locator("[data-live]")).to_have_text(
        "Verbinding verbroken, we proberen het opnieuw"
    )
    expect(page.locator('[data-fresh="fact-total"]')).to_contain_text("88")
    context.close()


def test_below_a_path_a_page_asks_for_nothing_outside_it(browser, tmp_path):
    """Styles, scripts, pictures, and the event stream that the script opens by itself."""
    make_park(tmp_path / "ledger.sqlite")
    asked = []
    with served(tmp_path, web_path="/padlicht/") as park:
        page = new_context(browser, *SIZES["pages"]).new_page()
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        with page.expect_request("**/events"):
            page.goto(f"{park.address}nl/park/path")
        page.context.close()
    assert len(asked) > 4
    assert {path.split("/")[1] for path in asked} == {"padlicht"}
