"""What a demo says at the terminal while it runs and when it has ended."""

import time
from types import TracebackType
from typing import NamedTuple, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from padlicht.simulate.run.summary import Summary

PLAIN_EVERY_S = 10.0  # a line, where nothing can be redrawn


class Now(NamedTuple):
    """The park at this moment."""

    clock: str  # its local time
    nodes_ready: int
    nodes: int
    lamps_bright: int
    people: int
    crossings: int


class Screen:
    """The terminal; everything goes to standard error if `quiet_stdout`, for a caller's JSON.

    `seconds` is the length of the run, None if it has no end.
    """

    def __init__(self, seconds: float | None, *, quiet_stdout: bool) -> None:
        self._console = Console(stderr=quiet_stdout, highlight=False)
        self._seconds = seconds
        bar = (BarColumn(bar_width=12),) if seconds else ()
        self._progress = Progress(
            SpinnerColumn(),
            *bar,
            TextColumn("{task.description}"),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=seconds, visible=False)
        self._last_s = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._progress.stop()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(text, markup=False, soft_wrap=True)

    def show(self, now: Now, passed_s: float) -> None:
        """How things are: redrawn on a terminal, a line every ten seconds elsewhere."""
        text = (
            f"{now.clock} · {now.nodes_ready}/{now.nodes} nodes · {now.people} people · "
            f"{now.lamps_bright} lamps bright · {now.crossings} crossings"
        )
        if self._console.is_terminal:
            self._progress.update(self._task, completed=passed_s, description=text, visible=True)
        elif time.monotonic() >= self._last_s + PLAIN_EVERY_S:
            self._last_s = time.monotonic()
            self.say(text)

    def result(self, summary: Summary) -> None:
        """The figures of a run as tables."""
        figures = Table(title=f"{summary.nodes} nodes in {summary.seconds} s (simulated)")
        for name in ("made", "acknowledged", "in ledger", "lost", "duplicated", "quarantined"):
            figures.add_column(name, justify="right")
        figures.add_row(
            *map(
                str,
                (
                    summary.records_made,
                    summary.acknowledged,
                    summary.in_ledger,
                    summary.lost,
                    summary.duplicated,
                    summary.quarantined,
                ),
            )
        )
        counts = Table(title="Crossings, true and counted")
        for name in ("counter", "in", "counted", "out", "counted", "within a metre", "right"):
            counts.add_column(name, justify="left" if name == "counter" else "right")
        for name, count in summary.crossings.items():
            counts.add_row(
                name,
                *map(str, (count.true_in, count.counted_in, count.true_out, count.counted_out)),
                str(count.true_close),
                "yes" if count.within else "no",
            )
        self._console.print(figures)
        self._console.print(counts)
        if any(summary.kills.values()):
            kills = ", ".join(f"{name} {times}×" for name, times in summary.kills.items())
            self.say(f"Killed in mid-stream: {kills}.")
