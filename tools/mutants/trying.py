"""Tries mutants: each is written into a private copy of the tree, never into the checkout."""

import contextlib
import importlib.util
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tools.mutants.making import Mutant

LEFT_OUT = (".venv", ".git", "__pycache__", ".*_cache")
# What a hang may take: so many times what the tests take without a mutant, and some seconds. The
# limit of processor time ends what turns in circles, however busy the machine is; the other one
# what waits for ever, and is wide, because others may need the machine.
CPU_TIMES, CPU_MORE_S = 3, 5
WALL_TIMES, WALL_MORE_S = 10, 120
FIRST_S = 1800  # for the tests without a mutant


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    HUNG = "timeout"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True)
class Tried:
    """A mutant of a module, and its fate."""

    module: str
    mutant: Mutant
    fate: Fate


class Unsound(Exception):
    """The tests of a module fail without a mutant, and then tell nothing about mutants."""


class Copy:
    """A private copy of the tree in which tests run, until `end` and `remove`."""

    def __init__(self, root: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="padlicht-mutants-"))
        self._tree = self._folder / "tree"
        self._warm: Any = None
        try:
            shutil.copytree(root, self._tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
        except BaseException:
            self.remove()
            raise
        python_path = os.pathsep.join([str(self._tree / "hub"), str(self._tree), str(_OWN)])
        self._warm = subprocess.Popen(
            [sys.executable, "-m", "tools.mutants.warm", str(self._folder / "scratch")],
            cwd=self._tree,
            env={**os.environ, "PYTHONPATH": python_path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is ours to answer
        )

    def run(self, tests: tuple[str, ...], cpu_s: float, wall_s: float) -> dict[str, Any]:
        """Run tests until the first fails: see tools.mutants.warm for the answer."""
        order = {"tests": list(tests), "cpu_s": cpu_s, "wall_s": wall_s}
        self._warm.stdin.write(json.dumps(order) + "\n")
        self._warm.stdin.flush()
        return dict(json.loads(self._warm.stdout.readline()))

    @contextlib.contextmanager
    def changed(self, module: str, source: str) -> Iterator[None]:
        """With another text of a module in the copy."""
        path = self._tree / module
        before = path.read_bytes()
        self._put(path, source.encode())
        try:
            yield
        finally:
            self._put(path, before)

    @staticmethod
    def _put(path: Path, content: bytes) -> None:
        path.write_bytes(content)
        # Python compares seconds and sizes, and of two mutants both may be the same.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)

    def end(self) -> None:
        """End the tests that run; whoever waits for them gets an error."""
        self._warm.terminate()
        self._warm.wait()

    def remove(self) -> None:
        """Leave nothing; only after `end`, when nobody waits for an answer any more."""
        for pipe in (self._warm.stdin, self._warm.stdout) if self._warm else ():
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


_OWN = Path(__file__).resolve().parents[2]  # where this tool is imported from


def try_all(
    root: Path,
    tests: dict[str, tuple[str, ...]],
    mutants: list[tuple[str, Mutant]],
    jobs: int,
    tell: Callable[[Tried | str], None],
) -> list[Tried]:
    """Try mutants of the modules that `tests` names, so many at a time.

    `tell` hears of each module whose tests have passed unmutated, and of each mutant. Raises
    Unsound. Whatever ends it, nothing runs on and no copy stays.
    """
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    made: list[Copy] = []
    used: dict[str, dict[str, Any]] = {}

    def measure(module: str) -> None:
        copy = copies.get()
        try:
            used[module] = answer = copy.run(tests[module], FIRST_S, FIRST_S)
        finally:
            copies.put(copy)
        if answer["code"] != 0:
            raise Unsound(
                f"the tests of {module} fail without any mutant; put them right first:\n"
                f"{answer['said']}"
            )
        tell(module)

    def attempt(one: tuple[str, Mutant]) -> Tried:
        module, mutant = one
        cpu_s = used[module]["cpu_s"] * CPU_TIMES + CPU_MORE_S
        wall_s = used[module]["wall_s"] * WALL_TIMES + WALL_MORE_S
        copy = copies.get()
        try:
            with copy.changed(module, mutant.source):
                code = copy.run(tests[module], cpu_s, wall_s)["code"]
        finally:
            copies.put(copy)
        fate = Fate.HUNG if code is None else Fate.SURVIVED if code == 0 else Fate.KILLED
        tried = Tried(module, mutant, fate)
        tell(tried)
        return tried

    pool = ThreadPoolExecutor(jobs)
    try:
        for _ in range(jobs):
            made.append(Copy(root))
            copies.put(made[-1])
        list(pool.map(measure, tests))
        return list(pool.map(attempt, mutants))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for copy in made:
            copy.end()
        pool.shutdown(wait=True)
        for copy in made:
            copy.remove()
