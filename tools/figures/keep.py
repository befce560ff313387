"""What a node keeps: through power cuts, through a month alone, and for how many years of flash."""

import subprocess
from collections.abc import Iterator

from tests.rigs import micropython
from tests.rigs.micropython import ROOT
from tools.figures.figure import Figure

RUNNER = "tests/rigs/run_functions.py"
POWER = "tests/firmware/test_spool_power.py"
MONTH = "tests/firmware/test_month.py"
LIFE = "tests/firmware/test_spool_life.py"
YEARS = 20
LIMIT_S = 170


def measure() -> Iterator[Figure]:
    """Power cuts on both MicroPythons; the month and the flash on the board-like one."""
    for bits in (64, 32):
        how = f"micropython{bits} {RUNNER} {POWER}; every state started whole, or the test fails"
        for name, value in _figures(POWER, bits).items():
            yield Figure(f"{name}_{bits}", value, "states", "> 0", how, value > 0)
    how = f"micropython32 {RUNNER} {MONTH}"
    month = _figures(MONTH, 32)
    made, arrived = month["month_intervals_made"], month["month_intervals_arrived"]
    rest = month["month_intervals_in_totals_only"]
    off_s = month["month_timetable_off_s"]
    yield Figure("month_intervals_made", made, "intervals", "2880", how, made == 2880)
    yield Figure("month_intervals_arrived", arrived, "intervals", "stated", how)
    yield Figure("month_intervals_in_totals_only", rest, "intervals", "stated", how)
    lost = made - arrived - rest
    yield Figure("month_intervals_lost", lost, "intervals", "0", how, lost == 0)
    yield Figure("month_timetable_off", off_s, "s", "0", how, off_s == 0)
    how = f"micropython32 {RUNNER} {LIFE}: littlefs on 848 KiB, 100 000 erases a block"
    life = _figures(LIFE, 32)
    for name in ("flash_erases_a_day", "flash_erases_a_day_alone"):
        yield Figure(name, life[name], "erases", "stated", how)
    for name in ("flash_years_spread", "flash_years_worst_block"):
        yield Figure(name, life[name], "years", f"≥ {YEARS}", how, life[name] >= YEARS)


def _figures(path: str, bits: int) -> dict[str, int]:
    """What the tests of one file print as `FIGURE name=value`; all of them must pass."""
    done = subprocess.run(
        [micropython.find(bits), "-X", "heapsize=4M", str(ROOT / RUNNER), str(ROOT / path)],
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
    return {name: int(value) for name, value in pairs}
