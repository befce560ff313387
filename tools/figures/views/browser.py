"""What axe-core finds on every page, and whether Tab gets everywhere, in a real Chromium."""

from collections.abc import Iterator

from tools.figures.figure import Figure, run_tests

AXE = "tests/browser/test_axe.py"
KEYBOARD = "tests/browser/test_keyboard.py"
EVERY = "tests/browser/test_every_page.py"
LIMIT_S = 900


def measure() -> Iterator[Figure]:
    """Pages × languages × sizes without a violation; tab stops reached in order, with a ring."""
    axe = run_tests(AXE, timeout_s=LIMIT_S)
    walked = [int(value) for name, value in axe.figures.items() if name.startswith("axe_pages_")]
    if not walked:
        raise RuntimeError(axe.output)
    how = f"pytest {AXE}: axe-core's rules for WCAG 2.2 A and AA and good practice, folds open"
    yield Figure("axe_pages_walked", sum(walked), "pages, by language and size", "all routes", how)
    yield Figure("axe_walks_with_violations", len(axe.failed), "tests", "0", how, not axe.failed)
    keys = run_tests(KEYBOARD, timeout_s=LIMIT_S)
    stops = [int(value) for name, value in keys.figures.items() if name.startswith("tab_stops_")]
    how = f"pytest {KEYBOARD}: Tab through every page, phone in Dutch and desk in English"
    yield Figure(
        "tab_stops_reached", sum(stops), "stops", "all, in order, seen", how, not keys.failed
    )
    rest = run_tests(EVERY, timeout_s=LIMIT_S)
    how = f"pytest {EVERY}: widths 320, 390, 1280; no script; less motion; A4"
    yield Figure(
        "pages_that_break", len(rest.failed), f"of {len(rest.passed + rest.failed)} tests", "0",
        how, not rest.failed,
    )  # fmt: skip
