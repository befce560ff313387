"""Programs that tests start: who starts one says so, and nobody else can.

A test or fixture that starts a program asks for the fixture `programs`; all who lean on it are
known by that, too. `pytest --without-programs`, which `make check` runs, leaves them out. An audit
hook of the interpreter sees every start, in every run, and ends a test that did not say so.
"""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

STARTS = {
    *("subprocess.Popen", "os.posix_spawn", "os.exec", "os.spawn", "os.system"),
    *("os.fork", "os.forkpty"),
}
HARMLESS = {"git"}  # lists the files that there are, in a few milliseconds

_running: pytest.Function | None = None


@pytest.fixture(scope="session")
def programs() -> None:
    """For whoever starts a program: mosquitto, MicroPython, InfluxDB, Chromium, Python, any."""


def add_option(parser: pytest.Parser) -> None:
    """Adds `--without-programs`."""
    parser.addoption(
        "--without-programs", action="store_true", help="leave out tests that start a program"
    )


def pytest_configure() -> None:
    """Begins to listen; a hook of the interpreter can not be taken away again."""
    sys.addaudithook(_heard)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out who starts programs, when asked to."""
    if config.option.without_programs:
        starting = [item for item in items if says_so(item)]
        config.hook.pytest_deselected(items=starting)
        items[:] = [item for item in items if not says_so(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remembers whose turn it is. What is no function is a firmware test, run by its rig."""
    global _running
    _running = item if isinstance(item, pytest.Function) else None
    try:
        return (yield)
    finally:
        _running = None


def says_so(item: pytest.Item) -> bool:
    """Whether the test, or a fixture that it leans on, asks for `programs`."""
    return "programs" in getattr(item, "fixturenames", ())


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in STARTS or _running is None or says_so(_running):
        return
    name = Path(os.fsdecode(arguments[0])).name if arguments and arguments[0] else event
    if name not in HARMLESS:
        # No Exception, so that the code under test does not take it for one of its own.
        pytest.fail(
            f"{_running.nodeid} starts {name} and does not say so: let it, or the fixture that "
            'starts it, ask for the fixture `programs` (@pytest.mark.usefixtures("programs"))'
        )
