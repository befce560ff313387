"""Retention: old records go, what they added up to stays, and none of them ever counts again."""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from padlicht.errors import Refused
from padlicht.ledger.records.blocks import Walk
from padlicht.ledger.records.identity_index import IdentityIndex
from padlicht.ledger.records.identity_ranges import Run, holds, include
from padlicht.ledger.records.misdated import MisdatedRecords
from padlicht.ledger.records.newest import Place, is_newest
from padlicht.ledger.schema import COLUMNS

DAY_S = 86_400
HOLE_S = 366 * DAY_S
USAGE = "usage"  # the follower that adds records up to hours, and without whom none may go
# What a record of each kind adds to its hour; `dt_s` tells the roll-up how long was reported.
SUMS = (
    "count_in", "count_out", "trig", "lit_s", "boost_s", "mwh", "obs_s", "near_s", "near_obs_s",
    "dt_s",
)  # fmt: skip
ADDENDS = {
    "lamp": (
        "0", "0", "r.trig", "r.lit_s", "r.boost_s", "r.mwh", "r.obs_s",
        "coalesce(r.near_s, 0)", "iif(r.near_s IS NULL, 0, r.obs_s)", "r.dt",
    ),
    "footfall": ("r.n_in", "r.n_out", "0", "0", "0", "0", "r.obs_s", "0", "0", "r.dt"),
}  # fmt: skip
# When a record came in: not days before it was made, whatever the hub's clock said then.
CAME_UTC_S = f"iif(t > received_utc_s + {DAY_S}, t, received_utc_s)"
# An hour of the roll-up may begin at any minute: it follows local time. Hours do not overlap.
_HOUR = (
    "(SELECT max(u.hour_utc_s) FROM usage_hour u WHERE u.node_id = r.node_id"
    " AND u.hour_utc_s BETWEEN r.t - 3599 AND r.t)"
)
# Until it has taken back what retention took, a rebuild of usage has one of these cursors.
REBUILDING = (
    f"SELECT 1 FROM cursors WHERE follower = '{USAGE}' AND source IN ('forget', 'pruned')"
    " AND last_id <> 0"
)
_NEWER_FAULT = "SELECT 1 FROM fault WHERE node_id = ? AND code = ? AND (boot, seq) > (?, ?) LIMIT 1"
_ENDLESS = 2**63 - 1


@dataclass(frozen=True)
class Step:
    """How far retention has come: the last id that it looked at in each table.

    `gone` counts what the step before took of each table; after the last step it is empty.
    """

    after: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """The follower that is furthest back in a table has done everything up to `last_id`."""

    follower: str
    last_id: int


class Retention:
    """What retention takes, and what it has taken. What writes expects to be in a transaction."""

    def __init__(self, connection: sqlite3.Connection, identities: IdentityIndex) -> None:
        self._db = connection
        self._identities = identities

    def was_pruned(self, node_id: int, boot: int, seq: int) -> bool:
        """Whether this very record was here and was taken away by retention."""
        return holds(self._db, "pruned", node_id, boot, seq)

    def pruned_ranges(self, node: str) -> list[tuple[int, int, int]]:
        """What retention took of a node: (boot, first, last), both ends included."""
        return self._db.execute(
            "SELECT boot, first_seq, last_seq FROM pruned WHERE node_id ="
            " (SELECT id FROM nodes WHERE name = ?) ORDER BY boot, first_seq",
            (node,),
        ).fetchall()

    def older(self, before_utc_s: int) -> dict[str, int]:
        """How many rows of each table of records came in before that time."""
        return {table: self._older(table, before_utc_s) for table in COLUMNS}

    def silence(self, before_utc_s: int, now_utc_s: int) -> tuple[int, int] | None:
        """The longest time in which nothing came in that began with a record or before the newest
        one that would go, and ended by now; None when it is shorter than HOLE_S.

        Of a park that works there is none. A clock that is years ahead makes one.
        """
        days: set[int] = set()
        for table in COLUMNS:
            days.update(
                day
                for (day,) in self._db.execute(
                    f"SELECT DISTINCT {CAME_UTC_S} / {DAY_S} FROM {table}"
                )
            )
        older = max((day for day in days if day < before_utc_s // DAY_S), default=None)
        if older is None:
            return None
        last = now_utc_s // DAY_S
        known = sorted({older, last, *(day for day in days if older < day <= last)})
        first, then = max(pairwise(known), key=lambda pair: pair[1] - pair[0])
        return (first * DAY_S, then * DAY_S) if (then - first) * DAY_S >= HOLE_S else None

    def held_back(self, before_utc_s: int, ignored: Iterable[str] = ()) -> dict[str, Held]:
        """Who has not done yet what came in before that time, by table."""
        return {
            table: held
            for table, held in self.holding(ignored).items()
            if self._older(table, before_utc_s, held.last_id)
        }

    def holding(self, ignored: Iterable[str] = ()) -> dict[str, Held]:
        """Who holds retention up in each table; tables that nobody follows are not named."""
        standing = {(USAGE, table): 0 for table in ADDENDS}
        for follower, source, last_id in self._db.execute("SELECT * FROM cursors"):
            if source in COLUMNS and follower not in ignored:
                standing[follower, source] = last_id
        held: dict[str, Held] = {}
        for (follower, source), last_id in standing.items():
            if source not in held or last_id < held[source].last_id:
                held[source] = Held(follower, last_id)
        return held

    def prune(self, before_utc_s: int, step: Step, limit: int, ignored: Iterable[str] = ()) -> Step:
        """Take the next rows, at most `limit` of each table, that came in before that time.

        Begin with `Step()` and go on with what is returned, a transaction each, until `gone` is
        empty. What stays: what a follower has not done yet (unless `ignored`), the newest row of
        every table, and of every node its newest record of each kind and the last word on each
        fault, so that totals, health and open faults are known for ever. What goes leaves its
        sums by hour in `usage_pruned` and its identity in `pruned`. Refused while usage is being
        worked out anew.
        """
        if self._db.execute(REBUILDING).fetchone():
            raise Refused(
                "usage is being worked out anew: prune when `padlicht usage rebuild` has ended"
            )
        held = self.holding(ignored)
        windows = {
            table: self._next(
                table,
                step.after.get(table, 0),
                held[table].last_id if table in held else _ENDLESS,
                limit,
            )
            for table in COLUMNS
        }
        received = {table: [row[1] for row in rows] for table, rows in windows.items()}
        # Rows lie in the order in which they came, but for a hub whose clock was wrong for a while.
        if not any(utc_s < before_utc_s for came in received.values() for utc_s in came):
            return Step(step.after)
        # All kinds share a node's row of numbers: ranges stay few when the kinds go together.
        horizon_utc_s = min(
            (max(came) for came in received.values() if len(came) == limit), default=_ENDLESS
        )
        self._identities.save_all()  # whose rows have gone could not be read again
        after, gone = dict(step.after), {}
        for table, rows in windows.items():
            seen = [*takewhile(lambda row: row[1] <= horizon_utc_s, rows)]
            if seen:
                after[table] = seen[-1][0]
                gone[table] = self._take(table, [row[0] for row in seen if row[2] < before_utc_s])
        return Step(after, gone)

    def prune_presence(self, before_utc_s: int, limit: int) -> int:
        """Take at most `limit` of the oldest rows of the log of presence; how many went."""
        return self._db.execute(
            "DELETE FROM presence WHERE id IN (SELECT id FROM presence WHERE utc_s < ?"
            " AND id < (SELECT max(id) FROM presence)"
            " AND id <= coalesce((SELECT min(last_id) FROM cursors WHERE source = 'presence'), ?)"
            " ORDER BY id LIMIT ?)",
            (before_utc_s, _ENDLESS, limit),
        ).rowcount

    def _older(self, table: str, before_utc_s: int, after_id: int = 0) -> int:
        row = self._db.execute(
            f"SELECT count(*) FROM {table} WHERE id > ? AND {CAME_UTC_S} < ?",
            (after_id, before_utc_s),
        ).fetchone()
        return int(row[0])

    def _next(
        self, table: str, after_id: int, most_id: int, limit: int
    ) -> list[tuple[int, int, int]]:
        """Id, noted time of receipt and real one of the next rows that no follower needs."""
        return self._db.execute(
            f"SELECT id, received_utc_s, {CAME_UTC_S} FROM {table} WHERE id > ? AND id <= ?"
            f" AND id < (SELECT max(id) FROM {table}) ORDER BY id LIMIT ?",
            (after_id, most_id, limit),
        ).fetchall()

    def _take(self, table: str, ids: Sequence[int]) -> int:
        """Delete these rows but for those that stay; how many went."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS going (id INTEGER PRIMARY KEY)")
        self._db.execute("DELETE FROM going")
        self._db.executemany("INSERT INTO going VALUES (?)", [(number,) for number in ids])
        if table in ADDENDS:
            # CROSS JOIN, here and below: from the few that go to their rows, never the other way.
            self._db.execute(
                "DELETE FROM going WHERE id IN (SELECT r.id"
                f" FROM going CROSS JOIN {table} r USING (id) WHERE r.t > 0 AND {_HOUR} IS NULL)"
            )
        stay = [(number,) for number in self._last_of_their_nodes(table)]
        self._db.executemany("DELETE FROM going WHERE id = ?", stay)
        if table in ADDENDS:
            added = ", ".join(f"sum({addend})" for addend in ADDENDS[table])
            self._db.execute(
                f"INSERT INTO usage_pruned (node_id, hour_utc_s, {', '.join(SUMS)})"
                f" SELECT r.node_id, {_HOUR} AS hour, {added}"
                f" FROM going CROSS JOIN {table} r USING (id)"
                " WHERE r.t > 0 GROUP BY r.node_id, hour"
                " ON CONFLICT (node_id, hour_utc_s) DO UPDATE SET "
                + ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
            )
        identities = self._db.execute(
            "SELECT r.node_id, r.boot, r.seq"
            f" FROM going CROSS JOIN {table} r USING (id) ORDER BY 1, 2, 3"
        ).fetchall()
        for run in _runs(identities):
            include(self._db, "pruned", run)
            MisdatedRecords(self._db).forget([run])
        self._db.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM going)")
        return len(identities)

    def _last_of_their_nodes(self, table: str) -> Iterator[int]:
        """The ids among those that go that are the last of their node, or of its fault."""
        what = "r.node_id, r.code" if table == "fault" else "r.node_id, ''"
        newest = self._db.execute(
            f"SELECT {what}, max(r.boot << 32 | r.seq), r.boot, r.seq, r.id"
            f" FROM going CROSS JOIN {table} r USING (id) GROUP BY 1, 2"
        ).fetchall()
        walk = Walk(self._db, table)
        for node_id, code, _, *numbers in newest:
            place = Place(*numbers)
            if table == "fault":
                newer = self._db.execute(_NEWER_FAULT, (node_id, code, place.boot, place.seq))
                last = newer.fetchone() is None
            else:
                last = is_newest(self._db, walk, table, node_id, place)
            if last:
                yield place.id


def _runs(identities: Iterable[tuple[int, int, int]]) -> Iterator[Run]:
    """Ascending identities (node, boot, seq) as runs."""
    run: Run | None = None
    for node_id, boot, seq in identities:
        if run is not None and run[:2] == (node_id, boot) and seq <= run.last + 1:
            run = run._replace(last=seq)
        else:
            if run is not None:
                yield run
            run = Run(node_id, boot, seq, seq)
    if run is not None:
        yield run
