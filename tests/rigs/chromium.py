"""Where tests get a real browser: Debian's Chromium, driven by Playwright."""

import shutil

from playwright.sync_api import Browser, Playwright

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


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium with a profile of its own; FileNotFoundError says what to do."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise FileNotFoundError("no Chromium: run `make setup`")
    return playwright.chromium.launch(executable_path=path, args=QUIET)
