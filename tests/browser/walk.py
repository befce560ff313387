"""Walks every page of the year's park in a real Chromium, and asks axe-core what it finds.

The addresses come from the application's routes, so a page that is new is walked without a word.
The pages' own Content-Security-Policy stays in force: Playwright runs axe in the page as a
developer's console would, which that policy does not concern.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.park import Served, StoppedClock, served
from tests.participation.parts import add_round
from tests.rigs.chromium import new_context
from tests.rigs.pages import addresses, app
from tests.rigs.year import END_UTC_S, copied

SIZES = {"phone": (390, 844), "pages": (1280, 900)}
PARTS = {"site": "molukkenplantsoen", "zone": "west", "date": "2026-10-09"}
NODES = ("lamp-3", "counter-east")  # one was dark that week, the other covered from the 12th on
# What the addresses of the routes lead to besides: what is not there.
MISSING = ("/nl/nowhere", "/en/molukkenplantsoen/node/nobody")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}

# Everything unfolded. A table's rows come from one loop, so three of them stand for hundreds.
UNFOLD = """(most) => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const body of document.querySelectorAll(".data tbody"))
    for (const row of [...body.rows].slice(most)) row.remove();
}"""


@contextmanager
def year_park(year: Path, folder: Path, login: str = "off") -> Iterator[Served]:
    """The hub's pages on a copy of the year, at its end, on a real port."""
    copied(year, folder / "ledger.sqlite")
    add_round(folder, PARTS["site"], END_UTC_S)
    with served(folder, StoppedClock(at=[END_UTC_S]), login) as park:
        yield park


def pages(park: Served, language: str = "") -> list[str]:
    """Every page there is, of one language or of all, without the slash at its beginning."""
    found = addresses(app(park.ledger_path, END_UTC_S), NODES, **PARTS)
    # Without a site an address shows the page of the first site: once is enough.
    found = [each for each in found if f"{each}/{PARTS['site']}" not in found]
    return [each[1:] for each in found if f"/{language}/" in f"{each.partition('?')[0]}/"]


@contextmanager
def visit(browser: Browser, size: str = "pages", **context: Any) -> Iterator[Page]:
    """A page in a fresh browser; afterwards none may have complained, or asked around."""
    complaints: list[str] = []
    asked: set[str | None] = set()
    fresh = new_context(browser, *SIZES[size], **context)
    try:
        page = fresh.new_page()
        page.on("console", lambda line: complaints.append(f"{page.url}: {line.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        yield page
    finally:
        fresh.close()
    assert asked <= {"127.0.0.1"}
    # That an address which is not there is answered with 404 is no complaint of the page's.
    assert [line for line in complaints if "404" not in line and "401" not in line] == []


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is shown now: rule, help, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)  # half a megabyte: once a page is enough
    found = page.evaluate("(options) => axe.run(options)", AXE)["violations"]
    return [
        f"{each['id']} ({each['help']}): {node['target']} {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    ]
