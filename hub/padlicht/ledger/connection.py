"""Connection to the ledger's file: how SQLite is set up, and the schema brought up to date."""

import sqlite3
from pathlib import Path

from padlicht.data_folder import refuse_half_restored
from padlicht.errors import Refused, TryAgain
from padlicht.ledger.schema import migrate, refuse_newer, refuse_older
from padlicht.ledger.trouble import explain

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
