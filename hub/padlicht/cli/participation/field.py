"""`padlicht field`: hand counts, observations and walks, to take along or to delete."""

import csv
import sys
from pathlib import Path
from typing import Any

import click

from padlicht.config import Config, options
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger
from padlicht.participation.field.sheets import KINDS, Visit
from padlicht.participation.store import open_participation
from padlicht.terminal import json_flag, show_json


@click.group()
def field() -> None:
    """What people saw at the path: hand counts, half-hour observations, evening walks."""


@field.command("export")
@click.argument("site")
@click.option("--kind", type=click.Choice(KINDS), help="Only this kind. [default: all]")
@json_flag
@options("data")
def field_export(site: str, kind: str | None, as_json: bool, **values: Any) -> None:
    """Write all sheets of the park SITE as CSV: a row for each thing that stands on one.

    \b
    padlicht field export molukkenplantsoen --kind walk > walks.csv
    """
    config = Config(**values)
    _check(config, site)
    found: list[Visit] = []
    if config.participation_path.exists():
        with open_participation(config.participation_path) as words:
            found = words.visits.of_site(site, kind)
    rows = [
        {
            "sheet": visit.id,
            "kind": visit.kind,
            "day": visit.day.isoformat(),
            "begin_utc_s": visit.begin_utc_s,
            "place": visit.place,
            "light": visit.light,
            "who": visit.who,
            "deleted_after": visit.delete_after.isoformat(),
            **visit.values,
        }
        for visit in found
    ]
    if as_json:
        show_json(rows)
        return
    fixed = ["sheet", "kind", "day", "begin_utc_s", "place", "light", "who", "deleted_after"]
    out = csv.writer(sys.stdout)
    out.writerow([*fixed, "field", "value"])
    for visit, row in zip(found, rows, strict=True):
        for name, value in _things(visit):
            out.writerow([*(row[column] for column in fixed), name, value])


@field.command("delete")
@click.argument("site")
@click.argument("sheet", type=int)
@options("data")
def field_delete(site: str, sheet: int, **values: Any) -> None:
    """Delete the sheet of that number of the park SITE for good, before its term is over.

    `padlicht field export` has the numbers. Backups keep it until they are rotated away.
    """
    config = Config(**values)
    _check(config, site)
    with open_participation(config.participation_path) as words, words.transaction():
        words.visits.delete(sheet, site)
    click.echo(f"Deleted sheet {sheet} of {site}.")


def _check(config: Config, site: str) -> None:
    path: Path = config.ledger_path
    with Ledger.open(path, read_only=True) as ledger:
        site_of(ledger, site)


def _things(visit: Visit) -> list[tuple[str, Any]]:
    """What stands on a sheet, one by one; a hand count by quarter of an hour."""
    if visit.kind == "count":
        people = visit.values["people"]
        return [(f"people_{number}", "" if n is None else n) for number, n in enumerate(people)]
    return [(name, value) for name, value in visit.values.items() if value != ""]
