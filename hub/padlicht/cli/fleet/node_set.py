"""`padlicht node set`: what changes in a node's life."""

from dataclasses import replace
from typing import Any

import click

from padlicht.cli.fleet.history import bring_up_to_date, note_of, since_when
from padlicht.config import Config, options
from padlicht.control.desired_settings import find
from padlicht.errors import BadData
from padlicht.fleet.board_config import SIMULATED
from padlicht.fleet.changes import change_node, site_of
from padlicht.fleet.registry import identity_of, rewrite_identity
from padlicht.ledger import Ledger, Node
from padlicht.ledger.timeline import Note

_ATTRIBUTES = {
    "site": "place", "zone": "place", "lat": "position", "lon": "position", "role": "role",
    "rated_mw": "rated_mw", "way_in": "ways", "way_out": "ways",
}  # fmt: skip


@click.command("set")
@click.argument("name")
@click.option("--site", help="The park to which it was moved; give its --zone there, too.")
@click.option("--zone", help="The zone that it belongs to.")
@click.option("--lat", type=float, help="Latitude in degrees, north is positive.")
@click.option("--lon", type=float, help="Longitude in degrees, east is positive.")
@click.option("--role", type=click.Choice(["lamp", "counter"]), help="What it is.")
@click.option("--rated-mw", type=int, help="What the lamp draws at full light, in milliwatts.")
@click.option("--way-in", help="What people call the counter's `in`: towards the school. '': none.")
@click.option("--way-out", help="And its `out`. The board tells which is which.")
@click.option(
    "--retired/--in-service",
    default=None,
    help="Whether it was taken down for good: then nothing is expected of it, nor taken from it.",
)
@since_when
@options("data")
def node_set(
    name: str, retired: bool | None, why: str, since: str | None, corrects: bool, **values: Any
) -> None:
    """Change where node NAME is, what it is, or whether it serves. It keeps its name and its key.

    What it counted before stays where it was counted, and is not compared with what it counts now.
    Say --corrects when it was never as it was written down: then all its past goes along, here and
    in InfluxDB.

    \b
    padlicht node set c1 --zone gate --why "the path was dug up"
    padlicht node set c1 --zone gate --from 2026-11-20T14:30 --why "moved last week"
    padlicht node set c1 --zone gate --corrects --why "it always hung there"
    padlicht node set lamp-1 --retired --why "post was hit by a car"
    padlicht node set lamp-1 --rated-mw 9000 --from 2026-11-20 --why "a brighter strip"
    padlicht node set c1 --way-in "towards the school" --way-out "towards the ring road" \\
        --why "so people call them"
    """
    config = Config(data=values.pop("data"))
    given = {key: new for key, new in values.items() if new is not None}
    if not given and retired is None:
        raise BadData(
            "nothing to change: give --site, --zone, --lat and --lon, --role, --rated-mw, "
            "--way-in, --way-out, --retired or --in-service"
        )
    if "rated_mw" in given and (identity_of(config, name) or {}).get("board") == SIMULATED:
        raise BadData("a simulated board has its lamp built in: leave out --rated-mw")
    with Ledger.open(config.ledger_path) as ledger:
        with ledger.transaction():
            before = find(ledger, name)
            if given.get("site", before.site) != before.site and "zone" not in given:
                raise BadData(f"which zone of {given['site']} is it in? Give --zone, too")
            named: dict[str, Any] = {
                key: given[key] or None for key in ("way_in", "way_out") if key in given
            }
            after = replace(before, **(given | named))
            if after.role != "lamp" and "rated_mw" not in given:
                after = replace(after, rated_mw=None)
            if after.role != "counter" and not named:
                after = replace(after, way_in=None, way_out=None)
            note = note_of(why, since, corrects, site_of(ledger, after.site).tz)
            after = _retired(after, retired, note)
            version = change_node(ledger, after, note, {_ATTRIBUTES[key] for key in given})
        waiting = ledger.quarantine.count_of_node(name)
        click.echo(f"Changed {name}.")
        if version is not None:
            click.echo(f"Its settings go with it: version {version} is wanted of it.")
        _tell_board(config, before, after)
        if retired is False and waiting:
            click.echo(
                f"{waiting} message(s) of it wait in quarantine: padlicht quarantine admit --node "
                f"{name}"
            )
        bring_up_to_date(config, ledger)


def _retired(node: Node, retired: bool | None, note: Note) -> Node:
    """The node with the time at which it went, if it did."""
    if retired is None:
        return node
    if not retired:
        return replace(node, retired_utc_s=None)
    gone_utc_s = note.utc_s if note.from_utc_s is None else note.from_utc_s
    if node.retired_utc_s is not None and not (note.corrects and note.from_utc_s is not None):
        gone_utc_s = node.retired_utc_s
    return replace(node, retired_utc_s=gone_utc_s)


def _tell_board(config: Config, before: Node, after: Node) -> None:
    """A board knows its site, role and power from its node.json: give it the one of now."""
    other_power = before.rated_mw != after.rated_mw
    other_place = (before.site, before.zone, before.role) != (after.site, after.zone, after.role)
    if not other_power and not other_place:
        return
    path = rewrite_identity(config, after)
    if path is not None and other_power and after.rated_mw is not None:
        click.echo(
            "A board without a meter works its energy out with the power of before until it has "
            f"its new node.json:\n    mpremote fs cp {path} :\n    mpremote reset",
            err=True,
        )
    if path is None or (before.site, before.role) == (after.site, after.role):
        return
    click.echo(
        f"Its board still speaks as a {before.role} of {before.site}. What it counts is taken "
        "meanwhile, but it hears no settings until it has its new node.json:\n"
        f"    mpremote fs cp {path} :\n    mpremote reset",
        err=True,
    )
