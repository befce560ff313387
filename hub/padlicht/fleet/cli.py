"""`padlicht site` and `padlicht settings`."""

from getpass import getuser
from typing import Any

import click

from padlicht.clock import HubClock
from padlicht.config import Config, options
from padlicht.errors import BadData, Refused
from padlicht.fleet.firmware import schema
from padlicht.fleet.registry import DEFAULT_TZ, add_site
from padlicht.fleet.settings import parse_setting, want
from padlicht.ledger import Ledger, Site
from padlicht.terminal import json_flag, moment, show, show_json


@click.group()
def site() -> None:
    """Parks."""


@site.command("add")
@click.argument("name")
@click.option("--title", help="What people call it. [default: the name]")
@click.option("--tz", default=DEFAULT_TZ, show_default=True, help="Time zone, an IANA name.")
@click.option("--lat", type=float, required=True, help="Latitude in degrees, north is positive.")
@click.option("--lon", type=float, required=True, help="Longitude in degrees, east is positive.")
@options("data")
def site_add(name: str, title: str | None, tz: str, lat: float, lon: float, **values: Any) -> None:
    """Add the park NAME: its place decides when the sun sets on its lamps.

    \b
    padlicht site add molukkenplantsoen --title Molukkenplantsoen --lat 53.2300 --lon 6.5760
    """
    with Ledger.open(Config(**values).ledger_path) as ledger:
        add_site(ledger, Site(name, title or name.capitalize(), tz, lat, lon))
    click.echo(
        f"Added site {name}. Next: padlicht node add NAME --role lamp --site {name} --zone path"
    )


@click.group()
def settings() -> None:
    """What nodes are told to do, and what they made of it."""


@settings.command("show")
@click.argument("node")
@json_flag
@options("data")
def settings_show(node: str, as_json: bool, **values: Any) -> None:
    """Show the wanted settings of NODE with their meaning, and whether the node has them."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        state, change = ledger.states().get(node), ledger.wanted().get(node)
    if state is None or change is None:
        raise Refused(f"there is no node {node}: `padlicht node list` shows all of them")
    rows = schema()
    if as_json:
        wanted = [
            {"key": key, "value": value, "unit": rows.get(key, {}).get("unit", "")}
            for key, value in change.after.items()
        ]
        show_json(wanted)
        return
    show(
        ("setting", "value", "unit", "meaning"),
        [
            (key, _typed(value), rows.get(key, {}).get("unit"), rows.get(key, {}).get("help"))
            for key, value in change.after.items()
        ],
        "No settings.",
    )
    in_force = "none yet" if state.confirmed_version is None else state.confirmed_version
    click.echo(
        f"\nVersion {change.version} of {moment(change.utc_s)} by {change.who}: {change.why}. "
        f"In force on the node: {in_force}."
    )
    for reason in state.refused.values():
        click.echo(f"Refused by the node: {reason}")


@settings.command("set")
@click.argument("node")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE…")
@click.option("--why", required=True, help="The reason; it stays with the change for ever.")
@options("data")
def settings_set(node: str, changes: tuple[str, ...], why: str, **values: Any) -> None:
    """Change settings of NODE. A running hub tells the node within a second.

    \b
    padlicht settings set lamp-1 base_pct=15 hold_s=30 --why "workshop of 3 March"
    padlicht settings set counter-1 line_mm=0,500,0,5000 --why "sensor stands beside the path"
    """
    wanted = {}
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals:
            raise BadData(f"{change!r} is not KEY=VALUE")
        wanted[key] = parse_setting(key, text)
    with Ledger.open(Config(**values).ledger_path) as ledger:
        version = want(ledger, node, wanted, getuser(), why, HubClock().utc_s())
    click.echo(
        f"Version {version} is wanted of {node}; `padlicht settings show {node}` tells when it is "
        "in force."
    )


def _typed(value: object) -> str:
    """A value as `settings set` takes it."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
