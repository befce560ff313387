"""What a node keeps: through power cuts, through a month alone, and for how many years of flash."""

from collections.abc import Iterator

from tools.figures.figure import RUNNER, Figure, on_micropython

POWER = "tests/firmware/keep/test_spool_power.py"
MONTH = "tests/firmware/app/test_month.py"
LIFE = "tests/firmware/keep/test_spool_life.py"
YEARS = 20


def measure() -> Iterator[Figure]:
    """Power cuts on both MicroPythons; the month and the flash on the board-like one."""
    for bits in (64, 32):
        how = f"micropython{bits} {RUNNER} {POWER}; every state started whole, or the test fails"
        for name, text in on_micropython(POWER, bits):
            value = int(text)
            yield Figure(f"{name}_{bits}", value, "states", "> 0", how, value > 0)
    how = f"micropython32 {RUNNER} {MONTH}"
    month = {name: int(value) for name, value in on_micropython(MONTH, 32)}
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
    life = {name: int(value) for name, value in on_micropython(LIFE, 32)}
    yield Figure("spool_intervals", life["spool_intervals"], "intervals", "stated", how)
    for name in ("flash_erases_a_day", "flash_erases_a_day_alone"):
        yield Figure(name, life[name], "erases", "stated", how)
    for name in ("flash_years_spread", "flash_years_worst_block"):
        yield Figure(name, life[name], "years", f"≥ {YEARS}", how, life[name] >= YEARS)
