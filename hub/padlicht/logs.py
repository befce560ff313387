"""The hub's log: one line for each thing that happened, whatever a node or a stranger sent."""

import logging

from padlicht.terminal import plain

MAX_CHARS = 1000  # of a message: a node's may hold 2 KiB, and nobody reads that in a log


class OneLine(logging.Formatter):
    """A message printable, bounded and on one line; a traceback below it stays as it is."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, with what steers a terminal or forges a line spelled out."""
        if len(record.message) > MAX_CHARS:
            record.message = record.message[:MAX_CHARS] + "…"
        record.message = plain(record.message)
        return super().formatMessage(record)


def to_console(level: str) -> None:
    """Have every logger write such lines to standard error, from `level` up."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname).1s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
