"""Runs a contestant in a Python process of its own, so that time and memory are only its own.

python -m tools.bench.child tools.bench.intake:ours '[1883, 100000]'
"""

import importlib
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.bench.row import Run

ROOT = Path(__file__).resolve().parents[2]
_MARK = "RUN "  # the line of the child that is ours, whatever else it says


def in_child(name: str, *arguments: Any, limit_s: float = 600) -> Run:
    """Call the function `name` ("package.module:function") in a fresh Python process.

    The arguments must be JSON. The function returns `(done, wall_s)`, or `(done, wall_s, cpu_s)`
    when not all that it did belongs to the run; otherwise all threads' processor time inside the
    call counts. The memory is the most that the process ever held. Raises RuntimeError with what
    the child said when it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.child", name, json.dumps(arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.returncode or not lines:
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stderr[-2000:]}")
    return Run(**json.loads(lines[-1][len(_MARK) :]))


def main() -> None:
    """Be the child."""
    module, function = sys.argv[1].split(":")
    called = getattr(importlib.import_module(module), function)
    before_s = _cpu_s()
    answer = called(*json.loads(sys.argv[2]))
    cpu_s = _cpu_s() - before_s
    done, wall_s = answer[:2]
    if len(answer) == 3:
        cpu_s = answer[2]
    run = {"done": done, "wall_s": wall_s, "cpu_s": cpu_s, "rss_mib": _most_rss_mib()}
    print(_MARK + json.dumps(run), flush=True)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _most_rss_mib() -> float:
    # Not ru_maxrss: that begins with what the parent held when it made this process.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status does not tell VmHWM")


if __name__ == "__main__":
    main()
