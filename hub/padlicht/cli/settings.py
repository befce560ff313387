"""`padlicht settings`: what nodes are told, one or many at once, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from padlicht.cli.fleet.node import mount_hint
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.desired_settings import find, parse_setting, request_settings
from padlicht.control.settings_publisher import lacks_mount
from padlicht.data_folder import user_name
from padlicht.errors import BadData, Refused
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger, Node, SettingsChange
from padlicht.settings_schema import schema
from padlicht.terminal import json_flag, moment, show, show_json


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
        state, change = ledger.states.all().get(node), ledger.settings.wanted().get(node)
        found = ledger.nodes.get(node)
    if state is None or change is None or found is None:
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
    if lacks_mount(found, change.after):
        click.echo(mount_hint(node))


@settings.command("log")
@click.argument("node")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most.")
@json_flag
@options("data")
def settings_log(node: str, limit: int, as_json: bool, **values: Any) -> None:
    """Show who changed which settings of NODE, when and why, and when the node had them."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        find(ledger, node)
        changes = ledger.settings.log(node)[:limit]
    if as_json:
        show_json([asdict(change) | {"changed": _changed(change)} for change in changes])
        return
    show(
        ("version", "when", "who", "why", "changed", "in force"),
        [
            (
                change.version,
                moment(change.utc_s),
                change.who,
                change.why,
                _change_words(change),
                moment(change.confirmed_utc_s),
            )
            for change in changes
        ],
        f"{node} was never told anything.",
    )


@settings.command("set")
@click.argument("words", nargs=-1, required=True, metavar="[NODE]… KEY=VALUE…")
@click.option("--site", "site_name", help="All nodes in service of this park.")
@click.option("--zone", help="Of that park, only the nodes of this zone.")
@click.option("--why", required=True, help="The reason; it stays with the change for ever.")
@options("data")
def settings_set(
    words: tuple[str, ...], site_name: str | None, zone: str | None, why: str, **values: Any
) -> None:
    """Change settings of nodes, of all that are named or of none. A running hub tells them at once.

    What is a lamp's setting is told to lamps only, and a counter's to counters.

    \b
    padlicht settings set lamp-1 base_pct=15 hold_s=30 --why "workshop of 3 March"
    padlicht settings set counter-1 line_mm=0,500,0,5000 --why "sensor stands beside the path"
    padlicht settings set --site molukkenplantsoen --zone path end_at=21:30 --why "council, 4 May"

    At end_at the light begins to go out: with nobody near it is dark within half a minute, by the
    clock. Whoever is near then has base light for end_grace_s more (0: none), and then the fade.
    """
    wanted = {}
    for word in words:
        key, equals, text = word.partition("=")
        if equals:
            wanted[key] = parse_setting(key, text)
    names = [word for word in words if "=" not in word]
    if not wanted:
        raise BadData("no KEY=VALUE is given: say what to change, like hold_s=30")
    with Ledger.open(Config(**values).ledger_path) as ledger:
        nodes = _meant(ledger, names, site_name, zone)
        versions = request_settings(ledger, nodes, wanted, user_name(), why, machine_utc_s())
    for name, version in versions.items():
        if version is None:
            click.echo(f"{name} stays as it is.")
        else:
            click.echo(
                f"Version {version} is wanted of {name}; `padlicht settings show {name}` tells "
                "when it is in force."
            )


def _meant(
    ledger: Ledger, names: Sequence[str], site_name: str | None, zone: str | None
) -> list[Node]:
    """The nodes that somebody means; an error rather than nobody, or more than meant."""
    if names and site_name is not None:
        raise BadData("nodes and a site are named: name nodes, or --site, not both")
    if site_name is None:
        if zone is not None:
            raise BadData(f"zone {zone} of which park? Give --site too")
        if not names:
            raise BadData("of which nodes? Name them, or give --site")
        return [find(ledger, name) for name in dict.fromkeys(names)]
    site_of(ledger, site_name)
    found = [
        node
        for node in ledger.nodes.all(site_name)
        if zone in (None, node.zone) and not node.retired
    ]
    if not found:
        where = f"zone {zone} of {site_name}" if zone else site_name
        raise Refused(f"no node in service is in {where}: `padlicht node list` shows all of them")
    return found


def _changed(change: SettingsChange) -> dict[str, object]:
    """What differs from the version before."""
    return {
        key: value
        for key, value in change.after.items()
        if key not in change.before or change.before[key] != value
    }


def _change_words(change: SettingsChange) -> str:
    changed = _changed(change)
    if not change.before:
        return "all of them"
    return ", ".join(
        f"{key}: {_typed(change.before.get(key))} → {_typed(value)}"
        for key, value in changed.items()
    )


def _typed(value: object) -> str:
    """A value as `settings set` takes it."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
