"""`padlicht usage`: hours and days of zones and nodes."""

import csv
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import click

from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.errors import BadData, Refused
from padlicht.ledger import Ledger, Node, Site
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.node_hours import FOLLOWER, SOURCES, NodeHour
from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.terminal import json_flag, show, show_json
from padlicht.usage.days import ZoneDay, local_day, zone_days
from padlicht.usage.formatting import HEADINGS, Line, all_light, cells, line
from padlicht.usage.rebuild import rebuild

_DATE = click.DateTime(["%Y-%m-%d"])
_WEEK = timedelta(days=6)

Rows = Callable[[list[ZoneHour], SiteClock], Iterable[ZoneHour | ZoneDay]]


@click.group()
def usage() -> None:
    """How the park is used: passages and light by hour and day, each with its coverage."""


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """The options that hours and days share."""
    for decorate in reversed(
        (
            click.option("--site", "site_name", help="Only this park. [default: all]"),
            click.option("--zone", help="Only this zone. [default: all]"),
            click.option("--node", "node_name", help="This node alone, instead of whole zones."),
            click.option("--from", "first", type=_DATE, help="First local day, as 2026-11-21."),
            click.option("--to", "last", type=_DATE, help="Last local day. [default: today]"),
            json_flag,
            click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead."),
            options("data"),
        )
    ):
        command = decorate(command)
    return command


@usage.command("hours")
@_asked
def usage_hours(**values: Any) -> None:
    """Show hours, of today unless --from says otherwise.

    The light is day or twilight, by the sun at the middle of the hour, or the dark: dark_on while
    lamps are meant to be lit by the settings in force, dark_off while they are not. An hour in
    which they come on or go out is told in two parts. A dash where a count should be: nobody was
    watching, which is not nobody passing.

    \b
    padlicht usage hours --site molukkenplantsoen --from 2026-11-01 --to 2026-11-30 --csv
    """
    _tell(values, timedelta(0), lambda hours, _: hours)


@usage.command("days")
@click.option(
    "--by-light", is_flag=True, help="A line for each of day, twilight, dark_on, dark_off."
)
@_asked
def usage_days(by_light: bool, **values: Any) -> None:
    """Show local days, of the last seven unless --from says otherwise.

    \b
    padlicht usage days --zone path --by-light
    """

    def rows(hours: list[ZoneHour], clock: SiteClock) -> list[ZoneDay]:
        days = zone_days(hours, clock)
        return days if by_light else all_light(days)

    _tell(values, _WEEK, rows)


usage.add_command(rebuild)


def _alone(hour: NodeHour, simulated: int) -> ZoneHour:
    """An hour of a node as that of a zone in which it is the only one."""
    values = (getattr(hour, name) for name in ZoneHour._fields[:-1])
    return ZoneHour._make((*values, simulated))


def _tell(values: dict[str, Any], back: timedelta, rows: Rows) -> None:
    if values["as_json"] and values["as_csv"]:
        raise BadData("give --json or --csv, not both")
    with Ledger.open(Config(data=values["data"]).ledger_path, read_only=True) as ledger:
        sites, node = _places(ledger, values["site_name"], values["zone"], values["node_name"])
        found: list[Line] = []
        simulated = node is not None and node.simulated
        for site in sites:
            clock = ledger.sites.clock(site.name)
            first, last = _days(values["first"], values["last"], back, site.tz)
            span = clock.midnight_utc_s(first), clock.midnight_utc_s(last + timedelta(1))
            if node is None:
                hours = ledger.zone_hours.all(*span, site=site.name, zone=values["zone"])
                for use in ledger.use.by_light(site.name, first, last, values["zone"]).values():
                    simulated |= use.simulated_counts or use.simulated_lamps
            else:
                of_node = ledger.node_hours.all(
                    *span, site=site.name, zone=values["zone"], node=node.name
                )
                hours = [_alone(hour, int(node.simulated)) for hour in of_node]
            found += (
                line(
                    row,
                    site.tz,
                    node=node.name if node else None,
                    counts=node is None or node.role == "counter",
                    lights=node is None or node.role == "lamp",
                )
                for row in rows(hours, clock)
            )
        waiting = sum(
            ledger.cursors.newest_id(source) - ledger.cursors.get(FOLLOWER, source)
            for source in SOURCES
        )
        stale = ledger.zone_hours.has_stale() or ledger.node_hours.stale() is not None
    if waiting:
        click.echo(
            f"{waiting} records are not added up yet: a running hub does that by itself.", err=True
        )
    if simulated:
        click.echo("Some or all of this is simulated: no such people, no such light.", err=True)
    if stale:
        click.echo(
            "Hours are about to be added up anew, because a node was moved or added, or lamps have "
            "other hours: a running hub does that by itself.",
            err=True,
        )
    _print(found, values["as_json"], values["as_csv"])


def _print(found: list[Line], as_json: bool, as_csv: bool) -> None:
    if as_json:
        show_json(found)
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, [*line_names()], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    else:
        show(HEADINGS, map(cells, found), "Nothing is known of those days.")


def line_names() -> tuple[str, ...]:
    """The columns of the CSV."""
    nothing = ZoneHour("", "", 0, "", *[0] * (len(ZoneHour._fields) - 4))
    return tuple(line(nothing, "UTC", node=None, counts=True, lights=True))


def _places(
    ledger: Ledger, site_name: str | None, zone: str | None, node_name: str | None
) -> tuple[list[Site], Node | None]:
    """The sites that are meant, and the node; Refused when something of it is not there."""
    sites = ledger.sites.all()
    if site_name is not None and not any(site.name == site_name for site in sites):
        raise Refused(f"there is no site {site_name}: there are {_names(s.name for s in sites)}")
    sites = [site for site in sites if site_name in (None, site.name)]
    if node_name is not None:
        node = ledger.nodes.get(node_name)
        places = [] if node is None else ledger.attributes.places(node.id)
        been = {
            place.site
            for place in places
            if site_name in (None, place.site) and zone in (None, place.zone)
        }
        if node is None or not been:
            raise Refused(f"there is no node {node_name} there: `padlicht node list` shows all")
        return [site for site in sites if site.name in been], node
    zones = ledger.sites.zones(site_name)
    if zone is not None and not any(each.name == zone for each in zones):
        raise Refused(f"there is no zone {zone}: there are {_names(each.name for each in zones)}")
    return sites, None


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names))) or "none"


def _days(
    first: datetime | None, last: datetime | None, back: timedelta, tz: str
) -> tuple[date, date]:
    """The first and the last day that were asked for."""
    end = last.date() if last else local_day(machine_utc_s(), tz)
    begin = first.date() if first else end - back
    if begin > end:
        raise BadData(f"--from {begin} is after --to {end}: change them over")
    return begin, end
