"""Shared by commands that change what is known of a place: since when, and what follows from it."""

import time
from collections.abc import Callable
from getpass import getuser
from typing import Any, Final, TypeVar

import click

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.data_folder import lock_data_folder
from padlicht.errors import Refused
from padlicht.fleet.changes import since as since_local
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.status import State, status_of_hub
from padlicht.influx.writer import FOLLOWER
from padlicht.ledger import Ledger
from padlicht.ledger.timeline import Note
from padlicht.terminal import progress_bar
from padlicht.usage.batches import RollUp

POLL_S: Final = 0.2
# A hub that does nothing for so long is busy with something else, or stuck: it is not waited for.
PATIENCE_S: Final = 60.0

Command = TypeVar("Command", bound=Callable[..., Any])


def since_when(command: Command) -> Command:
    """The options that say since when it is so, and why."""
    for decorate in (
        click.option("--why", required=True, help="The reason; it stays with the change."),
        click.option(
            "--corrects",
            is_flag=True,
            help="Nothing changed: what is known was wrong, for as long as it was known. With "
            "--from, the time was wrong.",
        ),
        click.option(
            "--from",
            "since",
            help="Since when it is so, on the clock of the park: 2026-11-20 or 2026-11-20T14:30. "
            "[default: now]",
        ),
    ):
        command = decorate(command)
    return command


def note_of(why: str, since: str | None, corrects: bool, tz: str) -> Note:
    """What those options say."""
    from_utc_s = None if since is None else since_local(since, tz)
    return Note(getuser(), why, HubClock().utc_s(), from_utc_s, corrects)


def bring_up_to_date(config: Config, ledger: Ledger) -> None:
    """Wait, with a bar, until sums and InfluxDB are what they should be after a change.

    A running hub does it; else it is done here, but for InfluxDB, which the next hub writes to.
    Ctrl-C stops nothing: it is done all the same, by the hub or by the next one.
    """
    with progress_bar() as shown:
        if not _hours(config, ledger, shown):
            click.echo("Hours are being added up anew; the hub goes on with it.", err=True)
            return
        trouble = _influx(config, ledger, shown)
    if trouble:
        click.echo(trouble, err=True)


def _hours(config: Config, ledger: Ledger, shown: Callable[[str, int, int], None]) -> bool:
    """Have the hours added up anew; False: a hub has it in hand, and is busy."""
    total = left = _stale(ledger)
    moved_s = time.monotonic()
    rollup = RollUp()
    while left:
        shown("hours", max(0, total - left), total)
        try:
            with lock_data_folder(config.data):
                piece = rollup.next(ledger, HubClock().utc_s())
                if piece is None:
                    return True
                piece.store(ledger)
        except Refused:
            time.sleep(POLL_S)  # a hub runs, and does it
        before, left = left, _stale(ledger)
        total = max(total, left)
        if left != before:
            moved_s = time.monotonic()
        elif time.monotonic() - moved_s > PATIENCE_S:
            return False
    if total:
        shown("hours", total, total)
    return True


def _stale(ledger: Ledger) -> int:
    """How many hours are still to be added up anew, of nodes and of zones; about."""
    marked = ledger.node_hours.stale() is not None or ledger.zone_hours.has_stale()
    return ledger.node_hours.count_stale() + ledger.zone_hours.count_stale() + int(marked)


def _influx(config: Config, ledger: Ledger, shown: Callable[[str, int, int], None]) -> str | None:
    """Wait until InfluxDB has it; what to tell when it has not."""
    moved_s, seen = time.monotonic(), None
    while waiting := _unwritten(ledger):
        status = status_of_hub(config)
        if not status:
            return "InfluxDB gets what changed when a hub runs again."
        away = [item for item in status.values() if item["state"] in _AWAY]
        if away:
            return (
                f"InfluxDB cannot be written to now ({away[0]['trouble']}): the hub writes what "
                "changed as soon as it can."
            )
        parts = [item["rewriting"] for item in status.values() if item.get("rewriting")]
        done, total = (sum(part[i] for part in parts) for i in (0, 1))
        shown("InfluxDB", done, max(total, 1))
        if (waiting, done, total) != seen:
            moved_s, seen = time.monotonic(), (waiting, done, total)
        elif time.monotonic() - moved_s > PATIENCE_S:
            return "InfluxDB is still being written to; the hub goes on with it."
        time.sleep(POLL_S)
    return None


_AWAY: Final = (State.AWAY.value, State.REFUSED.value)


def _unwritten(ledger: Ledger) -> list[str]:
    """The databases that have not written anew yet what they should; none without any InfluxDB."""
    cursors = ledger.cursors.all()
    sources = [f"rewrites_{kind}" for kind in (RAW, USAGE)]
    return [
        source
        for source in sources
        if (FOLLOWER, source) in cursors
        and cursors[FOLLOWER, source] < ledger.cursors.newest_id(source)
    ]
