"""The node and its network: motion to light meanwhile, memory over many links, hostile messages."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.rigs import micropython
from tools.figures.figure import Figure, run_tests

MOTION = "tests/end_to_end/test_motion.py"
ENDURANCE = "tests/broker/test_endurance.py"
HEAP = "tests/broker/test_heap.py"
GARBAGE = "tests/firmware/test_garbage_messages.py"
TRIALS = 10000
MESSAGES = 100000
TICK_US = 20000
HEAP_GOAL = 64 * 1024
FLAT_BYTES = 4000
ROLES = ("lamp", "counter")


def measure() -> Iterator[Figure]:
    """Everything; about ten minutes."""
    yield from _motion()
    yield from _reconnects()
    yield from _heap()
    yield from _garbage()


@contextmanager
def _tries(count: int) -> Iterator[None]:
    """How much the tests of this kind try, for as long as this lasts."""
    os.environ["PADLICHT_TRIES"] = str(count)
    try:
        yield
    finally:
        del os.environ["PADLICHT_TRIES"]


def _figures(count: int, test: str, timeout_s: float) -> dict[str, str]:
    with _tries(count):
        run = run_tests(test, timeout_s=timeout_s)
    if run.failed or not run.figures:
        raise RuntimeError(run.output)
    return run.figures


def _motion() -> Iterator[Figure]:
    figures = _figures(TRIALS, MOTION, 1200)
    how = f"pytest {MOTION}; real TLS to mosquitto through a hostile transport"
    for name, text in sorted(figures.items()):
        found = json.loads(text)
        late, trials = found["late_ticks"], found["trials"]
        spread = "half within {p500} ms, 99 % within {p990} ms, 99.9 % within {p999} ms"
        spread = spread.format(**found) + (
            f"; {found['connections']} connections; the event loop stood still for up to "
            f"{found['blocked_ms']} ms, the ticks for {found['gap_us'] / 1000:.1f} ms"
        )
        yield Figure(f"{name}_trials", trials, "trials", "stated", how, trials > 0)
        yield Figure(f"{name}_ticks", late, "ticks", "1: the next one", how, late <= 1)
        worst_ms = found["worst_us"] / 1000
        yield Figure(f"{name}_worst", worst_ms, "ms", "20, and what a PC adds", f"{how}; {spread}")
    trials = json.loads(figures["motion_all"])["trials"]
    yield Figure("motion_trials", trials, "trials", f"≥ {TRIALS}", how, trials >= TRIALS)


def _reconnects() -> Iterator[Figure]:
    figures = {name: int(value) for name, value in _figures(TRIALS, ENDURANCE, 1800).items()}
    how = f"pytest {ENDURANCE}; median at the end less median after the warm-up, both collected"
    for kind in (*ROLES, "tls"):
        times, grown = figures[f"reconnects_{kind}"], figures[f"reconnects_{kind}_grown_bytes"]
        goal = TRIALS if kind in ROLES else 200
        reached = times >= goal
        yield Figure(f"reconnects_{kind}", times, "links", f"≥ {goal}", how, reached)
        flat = grown <= FLAT_BYTES
        yield Figure(f"reconnects_{kind}_heap_growth", grown, "bytes", "flat", how, flat)
    grown = figures["reconnects_tls_resident_grown_kib"]
    yield Figure("reconnects_tls_process_growth", grown, "KiB", "≤ 512", how, grown <= 512)


def _heap() -> Iterator[Figure]:
    figures = {name: int(value) for name, value in _figures(1, HEAP, 300).items()}
    how = f"pytest {HEAP}; compiled, board-like MicroPython with 160 KB, after collecting"
    for role in ROLES:
        for stage in ("loaded", "started", "connected"):
            used = figures[f"heap_{role}_{stage}"]
            goal = f"≤ {HEAP_GOAL}" if stage == "connected" else "stated"
            reached = used <= HEAP_GOAL or stage != "connected"
            yield Figure(f"heap_{role}_{stage}", used, "bytes", goal, how, reached)


def _garbage() -> Iterator[Figure]:
    done = subprocess.run(
        [micropython.find(32), "-X", "heapsize=4M", "tests/rigs/run_functions.py", GARBAGE],
        cwd=micropython.ROOT,
        env=micropython.environment(PADLICHT_TRIES=str(MESSAGES)),
        capture_output=True,
        timeout=1200,
        check=False,
    )
    lines = done.stdout.decode(errors="replace").splitlines()
    if not lines or lines[-1] != "end" or any(line.startswith("FAILED") for line in lines):
        raise RuntimeError("\n".join(lines[-30:]))
    how = f"{GARBAGE} on the board-like MicroPython; none reached the last resort for crashes"
    for line in lines:
        if line.startswith("FIGURE "):
            name, value = line[7:].split("=", 1)
            reached = int(value) >= MESSAGES or name == "garbage_settings_taken"
            goal = "stated" if name == "garbage_settings_taken" else f"≥ {MESSAGES}"
            yield Figure(name, int(value), "messages", goal, how, reached)
