"""Sessions of accounts, and the browsers that have had one.

Of each there is only a hash of what the browser holds, so that whoever reads the file is not logged
in by it. Times are Unix seconds UTC, by a clock that nobody sets while the hub runs: who was seen
ahead of it was seen by a wrong one, and has to log in again.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

IDLE_S = 12 * 3600
LONGEST_S = 7 * 86_400
NOTED_EVERY_S = 60  # a look at a page need not write to the disk each time
AHEAD_S = 60  # what an earlier hub noted may lie so far ahead: its clock was not quite the same
REMEMBERED_S = 180 * 86_400  # how long a browser is known that has logged in before
MOST_SESSIONS = 20  # of one account; the ones not used for longest end


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. `role` is one of ROLES; `sessions` are those that are open now."""

    name: str
    role: str
    added_utc_s: int
    changed_utc_s: int
    sessions: int = 0


class Sessions:
    """Who is logged in; a part of Accounts."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(self, name: str, kept: str, now_utc_s: int) -> str | None:
        """Begin a session of an account and return its token, which nobody else ever sees.

        `kept` is what the password was compared with: None when it was changed meanwhile.
        """
        token = secrets.token_urlsafe(32)  # 256 bits
        with self._change():
            self._db.execute(
                "DELETE FROM sessions WHERE seen_utc_s <= ? OR began_utc_s <= ? OR seen_utc_s > ?",
                (now_utc_s - IDLE_S, now_utc_s - LONGEST_S, now_utc_s + IDLE_S),
            )
            self._db.execute(
                "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions"
                " WHERE account = ? ORDER BY seen_utc_s DESC LIMIT -1 OFFSET ?)",
                (name, MOST_SESSIONS - 1),
            )
            begun = self._db.execute(
                "INSERT INTO sessions SELECT ?1, name, ?3, ?3 FROM accounts"
                " WHERE name = ?2 AND kept = ?4",
                (_hash(token), name, now_utc_s, kept),
            )
        return token if begun.rowcount else None

    def whose(self, token: str, now_utc_s: int) -> Account | None:
        """The account of a session that still holds, else None."""
        row = self._db.execute(
            "SELECT a.name, a.role, a.added_utc_s, a.changed_utc_s, s.seen_utc_s"
            " FROM sessions s JOIN accounts a ON a.name = s.account"
            " WHERE s.token_hash = ? AND s.seen_utc_s > ? AND s.began_utc_s > ?"
            " AND s.seen_utc_s <= ?",
            (_hash(token), *open_between(now_utc_s)),
        ).fetchone()
        return None if row is None else Account(*row[:4])

    def note_seen(self, token: str, now_utc_s: int) -> None:
        """A session was used; to the minute is enough."""
        seen = self._db.execute(
            "SELECT seen_utc_s FROM sessions WHERE token_hash = ?", (_hash(token),)
        ).fetchone()
        if seen is not None and now_utc_s - seen[0] >= NOTED_EVERY_S:
            with self._change():
                self._db.execute(
                    "UPDATE sessions SET seen_utc_s = max(seen_utc_s, ?) WHERE token_hash = ?",
                    (now_utc_s, _hash(token)),
                )

    def end(self, token: str) -> None:
        """End a session, if there is one."""
        with self._change():
            self._db.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(token),))

    def remember_browser(self, name: str, now_utc_s: int, before: str | None = None) -> str:
        """A token for a browser that has just logged in to an account, by which it is known.

        It replaces the one that the browser had `before`.
        """
        token = secrets.token_urlsafe(32)
        with self._change():
            self._db.execute(
                "DELETE FROM browsers WHERE until_utc_s <= ? OR token_hash = ?",
                (now_utc_s, _hash(before or "")),
            )
            self._db.execute(
                "INSERT INTO browsers VALUES (?, ?, ?)",
                (_hash(token), name, now_utc_s + REMEMBERED_S),
            )
        return token

    def knows_browser(self, token: str, name: str, now_utc_s: int) -> bool:
        """Whether a browser with this token has logged in to that account before."""
        row = self._db.execute(
            "SELECT 1 FROM browsers WHERE token_hash = ? AND account = ?"
            " AND until_utc_s > ? AND until_utc_s <= ?",
            (_hash(token), name, now_utc_s, now_utc_s + REMEMBERED_S + AHEAD_S),
        ).fetchone()
        return row is not None

    @contextmanager
    def _change(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


def open_between(now_utc_s: int) -> tuple[int, int, int]:
    """Of a session that is open: after what it was seen, after what it began, by when seen."""
    return now_utc_s - IDLE_S, now_utc_s - LONGEST_S, now_utc_s + AHEAD_S


def _hash(token: str) -> bytes:
    # Of 256 random bits a plain hash is enough: there is nothing to guess.
    return sha256(token.encode()).digest()
