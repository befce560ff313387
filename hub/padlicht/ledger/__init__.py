"""What happened, once and for ever: one SQLite file and nothing above it."""

from padlicht.ledger.ledger import Ledger, LedgerThread
from padlicht.ledger.rows import (
    Command,
    Fault,
    Footfall,
    Health,
    Lamp,
    Node,
    NodeState,
    Quarantined,
    Record,
    SelfTest,
    SettingsChange,
    Site,
    TestRow,
    Unconfirmed,
    Zone,
)
from padlicht.ledger.tables.diary import DiaryEntry
from padlicht.ledger.tables.targets import Target

__all__ = [
    "Command",
    "DiaryEntry",
    "Fault",
    "Footfall",
    "Health",
    "Lamp",
    "Ledger",
    "LedgerThread",
    "Node",
    "NodeState",
    "Quarantined",
    "Record",
    "SelfTest",
    "SettingsChange",
    "Site",
    "Target",
    "TestRow",
    "Unconfirmed",
    "Zone",
]
