"""The node and its network: motion to light meanwhile, memory over many links, hostile messages."""

import json
from collections.abc import Iterator

from tests.broker.memory import LEAK_BYTES, LEAK_C_BYTES
from tools.figures.figure import RUNNER, Figure, on_micropython, run_tests

MOTION = "tests/end_to_end/test_motion.py"
ENDURANCE = "tests/broker/test_endurance.py"
ENDURANCE_TLS = "tests/broker/test_endurance_tls.py"
GARBAGE = (
    "tests/firmware/link/test_garbage_messages.py",
    "tests/firmware/link/test_garbage_packets.py",
    "tests/firmware/keep/test_garbage_settings.py",
)
TRIALS = 10000
MESSAGES = 100000
TLS_LINKS = 300
ROLES = ("lamp", "counter")


def measure() -> Iterator[Figure]:
    """Everything; about three minutes."""
    yield from _motion()
    yield from _reconnects()
    yield from _garbage()


def _figures(*tests: str, timeout_s: float) -> dict[str, str]:
    run = run_tests(*tests, timeout_s=timeout_s)
    if run.failed or not run.figures:
        raise RuntimeError(run.output)
    return run.figures


def _motion() -> Iterator[Figure]:
    figures = _figures(MOTION, timeout_s=1200)
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
    figures = _figures(ENDURANCE, ENDURANCE_TLS, timeout_s=1800)
    how = "pytest {}; median slope between looks at a node that stands still, collected"
    for kind in (*ROLES, "tls"):
        goal, test = (TRIALS, ENDURANCE) if kind in ROLES else (TLS_LINKS, ENDURANCE_TLS)
        name, said = f"reconnects_{kind}", how.format(test)
        times, leak = int(figures[name]), float(figures[name + "_leak_bytes"])
        yield Figure(name, times, "links", f"≥ {goal}", said, times >= goal)
        flat = leak < LEAK_BYTES
        yield Figure(f"{name}_heap", leak, "bytes a link", f"< {LEAK_BYTES}", said, flat)
        if kind == "tls":
            leak = float(figures[name + "_leak_c_bytes"])
            flat, goal_c = leak < LEAK_C_BYTES, f"< {LEAK_C_BYTES}"
            yield Figure(f"{name}_c_memory", leak, "bytes a link", goal_c, said, flat)


def _garbage() -> Iterator[Figure]:
    for test in GARBAGE:
        how = f"micropython32 {RUNNER} {test}; none reached the last resort for crashes"
        for name, value in on_micropython(test, 32):
            reached = int(value) >= MESSAGES or name == "garbage_settings_taken"
            goal = "stated" if name == "garbage_settings_taken" else f"≥ {MESSAGES}"
            yield Figure(name, int(value), "messages", goal, how, reached)
