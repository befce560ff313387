"""What the pages are given by the hub; they reach for nothing else."""

from dataclasses import dataclass
from pathlib import Path

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.fleet.live import Live


@dataclass(frozen=True)
class WebContext:
    """The ledger is opened read-only for each look; `live` is the hub's own, shared object."""

    ledger_path: Path
    live: Live
    clock: HubClock
    config: Config
