"""Drivers fed with garbage, and counters fed with people: on the board-like MicroPython."""

import subprocess
from collections.abc import Iterator

from tests.rigs import micropython
from tests.rigs.micropython import ROOT
from tools.figures.figure import Figure

RUNNER = "tests/rigs/run_functions.py"
GARBAGE = "tests/firmware/test_garbage.py"
PARK = "tests/firmware/test_park.py"
TRIALS = 100_000
LIMIT_S = 170
WRONG_PCT = 10  # of an evening as it may be


def measure() -> Iterator[Figure]:
    """How much garbage each driver took, and how wrong each sensor counts."""
    how = f"micropython32 {RUNNER} {GARBAGE}"
    for name, value in _figures(GARBAGE):
        count = int(value)
        if name == "garbage_bad_tails_counted":
            yield Figure(name, count, "frames", "0", how, count == 0)
        else:
            yield Figure(name, count, "frames", f"≥ {TRIALS}", how, count >= TRIALS)
    how = f"micropython32 {RUNNER} {PARK}"
    for name, value in _figures(PARK):
        people, *wrong = (int(part) for part in value.split())
        scenario = name.removeprefix("park ")
        for index, sensor in enumerate(("radar", "beams")):
            missed, invented = wrong[2 * index : 2 * index + 2]
            pct = round(100 * (missed + invented) / people, 1)
            goal, reached = "as the table of firmware/README.md says", True
            if sensor == "radar" and scenario.startswith("an evening"):
                goal, reached = f"< {WRONG_PCT} %", pct < WRONG_PCT
            unit = f"% of {people} people missed or invented"
            yield Figure(f"count_{sensor}: {scenario}", pct, unit, goal, how, reached)


def _figures(path: str) -> list[tuple[str, str]]:
    """What the tests of one file print as `FIGURE name=value`; all of them must pass."""
    done = subprocess.run(
        [micropython.find(32), "-X", "heapsize=4M", str(ROOT / RUNNER), str(ROOT / path)],
        cwd=ROOT,
        env=micropython.environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    lines = done.stdout.splitlines()
    if not lines or lines[-1] != "end" or any(line.startswith("FAILED") for line in lines):
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
    pairs = [line[len("FIGURE ") :].split("=", 1) for line in lines if line.startswith("FIGURE ")]
    return [(name, value) for name, value in pairs]
