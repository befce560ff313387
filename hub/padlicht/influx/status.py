"""What the running writer says of itself, in a file that other processes read."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from padlicht.config import Config
from padlicht.influx.database_writer import DatabaseWriter


def standing_path(config: Config) -> Path:
    """The file, in the data folder; it is not there while no hub writes to an InfluxDB."""
    return config.data / "influx.json"


def write_standing(path: Path, writers: Iterable[DatabaseWriter], utc_s: int) -> None:
    """Say how each database is, whole or not at all."""
    said = [
        {
            "database": writer.database,
            "state": writer.state.value,
            "trouble": writer.trouble,
            "since_utc_s": writer.trouble_since_utc_s,
            "noted_utc_s": utc_s,
        }
        for writer in writers
    ]
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(said, ensure_ascii=False) + "\n")
    fresh.rename(path)


def read_standing(path: Path) -> dict[str, dict[str, Any]]:
    """What the writer said last, by database; empty when it says nothing that can be read."""
    try:
        return {item["database"]: item for item in json.loads(path.read_text())}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
