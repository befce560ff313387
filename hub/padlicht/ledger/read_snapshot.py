"""A moment of the ledger that several questions see alike."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def moment(database: sqlite3.Connection) -> Iterator[None]:
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
