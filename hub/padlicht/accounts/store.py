"""Accounts in a SQLite file of their own, which only its owner may read.

Beside the ledger and not in it: the ledger is what happened in the park, is read by many, and is
given away. Times are Unix seconds UTC.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from padlicht.accounts.sessions import Account, Sessions, open_between
from padlicht.data_folder import access_trouble
from padlicht.errors import Refused, TryAgain
from padlicht.ledger.trouble import is_damage

ROLES = ("leader", "technician")
_BUSY_S = 10.0
_VERSION = 1
_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('leader', 'technician')),
    kept TEXT NOT NULL,
    added_utc_s INTEGER NOT NULL,
    changed_utc_s INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    began_utc_s INTEGER NOT NULL,
    seen_utc_s INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS browsers (
    token_hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    until_utc_s INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA user_version = 1;
COMMIT;
"""


class Accounts(Sessions):
    """The open file; one thread at a time may use it. Other processes may, too."""

    def add(self, name: str, role: str, kept: str, now_utc_s: int) -> None:
        """Add an account; `kept` is of its password. Refused when there is one of that name."""
        with self._change():
            done = self._db.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (name, role, kept, now_utc_s, now_utc_s),
            )
        if not done.rowcount:
            raise Refused(
                f"there is an account {name} already: choose another name, or give it a new "
                f"password with padlicht account password {name}"
            )

    def set_password(self, name: str, kept: str, now_utc_s: int) -> int:
        """Give an account a new password, which ends all its sessions; how many those were."""
        with self._change():
            done = self._db.execute(
                "UPDATE accounts SET kept = ?, changed_utc_s = ? WHERE name = ?",
                (kept, now_utc_s, name),
            )
            if not done.rowcount:
                raise Refused(_unknown(name))
            ended = self._db.execute("DELETE FROM sessions WHERE account = ?", (name,)).rowcount
            self._db.execute("DELETE FROM browsers WHERE account = ?", (name,))
        return ended

    def rehash(self, name: str, before: str, kept: str) -> None:
        """The same password, kept by today's profile; unless it was changed meanwhile."""
        with self._change():
            self._db.execute(
                "UPDATE accounts SET kept = ? WHERE name = ? AND kept = ?", (kept, name, before)
            )

    def remove(self, name: str) -> None:
        """Take an account away, and with it its sessions. Refused when there is none."""
        with self._change():
            if not self._db.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount:
                raise Refused(_unknown(name))

    def accounts(self, now_utc_s: int) -> list[Account]:
        """All of them by name."""
        rows = self._db.execute(
            "SELECT a.name, a.role, a.added_utc_s, a.changed_utc_s, count(s.token_hash)"
            " FROM accounts a LEFT JOIN sessions s ON s.account = a.name"
            " AND s.seen_utc_s > ? AND s.began_utc_s > ? AND s.seen_utc_s <= ?"
            " GROUP BY a.name ORDER BY a.name",
            open_between(now_utc_s),
        )
        return [Account(*row) for row in rows]

    def kept(self, name: str) -> str | None:
        """What is kept of an account's password; None when there is no such account."""
        row = self._db.execute("SELECT kept FROM accounts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def secret(self, name: str) -> str:
        """A random secret of 256 bits that stays the same for ever."""
        with self._change():
            self._db.execute(
                "INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING",
                (name, secrets.token_hex(32)),
            )
        row = self._db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
        return str(row[0])

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file; [] when nothing is."""
        found = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check(5)")]
        return [] if found == ["ok"] else found

    def copy_to(self, path: Path) -> None:
        """Write a copy without sessions, which nobody should come back to, into a new file."""
        _make(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            self._db.backup(copy)
            copy.executescript("DELETE FROM sessions; DELETE FROM browsers; VACUUM;")


@contextmanager
def open_accounts(path: Path, *, make: bool = False) -> Iterator[Accounts]:
    """The accounts in a file, which is made for `make`.

    Raises Refused when there is none or a newer Padlicht made it, TryAgain when it cannot be used.
    """
    if make:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    elif not path.exists():
        raise Refused(f"there are no accounts at {path}: padlicht account add NAME --role leader")
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise Refused(f"{path} was made by a newer Padlicht: update this one")
            if version < _VERSION:
                db.executescript(_SCHEMA)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is gone from the file is gone
            yield Accounts(db)
    except sqlite3.DatabaseError as error:
        raise TryAgain(f"the accounts in {path} cannot be used now: {_why(error, path)}") from error


def _why(error: sqlite3.Error, path: Path) -> str:
    """What an error of SQLite means, and what to do."""
    if is_damage(error):
        return (
            f"{error}: the file is damaged; restore it from a backup, or move it away and make the "
            "accounts anew with padlicht account add"
        )
    return access_trouble(path.parent, path) or f"{error}; look whether its disk is full"


def _make(path: Path) -> None:
    """An empty file that only its owner reads, if there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise TryAgain(f"the accounts in {path} cannot be made: {error.strerror}") from error


def _unknown(name: str) -> str:
    return f"there is no account {name}: `padlicht account list` shows all"
