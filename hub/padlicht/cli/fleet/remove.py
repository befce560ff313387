"""`padlicht node remove`, `zone remove`, `site remove`: taking back what was added by mistake."""

from typing import Any

import click

from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.desired_settings import find
from padlicht.data_folder import user_name
from padlicht.fleet.removal import remove_node, remove_site, remove_zone
from padlicht.ledger import Ledger


@click.command("remove")
@click.argument("name")
@click.option("--why", default="added by mistake", show_default=True, help="The reason; it stays.")
@options("data")
def node_remove(name: str, why: str, **values: Any) -> None:
    """Remove node NAME, which was never heard: its keys, its settings, all that was made of it.

    A node that was heard stays, for its counts do: `padlicht node set NAME --retired`. Of one that
    is removed a copy of its folder may be on a board: its certificate is still valid, and what it
    says goes to quarantine.
    """
    config = Config(**values)
    with Ledger.open(config.ledger_path) as ledger:
        node = find(ledger, name)
        gone = remove_node(ledger, config, node, user_name(), why, machine_utc_s())
        alone = not any(other.zone == node.zone for other in ledger.nodes.all(node.site))
    keys = f", and {' and '.join(gone)} with its key" if gone else ""
    click.echo(f"Removed {name}{keys}. A running hub has the broker forget its settings.")
    if alone:
        click.echo(
            f"Zone {node.zone} has no node now: padlicht zone remove {node.site} {node.zone}"
        )


@click.command("remove")
@click.argument("site", metavar="SITE")
@click.argument("name")
@options("data")
def zone_remove(site: str, name: str, **values: Any) -> None:
    """Remove zone NAME of the park SITE, in which no node stands and none ever counted."""
    with Ledger.open(Config(**values).ledger_path) as ledger:
        remove_zone(ledger, site, name)
    click.echo(f"Removed zone {name} of {site}.")


@click.command("remove")
@click.argument("name")
@options("data")
def site_remove(name: str, **values: Any) -> None:
    """Remove the park NAME, in which no node stands and none ever counted, with its zones."""
    with Ledger.open(Config(**values).ledger_path) as ledger:
        zones = remove_site(ledger, name)
    click.echo(f"Removed site {name}" + (f" and its zone(s) {', '.join(zones)}." if zones else "."))
