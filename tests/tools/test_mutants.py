"""The run of mutants: the same ones by the same seed, in a copy, and what it says is so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools.mutants.equivalent import reasons
from tools.mutants.making import mutants_of, sample
from tools.mutants.modules import MODULES
from tools.mutants.trying import Fate, Tried, Unsound, try_all

pytestmark = pytest.mark.usefixtures("programs")

ROOT = Path(__file__).resolve().parents[2]
PINNED = """\
def is_late(after_s):
    while after_s > 100:
        after_s -= 100
    return after_s >= 60
"""
TEST = """\
from late import is_late

def test_late():
    assert [is_late(one) for one in (59, 60, 100, 159, 160)] == [False, True, True, False, True]
"""
# Runs the tool as `make mutants` does; one mutant, of a module whose tests are over in no time.
TOOL = (sys.executable, "-m", "tools.mutants", "--count", "1", "--jobs", "1", "clock")


@pytest.fixture(name="tree")
def _tree(tmp_path):
    """A checkout of one module with its test."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tree / "late.py").write_text(PINNED)
    (tree / "test_late.py").write_text(TEST)
    return tree


def changes(source):
    """Each mutant as (line, before, after)."""
    return [(one.line, one.before, one.after) for one in mutants_of(source)]


def test_the_same_seed_makes_the_same_mutants():
    """Another one makes others; none comes twice, and each differs from the module and compiles."""
    source = (ROOT / next(iter(MODULES))).read_text()
    mutants = mutants_of(source)
    assert sample(mutants, 20, 7) == sample(mutants_of(source), 20, 7)
    assert sample(mutants, 20, 7) != sample(mutants, 20, 8)
    assert len({one.source for one in mutants} | {source}) == len(mutants) + 1
    for one in mutants:
        compile(one.source, "a mutant", "exec")
    assert sample(mutants, 10_000, 7) == mutants


def test_every_sort_of_change_is_made():
    """Bounds, conditions, arithmetic, constants, results, statements left out, loops, SQL."""
    for source, expected in {
        "a = b < c": [(1, "a = b < c", "a = b <= c"), (1, "a = b < c", "a = b >= c")],
        "a = b is not c": [(1, "a = b is not c", "a = b is c")],
        "a = b and c": [(1, "a = b and c", "a = b or c")],
        "a = not b": [(1, "a = not b", "a = b")],
        "a = b - c": [(1, "a = b - c", "a = b + c")],
        "a = 7": [(1, "a = 7", "a = 6"), (1, "a = 7", "a = 8")],
        "a = True": [(1, "a = True", "a = False")],
        "a += b": [(1, "a += b", "a -= b"), (1, "a += b", "pass")],
        "a.b = c": [(1, "a.b = c", "pass")],
        "a()": [(1, "a()", "pass")],
        "a = min(b)": [(1, "a = min(b)", "a = max(b)")],
        "def a():\n    return b": [(2, "return b", "return None")],
        "while a():\n    break": [
            (1, "while a():", "while not a():"),
            (2, "break", "continue"),
        ],
        'a = "SELECT b WHERE c < d"': [
            (1, 'a = "SELECT b WHERE c < d"', 'a = "SELECT b WHERE c <= d"')
        ],
    }.items():
        assert changes(source) == expected, source


def test_what_is_only_said_is_left_alone():
    """Docstrings, lines of the log, annotations, decorators and classes joined by a bar."""
    for source in (
        '"""7."""',
        'log.warning("a", 7)',
        'print("7")',
        "def a(b: 7 | None) -> c[7]:\n    pass",
        "@a(b=True)\nclass C:\n    pass",
        "a = Birth | None",
        'a = "7 < 8"',
    ):
        assert changes(source) == [], source


def test_a_mutant_is_killed_and_the_checkout_only_read(tree):
    """What the test sees is killed, what turns in circles is ended, and what nobody sees survives;
    the tree keeps its bytes, and no copy stays."""
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    mutants = [("late.py", one) for one in mutants_of(PINNED)]
    told = []
    done = try_all(tree, {"late.py": ("test_late.py",)}, mutants, 2, told.append)
    fates = {(one.mutant.before, one.mutant.after): one.fate for one in done}
    assert fates["return after_s >= 60", "return after_s > 60"] is Fate.KILLED
    assert fates["return after_s >= 60", "return None"] is Fate.KILLED
    assert fates["after_s -= 100", "pass"] is Fate.HUNG
    assert [one.mutant for one in done] == [one for _, one in mutants]
    assert told[0] == "late.py"
    assert {one for one in told if isinstance(one, Tried)} == {*done}
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before


def test_what_no_test_sees_survives(tree):
    """An unpinned bound is told with its line."""
    (tree / "late.py").write_text("LIMIT = 5\n" + PINNED)
    (mutant, _) = mutants_of((tree / "late.py").read_text())[:2]
    (tried,) = try_all(
        tree, {"late.py": ("test_late.py",)}, [("late.py", mutant)], 1, lambda _: None
    )
    assert (tried.fate, tried.mutant.line, tried.mutant.after) == (Fate.SURVIVED, 1, "LIMIT = 4")


def test_tests_that_fail_without_a_mutant_are_told(tree):
    """They would kill every mutant; the sentence names the module and shows what failed."""
    (tree / "late.py").write_text("def is_late(after_s):\n    return None\n")
    with pytest.raises(
        Unsound, match=r"the tests of late\.py fail without any mutant[\s\S]*assert"
    ):
        try_all(tree, {"late.py": ("test_late.py",)}, [], 1, lambda _: None)


def test_a_run_ends_on_ctrl_c_and_leaves_nothing(tmp_path):
    """Neither a copy nor a process that works in it."""
    process = subprocess.Popen(
        TOOL, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not [*tmp_path.glob("*/scratch")]:
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert "nothing was left behind" in said
    assert [*tmp_path.iterdir()] == []
    while any(str(tmp_path) in folder for folder in _cwds()):  # killed, and about to be gone
        time.sleep(0.05)


def _cwds():
    """The folders in which processes of this machine work, as far as we may know."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            yield str(link.readlink())
        except OSError:
            continue


def test_modules_and_their_tests_are_there():
    """A file that moved would pin nothing."""
    assert len(MODULES) == 21
    for module, tests in MODULES.items():
        assert (ROOT / module).is_file(), module
        assert tests, module
        for test in tests:
            assert (ROOT / test).is_file(), test


def test_every_equivalent_is_a_mutant_still():
    """Where the code changed, whether its mutant is equivalent has to be looked at anew."""
    made = {one.key for module in MODULES for one in mutants_of((ROOT / module).read_text())}
    assert [key for key in reasons() if key not in made] == []
    assert all(len(why) > 15 for why in reasons().values())
