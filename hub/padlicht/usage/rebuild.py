"""`padlicht usage rebuild`: all hours anew from the records, whether a hub runs or not."""

import time
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from padlicht.clock import HubClock
from padlicht.config import Config, options
from padlicht.data_folder import lock_data_folder
from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.ledger.usage.node_hours import SOURCES
from padlicht.usage.batches import RollUp, cursors
from padlicht.usage.rollup import closable_until_utc_s

POLL_S = 0.5


@click.command("rebuild")
@options("data")
def rebuild(**values: Any) -> None:
    """Add up all hours anew from the records: the result is the same as before.

    Needed only when `padlicht ledger check` says so: commands that change something about the past
    have it added up by themselves. While a hub runs, it does the work and this shows how far it is;
    ending this with Ctrl-C then stops nothing. InfluxDB gets all hours again by itself.
    """
    config = Config(**values)
    # Not opened at once: there must be a ledger, and opening to write would make one.
    Ledger.open(config.ledger_path, read_only=True).close()
    with Ledger.open(config.ledger_path) as ledger:
        due_utc_s = cursors(ledger)["due"]
        with ledger.transaction():
            ledger.node_hours.begin_rebuild()
        goal = sum(ledger.cursors.newest_id(source) for source in SOURCES)
        columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("records", total=goal)
            while not _is_done(ledger, goal, due_utc_s, HubClock().utc_s()):
                progress.update(bar, completed=_records(ledger))
                try:
                    with lock_data_folder(config.data):
                        _work(ledger, lambda: progress.update(bar, completed=_records(ledger)))
                    break
                except Refused:
                    time.sleep(POLL_S)  # a hub runs, and does it
            progress.update(bar, completed=goal)
    click.echo("All hours are added up anew.")


def _work(ledger: Ledger, tell: Callable[[], None]) -> None:
    """Do what a hub would do, until there is nothing left."""
    rollup = RollUp()
    clock = HubClock()
    while (piece := rollup.next(ledger, clock.utc_s() if clock.is_set else None)) is not None:
        piece.store(ledger)
        tell()


def _records(ledger: Ledger) -> int:
    """How many records are done; retention leaves gaps between their ids, so about."""
    done = cursors(ledger)
    return sum(done[source] for source in SOURCES)


def _is_done(ledger: Ledger, goal: int, due_utc_s: int, now_utc_s: int) -> bool:
    """Whether the hours hold at least what they held before, but for those that are not over yet:
    they had been closed while the clock was ahead.
    """
    done = cursors(ledger)
    due_utc_s = min(due_utc_s, closable_until_utc_s(now_utc_s))
    return (
        _records(ledger) >= goal
        and done["due"] >= due_utc_s
        and not any(done[source] for source in ("due_node", "forget", "pruned"))
    )
