"""The table in docs/performance.md, which nobody writes by hand."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tools.bench.row import Row

PAGE = Path("docs") / "performance.md"
ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEAD = (
    "| bench | what | compared with | of | ratio | from … to | goal | CPU each | memory |",
    "|---|---|---|---|---:|---:|---|---:|---:|",
)


def write(rows: Sequence[Row], machine: str, day: date) -> None:
    """Put the rows between the page's two marks; ValueError when it has lost them."""
    path = ROOT / PAGE
    path.write_text(filled(path.read_text(), rows, machine, day))


def filled(page: str, rows: Sequence[Row], machine: str, day: date) -> str:
    """The page with these rows instead of those it had."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} has no {BEGIN} and {END} around its table")
    turns = sorted({row.rounds for row in rows}) or [0]
    rounds = " to ".join(map(str, dict.fromkeys((turns[0], turns[-1]))))
    said = f"Measured {day.isoformat()} in {rounds} rounds on: {machine}."
    return "\n".join(
        [before + BEGIN, said, "", *HEAD, *[_line(row) for row in rows], END]
    ) + after  # fmt: skip


def _line(row: Row) -> str:
    low, high = row.spread
    goal = f"{row.goal}{'' if row.reached else ' (missed)'}" if row.goal else "–"
    each = row.unit.removesuffix("s")
    return (
        f"| {row.bench} | {row.what} | {row.than} | {row.measure} | **{_ratio(row.ratio)}** | "
        f"{_ratio(low)} … {_ratio(high)} | {goal} | {row.cpu_us:.1f} µs a {each} | "
        f"{row.rss_mib:.0f} MiB |"
    )


def _ratio(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
