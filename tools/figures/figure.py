"""One figure: what was measured, and whether it is what we promised."""

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


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


def free_port() -> int:
    """A TCP port on loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
