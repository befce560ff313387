"""What those get done who should not: the tests of the fence, counted."""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

TESTS = "tests/broker/test_fence.py"


def measure() -> Iterator[Figure]:
    """How many ways in were tried, and how many led anywhere."""
    found = run_tests(TESTS, timeout_s=300)
    tried, got_through = int(found["fence_tried"]), int(found["fence_got_through"])
    how = f"pytest {TESTS}"
    yield Figure("fence_ways_in_tried", tried, "attempts", "> 10", how, tried > 10)
    yield Figure("fence_got_through", got_through, "attempts", "0", how, got_through == 0)
