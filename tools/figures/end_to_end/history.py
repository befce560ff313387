"""A year of a simulated park: how long it takes to write, and whether the ledger is content."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.figures.figure import Figure, padlicht

GOAL_S = 60
LIMIT_S = 600


def measure() -> Iterator[Figure]:
    """Nine lamps and two counters for 52 weeks, then the ledger's own check."""
    with tempfile.TemporaryDirectory(prefix="padlicht-history-") as folder:
        data = str(Path(folder) / "data")
        how = "padlicht simulate history --weeks 52 --json"
        command = ("simulate", "history", "--weeks", "52", "--json", "--data", data)
        done = padlicht(*command, timeout_s=LIMIT_S)
        if done.returncode:
            raise RuntimeError(f"{how}: {done.stderr[-2000:]}")
        told = json.loads(done.stdout)
        yield Figure(
            "history_year", told["seconds"], "s", f"< {GOAL_S} s, 9 lamps and 2 counters", how,
            told["seconds"] < GOAL_S,
        )  # fmt: skip
        yield Figure("history_records", told["records"], "records", "some", how)
        checked = padlicht("ledger", "check", "--data", data, timeout_s=LIMIT_S)
        problems = len(re.findall(r"^  ", checked.stderr, re.MULTILINE))
        yield Figure(
            "history_problems", problems, "problems", "0", "padlicht ledger check",
            checked.returncode == 0,
        )  # fmt: skip
