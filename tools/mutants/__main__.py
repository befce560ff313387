"""Makes small changes in the code, one at a time, and looks whether a test fails: each that
survives is behaviour that nothing pins.

    make mutants                                all modules, 20 mutants of each, by seed 1
    make mutants ARGS=spool                     the modules with this in their path
    make mutants ARGS="--seed 7 --count 50 --module firmware/boot.py --module window"
    make mutants ARGS="--count 9999 gate"       every mutant that there is
    make mutants ARGS=--list                    the modules and how many mutants each has

The same seed makes the same mutants as long as the module stays as it is. Each is tried in a
private copy of the tree by the tests that tools/mutants/modules.py names for its module; the
checkout is only read. A survivor is printed as `file:line  before → after`. Either write a test
that fails with it, or, when nobody could ever see a difference, put it into
tools/mutants/equivalent.toml with the reason. Ctrl-C ends it and leaves nothing behind. Ends with 1
when fewer than 95 % of those that are not equivalent were killed, with 2 when nothing could be
tried.
"""

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tools.mutants.equivalent import reasons
from tools.mutants.making import Mutant, mutants_of, sample
from tools.mutants.modules import MODULES
from tools.mutants.trying import Fate, Tried, Unsound, try_all

ROOT = Path(__file__).resolve().parents[2]
GOAL = 0.95
MOST_JOBS = 2  # the tests start brokers and interpreters of their own
SHOWN_CHARS = 160
PLAIN_EVERY = 20  # mutants to a line where there is no terminal for a bar


def main() -> int:
    """Try the mutants that were asked for."""
    arguments, modules = _asked()
    chosen: list[tuple[str, Mutant]] = []
    for module in modules:
        found = mutants_of((ROOT / module).read_text())
        if arguments.list:
            print(f"{module}: {len(found)} mutants, pinned by {', '.join(MODULES[module])}")
        chosen += [(module, one) for one in sample(found, arguments.count, arguments.seed)]
    if arguments.list:
        return 0
    for sign in (signal.SIGINT, signal.SIGTERM):  # also where a shell has us started in background
        signal.signal(sign, signal.default_int_handler)
    known = reasons()
    done = [Tried(path, one, Fate.EQUIVALENT) for path, one in chosen if one.key in known]
    rest = [(path, one) for path, one in chosen if one.key not in known]
    tests = {path: MODULES[path] for path in dict.fromkeys(path for path, _ in rest)}
    print(f"mutants: {len(chosen)} of {len(modules)} modules by seed {arguments.seed}", flush=True)
    try:
        with _Screen(len(tests), len(rest)) as screen:
            done += try_all(ROOT, tests, rest, arguments.jobs, screen.tell)
    except Unsound as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nmutants: ended; nothing was left behind", file=sys.stderr)
        return 130
    return _sum_up(modules, done)


def _asked() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="make mutants ARGS=…",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="MODULE", help="a module, or a part of its path")
    add("--module", action="append", default=[], metavar="MODULE", help="the same")
    add("--seed", type=int, default=1, help="what chance follows from (%(default)s)")
    add("--count", type=int, default=20, help="mutants of each module (%(default)s)")
    jobs = range(1, MOST_JOBS + 1)
    add("--jobs", type=int, default=MOST_JOBS, choices=jobs, help="so many at a time (%(default)s)")
    add("--list", action="store_true", help="say what there is and try nothing")
    arguments = parser.parse_args()
    modules = []
    for name in [*arguments.names, *arguments.module] or [""]:
        fitting = [module for module in MODULES if name in module]
        if not fitting:
            parser.error(f"no module's path has {name} in it; there are {', '.join(MODULES)}")
        modules += [module for module in fitting if module not in modules]
    return arguments, modules


class _Screen:
    """A bar on a terminal, a line now and then elsewhere; survivors on a line of their own."""

    def __init__(self, modules: int, mutants: int) -> None:
        self._modules, self._mutants = modules, mutants
        self._measured = 0
        self._fates: Counter[Fate] = Counter()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("without mutants", total=modules + mutants)

    def __enter__(self) -> "_Screen":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, news: Tried | str) -> None:
        """A module's tests have passed, or a mutant was tried."""
        self._bar.advance(self._task)
        if isinstance(news, str):
            self._measured += 1
            self._say(f"{self._measured}/{self._modules} modules pass unmutated: {news}")
            return
        self._fates[news.fate] += 1
        tried = self._fates.total()
        if news.fate is Fate.SURVIVED:
            mutant = news.mutant
            line = f"{news.module}:{mutant.line}  {mutant.before} → {mutant.after}"
            print(line if len(line) <= SHOWN_CHARS * 2 else line[: SHOWN_CHARS * 2] + " …")
            print(f"    in {mutant.where or 'the module'}", flush=True)
        elif tried % PLAIN_EVERY == 0:
            self._say(f"{tried}/{self._mutants} mutants, {self._fates[Fate.SURVIVED]} survived")
        self._bar.update(self._task, description=f"{self._fates[Fate.SURVIVED]} survived")

    def _say(self, line: str) -> None:
        if not sys.stderr.isatty():
            print(f"mutants: {line}", file=sys.stderr, flush=True)


def _sum_up(modules: list[str], done: list[Tried]) -> int:
    """Print what became of all mutants, by module; the exit code."""
    for module in modules:
        fates = Counter(tried.fate for tried in done if tried.module == module)
        print(f"{module}: {_share(fates)}")
    fates = Counter(tried.fate for tried in done)
    print(f"in all: {_share(fates)}")
    return 0 if _killed(fates) >= GOAL else 1


def _killed(fates: Counter[Fate]) -> float:
    """The share of those that matter; a hang is seen by whoever runs the tests."""
    killed = fates[Fate.KILLED] + fates[Fate.HUNG]
    return killed / ((killed + fates[Fate.SURVIVED]) or 1) if fates.total() else 1.0


def _share(fates: Counter[Fate]) -> str:
    counts = ", ".join(
        f"{fates[fate]} {name}"
        for fate, name in (
            (Fate.KILLED, "killed"),
            (Fate.SURVIVED, "survived"),
            (Fate.HUNG, "timeouts"),
            (Fate.EQUIVALENT, "equivalent"),
        )
    )
    return f"{counts}; {100 * _killed(fates):.1f} % of those that matter"


if __name__ == "__main__":
    sys.exit(main())
