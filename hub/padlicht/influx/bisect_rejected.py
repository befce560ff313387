"""Finds the lines that a database refuses: halves what was refused until single lines are left."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from padlicht.errors import BadData
from padlicht.influx.line_protocol import measurement_of
from padlicht.ledger import Ledger

log = logging.getLogger(__name__)

# One line in a thousand may be odd. So many one after the other, and none of those that are tried
# after them either, are no fault of lines: the database has a field of that name with another
# type, say, and quarantine would fill for nothing.
MOST_IN_A_ROW = 100
TRIED_AFTER_THEM = 16

Post = Callable[[str, bytes | None], Awaitable[None]]


class RejectedLine(NamedTuple):
    """A line, and why it was refused."""

    line: str
    reason: str


class AllRejected(Exception):
    """Line after line was refused; the text is the last reason."""


def quarantine(ledger: Ledger, database: str, refused: Iterable[RejectedLine], utc_s: int) -> None:
    """Put lines that were refused where somebody finds them, in the caller's transaction."""
    for line, reason in refused:
        ledger.quarantine.add(
            f"influx/{database}/{measurement_of(line)}",
            line.encode(),
            f"InfluxDB refused this line: {reason}. What it was made of is in the "
            "ledger: mend the cause, then `padlicht influx rebuild`",
            utc_s,
        )


def tell_refused(database: str, refused: Sequence[RejectedLine], *, first: bool) -> None:
    """Log what went to quarantine: as a warning the first time."""
    say = log.warning if first else log.debug
    say(
        "influx: %s refused %d lines, now in quarantine; the first: %s (%s)",
        database, len(refused), refused[0].line, refused[0].reason,
    )  # fmt: skip


class RejectedLineBisector:
    """Writes lines of one source by `post(text, packed)`, which raises BadData when it refuses."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._in_a_row = 0

    async def deliver(self, text: str, packed: bytes) -> list[RejectedLine]:
        """Write every line that can be written; those that cannot.

        Raises AllRejected when so many were refused that it cannot be the lines' fault. Then some
        may have been written, and none may count as done.
        """
        try:
            await self._post(text, packed)
        except BadData as error:
            return await self._sift(text.split("\n"), str(error))
        self._in_a_row = 0
        return []

    async def _sift(self, lines: Sequence[str], reason: str) -> list[RejectedLine]:
        """Write those of refused lines that can be written; the others."""
        refused: list[RejectedLine] = []
        mixed = False  # some were taken, so what is refused is the lines' own fault
        pieces = [(lines, reason)]  # all of them refused, as a whole
        while pieces:
            piece, reason = pieces.pop()
            if len(piece) == 1:
                if not mixed and self._in_a_row >= MOST_IN_A_ROW:
                    mixed = await self._any_taken([line for left, _ in pieces for line in left])
                    if not mixed:
                        raise AllRejected(reason)
                self._in_a_row += 1
                refused.append(RejectedLine(piece[0], reason))
                continue
            half = len(piece) // 2
            for part in (piece[half:], piece[:half]):
                try:
                    await self._post("\n".join(part), None)
                    self._in_a_row, mixed = 0, True
                except BadData as error:
                    pieces.append((part, str(error)))
        return refused

    async def _any_taken(self, lines: Sequence[str]) -> bool:
        """Whether one of a few lines, spread evenly, is taken."""
        for line in lines[:: max(1, len(lines) // TRIED_AFTER_THEM)]:
            try:
                await self._post(line, None)
            except BadData:
                continue
            return True
        return False
