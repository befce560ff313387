"""Read snapshot of the ledger (many questions, one moment), and a copy of it while a hub writes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from padlicht.errors import TryAgain

PIECE_PAGES = 2048  # 8 MiB: some ten milliseconds of reading, and one step of a progress bar


def copy_to(
    database: sqlite3.Connection, target: Path, progress: Callable[[int, int], None]
) -> None:
    """Copy all of the ledger to a new file; `progress(done, total)` gets bytes, piece by piece.

    A read transaction holds the moment: no write of a hub makes the copy begin anew, and none
    waits for it. Meanwhile the hub's write-ahead log grows by all that it writes. Raises
    TryAgain when there is no room, or the ledger cannot be read.
    """
    page_bytes = int(database.execute("PRAGMA page_size").fetchone()[0])

    def told(_: int, left: int, total: int) -> None:
        progress((total - left) * page_bytes, total * page_bytes)

    try:
        with closing(sqlite3.connect(target)) as copy:
            # Whoever makes a copy reads it back, so there is no need to wait for the disk here.
            copy.execute("PRAGMA synchronous = OFF")
            with read_snapshot(database):
                database.backup(copy, pages=PIECE_PAGES, progress=told)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise TryAgain(f"the ledger cannot be copied to {target}: {error}") from error


@contextmanager
def read_snapshot(database: sqlite3.Connection) -> Iterator[None]:
    """All that is asked inside sees the file as it was at the beginning, whoever writes meanwhile.

    The write-ahead log cannot be cut back as long as that.
    """
    database.execute("BEGIN")
    try:
        # The moment is that of the first page that is read.
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        # A damaged file may have ended the transaction already.
        if database.in_transaction:
            database.execute("ROLLBACK")
