"""A lamp whose hub, broker and clock vanish: does it light on, and does it hand in everything?"""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

TEST = "tests/end_to_end/test_outage.py"


def measure() -> Iterator[Figure]:
    """What the test of an outage saw."""
    found = run_tests(TEST, timeout_s=300)
    how = f"pytest {TEST}"
    seconds = float(found["outage_s"])
    yield Figure("outage_seconds_alone", seconds, "s", "some", how, seconds > 0)
    missing = int(found["outage_intervals_missing"])
    made = int(found["outage_intervals_made"])
    yield Figure("outage_intervals_made", made, "intervals", "some", how, made > 0)
    yield Figure("outage_intervals_missing", missing, "intervals", "0", how, missing == 0)
