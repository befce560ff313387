"""Lists for people at a terminal, and for programs that read them."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
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
