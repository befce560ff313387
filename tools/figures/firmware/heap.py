"""The heap that the whole application takes on a board's kind of MicroPython."""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

HEAP = "tests/broker/test_heap.py"
HEAP_GOAL = 64 * 1024
ROLES = ("lamp", "counter")
KINDS = {"frozen": "frozen into the image", "slot": ".mpy in a slot, as an update"}


def measure() -> Iterator[Figure]:
    """Per role: loaded, started, connected; in the image and in a slot."""
    yield from _heap()


def _heap() -> Iterator[Figure]:
    run = run_tests(HEAP, timeout_s=300)
    if run.failed or not run.figures:
        raise RuntimeError(run.output)
    figures = {name: int(value) for name, value in run.figures.items()}
    for kind, words in KINDS.items():
        how = f"pytest {HEAP}; {words}; board-like MicroPython with 160 KB, after collecting"
        for role in ROLES:
            for stage in ("loaded", "started", "connected"):
                used = figures[f"heap_{kind}_{role}_{stage}"]
                promised = (kind, stage) == ("frozen", "connected")
                goal = f"≤ {HEAP_GOAL}" if promised else "stated"
                reached = used <= HEAP_GOAL or not promised
                yield Figure(f"heap_{kind}_{role}_{stage}", used, "bytes", goal, how, reached)
