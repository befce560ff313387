"""`padlicht node set`: what changes in a node's life."""

from dataclasses import replace
from typing import Any

import click

from padlicht.cli.fleet.site import REBUILD
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.desired_settings import find
from padlicht.data_folder import user_name
from padlicht.errors import BadData
from padlicht.fleet.changes import change_node
from padlicht.ledger import Ledger


@click.command("set")
@click.argument("name")
@click.option("--zone", help="The zone that it belongs to from now on, with all its past.")
@click.option("--lat", type=float, help="Latitude in degrees, north is positive.")
@click.option("--lon", type=float, help="Longitude in degrees, east is positive.")
@click.option(
    "--retired/--in-service",
    default=None,
    help="Whether it was taken down for good: then nothing is expected of it, nor taken from it.",
)
@click.option("--why", required=True, help="The reason; it stays with its new settings.")
@options("data")
def node_set(name: str, retired: bool | None, why: str, **values: Any) -> None:
    """Change where node NAME is, its zone, or whether it serves. It keeps its name, site and role.

    \b
    padlicht node set lamp-1 --lat 53.2301 --lon 6.5762 --why "moved behind the oak"
    padlicht node set lamp-1 --retired --why "post was hit by a car"
    """
    config = Config(data=values.pop("data"))
    given = {key: new for key, new in values.items() if new is not None}
    if not given and retired is None:
        raise BadData("nothing to change: give --zone, --lat and --lon, --retired or --in-service")
    utc_s = machine_utc_s()
    with Ledger.open(config.ledger_path) as ledger:
        with ledger.transaction():
            before = find(ledger, name)
            after = replace(before, **given)
            if retired is not None:
                since_utc_s = before.retired_utc_s or utc_s
                after = replace(after, retired_utc_s=since_utc_s if retired else None)
            version = change_node(ledger, after, user_name(), why, utc_s)
        waiting = ledger.quarantine.count_of_node(name)
    click.echo(f"Changed {name}.")
    if version is not None:
        click.echo(f"Its lamp's sun moves along: settings version {version} is wanted of it.")
    if after.zone != before.zone:
        click.echo(
            f"All that it ever counted belongs to zone {after.zone} now. What InfluxDB has stays "
            "under the zone of before until: padlicht influx rebuild --empty-first",
            err=True,
        )
    if (before.lat, before.lon) != (after.lat, after.lon) or retired is not None:
        click.echo(REBUILD, err=True)
    if retired is False and waiting:
        click.echo(
            f"{waiting} message(s) of it wait in quarantine: padlicht quarantine admit --node "
            f"{name}"
        )
