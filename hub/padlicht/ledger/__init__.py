"""What happened, once and for ever: one SQLite file and nothing above it."""

from padlicht.ledger.ledger import Ledger
from padlicht.ledger.rows import (
    Fault,
    Footfall,
    Health,
    Lamp,
    Node,
    NodeState,
    Quarantined,
    Record,
    SettingsChange,
    Site,
)

__all__ = [
    "Fault",
    "Footfall",
    "Health",
    "Lamp",
    "Ledger",
    "Node",
    "NodeState",
    "Quarantined",
    "Record",
    "SettingsChange",
    "Site",
]
