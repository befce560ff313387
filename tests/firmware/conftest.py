"""Runs every firmware test on three interpreters: CPython and both MicroPythons.

A file that tests an image runs on "frozen": the board-like one with the firmware frozen in.

The files hold plain functions without fixtures. Each file runs once per interpreter in a process
of its own; each function is reported as a test, such as `test_zone.py::test_fold[mp32]`. A file
that needs a MicroPython says so: `INTERPRETERS = ("mp64", "mp32")`.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rigs import micropython, patience

RUNNER = Path(micropython.__file__).with_name("run_functions.py")
INTERPRETERS = ("cpython", "mp64", "mp32")
HEAP = "4M"  # the tests themselves need room; what a board has is measured by `make figures`
LIMIT_S = patience.limit_s(1500)  # a file may do a hundred thousand of something


def pytest_collect_file(file_path, parent):
    """Take over the collection of the plain test files in this folder."""
    if file_path.name.startswith("test_") and file_path.suffix == ".py":
        return PlainFile.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makemodule(module_path, parent):
    """Keep pytest's own collector away from files that PlainFile has."""
    if module_path.parent == Path(__file__).parent and module_path.name.startswith("test_"):
        return Nothing.from_parent(parent, path=module_path)
    return None


class Nothing(pytest.Module):
    """A module in which pytest finds no tests of its own."""

    def collect(self):
        return []


class PlainFile(pytest.File):
    """A file of plain test functions, read without being imported."""

    def collect(self):
        tree = ast.parse(self.path.read_text())
        interpreters = INTERPRETERS
        functions = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                functions[node.name] = ast.get_docstring(node)
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == (
                "INTERPRETERS"
            ):
                interpreters = ast.literal_eval(node.value)
        for interpreter in interpreters:
            run = Run(self.path, interpreter)
            for name, sentence in functions.items():
                item = PlainTest.from_parent(self, name=f"{name}[{interpreter}]")
                item.case, item.run, item.sentence = name, run, sentence
                yield item


class Run:
    """One run of one file on one interpreter, made when the first of its tests is asked for."""

    def __init__(self, path, interpreter):
        self.path, self.interpreter = path, interpreter
        self.output = None

    def result(self, function):
        """None when `function` passed, else what it printed."""
        if self.output is None:
            self.output = self._run()
        mine = []
        for line in self.output.splitlines():
            if line == f"ok {function}":
                return None
            if mine and (line.startswith(("ok ", "FAILED ")) or line == "end"):
                break
            if mine or line == f"FAILED {function}":
                mine.append(line)
        return "\n".join(mine) or f"did not finish on {self.interpreter}:\n{self.output}"

    def _run(self):
        env = micropython.environment()
        if self.interpreter == "cpython":
            command = [sys.executable]
            env["PYTHONPATH"] = os.pathsep.join([str(micropython.FIRMWARE)])
        elif self.interpreter == "frozen":
            command = [micropython.find_frozen(), "-X", f"heapsize={HEAP}"]
            env["MICROPYPATH"] = ".frozen"
        else:
            bits = {"mp64": 64, "mp32": 32}[self.interpreter]
            command = [micropython.find(bits), "-X", f"heapsize={HEAP}"]
        try:
            done = subprocess.run(
                [*command, str(RUNNER), str(self.path)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=micropython.ROOT,
                env=env,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as late:  # said of each of its tests, and not waited again
            said = (late.stdout or b"").decode(errors="replace")
            return f"{said}\nended after {LIMIT_S:.0f} s"
        return done.stdout


class PlainTest(pytest.Item):
    """One function on one interpreter."""

    def runtest(self):
        failure = self.run.result(self.case)
        if failure is not None:
            raise PlainFailure(failure)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, PlainFailure):
            return f"{self.sentence}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name


class PlainFailure(AssertionError):
    """What the interpreter printed about a test that failed."""
