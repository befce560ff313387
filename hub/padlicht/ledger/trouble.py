"""Ledger trouble: what an error of SQLite says about the file and its disk, and what to do.

Every part that reads or writes the ledger explains its errors here, so that log, /healthz and pages
blame the same thing: a damaged file, somebody else's file, a full, failing or busy disk.
"""

import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from padlicht.data_folder import access_trouble
from padlicht.errors import PadlichtError, TryAgain

FULL_BYTES: Final = 16_000_000  # with less than this, SQLite's next checkpoint may find no room

_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_OURS: Final = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_damage(error: BaseException) -> bool:
    """Whether an error says that what is in the file is not what was written."""
    if isinstance(error, TryAgain) and error.__cause__ is not None:
        return is_damage(error.__cause__)
    return isinstance(error, sqlite3.Error) and (
        _code(error) in _DAMAGED or str(error).startswith("Could not decode to UTF-8")
    )


def is_ledger_trouble(error: BaseException) -> bool:
    """Whether an error is about the file or its disk, and may be over when they are mended.

    Anything else, such as a broken constraint, is a fault of ours.
    """
    return isinstance(error, (sqlite3.OperationalError, TryAgain)) or is_damage(error)


def says_of_the_file(error: sqlite3.Error) -> bool:
    """Whether SQLite's own code says that the file or its disk is to blame, and no statement."""
    known = _NOT_OURS | _BUSY | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
    return is_damage(error) or _code(error) in known


def explain(error: BaseException, path: Path) -> str:
    """What is wrong with the ledger at `path` and what to do, in one sentence."""
    if isinstance(error, PadlichtError):
        return str(error)  # a sentence already
    if not isinstance(error, sqlite3.Error):
        return f"the ledger cannot be used: {error}"
    if is_damage(error):
        return damaged(str(error), path)
    code = _code(error)
    if code in _NOT_OURS:
        wal, shm = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        trouble = access_trouble(path.parent, path, wal, shm)
        return f"the ledger cannot be used: {trouble or f'{path}: {error}'}"
    if code in _BUSY:
        return f"the ledger cannot be used: {error}; wait until no other program holds {path}"
    if code == sqlite3.SQLITE_FULL or _is_full(path):
        return f"the ledger cannot be written: {error}; make room on the disk of {path}"
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"the ledger cannot be used: {error}: its disk fails or is gone; look at the machine's "
            "log (journalctl -k), and at docs/operations.md, The ledger is damaged"
        )
    return f"the ledger cannot be used: {error}"


def damaged(what: str, path: Path) -> str:
    """That the ledger is damaged, by what, and what to do."""
    return (
        f"the ledger is damaged ({what}): {path} does not hold what was written to it; stop the "
        "hub, keep a copy of the file, and restore the last backup (docs/operations.md, The ledger "
        "is damaged)"
    )


def damaged_tables(path: Path, leave_out: Collection[str] = ()) -> list[str]:
    """The tables whose pages do not hold together, by SQLite's quick check of each.

    It reads all of the file, but for tables to `leave_out`. Raises what SQLite raises when that
    cannot even be asked.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=1.0, isolation_level=None)) as database:
        database.execute("PRAGMA query_only = ON")
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return [
            name
            for (name,) in names
            if name not in leave_out and not _holds_together(database, name)
        ]


def _holds_together(database: sqlite3.Connection, table: str) -> bool:
    try:
        found = database.execute(f'PRAGMA quick_check("{table}")').fetchone()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return False
    return bool(found == ("ok",))


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 of an error that Python's module raised itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < FULL_BYTES
    except OSError:
        return False
