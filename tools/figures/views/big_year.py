"""A year of 500 nodes in one site, as a ledger, made once for all measures of a run.

480 lamps and 20 counters in 20 zones: the simulated park's year (docs/simulation.md), through the
hub's real intake and roll-up. It takes some minutes and 2 GB of a disk.
"""

import atexit
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from padlicht.simulate.history import Plan, write_history

END_UTC_S = 1_794_500_400  # 12 November 2026, 17:20 in Groningen: "now" for those who measure
LAMPS = 480
COUNTERS = 20


@cache
def big_year() -> Path:
    """The ledger's file. It is everybody's: open it read-only, or copy it. Gone when we end."""
    folder = tempfile.TemporaryDirectory(prefix="padlicht-big-year-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "ledger.sqlite"
    print("figures: a year of 500 nodes is being made …", file=sys.stderr)
    began_s = time.monotonic()
    write_history(
        path,
        Plan(END_UTC_S, lamps=LAMPS, counters=COUNTERS),
        lambda what, done, total: None,
    )
    print(f"figures: it took {time.monotonic() - began_s:.0f} s", file=sys.stderr)
    return path
