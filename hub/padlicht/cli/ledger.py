"""`padlicht ledger`."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from padlicht.backup.prune_in_steps import prune
from padlicht.clock import machine_utc_s, moment
from padlicht.config import Config, options
from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.ledger.upkeep.size import DAY_S, Growth, Sizes
from padlicht.terminal import json_flag, progress_bar, show, show_json

YEAR_S = 31_557_600  # 365.25 days
INTERVALS_A_YEAR = YEAR_S // 900  # what a node makes that reports by the quarter of an hour
INFLUX = "influx"


@click.group()
def ledger() -> None:
    """The file with everything that happened: check it, measure it, keep it small."""


@ledger.command("check")
@options("data")
def ledger_check(**values: Any) -> None:
    """Read all of the ledger and say whether it keeps its promises; the hub may run.

    Damage of the file, identities and references, followers, totals that never decrease, and
    whether the hours of use hold what the records add up to. Ends with 1 when something is wrong.
    """
    with (
        Ledger.open(Config(**values).ledger_path, read_only=True) as found,
        progress_bar() as progress,
    ):
        problems = found.check(lambda what: progress(what, 0, 0))
        rows = sum(found.records.counts().values())
    if problems:
        raise click.ClickException("\n  ".join(["the ledger has faults:", *problems]))
    click.echo(f"The ledger keeps its promises ({rows} records).")


@ledger.command("size")
@json_flag
@options("data")
def ledger_size(as_json: bool, **values: Any) -> None:
    """Show what takes how much room, and how fast it grows."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as found:
        sizes, growth = found.sizes(), found.growth(machine_utc_s())
    if as_json:
        show_json([asdict(sizes) | {"growth": asdict(growth)}])
        return
    show(
        ("table", "rows", "MB", "bytes per row"),
        [
            (
                table.name,
                table.rows,
                _in_megabytes(table.size_bytes),
                _each(table.size_bytes, table.rows),
            )
            for table in sizes.tables
        ],
        "The ledger is empty.",
    )
    click.echo(
        f"\nFile {_megabytes(sizes.file_bytes)}, of which {_megabytes(sizes.free_bytes)} free for "
        f"what comes; write-ahead log {_megabytes(sizes.wal_bytes)}."
    )
    for line in _growth(sizes, growth):
        click.echo(line)


@ledger.command("prune")
@click.option(
    "--older-than",
    type=click.FloatRange(min=0, min_open=True),
    required=True,
    metavar="YEARS",
    help="Take records that came in longer ago than that.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--without-influx",
    is_flag=True,
    help="Take also what InfluxDB has not got yet, because nobody writes to it any more.",
)
@options("data")
def ledger_prune(older_than: float, yes: bool, without_influx: bool, **values: Any) -> None:
    """Take old records out of the ledger for ever; the hub may run.

    Hours and days of use stay, and so do totals, settings, the last record of each kind of every
    node and the last word on each fault. A record that went is known for ever: sent again, it is
    acknowledged and counts nothing. The file keeps its size; the room is used for what comes.
    """
    before_utc_s = machine_utc_s() - round(older_than * YEAR_S)
    ignored = frozenset({INFLUX}) if without_influx else frozenset()
    with Ledger.open(Config(**values).ledger_path) as found:
        older = sum(found.retention.older(before_utc_s).values())
        day = datetime.fromtimestamp(before_utc_s).astimezone().strftime("%Y-%m-%d")
        if not older:
            click.echo(f"No record came in before {day}.")
            return
        if silence := found.retention.silence(before_utc_s, machine_utc_s()):
            since, until = (moment(utc_s)[:10] for utc_s in silence)
            hole = (
                f"Nothing came in from {since} to {until}. If this machine's clock was wrong then, "
                "or is now, records would go that are not old"
            )
            if yes:
                raise Refused(f"{hole}: look at its clock; if it is right, go on without --yes")
            click.confirm(
                f"{hole}. Was the park silent so long, and is the clock right?", abort=True
            )
        if not yes:
            click.confirm(
                f"{older} records came in before {day}. Take them out for ever?", abort=True
            )
        with progress_bar() as progress:
            gone = prune(found, before_utc_s, ignored, lambda rows: progress("rows", rows, older))
        left = found.retention.older(before_utc_s)
        click.echo(f"Gone: {', '.join(f'{count} {table}' for table, count in gone.items()) or 0}.")
        for table, held in found.retention.held_back(before_utc_s, ignored).items():
            click.echo(
                f"Of {table} some stay, because {_who(held.follower)} has not done them yet: let "
                "the hub run, and prune again."
            )
        click.echo(
            f"{sum(left.values())} older ones stay in all: the last of each node and kind, and "
            "what is still needed."
        )


def _who(follower: str) -> str:
    if follower == INFLUX:
        return "InfluxDB's writer (--without-influx takes no account of it)"
    return f"the follower {follower!r}"


def _growth(sizes: Sizes, growth: Growth) -> list[str]:
    """How much a node and a park grow by in a year."""
    each = {
        table.name: table.size_bytes / table.rows
        for table in sizes.tables
        if table.rows and table.size_bytes
    }
    lines = []
    for role, kinds in (("lamp", ("lamp", "health")), ("counter", ("footfall", "health"))):
        if all(kind in each for kind in kinds):
            size_bytes = sum(each[kind] for kind in kinds) * INTERVALS_A_YEAR
            lines.append(
                f"A {role} that reports every quarter of an hour makes {2 * INTERVALS_A_YEAR} "
                f"records a year: {_megabytes(round(size_bytes))}."
            )
    if growth.days >= 1 and growth.nodes:
        size_bytes = sum(each.get(kind, 0) * count for kind, count in growth.records.items())
        a_year = size_bytes * YEAR_S / DAY_S / growth.days
        lines.append(
            f"Of late ({growth.days:.0f} d; nodes: {growth.nodes}) "
            f"{sum(growth.records.values())} records came in: {_megabytes(round(a_year))} a year, "
            f"{_megabytes(round(a_year / growth.nodes))} per node."
        )
    return lines


def _in_megabytes(size_bytes: int | None) -> str | None:
    return None if size_bytes is None else f"{size_bytes / 1e6:.1f}"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"


def _each(size_bytes: int | None, rows: int) -> str | None:
    return f"{size_bytes / rows:.0f}" if size_bytes is not None and rows else None
