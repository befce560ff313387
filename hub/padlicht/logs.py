"""The hub's log: one line for each thing that happened, whatever a node or a stranger sent."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from padlicht.terminal import plain

MAX_CHARS = 1000  # of a message: a node's may hold 2 KiB, and nobody reads that in a log

# What every record has; the rest came with `extra=` and belongs to what is said.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class OneLine(logging.Formatter):
    """A message printable, bounded and on one line; a traceback below it stays as it is."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, with what steers a terminal or forges a line spelled out."""
        record.message = plain(_bounded(record.message))
        return super().formatMessage(record)


class JsonLine(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, what `extra` brought, error."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; all beyond ASCII is escaped, so that nothing can forge a line."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _bounded(record.getMessage()),
        }
        said |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def to_console(level: str, style: str = "text") -> None:
    """Have every logger write to standard error, from `level` up, as "text" or "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLine() if style == "json" else OneLine("%(asctime)s %(levelname).1s %(message)s")
    )
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _bounded(message: str) -> str:
    return message if len(message) <= MAX_CHARS else message[:MAX_CHARS] + "…"
