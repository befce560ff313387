"""Taking in a table of nodes: what it asks for, what is wrong with it, and doing it."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from padlicht.broker.keys import ParkKeys
from padlicht.config import Config
from padlicht.control.settings_publisher import first_settings
from padlicht.errors import BadData, Refused
from padlicht.fleet import spreadsheet
from padlicht.fleet.board_config import BoardConfig, check_rated
from padlicht.fleet.changes import (
    change_node,
    check_name,
    check_own_place,
    check_ways,
    no_site,
)
from padlicht.fleet.node_export import HARDWARE, RATED, WAYS, hardware_of
from padlicht.fleet.registry import check_board, rewrite_identity, write_identity
from padlicht.fleet.spreadsheet import Mistake, Row
from padlicht.ledger import Ledger, Node
from padlicht.ledger.timeline import Note

Board = tuple[Node, BoardConfig]

_NEEDED = ("name", "site", "zone", "role")
_FOR_EVER = ("site", "role", "simulated")  # a record is of them, and stays so


@dataclass
class NodePlan:
    """What an import would do: nodes to add (None: retired, so without a key) and to change."""

    new: list[tuple[Node, BoardConfig | None]] = field(default_factory=list)
    changed: list[tuple[Node, str]] = field(default_factory=list)
    same: int = 0

    def steps(self) -> Iterable[tuple[str, str, str]]:
        """What is done, to which node, and how, for a person to read before."""
        for node, fitting in self.new:
            how = "retired, without a key" if fitting is None else fitting.board
            yield ("add", node.name, f"{node.role} in {node.zone} of {node.site}, {how}")
        for node, how in self.changed:
            yield ("change", node.name, how)


def plan(
    rows: Sequence[Row], ledger: Ledger, config: Config, wifi_password: str | None, utc_s: int
) -> tuple[NodePlan, list[Mistake]]:
    """What the rows ask for, and all that is wrong with them. Changes nothing.

    `wifi_password` is that of the network of all new boards. Nodes that are not named stay.
    """
    known = {node.name: node for node in ledger.nodes.all()}
    sites = {site.name for site in ledger.sites.all()}
    planned, mistakes, seen = NodePlan(), [], dict[str, int]()
    for row in rows:
        name = row.cells.get("name")
        if name is None:
            mistakes.append(Mistake(row.line, "name", "it is empty: which node is it?"))
            continue
        if name in seen:
            mistakes.append(Mistake(row.line, "name", f"{name} is in line {seen[name]} already"))
            continue
        seen[name] = row.line
        if name in known:
            mistakes += _plan_known(planned, row, known[name], config, utc_s)
        else:
            mistakes += _plan_new(planned, row, sites, config, wifi_password, utc_s)
    mistakes += _one_network(planned, seen)
    return planned, mistakes


def carry_out(
    planned: NodePlan,
    ledger: Ledger,
    keys: ParkKeys,
    config: Config,
    note: Note,
    each: Callable[[Sequence[Board]], Iterable[Board]] = iter,
) -> list[Path]:
    """Do what is planned, all of it or nothing; the folders for the new boards.

    `note` says who changes what is known, since when, and why.

    `each` goes through the boards while their keys are made, and may show how far it is. Raises
    Refused when somebody else was quicker with one of the names.
    """
    beside = config.data / "nodes" / ".import"  # no node's name begins with a dot
    shutil.rmtree(beside, ignore_errors=True)
    boards = [(node, fitting) for node, fitting in planned.new if fitting is not None]
    moved: list[Path] = []
    try:
        for node, fitting in each(boards):
            write_identity(keys, config, node, fitting, beside / node.name)
        with ledger.transaction():
            sites = {site.name: site for site in ledger.sites.all()}
            for node, _ in planned.new:
                ledger.nodes.add(node)
                settings = first_settings(node, sites[node.site], note.utc_s)
                ledger.settings.request(node.name, settings, note.who, note.why, note.utc_s)
            known = {node.name: node for node in ledger.nodes.all()}
            for node, _ in planned.changed:
                change_node(ledger, node, note)
            for node, _ in boards:
                moved.append(_move(beside / node.name, config.identity(node.name)))
    except BaseException:
        for folder in moved:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for node, _ in planned.changed:
        if node.rated_mw != known[node.name].rated_mw:
            rewrite_identity(config, node)
    return moved


def _move(fresh: Path, folder: Path) -> Path:
    if folder.exists():
        raise Refused(f"{folder} is already there, of a node no longer known: move it away")
    return fresh.rename(folder)


def _plan_known(
    planned: NodePlan, row: Row, node: Node, config: Config, utc_s: int
) -> list[Mistake]:
    cells, mistakes = row.cells, []
    for key in _FOR_EVER:
        if key in cells and cells[key] != getattr(node, key):
            was = spreadsheet.write([key], [{key: getattr(node, key)}]).splitlines()[1]
            mistakes.append(
                Mistake(row.line, key, f"{node.name} has {was}, and its records are of there")
            )
    fitted = hardware_of(config, node.name)
    other = (
        f"{node.name} was given a key for other hardware: leave it empty, or give a new key with "
        f"`padlicht node add {node.name} --again`"
    )
    mistakes += [
        Mistake(row.line, key, other)
        for key in HARDWARE
        if key in cells and cells[key] != fitted.get(key)
    ]
    after = replace(
        node,
        zone=cells.get("zone", node.zone),
        lat=cells.get("lat", node.lat),
        lon=cells.get("lon", node.lon),
        retired_utc_s=_retired(cells.get("retired"), node.retired_utc_s, utc_s),
        rated_mw=cells.get(RATED, node.rated_mw),
        way_in=_way(cells.get("way_in"), node.way_in),
        way_out=_way(cells.get("way_out"), node.way_out),
    )
    mistakes += [*_check_place(row, after), *_check_own(row, after)]
    how = [
        f"{key}: {_shown(getattr(node, key))} → {_shown(getattr(after, key))}"
        for key in ("zone", "lat", "lon", "retired_utc_s", RATED, *WAYS)
        if getattr(node, key) != getattr(after, key)
    ]
    if how:
        planned.changed.append((after, ", ".join(how)))
    else:
        planned.same += 1
    return mistakes


def _plan_new(
    planned: NodePlan,
    row: Row,
    sites: set[str],
    config: Config,
    wifi_password: str | None,
    utc_s: int,
) -> list[Mistake]:
    cells = row.cells
    mistakes = [
        Mistake(row.line, key, f"it is empty, and {cells['name']} is new")
        for key in _NEEDED
        if key not in cells
    ]
    if cells.get("site", "") not in sites and "site" in cells:
        mistakes.append(Mistake(row.line, "site", no_site(cells["site"], sites)))
    if cells.get("role", "lamp") not in ("lamp", "counter"):
        mistakes.append(Mistake(row.line, "role", f"{cells['role']!r} is no lamp and no counter"))
    try:
        check_name("node", cells["name"])
    except BadData as error:
        mistakes.append(Mistake(row.line, "name", str(error)))
    if mistakes:
        return mistakes
    retired_utc_s = _retired(cells.get("retired"), None, utc_s)
    node = Node(
        0, cells["name"], cells["site"], cells["zone"], cells["role"], cells.get("lat"),
        cells.get("lon"), cells.get("simulated", False), utc_s, retired_utc_s is not None,
        retired_utc_s, cells.get(RATED), _way(cells.get("way_in"), None),
        _way(cells.get("way_out"), None),
    )  # fmt: skip
    if node.retired:
        planned.new.append((node, None))
        return [*_check_place(row, node), *_check_own(row, node)]
    fitted = {key: cells[key] for key in (RATED, *HARDWARE) if key in cells}
    fitting = BoardConfig(**fitted, wifi_password=wifi_password if "wifi_ssid" in fitted else None)
    planned.new.append((node, fitting))
    mistakes = _check_place(row, node)
    if fitting.simulated and "wifi_country" in fitted:
        mistakes.append(Mistake(row.line, "wifi_country", "a simulated board has no radio"))
    try:
        check_board(config, node.role, fitting)
    except BadData as error:
        mistakes.append(Mistake(row.line, None, str(error)))
    return mistakes


def _check_place(row: Row, node: Node) -> list[Mistake]:
    mistakes = []
    try:
        check_name("zone", node.zone)
    except BadData as error:
        mistakes.append(Mistake(row.line, "zone", str(error)))
    try:
        check_own_place(node.name, node.lat, node.lon)
    except BadData as error:
        mistakes.append(Mistake(row.line, "lat", str(error)))
    return mistakes


def _check_own(row: Row, node: Node) -> list[Mistake]:
    """What cannot be of a lamp's power, or of a counter's directions."""
    found = []
    try:
        check_rated(node.rated_mw, node.role)
    except BadData as error:
        found.append(Mistake(row.line, RATED, str(error)))
    try:
        check_ways(node)
    except BadData as error:
        found.append(Mistake(row.line, WAYS[0], str(error)))
    return found


def _way(cell: str | None, before: str | None) -> str | None:
    """The name of a direction: an empty cell leaves what is there, and - takes it away."""
    return before if cell is None else None if cell == "-" else cell


def _one_network(planned: NodePlan, lines: Mapping[str, int]) -> list[Mistake]:
    """There is one password for all new boards, so there can be only one network."""
    boards = [(node.name, fitting) for node, fitting in planned.new if fitting is not None]
    named = [(name, fitting.wifi_ssid) for name, fitting in boards if fitting.wifi_ssid]
    return [
        Mistake(
            lines[name],
            "wifi_ssid",
            f"{ssid} is another network than {named[0][1]}, with another password: import the "
            "nodes of one network at a time",
        )
        for name, ssid in named
        if ssid != named[0][1]
    ]


def _retired(cell: bool | int | None, before_utc_s: int | None, utc_s: int) -> int | None:
    if cell is None:
        return before_utc_s
    if isinstance(cell, bool):
        return (before_utc_s or utc_s) if cell else None
    return cell


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
