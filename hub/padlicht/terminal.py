"""The terminal: tables and JSON for people and programs, and a progress bar for long work."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

json_flag = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON array instead, for other programs."
)


def show(headings: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
    """Print a table; `empty` says what to do when there is nothing in it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*[Text(plain(cell)) for cell in row])
    if not table.rows:
        click.echo(empty)
        return
    # In a pipe there is no width to fit into, and broken names would help nobody.
    Console(width=None if sys.stdout.isatty() else 500).print(table, highlight=False)


def plain(cell: object) -> str:
    """A cell as it stands, None as a dash; what a node says steers nobody's terminal."""
    if cell is None:
        return "–"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(cell)
    )


def show_json(rows: Sequence[Any]) -> None:
    """Print rows as one JSON array."""
    click.echo(json.dumps(rows, indent=1, default=str))


def moment(utc_s: int | None) -> str | None:
    """A time as the machine's own zone writes it; None stays None."""
    if utc_s is None:
        return None
    return datetime.fromtimestamp(utc_s).astimezone().strftime("%Y-%m-%d %H:%M:%S")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function `(what, done, total)` that moves a bar on standard error.

    Each `what` has a bar of its own; without a total it only shows that something goes on. When
    nobody looks, because standard error is a file, nothing is shown.
    """
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=total or None)

        yield show
