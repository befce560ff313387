"""The firmware's own tests on a Cortex-M0 in QEMU, with the heap and the stack of our Pico W."""

import re
from collections.abc import Iterator

from tests.rigs import cortex_m0
from tools.figures.figure import Figure

FILE_S = (
    300  # some do a hundred thousand of something, and are ended: what they did until then counts
)


def measure() -> Iterator[Figure]:
    """Functions that passed, failed, and had no time, of how many."""
    passed = there = 0
    slow: list[str] = []
    failed: list[str] = []
    for name in cortex_m0.files():
        text = (cortex_m0.ROOT / name).read_text()
        functions = len(re.findall(r"^def test_", text, re.MULTILINE))
        lines, _ = cortex_m0.run(name, FILE_S)
        there += functions
        passed += sum(line.startswith("ok ") for line in lines)
        failed += [line.split()[1] for line in lines if line.startswith("FAILED ")]
        if len(lines) < functions:
            slow.append(name.rpartition("/")[2])
    how = (
        f"qemu-system-arm, microbit; ended after {FILE_S} s: {', '.join(slow) or 'none'};"
        f" failed: {', '.join(failed) or 'none'}"
    )
    yield Figure("cortex_m0_functions", there, "functions", "stated", how)
    yield Figure("cortex_m0_passed", passed, "functions", "stated", how)
    yield Figure("cortex_m0_failed", len(failed), "functions", "stated", how)
