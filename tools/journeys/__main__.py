"""Which files one opens to follow one thing: each with the first function that runs, and who calls.

    make journeys                          all of them (about a minute)
    make journeys ARGS=record              a record, from the broker's bytes to its receipt
    make journeys ARGS="setting --json"    a changed setting, from command to lamp and back
    make journeys ARGS="page --goals"      the glance page, from the request to HTML

The real code is run once before, so that nothing counts that is done once only, and then watched.
What counts is said in tools/journeys/tracing.py, and in record.py, setting.py and page.py what is
around it. With --goals it ends with 1 when a journey is longer than its goal.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from tests.rigs.year import END_UTC_S, taken
from tools.journeys import page, record, setting
from tools.journeys.tracing import Stop

GOALS = {"record": 14, "setting": 24, "page": 25}
PLAIN_COLUMNS = 160  # where nobody says how wide the terminal is


def main() -> int:
    """Make the journeys that were asked for."""
    parser = argparse.ArgumentParser(
        prog="make journeys ARGS=…",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GOALS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a journey and line")
    parser.add_argument("--goals", action="store_true", help="end with 1 when one is too long")
    parser.add_argument("--year", type=Path, help="a ledger that tests/rigs/year.py made")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(GOALS)):
        parser.error(f"no journey is called {', '.join(unknown)}; there are {', '.join(GOALS)}")
    logging.getLogger("padlicht").setLevel(logging.ERROR)
    journeys: dict[str, Callable[[], list[Stop]]] = {
        "record": record.trace,
        "setting": setting.trace,
        "page": lambda: _page(asked.year),
    }
    too_long = False
    for name in asked.names or list(GOALS):
        print(f"journeys: {name} …", file=sys.stderr, flush=True)
        with redirect_stdout(StringIO()):  # the hub says there where its page is
            stops = journeys[name]()
        too_long |= len(stops) > GOALS[name]
        (_print_json if asked.json else _print_map)(name, stops)
    return int(asked.goals and too_long)


def _page(year: Path | None) -> list[Stop]:
    """On a year of the demo park: that one, or one of our own."""
    if year is not None:
        return page.trace(year, END_UTC_S)
    with tempfile.TemporaryDirectory() as folder:
        print("journeys: a year of the demo park, made once …", file=sys.stderr, flush=True)
        return page.trace(taken(Path(folder) / "ledger.sqlite"), END_UTC_S)


def _print_map(name: str, stops: list[Stop]) -> None:
    table = Table("", "file", "first function", "called from", box=box.SIMPLE, pad_edge=False)
    for number, stop in enumerate(stops, 1):
        table.add_row(str(number), stop.file, stop.function, stop.caller)
    console = Console(width=None if sys.stdout.isatty() else PLAIN_COLUMNS)
    console.print(table)
    templates = sum(stop.is_template for stop in stops)
    kinds = f"; {len(stops) - templates} Python, {templates} templates" if templates else ""
    print(f"{name}: {len(stops)} files (goal {GOALS[name]}{kinds})\n", flush=True)


def _print_json(name: str, stops: list[Stop]) -> None:
    files = [
        {"file": stop.file, "function": stop.function, "called_from": stop.caller} for stop in stops
    ]
    counts = {
        "files": len(stops),
        "templates": sum(stop.is_template for stop in stops),
        "goal": GOALS[name],
    }
    print(json.dumps({"journey": name, **counts, "route": files}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
