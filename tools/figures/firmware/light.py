"""The lamp's light: is the sun right, does the loop ask for memory, and what does a tick cost?"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.rigs import micropython
from tools.figures.figure import TRIALS, Figure
from tools.figures.firmware import bytecodes

RUNNER = "tests/rigs/run_functions.py"
SUN = "tests/firmware/light/test_sun_almanac.py"
HEAP = "tests/firmware/light/test_lamp_heap.py"
MODULES = (
    "node.light.lamp",
    "node.light.dimming",
    "node.light.presence",
    "node.light.life",
    "node.sense.pir",
)
BUDGET = 1000  # bytecodes: a tenth of the 20 ms at 2 us each, half of it at 10
EVENING_TICKS = 60000
# An evening of 20 minutes for the loop alone, and the same without the tick, to take that off.
PROGRAM = """
import sys
from node.keep.settings import defaults
from node.light.lamp import Lamp
duties = []
lamp = Lamp(lambda duty: None, 6000, defaults(), lambda: 0)
lamp.plan(True, -1)
tick = lamp.tick if sys.argv[1] == "tick" else lambda: None
for n in range(int(sys.argv[2])):
    if n % 5 == 0:
        lamp.seen(100 if n % 1500 < 300 else -1)
    tick()
"""
INSTRUCTION_TICKS = 3000
LIMIT_S = 170


def measure() -> Iterator[Figure]:
    """The sun, the heap, the cost."""
    seen = _run([sys.executable], SUN, PYTHONPATH=str(micropython.FIRMWARE))
    how = f"{SUN} on micropython32, against PyEphem; the worst is at {seen['sun_worst_place']}"
    events = int(seen["sun_events"])
    worst_s = float(seen["sun_worst_s"])
    home_s = float(seen["sun_worst_in_groningen_s"])
    missed = int(seen["sun_grazing_missed"])
    yield Figure("sun_events_compared", events, "events", "≥ 233 760", how, events >= 233760)
    yield Figure("sun_worst", worst_s, "s", "≤ 30", how, worst_s <= 30)
    yield Figure("sun_worst_in_groningen", home_s, "s", "≤ 30", how, home_s <= 30)
    yield Figure("sun_events_missed_or_invented", missed, "events", "0", how, missed == 0)
    for bits in (64, 32):
        done = _run([micropython.find(bits)], HEAP)["lamp_ticks_under_heap_lock"]
        ticks = int(done)
        how = f"{HEAP} on {Path(micropython.find(bits)).name}"
        yield Figure(f"ticks_under_heap_lock_{bits}", ticks, "ticks", "> 0", how, ticks > 0)
    yield from _bytecodes()
    yield from _instructions()


def _run(interpreter: list[str], test: str, **more: str) -> dict[str, str]:
    """The figures that a test file of the firmware prints; it must pass."""
    done = subprocess.run(
        [*interpreter, RUNNER, test],
        cwd=micropython.ROOT,
        env={**micropython.environment(**more), **TRIALS},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if "FAILED" in done.stdout or not done.stdout.endswith("end\n"):
        raise RuntimeError(f"{test}:\n{done.stdout}{done.stderr}")
    lines = done.stdout.splitlines()
    return dict(line[7:].split("=", 1) for line in lines if line.startswith("FIGURE "))


def _bytecodes() -> Iterator[Figure]:
    """Of each tick of an evening with passers-by, in bytecodes of the board-like MicroPython."""
    costs = bytecodes.costs(micropython.find(32), micropython.FIRMWARE, MODULES)
    counts = sorted(_evening(costs))
    how = f"{EVENING_TICKS} ticks of an evening; lines that ran, times their bytecodes (-v -v)"
    middle, worst = counts[len(counts) // 2], counts[-1]
    yield Figure("tick_bytecodes_median", middle, "bytecodes", "stated", how)
    yield Figure("tick_bytecodes_worst", worst, "bytecodes", f"≤ {BUDGET}", how, worst <= BUDGET)


def _evening(costs: bytecodes.Costs) -> Iterator[int]:
    sys.path.insert(0, str(micropython.FIRMWARE))
    try:
        from node.keep.settings import defaults
        from node.light.lamp import Lamp
        from node.sense.pir import Pir
    finally:
        sys.path.remove(str(micropython.FIRMWARE))
    level = [0]
    settings: dict[str, Any] = {**defaults(), "stuck_pct": 30}
    lamp = Lamp(lambda duty: None, 6000, settings, Pir(lambda: level[0], 60))
    lamp.configure(settings, 12)
    lamp.plan(True, EVENING_TICKS - 6000)
    for tick in range(EVENING_TICKS):
        if tick % 5 == 0 and tick // 9000 % 3 != 2:
            lamp.seen(100 if tick % 1500 < 300 or 20000 < tick < 40000 else -1)
        level[0] = tick // 400 & 1
        yield bytecodes.count(lamp.tick, costs, micropython.FIRMWARE)


def _instructions() -> Iterator[Figure]:
    """Of the packaged machine code, where valgrind is at hand to count them."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return
    used = {what: _count(valgrind, what) for what in ("tick", "nothing")}
    each = (used["tick"] - used["nothing"]) // INSTRUCTION_TICKS
    how = f"valgrind --tool=callgrind, {INSTRUCTION_TICKS} ticks, less the same without the tick"
    yield Figure("tick_instructions_mean", each, "x86 instructions", "stated", how)


def _count(valgrind: str, what: str) -> int:
    command = [micropython.find(32), "-c", PROGRAM, what, str(INSTRUCTION_TICKS)]
    done = subprocess.run(
        [valgrind, "--tool=callgrind", "--callgrind-out-file=" + os.devnull, *command],
        env=micropython.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return int(done.stderr.rsplit("Collected :", 1)[1].split()[0])
