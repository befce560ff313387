"""Status of the databases: how each keeps up, how long to wait, and what others read of it."""

import enum
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from padlicht.config import Config
from padlicht.data_folder import is_in_use
from padlicht.influx.rewrite import Rewriter


class State(enum.Enum):
    """How a database keeps up, from good to bad."""

    CURRENT = "current"  # it has what the ledger has, but for the last moments
    BEHIND = "behind"  # more than a batch waits, and is being written
    AWAY = "away"  # it does not answer, or asks to wait: tried again, ever less often
    REFUSED = "refused"  # it says no until somebody mends something: tried again once a minute


@dataclass(frozen=True)
class RetryTimes:
    """How long to wait for what, in seconds."""

    first_s: float = 1.0  # after the first failure; doubled for each further one
    most_s: float = 60.0
    refused_s: float = 60.0  # what only a person can mend is not mended sooner
    cursor_s: float = 1.0  # between commits of cursors: each holds up the intake's a little


RETRY_TIMES = RetryTimes()


class WriterStatus(Protocol):
    """What is told of the writer of one database."""

    database: str
    state: State
    state_since_utc_s: int
    trouble: str | None
    trouble_since_utc_s: int | None
    rewriter: Rewriter  # its `progress`: pieces that were written anew, of how many


def status_path(config: Config) -> Path:
    """The file, in the data folder; it is not there while no hub writes to an InfluxDB."""
    return config.data / "influx.json"


def write_status(path: Path, writers: Iterable[WriterStatus], utc_s: int) -> None:
    """Say how each database is, whole or not at all."""
    said = [
        {
            "database": writer.database,
            "state": writer.state.value,
            "trouble": writer.trouble,
            "since_utc_s": writer.trouble_since_utc_s or writer.state_since_utc_s,
            "noted_utc_s": utc_s,
            "rewriting": writer.rewriter.progress,
        }
        for writer in writers
    ]
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(said, ensure_ascii=False) + "\n")
    fresh.rename(path)


def status_of_hub(config: Config) -> dict[str, dict[str, Any]]:
    """As `read_status`, of a hub that runs: what a killed one left behind says nothing of now."""
    return read_status(status_path(config)) if is_in_use(config.data) else {}


def read_status(path: Path) -> dict[str, dict[str, Any]]:
    """What the writer said last, by database; empty when it says nothing that can be read."""
    try:
        return {item["database"]: item for item in json.loads(path.read_text())}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
