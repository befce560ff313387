"""What a bench delivers: runs of contestants, and rows of ratios made from them."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """One run of one contestant. Time and memory are those of the process that did the work."""

    done: int  # messages, records or lines, as the row's `unit` says
    wall_s: float
    cpu_s: float
    rss_mib: float  # the most that the process ever held

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.done / self.wall_s

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor for each."""
        return self.cpu_s / self.done * 1e6


@dataclass(frozen=True)
class Row:
    """One line of the table in docs/performance.md: `what`, compared with `than`.

    `ratio` is the median over the rounds of (what / than), each from the same round; `spread` the
    smallest and the largest of them. `goal` says in words what is promised ("" if nothing is).
    """

    bench: str  # intake, influx, growth
    what: str  # "Padlicht's intake, two records a message, 1000 nodes"
    than: str  # "a bare socket"
    measure: str  # what the ratio is of: "rate" or "CPU per record" or "memory"
    ratio: float
    spread: tuple[float, float]
    rounds: int
    unit: str  # of what was counted: "messages", "records", "lines"
    cpu_us: float  # of `what`, median, per unit
    rss_mib: float  # of `what`, median
    goal: str = ""
    reached: bool = True

    def as_line(self) -> dict[str, Any]:
        """What is printed as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


Runs = Mapping[str, list[Run]]


def interleave(
    contestants: Mapping[str, Callable[[], Run]], rounds: int, say: Callable[[str], None]
) -> Runs:
    """Run the contestants in turn, A B C A B C …, so that a machine's moods hit all of them.

    A contestant is called with nothing and prepares and tidies by itself; only what its Run says
    counts. `say` gets one sentence for each run.
    """
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, contestant in contestants.items():
            began = time.monotonic()
            run = contestant()
            runs[name].append(run)
            say(
                f"round {number} of {rounds}: {name}: {run.rate:,.0f}/s, {run.cpu_us:.1f} µs of "
                f"processor each, {run.rss_mib:.0f} MiB ({time.monotonic() - began:.0f} s in all)"
            )
    return runs


def compare(
    runs: Runs,
    what: str,
    than: str,
    *,
    bench: str,
    unit: str,
    measure: str = "rate",
    goal: str = "",
    reached: Callable[[float], bool] = lambda ratio: True,
) -> Row:
    """The row that compares two contestants of the same rounds, by names in `runs`.

    `measure` is "rate" (more is better), "CPU per …" or "memory" (less is better).
    """
    value = _value(measure)
    ratios = [value(one) / value(other) for one, other in zip(runs[what], runs[than], strict=True)]
    ratio = statistics.median(ratios)
    return Row(
        bench=bench,
        what=what,
        than=than,
        measure=measure,
        ratio=ratio,
        spread=(min(ratios), max(ratios)),
        rounds=len(ratios),
        unit=unit,
        cpu_us=statistics.median(run.cpu_us for run in runs[what]),
        rss_mib=statistics.median(run.rss_mib for run in runs[what]),
        goal=goal,
        reached=reached(ratio),
    )


def _value(measure: str) -> Callable[[Run], float]:
    """What of a run is compared."""
    if measure == "rate":
        return lambda run: run.rate
    if measure == "memory":
        return lambda run: run.rss_mib
    if measure.startswith("CPU per "):
        return lambda run: run.cpu_us
    raise ValueError(f"measure {measure!r} is none of rate, memory, CPU per …")
