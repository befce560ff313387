"""What those get done who should not: each test of the fence is one attempt on a real mosquitto."""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

TESTS = "tests/broker/test_fence.py"
CONTROL = "test_the_hub_may_do_all_of_it"  # no attempt: it shows that the fence has a door


def measure() -> Iterator[Figure]:
    """How many ways in were tried, and how many led anywhere."""
    run = run_tests(TESTS, timeout_s=300)
    tried = [test for test in run.passed + run.failed if CONTROL not in test]
    if not tried:
        raise RuntimeError(run.output)
    how = f"pytest -v {TESTS}"
    through = [test for test in run.failed if CONTROL not in test]
    yield Figure("fence_ways_in_tried", len(tried), "attempts", "> 10", how, len(tried) > 10)
    yield Figure("fence_got_through", len(through), "attempts", "0", how, not through)
