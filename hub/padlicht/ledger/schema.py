"""How the file is opened, what its tables of records hold, how an old file becomes a newer one."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from padlicht.data_folder import refuse_half_restored
from padlicht.errors import Refused, TryAgain
from padlicht.ledger.trouble import explain

log = logging.getLogger(__name__)

# What each record table holds beside its key, in the order of the dataclass of the same name.
INTERVAL = ("t", "dt", "clock")
COLUMNS = {
    "lamp": (
        *INTERVAL, "obs_s", "lit_s", "boost_s", "trig", "trig_total", "mwh", "mwh_total", "metered",
        "near_s",
    ),
    "footfall": (*INTERVAL, "obs_s", "sat_s", "n_in", "n_out", "in_total", "out_total"),
    "health": (
        *INTERVAL, "rssi", "mv", "dc", "free", "spool", "dropped", "up_s", "lux_dl", "stack",
        "ticks_lost",
    ),
    "fault": (*INTERVAL, "code", "active"),
}  # fmt: skip
# What only newer firmware says: NULL where it was not said, or not yet understood.
OPTIONAL = frozenset({"near_s", "stack", "ticks_lost"})

# One file per version of the schema, which is never changed again once hubs have run it: a ledger
# at version n still needs the files from n + 1 on.
_VERSIONS = Path(__file__).with_name("versions")
MIGRATIONS = tuple(
    (_VERSIONS / f"v{version}.sql").read_text(encoding="utf-8") for version in (1, 2, 3, 4, 5, 6)
)
BIG_BYTES = 100_000_000  # from here on, somebody who waits wants to know what for

BUSY_S = 10.0  # another process may hold the file for one commit; a slow card needs a second or two

# The pages that batches change are few, however many nodes there are: those of the newest blocks.
# More costs memory and gains nothing. It is only taken when it is used.
CACHE_KIB = 16_384
# Of 4 KiB: a page that many batches change is copied from the log to the file once for all.
CHECKPOINT_PAGES = 8000


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
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
        refuse_half_restored(path.parent)
        uri = f"{path.resolve().as_uri()}?mode=rwc"
    try:
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
    except sqlite3.OperationalError as error:
        raise TryAgain(explain(error, path)) from error
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
        raise TryAgain(explain(error, path)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, each step in a transaction of its own.

    After a power cut in between, the file is at the one version or at the next, whole. Raises
    Refused when the file was written by a newer Padlicht.
    """
    refuse_newer(connection)
    while (version := version_of(connection)) < len(MIGRATIONS):
        size_bytes = _size_bytes(connection)
        level = logging.WARNING if size_bytes > BIG_BYTES else logging.DEBUG
        log.log(
            level,
            "ledger: bringing %.1f MB from schema %d to %d; this may take minutes, and when it is "
            "cut short it begins again at the next start",
            size_bytes / 1e6, version, version + 1,
        )  # fmt: skip
        began_s = time.monotonic()
        _step(connection, version)
        log.log(level, "ledger: schema %d after %.0f s", version + 1, time.monotonic() - began_s)


def _step(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been quicker while this one waited for the file.
        if version_of(connection) == version:
            for statement in statements(MIGRATIONS[version]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """The SQL statements of a script, one after the other; a trigger has semicolons of its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        if line.startswith("--"):
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raise Refused when the file was written by a newer Padlicht than this one."""
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise Refused(
            f"the ledger has schema {version}, but this Padlicht knows only up to "
            f"{len(MIGRATIONS)}: update Padlicht, or point --data at another folder"
        )


def refuse_older(connection: sqlite3.Connection) -> None:
    """Raise Refused when the file has not been brought to this Padlicht's schema yet."""
    version = version_of(connection)
    if version < len(MIGRATIONS):
        raise Refused(
            f"the ledger has schema {version}, and this Padlicht reads {len(MIGRATIONS)}: start "
            "the hub with `padlicht up`, which brings it up to date"
        )


def version_of(connection: sqlite3.Connection) -> int:
    """The schema's version; 0 of a file that is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _size_bytes(connection: sqlite3.Connection) -> int:
    return int(
        connection.execute("PRAGMA page_count").fetchone()[0]
        * connection.execute("PRAGMA page_size").fetchone()[0]
    )
