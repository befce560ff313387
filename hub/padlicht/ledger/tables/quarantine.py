"""Table `quarantine`: messages that could not be taken, each with its reason."""

# ruff: noqa: S608 -- what is put together here are constants; values are always bound

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from padlicht.ledger.rows import Quarantined

# Enough to see what is wrong with a whole city's nodes, too little to fill a disk (40 MB).
MAX_QUARANTINED = 10_000
# Of records that a node has forgotten, because they were acknowledged. None of these is ever thrown
# out for want of room: beyond this many (60 MB of them), no more is acknowledged.
MAX_ACKNOWLEDGED = 100_000

_ALL = "id, first_utc_s, last_utc_s, times, topic, payload, reason, node, acknowledged"


class QuarantineTable:
    """Messages in quarantine; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        # For acknowledged ones, as of the last count; other processes only make more.
        self._room = 0

    def add(
        self, topic: str, payload: bytes, reason: str, utc_s: int, *, acknowledged: bool = False
    ) -> bool:
        """Keep what could not be taken; the same again only counts up, so repeats fill no disk.

        `acknowledged`: the node is about to be told that it may forget this. False when there is
        no room to keep it until somebody decides; then it must not be told so.
        """
        digest = _digest(topic, payload, reason)
        safe = acknowledged and self._has_room()
        known = self._db.execute(
            "UPDATE quarantine SET last_utc_s = ?, times = times + 1,"
            " acknowledged = max(acknowledged, ?) WHERE digest = ? RETURNING acknowledged",
            (utc_s, safe, digest),
        ).fetchall()
        if known:
            self._room -= safe
            return bool(known[0][0])
        self._db.execute(
            "INSERT INTO quarantine (digest, first_utc_s, last_utc_s, topic, payload, reason,"
            " node, acknowledged) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                digest, utc_s, _utf8(topic).decode(), payload, _utf8(reason).decode(),
                _node_of(topic), safe,
            ),
        )  # fmt: skip
        self._room -= safe
        self._db.execute(
            "DELETE FROM quarantine WHERE acknowledged = 0"
            " AND id <= (SELECT max(id) FROM quarantine) - ?",
            (MAX_QUARANTINED,),
        )
        return safe

    def count(self) -> int:
        """How many different things are kept."""
        return int(self._db.execute("SELECT count(*) FROM quarantine").fetchone()[0])

    def newest(self, limit: int = 100) -> list[Quarantined]:
        """What was seen most recently, newest first."""
        return self._quarantined("ORDER BY last_utc_s DESC, id DESC LIMIT ?", limit)

    def get(self, quarantine_id: int) -> Quarantined | None:
        """One of them, or None when there is none of that number."""
        return next(iter(self._quarantined("WHERE id = ?", quarantine_id)), None)

    def after(self, quarantine_id: int, limit: int, node: str | None = None) -> list[Quarantined]:
        """At most `limit` of a node (None: of all) with a higher number, in the order they came."""
        return self._quarantined(
            "WHERE id > ? AND (?2 IS NULL OR node = ?2) ORDER BY id LIMIT ?3",
            quarantine_id, node, limit,
        )  # fmt: skip

    def reasons(self) -> Iterator[Quarantined]:
        """All that is kept, without the payloads, in the order it came."""
        rows = self._db.execute("SELECT " + _ALL.replace("payload", "x''") + " FROM quarantine")
        return (Quarantined(*(*row[:8], bool(row[8]))) for row in rows)

    def count_of_node(self, node: str) -> int:
        """How many different messages of a node are kept."""
        counted = self._db.execute("SELECT count(*) FROM quarantine WHERE node = ?", (node,))
        return int(counted.fetchone()[0])

    def newest_id(self) -> int:
        """The highest number that is in use, 0 when nothing is kept."""
        newest = self._db.execute("SELECT coalesce(max(id), 0) FROM quarantine").fetchone()[0]
        return int(newest)

    def change_reason(self, quarantine_id: int, reason: str) -> None:
        """Something is kept for another reason now; when that is known already, it is one more."""
        item = self.get(quarantine_id)
        if item is None or item.reason == _utf8(reason).decode():
            return
        digest = _digest(item.topic, item.payload, reason)
        known = self._db.execute(
            "UPDATE quarantine SET times = times + ?, first_utc_s = min(first_utc_s, ?),"
            " last_utc_s = max(last_utc_s, ?), acknowledged = max(acknowledged, ?)"
            " WHERE digest = ? RETURNING id",
            (item.times, item.first_utc_s, item.last_utc_s, item.acknowledged, digest),
        ).fetchall()
        if known:
            self.remove(quarantine_id)
            return
        self._db.execute(
            "UPDATE quarantine SET reason = ?, digest = ? WHERE id = ?",
            (_utf8(reason).decode(), digest, quarantine_id),
        )

    def remove(self, quarantine_id: int) -> None:
        """Keep one no longer: it is in the ledger now, or nobody wants it."""
        self._db.execute("DELETE FROM quarantine WHERE id = ?", (quarantine_id,))

    def _has_room(self) -> bool:
        if self._room <= 0:
            kept = self._db.execute(
                "SELECT count(*) FROM quarantine WHERE acknowledged"
            ).fetchone()[0]
            self._room = MAX_ACKNOWLEDGED - kept
        return self._room > 0

    def _quarantined(self, which: str, *arguments: object) -> list[Quarantined]:
        rows = self._db.execute(f"SELECT {_ALL} FROM quarantine {which}", arguments)
        return [Quarantined(*(*row[:8], bool(row[8]))) for row in rows]


def _digest(topic: str, payload: bytes, reason: str) -> bytes:
    """What makes two of them the same."""
    return sha256(b"\0".join((_utf8(topic), _utf8(reason), payload))).digest()


def _node_of(topic: str) -> str | None:
    """Whose topic it is, as far as a topic with so many levels can be a node's."""
    levels = topic.split("/")
    if len(levels) == 6 and levels[:2] == ["padlicht", "v1"]:
        return _utf8(levels[3]).decode()
    return None


def _utf8(text: str) -> bytes:
    """Text as UTF-8, also when it came from bytes that were none (lone surrogates)."""
    return text.encode("utf-8", "backslashreplace")
