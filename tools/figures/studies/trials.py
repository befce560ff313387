"""Many estimates of which the truth is known: how often their intervals hold it, as figures."""

import multiprocessing
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from padlicht.evaluation.estimators.types import SURE, Estimate
from tools.figures.figure import Figure
from tools.figures.studies.tables import Summary, tables

MOST_FALSE_PCT = 6.5
PROCESSES, NICE = 2, 5
A_TASK = 25  # trials
_SAY_EVERY_S = 15


class Trial(NamedTuple):
    """One estimate beside its truth."""

    row: str  # which line of the table
    method: str
    outcome: str
    holds: bool | None  # whether the interval has the truth in it; None without an interval
    sure: bool
    half_width: float | None  # of the logarithm


def trial(row: str, estimate: Estimate, truth: float, method: str = "") -> Trial:
    """What one estimate adds to the table."""
    holds = half_width = None
    if estimate.low is not None and estimate.high is not None:
        holds = estimate.low <= truth <= estimate.high
        half_width = float(np.log(estimate.high / estimate.low) / 2)
    sure = estimate.outcome in SURE
    return Trial(row, method or estimate.method, estimate.outcome, holds, sure, half_width)


@dataclass(frozen=True)
class Goal:
    """Percents that the share of intervals with the truth in them must lie between; None: told."""

    least: float = 93.0
    most: float = 97.5
    false_claims: bool = False  # there was no effect: each claim is one


def seed_of(name: str) -> int:
    """The seed asked for, or one by chance, which is said."""
    seed = int(os.environ.get("PADLICHT_SEED") or random.SystemRandom().randrange(10**6))
    print(f"figures: {name}: seed {seed}", file=sys.stderr)
    return seed


def parks() -> int:
    """How many trials a row has."""
    return int(os.environ.get("PADLICHT_PARKS") or 1000)


def run(name: str, work: Callable[[object], list[Trial]], tasks: Sequence[object]) -> list[Trial]:
    """All trials of all tasks, on two cores, with a word on how far it is."""
    found: list[Trial] = []
    began = said = time.monotonic()
    # Not a fork: one of a process with threads may wait for ever.
    with multiprocessing.get_context("spawn").Pool(PROCESSES, os.nice, (NICE,)) as pool:
        for done, trials in enumerate(pool.imap_unordered(work, tasks), 1):
            found += trials
            if time.monotonic() - said > _SAY_EVERY_S:
                said = time.monotonic()
                left_s = (said - began) / done * (len(tasks) - done)
                line = f"figures: {name}: {done} of {len(tasks)} parts, about {left_s:.0f} s left"
                print(line, file=sys.stderr)
    return found


def figures(
    name: str, trials: list[Trial], goal_of: Callable[[str, str], Goal | None], how: str
) -> Iterator[Figure]:
    """Two figures a row and method: how often the truth is held, and claims that are false.

    The tables of docs/evaluation.md follow on the error output.
    """
    rows: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for one in trials:
        rows[one.row, one.method].append(one)
    found = []
    for key in sorted(rows, key=lambda key: (_in_order(key[0]), key[1])):
        one, goal = _summary(*key, rows[key]), goal_of(*key)
        of_it = list(_figures(name, one, goal, how))
        found.append(one._replace(reached=all(figure.reached for figure in of_it)))
        yield from of_it
    print(*tables(found), sep="\n", file=sys.stderr)


def _in_order(row: str) -> list[tuple[int, str]]:
    """Numbers of a row's name by their size."""
    digits = re.split(r"([-+]?\d+)", row)
    return [(int(part), "") if i % 2 else (0, part) for i, part in enumerate(digits)]


def _summary(row: str, method: str, tried: list[Trial]) -> Summary:
    told = [one for one in tried if one.holds is not None]
    widths = [one.half_width for one in told if one.half_width is not None]
    return Summary(
        row,
        method,
        tried=len(tried),
        told=len(told),
        silent=_silent(tried),
        held_pct=100 * float(np.mean([one.holds for one in told])) if told else 0.0,
        sure_pct=100 * float(np.mean([one.sure for one in told])) if told else 0.0,
        half_width_pct=100 * float(np.expm1(np.median(widths))) if told else 0.0,
    )


def _figures(name: str, one: Summary, goal: Goal | None, how: str) -> Iterator[Figure]:
    base = f"{name}_{one.row}_{one.method}"
    more = f"{how}; {one.told} of {one.tried} told{one.silent}"
    if not one.told:
        yield Figure(f"{base}_told", 0, "%", "none", more)
        return
    held, sure = round(one.held_pct, 1), round(one.sure_pct, 1)
    more = f"{more}; half-width +{one.half_width_pct:.0f} %; sure {sure} %"
    if goal is None:
        yield Figure(f"{base}_coverage", held, "%", "none", more)
        return
    said = f"{goal.least:g} to {goal.most:g}" if goal.most < 100 else f"≥ {goal.least:g}"
    yield Figure(f"{base}_coverage", held, "%", said, more, goal.least <= held <= goal.most)
    if goal.false_claims:
        kept = sure <= MOST_FALSE_PCT
        yield Figure(f"{base}_false_claims", sure, "%", f"≤ {MOST_FALSE_PCT:g}", how, kept)


def _silent(of_row: list[Trial]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for one in of_row:
        if one.holds is None:
            counts[one.outcome] += 1
    return "".join(f", {number} {outcome}" for outcome, number in sorted(counts.items()))
