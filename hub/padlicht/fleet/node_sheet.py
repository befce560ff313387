"""Nodes as a table: what the registry holds, and each board's hardware."""

from typing import Any

from padlicht.config import Config
from padlicht.fleet import sheets
from padlicht.fleet.fitting import from_identity
from padlicht.fleet.registry import identity_of
from padlicht.ledger import Ledger

HARDWARE: sheets.Columns = {
    "board": sheets.text,
    "wifi_ssid": sheets.text,
    "wifi_country": str.upper,
    "rated_mw": sheets.whole,
    "sensors": sheets.names,
    "motion": sheets.text,
    "beams": sheets.yes_or_no,
}
COLUMNS: sheets.Columns = {
    "name": sheets.text,
    "site": sheets.text,
    "zone": sheets.text,
    "role": sheets.text,
    "lat": sheets.number,
    "lon": sheets.number,
    "simulated": sheets.yes_or_no,
    "retired": sheets.since,
    **HARDWARE,
}


def export(ledger: Ledger, config: Config) -> str:
    """All nodes as CSV. No key and no password is in it."""
    rows = []
    for node in ledger.nodes():
        row: dict[str, Any] = {
            key: getattr(node, key)
            for key in ("name", "site", "zone", "role", "lat", "lon", "simulated")
        }
        row["retired"] = False if node.retired_utc_s is None else sheets.utc(node.retired_utc_s)
        rows.append(row | hardware_of(config, node.name))
    return sheets.write(COLUMNS, rows)


def hardware_of(config: Config, node: str) -> dict[str, Any]:
    """What the columns of hardware say of a board; nothing of one whose identity is elsewhere."""
    identity = identity_of(config, node)
    if identity is None:
        return {}
    fitting = from_identity(identity)
    said = {key: getattr(fitting, key) for key in HARDWARE}
    return said | ({"wifi_country": None} if fitting.simulated else {})
