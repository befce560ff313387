"""Nodes as a table: what the registry holds, and each board's hardware."""

from typing import Any

from padlicht.config import Config
from padlicht.fleet import spreadsheet
from padlicht.fleet.board_config import from_identity
from padlicht.fleet.registry import identity_of
from padlicht.ledger import Ledger, Node

RATED = "rated_mw"
WAYS = ("way_in", "way_out")
HARDWARE: spreadsheet.Columns = {
    "board": spreadsheet.text,
    "wifi_ssid": spreadsheet.text,
    "wifi_country": str.upper,
    "sensors": spreadsheet.names,
    "motion": spreadsheet.text,
    "beams": spreadsheet.yes_or_no,
}
COLUMNS: spreadsheet.Columns = {
    "name": spreadsheet.text,
    "site": spreadsheet.text,
    "zone": spreadsheet.text,
    "role": spreadsheet.text,
    "lat": spreadsheet.number,
    "lon": spreadsheet.number,
    "simulated": spreadsheet.yes_or_no,
    "retired": spreadsheet.since,
    **{key: HARDWARE[key] for key in ("board", "wifi_ssid", "wifi_country")},
    RATED: spreadsheet.whole,
    **dict.fromkeys(WAYS, spreadsheet.text),
    **HARDWARE,
}


def export(ledger: Ledger, config: Config, *, excel: bool = False) -> str:
    """All nodes as CSV. No key and no password is in it."""
    rows = []
    for node in ledger.nodes.all():
        row: dict[str, Any] = {
            key: getattr(node, key)
            for key in ("name", "site", "zone", "role", "lat", "lon", "simulated", *WAYS)
        }
        row["retired"] = (
            False if node.retired_utc_s is None else spreadsheet.utc(node.retired_utc_s)
        )
        row[RATED] = rated_of(config, node)
        rows.append(row | hardware_of(config, node.name))
    return spreadsheet.write(COLUMNS, rows, excel=excel)


def rated_of(config: Config, node: Node) -> int | None:
    """What a lamp draws at full light: as it is registered, or else as its board was told."""
    if node.rated_mw is not None:
        return node.rated_mw
    identity = identity_of(config, node.name)
    return None if identity is None else from_identity(identity).rated_mw


def hardware_of(config: Config, node: str) -> dict[str, Any]:
    """What the columns of hardware say of a board; nothing of one whose identity is elsewhere."""
    identity = identity_of(config, node)
    if identity is None:
        return {}
    fitting = from_identity(identity)
    said = {key: getattr(fitting, key) for key in HARDWARE}
    return said | ({"wifi_country": None} if fitting.simulated else {})
