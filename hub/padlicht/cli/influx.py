"""`padlicht influx`: what stands in InfluxDB, how far it is, and filling it again."""

import asyncio
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from padlicht.config import Config, options
from padlicht.influx.database_writer import DatabaseWriter
from padlicht.influx.databases import empty_databases, make_databases
from padlicht.influx.rebuild import FOLLOWER as REBUILD
from padlicht.influx.rebuild import rebuild
from padlicht.influx.schema import MEASUREMENTS, RAW, SOURCES, USAGE
from padlicht.influx.status import status_of_hub
from padlicht.influx.target import Target, options_of
from padlicht.influx.writer import FOLLOWER
from padlicht.ledger import Ledger
from padlicht.terminal import json_flag, moment, show, show_json

WHERE = (
    *("influx_url", "influx_version", "influx_org", "influx_raw", "influx_usage", "influx_user"),
    *("influx_password_file", "influx_token_file", "influx_ca_file"),
)


@click.group()
def influx() -> None:
    """InfluxDB, which the hub keeps filled from the ledger for Grafana."""


@influx.command("status")
@json_flag
@options("data", *WHERE)
def influx_status(as_json: bool, **values: Any) -> None:
    """Show how far each table of the ledger is written, and what holds it up."""
    config = Config(**values)
    names = {RAW: config.influx_raw, USAGE: config.influx_usage}
    rows = []
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        for kind, sources in SOURCES.items():
            for source in sources:
                done, newest = (
                    ledger.cursors.get(FOLLOWER, source),
                    ledger.cursors.newest_id(source),
                )
                rows.append(
                    {
                        "source": source,
                        "database": names[kind],
                        "written_up_to": done,
                        "newest": newest,
                        "waiting": max(0, newest - done),
                        "rebuilt_up_to": ledger.cursors.all().get((REBUILD, source)),
                    }
                )
    standing = status_of_hub(config)
    if as_json:
        show_json([row | {"writer": standing.get(str(row["database"]))} for row in rows])
        return
    show(
        ("source", "database", "written up to", "newest", "waiting", "rebuilt up to"),
        [tuple(row.values()) for row in rows],
        "",
    )
    if not standing:
        click.echo("\nNo hub writes to an InfluxDB now: padlicht up --influx-url URL")
    for item in standing.values():
        since = moment(item["since_utc_s"])
        trouble = f": {item['trouble']}" if item["trouble"] else ""
        click.echo(f"\n{item['database']} is {item['state']} since {since}{trouble}")


@influx.command("schema")
@json_flag
@options("influx_raw", "influx_usage")
def influx_schema(as_json: bool, **values: Any) -> None:
    """Show every measurement with its tags and fields."""
    config = Config(**values)
    names = {RAW: config.influx_raw, USAGE: config.influx_usage}
    if as_json:
        show_json([asdict(item) | {"database": names[item.database]} for item in MEASUREMENTS])
        return
    show(
        ("database", "measurement", "column", "kind", "type", "unit", "meaning"),
        [
            (names[item.database], item.name, column.name, kind, column.type, column.unit,
             column.meaning)
            for item in MEASUREMENTS
            for kind, columns in (("tag", item.tags), ("field", item.fields))
            for column in columns
        ],
        "",
    )  # fmt: skip


@influx.command("setup")
@options(*WHERE)
def influx_setup(**values: Any) -> None:
    """Make the databases: raw records are kept for 90 days, usage for ever."""
    target = Target(options_of(Config(**values)))
    try:
        for sentence in make_databases(target):
            click.echo(sentence)
    finally:
        target.close()


@influx.command("rebuild")
@click.option(
    "--empty-first",
    is_flag=True,
    help="Take out all that was written before: for one that holds what the ledger does not.",
)
@click.option("--yes", is_flag=True, help="Do not ask before emptying.")
@options("data", *WHERE)
def influx_rebuild(empty_first: bool, yes: bool, **values: Any) -> None:
    """Write everything that the ledger has, into an InfluxDB that is new or lost something.

    A hub may run meanwhile. Ctrl-C ends it; the next rebuild goes on from there. Points that are
    there already are overwritten with themselves.
    """
    config = Config(**values)
    if empty_first:
        target = Target(options_of(config))
        try:
            _empty(config, target, yes)
        finally:
            target.close()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[trouble]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars = {
            source: progress.add_task(source, total=None, trouble="")
            for sources in SOURCES.values()
            for source in sources
        }

        def shown(writers: list[DatabaseWriter]) -> None:
            for writer in writers:
                for source, done in writer.done.items():
                    total = done + writer.lag.get(source, 0)
                    trouble = f"waits: {writer.trouble}" if writer.trouble else ""
                    progress.update(bars[source], completed=done, total=total, trouble=trouble)

        refused = asyncio.run(rebuild(config, shown))
    if refused:
        click.echo(
            f"InfluxDB has what the ledger has, but for {refused} line(s) that it refused: "
            "padlicht quarantine list"
        )
    else:
        click.echo("InfluxDB has all that the ledger has.")
    if status_of_hub(config):
        click.echo("A hub writes on by itself, from where it is: padlicht influx status")


def _empty(config: Config, target: Target, yes: bool) -> None:
    """Take out what was written, and forget an unfinished rebuild: its points went, too."""
    names = " and ".join(target.options.databases.values())
    if not yes:
        click.confirm(f"Take everything of Padlicht's out of {names} first?", abort=True)
    with Ledger.open(config.ledger_path, read_only=True):
        pass  # before anything goes: is there a ledger to fill it from?
    empty_databases(target)
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.drop(REBUILD)
