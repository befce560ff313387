"""How long every page takes on a year of 500 nodes: asked over HTTP, from the real server.

The addresses come from the application's own routes, so a page that is new is measured, too. What
a look at the ledger remembers for a second is asked anew each time.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from unittest.mock import patch
from urllib.request import urlopen

from tests.browser.park import StoppedClock, served
from tests.rigs.pages import addresses, app
from tools.figures.figure import Figure
from tools.figures.views.big_year import END_UTC_S, big_year

GOAL_MS = 100
TIMES = 15
PARTS = {"site": "molukkenplantsoen", "zone": "east-2", "date": "2026-10-14"}
NODES = ("lamp-3", "counter-east")
HOW = (
    f"tools/figures/views/pages.py: each page {TIMES} times over loopback, 480 lamps and 20"
    " counters in 20 zones, a year of records; nothing of a look at the ledger is kept"
)


def measure() -> Iterator[Figure]:
    """The slowest page's median, and how many pages were asked."""
    year = big_year()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "ledger.sqlite").symlink_to(year)
        medians = _medians(data)
    for address, took_ms in sorted(medians.items(), key=lambda item: -item[1])[:5]:
        print(f"figures: {took_ms:.0f} ms {address}", file=sys.stderr)
    slowest = max(medians, key=lambda address: medians[address])
    yield Figure("pages asked on a year of 500 nodes", len(medians), "pages", "all there are", HOW)
    yield Figure(
        "slowest page on a year of 500 nodes, median",
        round(medians[slowest]),
        "ms",
        f"at most {GOAL_MS} ms",
        f"{HOW}; it is {slowest}",
        medians[slowest] <= GOAL_MS,
    )
    glance = f"/nl/{PARTS['site']}"
    yield Figure(
        "glance page on a year of 500 nodes, median",
        round(medians[glance]),
        "ms",
        f"at most {GOAL_MS} ms",
        HOW,
        medians[glance] <= GOAL_MS,
    )


def _medians(data: Path) -> dict[str, float]:
    """The median of every page in milliseconds, by its address."""
    pages = addresses(app(data / "ledger.sqlite", END_UTC_S), NODES, **PARTS)
    found = {}
    with (
        patch("padlicht.web.park_view.snapshot.FRESH_S", 0.0),
        patch("padlicht.web.park_health.status.FRESH_S", 0.0),
        served(data, StoppedClock(at=[END_UTC_S])) as park,
    ):
        for address in pages:
            took_ms = []
            for _ in range(TIMES + 1):
                began_s = time.perf_counter()
                with urlopen(park.address + address.lstrip("/"), timeout=60) as answer:  # noqa: S310
                    answer.read()
                took_ms.append((time.perf_counter() - began_s) * 1000)
            found[address] = median(took_ms[1:])  # the first one reads templates
    return found
