"""`padlicht node add`: a new lamp or counter, or a new board for a known one."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from padlicht.broker.keys import ensure_park
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.desired_settings import parse_setting
from padlicht.control.settings_publisher import MOUNT, lacks_mount
from padlicht.errors import BadData, Refused
from padlicht.fleet.board_config import (
    BOARDS,
    COUNTRY,
    MOTIONS,
    SENSORS,
    BoardConfig,
    from_identity,
    password_in,
)
from padlicht.fleet.broker_reach import reach_notes
from padlicht.fleet.changes import site_of
from padlicht.fleet.registry import add_again, add_node, identity_of
from padlicht.ledger import Ledger, Node
from padlicht.settings_schema import firmware_folder, schema, validate

SET_MOUNT = 'padlicht settings set {} mount_cm=250 --why "measured"'


@click.group()
def node() -> None:
    """Lamps and counters."""


@node.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["lamp", "counter"]), help="What it is.")
@click.option("--site", "site_name", help="The park, which `padlicht site add` made.")
@click.option("--zone", help="Which part of the park; figures are given per zone.")
@click.option("--lat", type=float, help="Latitude in degrees. [default: the site's]")
@click.option("--lon", type=float, help="Longitude in degrees. [default: the site's]")
@click.option("--board", type=click.Choice(BOARDS), help="Which board it has. [default: sim]")
@click.option("--wifi-ssid", help="Name of the Wi-Fi network; a real board needs one.")
@click.option(
    "--wifi-password-file",
    type=click.File("rb", lazy=True),
    help="File with the network's password in its first line; - is the standard input.",
)
@click.option(
    "--wifi-password",
    help="The password itself; a shell remembers it, so better be asked for it.",
)
@click.option("--wifi-country", help=f"Whose radio rules hold, two letters. [default: {COUNTRY}]")
@click.option("--rated-mw", type=int, help="What a lamp draws at full light. [default: 6000]")
@click.option("--sensors", help=f"What is fitted, with commas: {', '.join(SENSORS)}.")
@click.option(
    "--motion",
    type=click.Choice([*MOTIONS, "none"]),
    help="What is wired to a lamp's motion pin: its radar's OUT, or a PIR. [default: none]",
)
@click.option(
    "--mount-cm",
    type=int,
    help="How high above the path a lamp's radar hangs; asked for. [default: not known yet]",
)
@click.option("--beams/--no-beams", default=None, help="A counter with a beam pair, no radar.")
@click.option("--simulated", is_flag=True, help="Mark all that it says as not from a real park.")
@click.option(
    "--again",
    is_flag=True,
    help="Give a node that was added before a new key, for a new board or a new memory. It keeps "
    "role, site and zone, and whatever of its hardware is not given anew.",
)
@options("data", "broker_host", "broker_port", "broker_url")
def node_add(
    name: str,
    again: bool,
    wifi_password_file: BinaryIO | None,
    **values: Any,
) -> None:
    """Make the identity of node NAME and print the folder to copy to its board.

    The folder holds its private key and the network's password: whoever has it is that node. Give
    the broker's options as the node will reach it. The password is asked for, unless it comes from
    a file or from the environment.

    \b
    padlicht node add lamp-1 --role lamp --site molukkenplantsoen --zone path \\
        --board pico_w --wifi-ssid Park --sensors veml7700,ds3231 --broker-host 192.0.2.7
    padlicht node add lamp-1 --again --broker-host 192.0.2.7
    """
    if wifi_password_file is not None:
        if values["wifi_password"] is not None:
            raise BadData("two passwords: give --wifi-password-file or --wifi-password, not both")
        values["wifi_password"] = password_in(wifi_password_file)
    config = Config(
        **{key: values.pop(key) for key in ("data", "broker_host", "broker_port", "broker_url")}
    )
    with Ledger.open(config.ledger_path) as ledger:
        known = ledger.nodes.get(name)
        if again:
            _add_again(ledger, config, name, known, values)
            return
        if known is not None:
            raise Refused(
                f"node {name} is already there: choose another name, or give its new board or new "
                "memory a new key with --again"
            )
        lacking = [flag for flag in ("role", "site_name", "zone") if values[flag] is None]
        if lacking:
            flags = ", ".join("--" + flag.removesuffix("_name") for flag in lacking)
            raise BadData(f"{name} is new: give {flags} too")
        added = Node(
            id=0,  # the ledger gives it
            name=name,
            site=values["site_name"],
            zone=values["zone"],
            role=values["role"],
            lat=values["lat"],
            lon=values["lon"],
            simulated=values["simulated"],
            added_utc_s=machine_utc_s(),
            retired=False,
        )
        fitting = _fitting(BoardConfig(), values)
        site_of(ledger, added.site)  # before somebody types a password and measures a post
        zones = [item.name for item in ledger.sites.zones(added.site)]
        mount_cm = values["mount_cm"]
        if mount_cm is None and added.role == "lamp" and not added.simulated and _at_hand():
            mount_cm = _ask_mount(fitting)
        keys = ensure_park(config.keys, config.broker_host)
        folder = add_node(ledger, keys, config, added, fitting, mount_cm)
        waiting = ledger.quarantine.count_of_node(name)
        wanted = ledger.settings.log(name)[0].after
    notes = []
    if waiting:
        notes.append(
            f"{waiting} message(s) of {name} wait in quarantine from before: padlicht quarantine "
            f"admit --node {name}"
        )
    if lacks_mount(added, wanted):
        notes.append(mount_hint(name))
    if zones and added.zone not in zones:
        notes.append(
            f"Zone {added.zone} is new in {added.site}, beside {', '.join(zones)}. If it was meant "
            f"to be one of those: padlicht node set {name} --zone {zones[0]} --why "
            f'"mistyped", then padlicht zone remove {added.site} {added.zone}'
        )
    notes += reach_notes(config, [name])
    _tell(folder, name, fitting, notes)


def _add_again(
    ledger: Ledger, config: Config, name: str, known: Node | None, values: dict[str, Any]
) -> None:
    """The same node with a new key; what would make it another node is refused."""
    if known is None:
        raise Refused(f"there is no node {name} yet: leave out --again to add it")
    for flag, was in (("role", known.role), ("site_name", known.site), ("zone", known.zone)):
        if values[flag] not in (None, was):
            raise Refused(
                f"{name} is a {known.role} in zone {known.zone} of {known.site}, and its records "
                "are of there: leave out what differs, or choose another name"
            )
    if values["mount_cm"] is not None:
        raise Refused(f"--again changes no setting: {SET_MOUNT.format(name)}")
    if values["simulated"] or (values["lat"], values["lon"]) != (None, None):
        raise Refused("--again changes no place: leave out --simulated, --lat and --lon")
    identity = identity_of(config, name)
    before = from_identity(identity) if identity is not None else BoardConfig()
    fitting = _fitting(before, values)
    keys = ensure_park(config.keys, config.broker_host)
    folder, first_boot = add_again(ledger, keys, config, known, fitting)
    notes = [
        f"{name} begins with boot {first_boot}: none of its records will look like a known one.",
        "The certificate of before is still valid, for there is no revocation yet: wipe or destroy "
        "the old board, or whoever has it can speak as this node.",
    ]
    notes += reach_notes(config, [name])
    if identity is not None:
        notes.append(f"Its files of before are in {folder}.before: delete them when all is well.")
    _tell(folder, name, fitting, notes)


def _fitting(before: BoardConfig, values: dict[str, Any]) -> BoardConfig:
    """The hardware: what was given, else what it was; a missing password is asked for."""
    board = values["board"] or before.board
    if (board == "sim") != before.simulated:
        before = BoardConfig()  # nothing of the one holds for the other
    given: dict[str, Any] = {"board": board}
    for key in ("wifi_ssid", "wifi_password", "rated_mw", "beams"):
        if values[key] is not None:
            given[key] = values[key]
    if values["wifi_country"] is not None:
        given["wifi_country"] = values["wifi_country"].upper()
    if values["sensors"] is not None:
        names = [sensor.strip().lower() for sensor in values["sensors"].split(",")]
        given["sensors"] = tuple(sensor for sensor in names if sensor)
    if values["motion"] is not None:
        given["motion"] = None if values["motion"] == "none" else values["motion"]
    if "wifi_ssid" in given and given["wifi_ssid"] != before.wifi_ssid:
        before = replace(before, wifi_password=None)  # it was another network's
    fitting = replace(before, **given)
    if fitting.wifi_ssid and fitting.wifi_password is None and not fitting.simulated and _at_hand():
        password = click.prompt(
            f"Password of {fitting.wifi_ssid} (empty: an open network)",
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=True,
            err=True,
        )
        fitting = replace(fitting, wifi_password=password)
    return fitting


def _ask_mount(fitting: BoardConfig) -> int | None:
    """How high the radar hangs, from whoever is at the terminal; None: they do not know yet."""
    if fitting.simulated:
        return None
    mount_cm: int | None = click.prompt(
        "How high above the path does its radar hang, in cm (empty: not known yet)",
        default="",
        show_default=False,
        value_proc=_mount_of,
        err=True,
    )
    return mount_cm


def _mount_of(text: str) -> int | None:
    """What was typed; UsageError, for which it is asked again: a password was typed before."""
    if not text.strip():
        return None
    try:
        mount_cm = int(parse_setting(MOUNT, text))
    except BadData as error:
        raise click.UsageError(str(error)) from error
    if refused := validate({MOUNT: mount_cm}):
        raise click.UsageError(refused[MOUNT])
    return mount_cm


def mount_hint(name: str) -> str:
    """What to do about a lamp of which nobody said how high its radar hangs."""
    chest_cm = schema()[MOUNT]["default"]
    return (
        f"How high {name}'s radar hangs was not said. It takes {chest_cm} cm, the height of a "
        f"chest; higher up it reaches less far. Measure, then: {SET_MOUNT.format(name)}"
    )


def _at_hand() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _tell(folder: Path, name: str, fitting: BoardConfig, notes: Sequence[str]) -> None:
    """The folder for programs, and on the other stream what a person does next."""
    click.echo(str(folder))
    if fitting.simulated:
        firmware = firmware_folder()
        run = ["micropython", str(firmware / "main.py"), str(folder)]
        steps = [
            f"Run {name} on this machine:",
            f"    MICROPYPATH={shlex.quote(str(firmware))}:.frozen {shlex.join(run)}",
        ]
    else:
        files = [str(folder / file) for file in ("node.json", "ca.der", "cert.der", "key.der")]
        steps = [
            f"Connect the {fitting.board}, with Padlicht's firmware on it, by USB. Copy its files "
            "and restart it:",
            f"    mpremote fs cp {shlex.join(files)} :",
            "    mpremote reset",
            "It tests itself within half a minute. With the hub running, read and print the table:",
            f"    padlicht node tests {name}",
            "The folder holds the node's private key and the network's password: show it nobody.",
        ]
    for line in [*notes, *steps]:
        click.echo(line, err=True)
