"""The ledger as one thing: open, ask, write, close."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from padlicht.errors import Refused, TryAgain
from padlicht.ledger.reading import Reader
from padlicht.ledger.records.identity_index import Seen
from padlicht.ledger.records.insert import Storing
from padlicht.ledger.records.queries import RecordReader
from padlicht.ledger.registry import Registry
from padlicht.ledger.schema import migrate, refuse_newer, refuse_older
from padlicht.ledger.standing import Standing
from padlicht.ledger.tables.commands import CommandTables
from padlicht.ledger.tables.cursors import Following
from padlicht.ledger.tables.quarantine import QuarantineTable
from padlicht.ledger.upkeep.check import Checking
from padlicht.ledger.upkeep.copy import Copying
from padlicht.ledger.upkeep.retention import Pruning
from padlicht.ledger.upkeep.size import Measuring
from padlicht.ledger.usage.node_hours import UsageReader, UsageWriter
from padlicht.ledger.writing import Writer

log = logging.getLogger(__name__)

BUSY_S = 10.0  # another process may hold the file for one commit; a slow card needs a second or two

CLOSING_MS = 500  # what is noted at the end can be found out again: worth no waiting

_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}

# The pages that batches change are few, however many nodes there are: those of the newest blocks.
# More costs memory and gains nothing. It is only taken when it is used.
CACHE_KIB = 16_384
# Of 4 KiB: a page that many batches change is copied from the log to the file once for all.
CHECKPOINT_PAGES = 8000


class Ledger(
    Reader,
    RecordReader,
    Writer,
    Following,
    CommandTables,
    Standing,
    Storing,
    Pruning,
    QuarantineTable,
    Registry,
    UsageReader,
    UsageWriter,
    Checking,
    Copying,
    Measuring,
):
    """What happened in the park, once and for ever.

    SQLite with a write-ahead log and synchronous FULL: when `transaction()` has ended, what was
    written survives a power cut. One thread at a time may use it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._seen = Seen(connection)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the file, making it if need be; Refused when it is not there to be read."""
        if read_only:
            if not path.exists():
                raise Refused(
                    f"there is no ledger at {path}: start the hub with `padlicht up`, or say "
                    "where its data is with --data"
                )
            # Not mode=ro: the first reader after a crash may have to recover the write-ahead log.
            uri = f"{path.resolve().as_uri()}?mode=rw"
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            uri = f"{path.resolve().as_uri()}?mode=rwc"
        try:
            connection = sqlite3.connect(
                uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise TryAgain(f"the ledger {path} cannot be opened: {error}") from error
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            if read_only:
                refuse_newer(connection)
                refuse_older(connection)
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
                migrate(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
                raise TryAgain(
                    f"the ledger {path} cannot be opened now: {error}; nothing of it is lost: make "
                    "room on its disk, or wait until no other program holds it"
                ) from error
            raise TryAgain(
                f"{path} cannot be used as a ledger: {error}; restore it from a backup, or move "
                "it away to begin anew"
            ) from error
        except Refused:
            connection.close()
            raise
        return cls(connection)

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """All or nothing: what is written inside is on disk when the block ends, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self._db.execute("COMMIT")
        except BaseException:
            self._seen.undo()
            # A full disk may have rolled back already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._seen.settle()

    def hurry(self) -> None:
        """Let commits no longer wait for the disk.

        Only for a file that nobody relies on yet, and that is thrown away if it is not finished.
        """
        self._db.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Close the file, and note before who was here: nobody will have to read it again."""
        try:
            if self._seen.unwritten:
                self._db.execute(f"PRAGMA busy_timeout = {CLOSING_MS}")
                with self.transaction():
                    self._seen.note_all()
        except sqlite3.Error as error:
            log.debug("ledger: what was stored will be read again at the next start: %s", error)
        finally:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
