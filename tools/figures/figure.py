"""One figure: what was measured, and whether it is what we promised."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rigs import micropython

ROOT = Path(__file__).resolve().parents[2]
RUNNER = "tests/rigs/run_functions.py"  # what runs a firmware file's tests
RUNNER_LIMIT_S = 170
# What `make test` does ten thousand times is measured a hundred thousand times.
TRIALS = {"PADLICHT_TRIALS": "100000"}


@dataclass(frozen=True)
class Figure:
    """`goal` says in words what was promised; `reached` whether `value` keeps it."""

    name: str
    value: float | int
    unit: str
    goal: str
    how: str
    reached: bool = True

    def as_line(self) -> dict[str, Any]:
        """What is printed."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "goal": self.goal,
            "reached": self.reached,
            "how": self.how,
        }


def padlicht(*arguments: str, timeout_s: float) -> subprocess.CompletedProcess[str]:
    """Run the `padlicht` of this checkout; its output is kept, its exit code is the caller's."""
    return subprocess.run(
        [str(ROOT / ".venv" / "bin" / "padlicht"), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


@dataclass(frozen=True)
class TestRun:
    """What pytest said: tests by outcome, and figures that they printed."""

    passed: list[str]
    failed: list[str]
    figures: dict[str, str]
    output: str


def run_tests(*arguments: str, timeout_s: float) -> TestRun:
    """Run tests; those that know a figure print it as a line `FIGURE name=value`."""
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "-q", "-rA", *arguments],
        cwd=ROOT,
        env={**os.environ, **TRIALS},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    lines = done.stdout.splitlines()
    named = {
        outcome: [line[len(outcome) + 1 :] for line in lines if line.startswith(outcome + " ")]
        for outcome in ("PASSED", "FAILED", "ERROR", "FIGURE")
    }
    figures = dict(line.split("=", 1) for line in named["FIGURE"])
    failed = named["FAILED"] + named["ERROR"]
    return TestRun(named["PASSED"], failed, figures, done.stdout[-3000:])


def on_micropython(path: str, bits: int) -> list[tuple[str, str]]:
    """What the tests of one firmware file print as `FIGURE name=value`, in order.

    They run on the MicroPython of so many bits; RuntimeError when one of them fails.
    """
    done = subprocess.run(
        [micropython.find(bits), "-X", "heapsize=4M", str(ROOT / RUNNER), str(ROOT / path)],
        cwd=ROOT,
        env={**micropython.environment(), **TRIALS},
        capture_output=True,
        text=True,
        timeout=RUNNER_LIMIT_S,
        check=False,
    )
    lines = done.stdout.splitlines()
    if not lines or lines[-1] != "end" or any(line.startswith("FAILED") for line in lines):
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
    figures = [line[len("FIGURE ") :] for line in lines if line.startswith("FIGURE ")]
    return [(name, value) for name, _, value in (line.partition("=") for line in figures)]
