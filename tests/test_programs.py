"""tests/rigs/programs.py: who starts a program says so, in pytest's own words."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFTEST = """
from tests.rigs import programs

def pytest_addoption(parser):
    programs.add_option(parser)

def pytest_configure(config):
    config.pluginmanager.register(programs)
"""
TESTS = """
import os, subprocess, sys
import pytest

START = [sys.executable, "-c", ""]

@pytest.fixture
def broker(programs):
    return subprocess.run(START, check=True)

def test_by_a_fixture_that_says_so(broker):
    pass

@pytest.mark.usefixtures("programs")
def test_says_so():
    subprocess.run(START, check=True)

def test_starts_none():
    subprocess.run(["git", "--version"], check=True)

def test_says_nothing():
    try:
        subprocess.run(START, check=True)
    except Exception:
        pass  # as careful code does; it helps nothing

def test_forks():
    if os.fork() == 0:
        os._exit(0)
"""
pytestmark = pytest.mark.usefixtures("programs")


def run(folder: Path, *arguments: str) -> str:
    """What pytest says of those tests."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(TESTS)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", folder, "-c", "/dev/null"),
            *("-p", "no:randomly", "-p", "no:cacheprovider", *arguments, folder),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_program_that_nobody_announced_ends_its_test(tmp_path):
    """Whatever starts it, in any run, and though the code under test catches every exception."""
    said = run(tmp_path)
    assert "2 failed, 3 passed" in said
    assert "test_it.py::test_says_nothing starts python" in said
    assert "test_it.py::test_forks starts os.fork and does not say so" in said


def test_without_programs_only_those_run_that_start_none(tmp_path):
    """A test that says so is left out, and so is one whose fixture does."""
    said = run(tmp_path, "--without-programs")
    assert "2 failed, 1 passed, 2 deselected" in said
    assert "PASSED" in said
    assert "test_it.py::test_starts_none" in said
