"""Takes the README's pictures: the demo park in a real Chromium, phone and desktop, nl and en.

    make pictures

Starts a demo of its own on a free port, waits until lamps glow and people have been counted, writes
docs/pictures/path-{phone,desktop}-{nl,en}.png, and ends the demo.
"""

import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.rigs.chromium import launch
from tools.figures.figure import ROOT, free_port

PICTURES = ROOT / "docs" / "pictures"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
READY_MS = 90_000
# Several lamps bright and some passages counted: an evening that is under way.
UNDER_WAY = """() => {
  const bright = [...document.querySelectorAll("[data-shows=level]")]
    .filter((level) => parseInt(level.textContent) > 90);
  const total = document.querySelector("[data-fresh=fact-total]");
  return bright.length >= 4 && parseInt(total.textContent) >= 8;
}"""


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
            for size, (width, height) in SIZES.items():
                for language in ("nl", "en"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, device_scale_factor=1
                    )
                    _open(page, f"http://127.0.0.1:{port}/{language}/")
                    path = PICTURES / f"path-{size}-{language}.png"
                    page.screenshot(path=path)
                    print(f"pictures: {path.relative_to(ROOT)}, {path.stat().st_size // 1024} KiB")
                    page.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)


def _open(page: Page, url: str) -> None:
    """Open the page as soon as somebody serves it, and wait until the evening is under way."""
    for _ in range(100):
        try:
            page.goto(url, timeout=5000)
            break
        except Exception:  # the demo is still starting
            page.wait_for_timeout(300)
    page.wait_for_function(UNDER_WAY, timeout=READY_MS)


if __name__ == "__main__":
    main()
