"""Drivers fed with garbage, and counters fed with people: on the board-like MicroPython."""

from collections.abc import Iterator

from tools.figures.figure import RUNNER, Figure, on_micropython

GARBAGE = "tests/firmware/sense/test_garbage.py"
PARK = "tests/firmware/count/test_park.py"
TRIALS = 100_000
WRONG_PCT = 10  # of an evening as it may be


def measure() -> Iterator[Figure]:
    """How much garbage each driver took, and how wrong each sensor counts."""
    how = f"micropython32 {RUNNER} {GARBAGE}"
    for name, value in on_micropython(GARBAGE, 32):
        count = int(value)
        if name == "garbage_bad_tails_counted":
            yield Figure(name, count, "frames", "0", how, count == 0)
        else:
            yield Figure(name, count, "frames", f"≥ {TRIALS}", how, count >= TRIALS)
    how = f"micropython32 {RUNNER} {PARK}"
    for name, value in on_micropython(PARK, 32):
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
