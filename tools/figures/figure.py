"""One figure: what was measured, and whether it is what we promised."""

import os
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


def run_tests(*arguments: str, timeout_s: float) -> dict[str, str]:
    """Run tests that print figures as `FIGURE name=value`; the values by name.

    Raises RuntimeError with the end of the output when a test fails.
    """
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "-q", "-rA", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("FIGURE "):
            name, _, value = line[len("FIGURE ") :].partition("=")
            found[name] = value
    return found
