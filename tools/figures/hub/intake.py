"""What the intake keeps up with, what it costs, and what garbage does to it."""

import re
import sys
from collections.abc import Iterable, Iterator

from tools.bench.intake import drains, growth, peak_mib
from tools.bench.queue import Load
from tools.bench.row import Row
from tools.figures.figure import Figure, run_tests

ROUNDS = 3
GARBAGE = "tests/intake/test_garbage.py"
RECORDS = 10  # in a message
NODES = 200
PASSED = (500_000, 2_000_000, 5_000_000)  # records
FLAT = 1.1  # of the memory held when the first tenth had passed


def measure() -> Iterator[Figure]:
    """Ratios of one interleaved run, memory, and what became of mutated messages."""
    yield from _ratios(drains(ROUNDS, _say))
    yield from _ratios(growth(ROUNDS, _say))
    yield from _memory()
    yield from _garbage()


def _ratios(rows: Iterable[Row]) -> Iterator[Figure]:
    for row in rows:
        how = (
            f"make bench ARGS=intake: {row.what}, against {row.than}; median of {row.rounds} "
            f"rounds, {row.spread[0]:.2f} to {row.spread[1]:.2f}; {row.cpu_us:.1f} µs of processor "
            f"a message, {row.rss_mib:.0f} MiB"
        )
        name = f"intake_{row.measure}_of_{row.what}_to_{row.than}".lower()
        name = "_".join(re.findall(r"[a-z0-9]+", name))
        yield Figure(name, round(row.ratio, 2), "times", row.goal or "none", how, row.reached)


def _memory() -> Iterator[Figure]:
    """What is held after half a million records must do for five millions."""
    held = [peak_mib(Load(records // RECORDS, RECORDS, NODES)) for records in PASSED]
    how = "the most that the process held while so many records passed: " + ", ".join(
        f"{records}: {mib:.0f} MiB" for records, mib in zip(PASSED, held, strict=True)
    )
    ratio = round(held[-1] / held[0], 2)
    yield Figure("intake_memory_growth", ratio, "times", f"≤ {FLAT}", how, ratio <= FLAT)


def _garbage() -> Iterator[Figure]:
    run = run_tests("-p", "no:randomly", GARBAGE, timeout_s=300)
    how = f"pytest {GARBAGE}"
    if not run.figures:
        raise RuntimeError(run.output)
    for name, value in run.figures.items():
        yield Figure(f"garbage_{name}", int(value), "messages", "none", how)
    stopped = len(run.failed)
    goal = "0: each message is stored, or in quarantine with a reason"
    yield Figure("garbage_stopped_the_intake", stopped, "tests", goal, how, not stopped)


def _say(what: str) -> None:
    print(f"figures: intake: {what}", file=sys.stderr, flush=True)
