"""`padlicht site` and `padlicht zone`: parks, and the parts of parks that figures are given for."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from padlicht.cli.fleet.history import bring_up_to_date, note_of, since_when
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.posix_tz import no_rule_from
from padlicht.fleet.changes import change_site, put_zone, site_of
from padlicht.fleet.registry import DEFAULT_TZ, add_site
from padlicht.ledger import Ledger, Site, Zone
from padlicht.terminal import json_flag, show, show_json

_ATTRIBUTES = {"tz": "tz", "lat": "position", "lon": "position"}


def tell_about_clocks(names: Iterable[str]) -> None:
    """Say of each time zone whose clocks change by no rule that its nodes lean on the hub."""
    for tz in sorted({*names}):
        wrong_s = no_rule_from(tz, machine_utc_s())
        if wrong_s is not None:
            day = datetime.fromtimestamp(wrong_s, ZoneInfo(tz)).date()
            click.echo(
                f"The clocks of {tz} change by no rule that a node can keep, from {day} on. The "
                "hub tells its nodes ahead, up to a year: keep a hub running and the machine's "
                "time zones (tzdata) up to date. A node without a hub for longer is an hour off.",
                err=True,
            )


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
    tell_about_clocks([tz])
    click.echo(
        f"Added site {name}. Next: padlicht node add NAME --role lamp --site {name} --zone path"
    )


@site.command("list")
@json_flag
@options("data")
def site_list(as_json: bool, **values: Any) -> None:
    """Show every park: its place, its time, and how many nodes it has."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        sites, nodes = ledger.sites.all(), ledger.nodes.all()
    counted = {item.name: sum(node.site == item.name for node in nodes) for item in sites}
    if as_json:
        show_json([asdict(item) | {"nodes": counted[item.name]} for item in sites])
        return
    show(
        ("site", "title", "time zone", "lat", "lon", "nodes"),
        [
            (item.name, item.title, item.tz, item.lat, item.lon, counted[item.name])
            for item in sites
        ],
        "No sites yet. Add one: padlicht site add PARK --lat 53.23 --lon 6.57",
    )


@site.command("set")
@click.argument("name")
@click.option("--title", help="What people call it.")
@click.option("--tz", help="Time zone, an IANA name.")
@click.option("--lat", type=float, help="Latitude in degrees, north is positive.")
@click.option("--lon", type=float, help="Longitude in degrees, east is positive.")
@since_when
@options("data")
def site_set(name: str, why: str, since: str | None, corrects: bool, **values: Any) -> None:
    """Change the park NAME. All its nodes get its time, and those without a place its sun.

    What was counted before stays as it was counted. Say --corrects when the park was never as it
    was written down: then all of its past is worked out anew, here and in InfluxDB.

    \b
    padlicht site set molukkenplantsoen --tz Europe/Amsterdam --corrects --why "a slip when added"
    """
    config = Config(data=values.pop("data"))
    given = {key: new for key, new in values.items() if new is not None}
    with Ledger.open(config.ledger_path) as ledger:
        with ledger.transaction():
            before = site_of(ledger, name)
            after = replace(before, **given)
            note = note_of(why, since, corrects, after.tz)
            about = {_ATTRIBUTES[key] for key in given if key in _ATTRIBUTES}
            versions = change_site(ledger, after, note, about)
        if after.tz != before.tz:
            tell_about_clocks([after.tz])
        click.echo(f"Changed site {name}; {len(versions)} node(s) get new settings for it.")
        bring_up_to_date(config, ledger)


@click.group()
def zone() -> None:
    """Parts of parks; figures are given per zone."""


@zone.command("list")
@json_flag
@options("data")
def zone_list(as_json: bool, **values: Any) -> None:
    """Show every zone, and how many nodes it has."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        zones, nodes = ledger.sites.zones(), ledger.nodes.all()
    counted = {
        (item.site, item.name): sum(
            (node.site, node.zone) == (item.site, item.name) for node in nodes
        )
        for item in zones
    }
    if as_json:
        show_json([asdict(item) | {"nodes": counted[item.site, item.name]} for item in zones])
        return
    show(
        ("site", "zone", "title", "lat", "lon", "nodes"),
        [
            (item.site, item.name, item.title, item.lat, item.lon, counted[item.site, item.name])
            for item in zones
        ],
        "No zones yet: each comes with its first node, or with padlicht zone set PARK ZONE",
    )


@zone.command("set")
@click.argument("site_name", metavar="SITE")
@click.argument("name")
@click.option("--title", help="What people call it. [default: the name]")
@click.option("--lat", type=float, help="Latitude of its middle in degrees.")
@click.option("--lon", type=float, help="Longitude of its middle in degrees.")
@options("data")
def zone_set(site_name: str, name: str, **values: Any) -> None:
    """Add zone NAME to the park SITE, or change it."""
    config = Config(data=values.pop("data"))
    given = {key: new for key, new in values.items() if new is not None}
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        known = (item for item in ledger.sites.zones(site_name) if item.name == name)
        put_zone(ledger, replace(next(known, Zone(site_name, name, name)), **given))
    click.echo(f"Zone {name} of {site_name} is as you said.")
