"""Runs tests again and again in a copy of the tree, each time in a fork of a process that is warm.

To start Python and pytest and to import what others wrote takes longer than most tests that kill a
mutant. This process has done that already: of the modules of before it imports those that lie
outside of the copy, and no line of the code that is tried.

    python -m tools.mutants.warm SCRATCH    in the copy; an order a line in, an answer a line out
"""

import contextlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

HERE = Path.cwd()
SAID = "said.txt"  # what the tests printed
LOADED = "loaded.txt"  # what they imported
POLL_S = 0.02
OPTIONS = (
    "-x", "-q", "--tb=short", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",  # a fork's pytest finds modules imported
)  # fmt: skip


def main(scratch: Path) -> None:
    """Serve until stdin ends. `scratch` is for what tests leave behind."""
    running: list[int] = []

    def end(*_: object) -> None:
        for group in running:
            _end_group(group)
        os._exit(1)

    signal.signal(signal.SIGTERM, end)
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line), scratch, running)), flush=True)


def _run(order: dict[str, Any], scratch: Path, running: list[int]) -> dict[str, Any]:
    """Run tests within limits: their exit code (None when a limit ended them), time, and words."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    began_s = time.monotonic()
    # An end that is asked for here would miss a process that is not yet in a group of its own.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    process = os.fork()
    if process == 0:
        _be_tests(order, scratch)
    with contextlib.suppress(OSError):  # it was quicker
        os.setpgid(process, process)
    running[:] = [process]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    code, cpu_s = None, 0.0
    while time.monotonic() - began_s < order["wall_s"]:
        done, status, used = os.wait4(process, os.WNOHANG)
        if done:
            code, cpu_s = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
            break
        time.sleep(POLL_S)
    _end_group(process)  # also what the tests started and did not end
    if code is None:
        os.waitpid(process, 0)
    running.clear()
    with contextlib.suppress(FileNotFoundError):
        _warm_up((scratch / LOADED).read_text().split())
    said = (scratch / SAID).read_text(errors="replace") if (scratch / SAID).exists() else ""
    wall_s = time.monotonic() - began_s
    if code is not None and code < 0:
        code = None  # the limit of processor time
    return {"code": code, "wall_s": wall_s, "cpu_s": cpu_s, "said": said[-4000:]}


def _be_tests(order: dict[str, Any], scratch: Path) -> None:
    """Become the process in which the tests run, in a group of its own; never returns."""
    code = 3
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        limit_s = int(order["cpu_s"])
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
        said = os.open(scratch / SAID, os.O_WRONLY | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, stands_for in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(descriptor, stands_for)
        os.environ["TMPDIR"] = str(scratch)
        code = int(pytest.main([*OPTIONS, f"--basetemp={scratch / 'pytest'}", *order["tests"]]))
        (scratch / LOADED).write_text("\n".join(_foreign()))
        sys.stdout.flush()
    finally:
        os._exit(code)


def _foreign() -> list[str]:
    """The modules that were imported from outside of the copy."""
    return [
        name
        for name, module in [*sys.modules.items()]
        if not str(getattr(module, "__file__", None) or HERE).startswith(str(HERE))
    ]


def _warm_up(names: list[str]) -> None:
    for name in names:
        if name not in sys.modules:
            with warnings.catch_warnings(), contextlib.suppress(BaseException):
                warnings.simplefilter("ignore")
                importlib.import_module(name)


def _end_group(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
