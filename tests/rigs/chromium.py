"""Where tests get a real browser: Debian's Chromium, driven by Playwright."""

import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from tests.rigs.patience import limit_s

# Without these, Chromium phones home at every start; tests know no internet.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox does not start
]


LIMIT_MS = limit_s() * 1000


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium with a profile of its own; FileNotFoundError says what to do."""
    expect.set_options(timeout=LIMIT_MS)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise FileNotFoundError("no Chromium: run `make setup`")
    return playwright.chromium.launch(executable_path=path, args=QUIET, timeout=LIMIT_MS)


def new_context(browser: Browser, width: int, height: int, **options: Any) -> BrowserContext:
    """Fresh cookies and cache for pages of this size, which wait as long as this machine needs."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(LIMIT_MS)
    return context
