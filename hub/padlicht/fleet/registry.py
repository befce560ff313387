"""Adding parks and nodes: a row in the ledger, and a folder that tells a board who it is."""

import json
import shutil
from pathlib import Path

from padlicht.broker.keys import BROKER_NAME, ParkKeys, node_identity
from padlicht.config import Config
from padlicht.errors import BadData, Refused
from padlicht.fleet.settings import first_settings
from padlicht.fleet.zones import posix_tz
from padlicht.ledger import Ledger, Node, Site
from padlicht.wire import NAME

# Where a site lies that was added in passing: the middle of Groningen. `site add` says better.
DEFAULT_LAT, DEFAULT_LON, DEFAULT_TZ = 53.2194, 6.5665, "Europe/Amsterdam"


def check_name(what: str, name: str) -> None:
    """Raise BadData unless `name` can be part of a topic."""
    if not NAME.fullmatch(name):
        raise BadData(
            f"{name!r} is no name for a {what}: use lower-case letters, digits and hyphens, "
            "beginning with a letter or digit, at most 31"
        )


def add_site(ledger: Ledger, site: Site) -> None:
    """Add a park; BadData or Refused when something is wrong with it."""
    check_name("site", site.name)
    _check_place(site.lat, site.lon)
    posix_tz(site.tz)
    with ledger.transaction():
        ledger.add_site(site)


def add_node(ledger: Ledger, keys: ParkKeys, config: Config, node: Node, board: str) -> Path:
    """Add a node with its keys and first settings; the folder to copy to its board.

    A site that is not there yet is added with the defaults above. All of it happens or nothing.
    """
    check_name("node", node.name)
    check_name("zone", node.zone)
    if (node.lat is None) != (node.lon is None):
        raise BadData(f"{node.name}: give --lat and --lon both, or neither")
    if node.lat is not None and node.lon is not None:
        _check_place(node.lat, node.lon)
    folder = config.identity(node.name)
    with ledger.transaction():
        sites = {site.name: site for site in ledger.sites()}
        if node.site not in sites:
            check_name("site", node.site)
            sites[node.site] = Site(
                node.site, node.site.capitalize(), DEFAULT_TZ, DEFAULT_LAT, DEFAULT_LON
            )
            ledger.add_site(sites[node.site])
        ledger.add_node(node)
        settings = first_settings(node, sites[node.site])
        ledger.want(node.name, settings, "padlicht", "added", node.added_utc_s)
        if folder.exists():
            raise Refused(f"{folder} is already there, of a node no longer known: move it away")
        try:
            _write_identity(keys, config, node, board, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder


def _write_identity(keys: ParkKeys, config: Config, node: Node, board: str, folder: Path) -> None:
    node_identity(keys, node.name, folder)
    host, port, name = broker_of(config)
    identity = {
        "node": node.name,
        "site": node.site,
        "zone": node.zone,
        "role": node.role,
        "board": board,
        "broker_host": host,
        "broker_port": port,
        "broker_name": name,
    }
    (folder / "node.json").write_text(json.dumps(identity, indent=1) + "\n")


def broker_of(config: Config) -> tuple[str, int, str]:
    """Host and port of the broker, and the name that its certificate must have."""
    if config.broker_url is None:
        return config.broker_host, config.broker_port, BROKER_NAME
    scheme, separator, rest = config.broker_url.partition("://")
    host, colon, port = rest.rstrip("/").rpartition(":")
    if scheme != "mqtts" or not separator or not colon or not host or not port.isdecimal():
        raise BadData(f"--broker-url {config.broker_url!r} is not like mqtts://HOST:8883")
    return host.strip("[]"), int(port), host.strip("[]")


def _check_place(lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadData(
            f"{lat}, {lon} is no place on earth: latitude -90 to 90, longitude -180 to 180"
        )
