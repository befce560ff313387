"""A lamp whose hub, broker and clock vanish: does it light on, and does it hand in everything?"""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

TEST = "tests/end_to_end/test_node_alone.py::test_the_lamp_goes_on_alone_and_hands_in_everything"


def measure() -> Iterator[Figure]:
    """What the test of an outage saw."""
    run = run_tests(TEST, timeout_s=300)
    if run.failed or not run.figures:
        raise RuntimeError(run.output)
    how = f"pytest {TEST}"
    alone_s = int(run.figures["outage_alone_s"])
    made = int(run.figures["outage_intervals_made"])
    missing = int(run.figures["outage_intervals_missing"])
    yield Figure("outage_lamp_alone", alone_s, "s", "lit on, then dark at end_at", how, alone_s > 0)
    yield Figure("outage_intervals_made", made, "intervals", "some", how, made > 0)
    yield Figure("outage_intervals_missing", missing, "intervals", "0", how, missing == 0)
