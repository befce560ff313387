"""Retention carried out in steps, so that a hub which writes at the same time hardly waits."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from padlicht.errors import TryAgain
from padlicht.ledger import Ledger
from padlicht.ledger.upkeep.retention import Step

Answer = TypeVar("Answer")

PIECE = 1000  # rows of each table: some 50 ms of writing, and then as long a pause for the others


def prune(
    ledger: Ledger,
    before_utc_s: int,
    ignored: frozenset[str],
    progress: Callable[[int], None],
) -> dict[str, int]:
    """Take what came in before that time; how many rows of each table went.

    Each piece is a transaction of its own: what is cut short is gone on with the next time.
    `progress` is told how many rows have gone so far.
    """
    gone: Counter[str] = Counter()
    step = Step()
    while True:
        step = _yielding(
            ledger, partial(ledger.retention.prune, before_utc_s, step, PIECE, ignored)
        )
        if not step.gone:
            break
        gone.update(step.gone)
        progress(gone.total())
    while count := _yielding(ledger, partial(ledger.retention.prune_presence, before_utc_s, PIECE)):
        gone["presence"] += count
        progress(gone.total())
    return dict(gone)


def _yielding(ledger: Ledger, work: Callable[[], Answer]) -> Answer:
    """Do a piece in a transaction, and leave the file to others for as long again.

    While others write without a pause there may be no turn for ten seconds; this has time.
    """
    while True:
        began_s = time.monotonic()
        try:
            with ledger.transaction():
                answer = work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise TryAgain(
                    f"the ledger cannot be written: {error}; what went so far is done, prune again "
                    "when that is mended"
                ) from error
        else:
            time.sleep(time.monotonic() - began_s)
            return answer
