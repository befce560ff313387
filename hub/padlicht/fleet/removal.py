"""Removing what was added by mistake: nodes that were never heard, and zones and parks without any.

With all that was made of a node: its row, what was wanted of it (the hub has the broker forget it),
its identity with the private key. The broker's access list has no entry of a single node: who holds
a certificate of the park's may speak as that node, and what a stranger says goes to quarantine.
"""

import shutil

from padlicht.config import Config
from padlicht.errors import Refused
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger, Node


def remove_node(
    ledger: Ledger, config: Config, node: Node, who: str, why: str, utc_s: int
) -> list[str]:
    """Remove a node that was never heard, and its keys; the folders that are gone.

    Raises Refused when it was heard, or when a folder cannot be taken away.
    """
    with ledger.transaction():
        ledger.removals.node(node, who, why, utc_s)
    folder = config.identity(node.name)
    gone = []
    # No node's name has a dot, so that none of these is another's.
    for path in (folder, *(folder.with_name(node.name + end) for end in (".before", ".new"))):
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Refused(
                f"{node.name} is removed, but not its keys: {path} cannot be deleted ({error}); "
                "delete it"
            ) from error
        gone.append(str(path))
    return gone


def remove_zone(ledger: Ledger, site: str, zone: str) -> None:
    """Remove a zone in which nothing stands nor ever counted; Refused otherwise."""
    site_of(ledger, site)
    with ledger.transaction():
        ledger.removals.zone(site, zone)


def remove_site(ledger: Ledger, site: str) -> list[str]:
    """Remove a park in which nothing stands nor ever counted; its zones, which go with it."""
    site_of(ledger, site)
    zones = [zone.name for zone in ledger.sites.zones(site)]
    with ledger.transaction():
        ledger.removals.site(site)
    return zones
