"""Takes the README's pictures: every page of the demo park in a real Chromium.

    make pictures

Starts a demo of its own on a free port, with a year of history, waits until lamps glow and people
have been counted, and writes docs/pictures/PAGE-{phone,desktop}-{nl,en}.png, in light colours on a
phone and in dark ones on a desktop. Which pages there are is read off the application's routes; the
login's comes from a hub that has one. Pictures of charts are kept in few colours, so that the
repository stays small. Grafana's dashboards are not among them: no Grafana is started here.
"""

import io
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from padlicht.simulate.run.run import free_port
from padlicht.simulate.world.park import SITE
from padlicht.web.i18n import LANGUAGES
from tests.browser.park import make_park, served
from tests.rigs.chromium import launch
from tests.rigs.pages import app, templates
from tools.figures.figure import ROOT

PICTURES = ROOT / "docs" / "pictures"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = {"desktop": "dark", "phone": "light"}  # both are to be seen
NODES = {"lamp": "lamp-1", "counter": "counter-west"}
FIRST_SCREEN = ("glance", "path")  # what is seen without scrolling; the others are whole
LOGIN = "/login/{language}"
BOTH_LANGUAGES = ("glance", "path", "public")
COLOURS = 256
LOADED_MS = 20_000
STARTED_TRIES = 1000  # a year of history comes first
READY_MS = 300_000  # a machine that is busy plays the evening slowly
# Several lamps bright and some passages counted: an evening that is under way.
UNDER_WAY = """() => {
  const bright = [...document.querySelectorAll("[data-shows=level]")]
    .filter((level) => parseInt(level.textContent) > 90);
  const total = document.querySelector("[data-fresh=fact-total]");
  return bright.length >= 4 && parseInt(total.textContent) >= 8;
}"""
# Every lamp of the picture has said how bright it is. (Functions both: the pages' policy forbids
# to evaluate strings.)
LIT = """() => document.querySelector("[data-live]").textContent.trim()
  && document.querySelector(".lamp") && !document.querySelector(".lamp[data-unknown]")"""


def main() -> None:
    """Start, wait, look, end."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("padlicht")), "demo", "--no-browser",
        "--web-port", str(port), "--seed", "7",
    ]  # fmt: skip
    demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            _wait(browser, f"http://127.0.0.1:{port}/en/{SITE}/path")
            taken = {_take(browser, port, *each) for each in _wanted()} | _door(browser)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
    for old in set(PICTURES.glob("*.png")) - taken:
        old.unlink()
    total = sum(path.stat().st_size for path in taken)
    print(f"pictures: {len(taken)}, {total / 1e6:.1f} MB together")


def pages() -> dict[str, str]:
    """The address of each page by the name of its picture; `{language}` is still open in it."""
    found = {}
    # The routes are the same wherever the ledger is.
    for template in templates(app(Path("none") / "ledger.sqlite", 0)):
        # Nobody was asked anything in the demo park: there is no sheet to show.
        if not template.endswith("{language}") and "{code}" not in template:
            name = template.replace("{site}", "").replace("{language}", "").replace("{node}", "")
            name = "-".join(part for part in name.split("/") if part) or "glance"
            for role, node in NODES.items() if "{node}" in template else [("", "")]:
                address = template.replace("{site}", SITE).replace("{node}", node)
                found[f"{name}-{role}".rstrip("-")] = address
    return found


def _wanted() -> list[tuple[str, str, str, str]]:
    """Name, address, size and language of each picture."""
    return [
        (name, address, size, language)
        for name, address in pages().items()
        for size in SIZES
        for language in (LANGUAGES if name in BOTH_LANGUAGES else ("en",))
    ]


def _wait(browser: Browser, url: str) -> None:
    """Until somebody serves the page, and the evening on it is under way."""
    page = browser.new_page()
    for _ in range(STARTED_TRIES):
        try:
            page.goto(url, timeout=5000)
            break
        except Exception:  # the demo is still starting
            page.wait_for_timeout(300)
    page.wait_for_function(UNDER_WAY, timeout=READY_MS)
    page.close()


def _door(browser: Browser) -> set[Path]:
    """The login, which the demo has none of; its page shows nothing of a park."""
    with tempfile.TemporaryDirectory(prefix="padlicht-pictures-") as folder:
        make_park(Path(folder) / "ledger.sqlite")
        with served(Path(folder), login="on") as park:
            port = int(park.address.rstrip("/").rpartition(":")[2])
            return {_take(browser, port, "login", LOGIN, size, "en") for size in SIZES}


def _take(browser: Browser, port: int, name: str, address: str, size: str, language: str) -> Path:
    """One picture; its path."""
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=1,
        color_scheme=SCHEMES[size],
    )
    page.goto(f"http://127.0.0.1:{port}{address.format(language=language)}", timeout=LOADED_MS)
    _settle(page, name)
    shot = page.screenshot(full_page=name not in FIRST_SCREEN)
    page.close()
    path = PICTURES / f"{name}-{size}-{language}.png"
    with Image.open(io.BytesIO(shot)) as image:
        colours = image.convert("RGB")
        if name not in FIRST_SCREEN:  # charts have few colours; a park at night has many
            colours = colours.quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
        colours.save(path, optimize=True)
    print(f"pictures: {path.relative_to(ROOT)}, {path.stat().st_size // 1024} KiB", flush=True)
    return path


def _settle(page: Page, name: str) -> None:
    """Where lamps are drawn, until they shine as they do now."""
    if name in FIRST_SCREEN:
        page.wait_for_function(LIT, timeout=READY_MS)


if __name__ == "__main__":
    main()
