"""Adding parks and nodes: a row in the ledger, and a folder that tells a board who it is."""

import json
import shutil
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from typing import Any

from padlicht.addresses import host_and_port, host_of, why_unreachable
from padlicht.broker.keys import BROKER_NAME, ParkKeys, node_identity, write_private
from padlicht.clock import machine_utc_s
from padlicht.config import Config
from padlicht.control.settings_publisher import MOUNT, first_settings
from padlicht.errors import BadData, Refused
from padlicht.fleet.board_config import IPV4_ONLY, SIMULATED, BoardConfig, check
from padlicht.fleet.changes import (
    change_node,
    check_name,
    check_own_place,
    check_site,
    site_of,
)
from padlicht.ledger import Ledger, Node, Site
from padlicht.ledger.timeline import Note
from padlicht.settings_schema import validate

DEFAULT_TZ = "Europe/Amsterdam"  # of a new site of which nobody says otherwise

MOST_BOOTS = 2**31 - 1  # the contract's largest count


def add_site(ledger: Ledger, site: Site) -> None:
    """Add a park; BadData or Refused when something is wrong with it."""
    check_site(site)
    with ledger.transaction():
        ledger.sites.add(site)


def add_node(
    ledger: Ledger,
    keys: ParkKeys,
    config: Config,
    node: Node,
    fitting: BoardConfig,
    mount_cm: int | None = None,
) -> Path:
    """Add a node with its keys and first settings; the folder to copy to its board.

    What the board is told of its lamp's power is registered, too. `mount_cm`: how high a lamp's
    radar hangs; None while that is not known. All of it happens or
    nothing; Refused when there is no such site, for a park is made by `site add` alone: its place
    and its time decide when lamps are lit, and a typing mistake must not make one.
    """
    check_name("node", node.name)
    check_name("zone", node.zone)
    check_own_place(node.name, node.lat, node.lon)
    check_board(config, node.role, fitting)
    if fitting.rated_mw is not None:
        node = replace(node, rated_mw=fitting.rated_mw)
    folder = config.identity(node.name)
    with ledger.transaction():
        site = site_of(ledger, node.site)
        ledger.nodes.add(node)
        settings = first_settings(node, site, node.added_utc_s)
        if mount_cm is not None:
            settings |= _mount(node, mount_cm)
        ledger.settings.request(node.name, settings, "padlicht", "added", node.added_utc_s)
        if folder.exists():
            raise Refused(f"{folder} is already there, of a node no longer known: move it away")
        write_identity(keys, config, node, fitting, folder)
    return folder


def _mount(node: Node, mount_cm: int) -> dict[str, int]:
    if node.role != "lamp":
        raise BadData(f"--mount-cm is of lamps, and {node.name} is none: leave it out")
    wanted = {MOUNT: mount_cm}
    if refused := validate(wanted):
        raise BadData(refused[MOUNT])
    return wanted


def add_again(
    ledger: Ledger, keys: ParkKeys, config: Config, node: Node, fitting: BoardConfig
) -> tuple[Path, int]:
    """Give a node that is in the ledger a new key, for a new board or one that lost its memory.

    The folder to copy, and the boot with which the board begins: a record's identity is node, boot
    and number, so boots that the ledger knows must not come again. The folder of before is kept
    beside it, as NAME.before; its certificate stays valid. All of it happens or nothing.
    """
    if node.retired:
        raise Refused(f"{node.name} is retired: add it under another name")
    check_board(config, node.role, fitting)
    first_boot = ledger.states.boots(node.name)[1] + 1
    if first_boot > MOST_BOOTS:
        raise Refused(f"{node.name} has used up its boot numbers: add it under another name")
    folder = config.identity(node.name)
    # No node's name has a dot, so that neither can be another's.
    fresh, before = folder.with_name(f"{node.name}.new"), folder.with_name(f"{node.name}.before")
    shutil.rmtree(fresh, ignore_errors=True)
    write_identity(keys, config, node, fitting, fresh, {"first_boot": first_boot})
    if folder.exists():
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
    fresh.rename(folder)
    if fitting.rated_mw not in (None, node.rated_mw):
        note = Note(getuser(), "what its new board was told", machine_utc_s())
        with ledger.transaction():
            change_node(ledger, replace(node, rated_mw=fitting.rated_mw), note)
    return folder, first_boot


def identity_of(config: Config, name: str) -> dict[str, Any] | None:
    """What the hub's copy of a node.json says, or None without one."""
    path = config.identity(name) / "node.json"
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BadData(f"{path} is not JSON ({error}): move its folder away") from error
    return found


def rewrite_identity(config: Config, node: Node) -> Path | None:
    """Put a node's site, zone, role and rated power into the hub's copy of its node.json.

    Its path; None when there is none.
    """
    identity = identity_of(config, node.name)
    if identity is None:
        return None
    identity |= {"site": node.site, "zone": node.zone, "role": node.role}
    if node.rated_mw is not None and identity["board"] != SIMULATED:
        identity["rated_mw"] = node.rated_mw
    path = config.identity(node.name) / "node.json"
    write_private(path, (json.dumps(identity, indent=1) + "\n").encode())
    return path


def write_identity(
    keys: ParkKeys,
    config: Config,
    node: Node,
    fitting: BoardConfig,
    folder: Path,
    more: dict[str, Any] | None = None,
) -> None:
    """Fill a new folder for a board, or leave none behind."""
    host, port, name = broker_of(config)
    identity = {
        "node": node.name,
        "site": node.site,
        "zone": node.zone,
        "role": node.role,
        **fitting.identity(),
        "broker_host": host,
        "broker_port": port,
        "broker_name": name,
        **(more or {}),
    }
    try:
        node_identity(keys, node.name, folder)
        # It may hold the network's password.
        write_private(folder / "node.json", (json.dumps(identity, indent=1) + "\n").encode())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def check_board(config: Config, role: str, fitting: BoardConfig) -> None:
    """The hardware, and whether such a board can reach the broker."""
    check(fitting, role)
    host, _, _ = broker_of(config)
    why = None if fitting.simulated else why_unreachable(host)
    if why is not None:
        raise BadData(
            f"no board reaches the broker on {host}, which {why}: give "
            "--broker-host ADDRESS as the board will reach it"
        )
    if fitting.board in IPV4_ONLY and ":" in host:
        raise BadData(
            f"MicroPython on {fitting.board} speaks IPv4 only, and {host} is IPv6: give "
            "--broker-host an IPv4 address, or a name that has one"
        )


def broker_of(config: Config) -> tuple[str, int, str]:
    """Host and port of the broker, and the name that its certificate must have; BadData as typed.

    Both in the form in which a board looks them up.
    """
    if config.broker_url is None:
        try:
            return host_of(config.broker_host), config.broker_port, BROKER_NAME
        except BadData as error:
            raise BadData(f"--broker-host: {error}") from error
    try:
        host, port = host_and_port(config.broker_url, "mqtts")
    except BadData as error:
        raise BadData(f"--broker-url {error}") from error
    return host, port, host
