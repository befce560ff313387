"""What tests of every room may ask for."""

import os
from pathlib import Path

import pytest

from tests.hub.fixtures import take_in  # noqa: F401 -- a fixture for tests of several rooms
from tests.rigs import patience, programs, unclosed
from tests.rigs import year as rig

unclosed.watch()

TESTS = Path(__file__).parent
# Each takes half a minute or more, with few tests, and goes to one worker as a whole: begun last,
# it would keep that one busy while the others have nothing left. The first makes the year that
# many ask for. Needs --no-loadscope-reorder: pytest-xdist begins with the files of many tests.
LONG_FILES = (
    "browser/test_axe.py",
    "end_to_end/test_demo.py",
    "broker/test_endurance.py",
    "board/test_lamp.py",
    "firmware/link/test_garbage_messages.py",
    "firmware/keep/test_garbage_settings.py",
    "kills/test_kills.py",
    "end_to_end/test_motion.py",
    "end_to_end/test_node_alone.py",
    "end_to_end/test_sheet.py",
    "end_to_end/test_selfcare.py",
    "broker/test_hostile.py",
    "browser/test_keyboard.py",
    "browser/test_every_page.py",
    "firmware/sense/test_garbage.py",
)


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with 52 weeks of the demo park; open it read-only, or see `rigs.year.copied`."""
    return rig.year(tmp_path_factory)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make check` leaves out tests that start a program."""
    programs.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Measure this machine first; and a test that starts a program has to say so, in every run."""
    config.pluginmanager.register(programs)
    try:
        patience.factor()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    trials = os.environ.get("PADLICHT_TRIALS", "1")
    if not trials.isdecimal() or int(trials) < 1:
        raise pytest.UsageError(f"PADLICHT_TRIALS is {trials!r}: give a whole number above 0")


def pytest_report_header() -> str:
    """Say how long the limits are: whoever reads of one that was reached wants to know."""
    return (
        f"patience: limits are {patience.factor():.1f} times as long as written (this machine"
        f" {patience.measured():.1f}, ${patience.KNOB} {patience.asked_for():g})"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test its limit, which only one that hangs ever reaches; long files come first."""
    for item in items:
        item.add_marker(pytest.mark.timeout(patience.limit_s(patience.TEST_S)))
        if "year" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.long)  # whoever asks for it first makes it
    items.sort(key=_turn)  # stable: all others stay in their random order


def _turn(item: pytest.Item) -> int:
    name = item.path.relative_to(TESTS).as_posix()
    return LONG_FILES.index(name) if name in LONG_FILES else len(LONG_FILES)
