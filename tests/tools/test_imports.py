"""Every tool can be started: what no other test runs is at least read with all that it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("programs")

ROOT = Path(__file__).resolve().parents[2]
READ = "import importlib, sys\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n"


def test_every_module_of_the_tools_finds_what_it_imports():
    """A name that moved is missed here, and not by whoever measures something a month later."""
    found = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "tools").rglob("*.py")
        if path.name != "__init__.py"
    )
    done = subprocess.run(
        [sys.executable, "-c", READ, *found], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
