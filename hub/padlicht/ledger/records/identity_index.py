"""Index of record identities (node, boot, seq), for deduplication: every one that was ever stored.

All kinds of records share it.

In memory there are two numbers for each node: where the range of its newest numbers begins, and
which number comes next. All else is in the table `seen`. A node that counts on, as nodes do, so
costs one comparison for each message and touches no page of the file.

What is in memory follows from the tables of records. It is written down now and then; what came
after that is read from them again at the next start.
"""

# ruff: noqa: S608 -- table names are constants of schema.py; values are always bound

import logging
import sqlite3
import time
from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from padlicht.ledger.records.identity_ranges import Run, include
from padlicht.ledger.schema import COLUMNS

log = logging.getLogger(__name__)

# A hub that was killed reads so many records again when it stores for the first time: a second or
# two. And every node that spoke since is a row to write: with a city of them, a tenth of a second.
WRITE_EVERY = 1_000_000
PIECE = 250_000  # ids of each table that are read again at once

_BOOT = 32  # bits to the left: boot and number as one integer, in the order of their identities
_SEQ = (1 << _BOOT) - 1
_NOBODY = -1  # of a node that never stored anything: below every identity

_PUT = (
    "INSERT INTO seen VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)"
)
_AFTER = " UNION ALL ".join(
    f"SELECT node_id, boot, seq FROM {table} WHERE id > :{table} AND id <= :{table} + :piece"
    for table in COLUMNS
)
# Those of one run have the same difference between their number and their rank.
_RUNS = (
    "SELECT node_id, boot, min(seq), max(seq) FROM (SELECT node_id, boot, seq, seq - dense_rank()"
    f" OVER (PARTITION BY node_id, boot ORDER BY seq) AS run FROM ({_AFTER}))"
    " GROUP BY node_id, boot, run ORDER BY 1, 2, 3"
)


# A `Run`; a plain tuple will do, of which there is one for every message.
Numbers = tuple[int, int, int, int]


class AddedRuns(NamedTuple):
    """Of what was added: `repeats` were known before; of the nodes in `late`, newer were known."""

    repeats: list[Run]
    late: set[int]


class IdentityIndex:
    """The identities in one ledger; all methods but `reset` and `rollback` expect a transaction."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        # By node id: boot << 32 | seq of the first of the newest range, and of what follows it.
        self._first = array("q")
        self._next = array("q")
        self._written = array("q")  # `_next` as it is in the table
        self._up_to: dict[str, int] = {}  # up to which id of each table all this is so
        self._unwritten = 0
        # For a transaction that fails: what was there before, or that nothing of it is left.
        self._before: list[Numbers | tuple[int, None, int, int]] = []
        self._stored: dict[str, int] = {}
        self._rooted = False

    def catch_up(self) -> None:
        """Learn what is in the ledger: at first all of it, later what another process stored."""
        newest = self._newest()
        if newest == self._up_to:
            return
        began_s = time.monotonic()
        self.reset()
        self._rooted = True
        self._load()
        done: Mapping[str, int] = dict.fromkeys(COLUMNS, 0) | dict(
            self._db.execute("SELECT source, last_id FROM seen_up_to")
        )
        behind = sum(max(0, newest[table] - done[table]) for table in COLUMNS)
        while any(done[table] < newest[table] for table in COLUMNS):
            values = {**done, "piece": PIECE}
            self.add(self._db.execute(_RUNS, values).fetchall())
            done = {table: min(done[table] + PIECE, newest[table]) for table in COLUMNS}
        self._up_to = newest
        self._unwritten = behind
        took_s = time.monotonic() - began_s
        level = logging.INFO if took_s > 1 else logging.DEBUG
        log.log(
            level, "ledger: read %d records again to know what was stored, in %.1f s",
            behind, took_s,
        )  # fmt: skip

    def add(self, runs: Iterable[Numbers]) -> AddedRuns:
        """Note runs as stored; which of them were already, and who came after newer ones."""
        added = AddedRuns([], set())
        following, before = self._next, self._before
        for run in runs:
            node_id, boot, first, last = run
            if node_id >= len(following):
                self._make_room(node_id)
            if following[node_id] == boot << _BOOT | first:
                following[node_id] = (boot << _BOOT | last) + 1
                before.append(run)
            else:
                self._add_unexpected(run, added)
        return added

    def count_stored(self, counts: Mapping[str, int]) -> None:
        """So many rows of each table were stored, whose identities are added."""
        if not self._stored:
            self._stored = dict(self._up_to)
        for table, count in counts.items():
            self._up_to[table] += count
            self._unwritten += count
        if self._unwritten >= WRITE_EVERY:
            self.save()

    def save(self) -> None:
        """Write everything down, so that nobody has to read these records again."""
        self._rooted = True
        changed = [
            (node_id, follows - 1 >> _BOOT, self._first[node_id] & _SEQ, follows - 1 & _SEQ)
            for node_id, (follows, written) in enumerate(
                zip(self._next, self._written, strict=True)
            )
            if follows != written
        ]
        self._db.executemany(_PUT, changed)
        self._db.executemany(
            "INSERT INTO seen_up_to VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET last_id = excluded.last_id",
            self._up_to.items(),
        )
        self._written = self._next[:]
        self._unwritten = 0

    def save_all(self) -> None:
        """Write everything down, unless it is already."""
        self.catch_up()
        if self._unwritten:
            self.save()

    @property
    def unwritten(self) -> int:
        """How many records would have to be read again."""
        return self._unwritten

    def commit(self) -> None:
        """The transaction is on disk."""
        self._before.clear()
        self._stored = {}
        self._rooted = False

    def rollback(self) -> None:
        """The transaction failed: nothing that was added in it is so."""
        if self._rooted:
            self.reset()
        for node_id, boot, first, last in reversed(self._before):
            if boot is None:
                self._first[node_id], self._next[node_id] = first, last
            else:
                self._next[node_id] = boot << _BOOT | first
        if self._stored:
            self._unwritten -= sum(self._up_to.values()) - sum(self._stored.values())
            self._up_to = self._stored
        self.commit()

    def reset(self) -> None:
        """Know nothing, so that all is read again."""
        self._first, self._next, self._written = array("q"), array("q"), array("q")
        self._up_to = {}
        self._unwritten = 0
        self._before.clear()
        self._stored = {}

    def _load(self) -> None:
        """The newest range of each node."""
        for node_id, first, last in self._db.execute(
            f"SELECT node_id, max(boot << {_BOOT} | first_seq), boot << {_BOOT} | last_seq"
            " FROM seen GROUP BY node_id"
        ):
            self._make_room(node_id)
            self._first[node_id] = first
            self._next[node_id] = self._written[node_id] = last + 1

    def _newest(self) -> dict[str, int]:
        return {
            table: self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
            for table in COLUMNS
        }

    def _make_room(self, node_id: int) -> None:
        more = array("q", [_NOBODY]) * max(0, node_id + 1 - len(self._next))
        for numbers in (self._first, self._next, self._written):
            numbers.extend(more)

    def _add_unexpected(self, run: Numbers, added: AddedRuns) -> None:
        """Note what is not simply a node's next."""
        node_id, boot, first, last = run
        begins, ends = boot << _BOOT | first, (boot << _BOOT | last) + 1
        newest, follows = self._first[node_id], self._next[node_id]
        self._before.append((node_id, None, newest, follows))
        if begins > follows:
            if follows > newest:
                self._put(node_id, newest, follows)
            self._first[node_id], self._next[node_id] = begins, ends
            if boot > follows >> _BOOT:
                self._put(node_id, begins, ends)
            return
        if begins < newest:
            self._add_late(run, added)
        if ends > newest:
            # What lies in the newest range, or reaches beyond it.
            known = min(ends, follows) - 1 & _SEQ
            added.repeats.append(Run(node_id, boot, max(begins, newest) & _SEQ, known))
            self._next[node_id] = max(follows, ends)

    def _add_late(self, run: Numbers, added: AddedRuns) -> None:
        """Note what is below the newest range, which it may touch from now on."""
        node_id, boot, first, last = run
        newest, follows = self._first[node_id], self._next[node_id]
        if boot == newest >> _BOOT:
            last = min(last, (newest & _SEQ) - 1)
        there, (_, _, low, high) = include(self._db, "seen", Run(node_id, boot, first, last))
        added.repeats.extend(there)
        if sum(known.last - known.first + 1 for known in there) < last - first + 1:
            added.late.add(node_id)
        if (boot << _BOOT | high) + 1 >= newest:
            self._first[node_id] = boot << _BOOT | low
            self._put(node_id, boot << _BOOT | low, follows)

    def _put(self, node_id: int, begins: int, ends: int) -> None:
        """Write one range down, which may be there as it was some time ago."""
        self._db.execute(_PUT, (node_id, begins >> _BOOT, begins & _SEQ, ends - 1 & _SEQ))
