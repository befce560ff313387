"""The ledger's own check: is everything in the file what the ledger promises?"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from padlicht.ledger.schema import MIGRATIONS, statements
from padlicht.ledger.tables.cursors import NEWEST
from padlicht.ledger.upkeep.check_records import (
    day_problems,
    identity_problems,
    node_problems,
    pruned_problems,
)
from padlicht.ledger.upkeep.check_zones import zone_problems
from padlicht.ledger.upkeep.copy import read_snapshot
from padlicht.ledger.upkeep.retention import ADDENDS, REBUILDING, SUMS, USAGE

SHOWN = 10  # problems of one sort: whoever has ten has enough to begin with

_TOTALS = {
    "lamp": ("trig_total", "mwh_total"),
    "footfall": ("in_total", "out_total"),
}
_JSON = {
    "sites": ("name", ("path",)),
    "node_state": ("node_id", ("refused",)),
    "settings_log": ("id", ("before", "after")),
    "commands": ("id", ("args",)),
    "selftests": ("id", ("rows",)),
}

_CURSORS = "SELECT follower, source, last_id FROM cursors"


class LedgerCheck:
    """A check that reads the whole file: seconds per million records."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def run(self, say: Callable[[str], None] = lambda _: None) -> list[str]:
        """What is wrong with the ledger, a sentence each; empty when it keeps its promises.

        All of it looks at one moment, so that a hub may go on writing. `say` is told what is being
        looked at, before each part.
        """
        problems: list[str] = []
        parts: list[tuple[str, Callable[[], Iterator[str]]]] = [
            ("the file", self._file),
            ("its schema", self._schema),
            ("what refers to what", self._references),
            ("what followers have done", self._cursors),
            ("settings", self._settings),
            ("days of records", lambda: day_problems(self._db)),
            ("identities of records", lambda: identity_problems(self._db)),
            ("what retention took", lambda: pruned_problems(self._db)),
            ("totals", self._totals),
            ("sums by hour", self._usage),
            ("sums by zone", self._zones),
        ]
        try:
            with read_snapshot(self._db):
                for what, part in parts:
                    say(what)
                    problems += [problem for problem, _ in zip(part(), range(SHOWN), strict=False)]
        except sqlite3.DatabaseError as error:
            problems.append(f"the file cannot be read to its end: {error}")
        return problems

    def _file(self) -> Iterator[str]:
        for (said,) in self._db.execute("PRAGMA integrity_check"):
            if said != "ok":
                yield f"the file is damaged: {said}"

    def _schema(self) -> Iterator[str]:
        """Tables, indices and triggers: without its index, an identity would count twice."""
        mine = _objects(self._db)
        with closing(sqlite3.connect(":memory:")) as fresh:
            for migration in MIGRATIONS:
                for statement in statements(migration):
                    fresh.execute(statement)
            wanted = _objects(fresh)
        for kind, name in sorted(wanted.keys() - mine.keys()):
            yield f"the {kind} {name} is missing"
        for (kind, name), sql in mine.items():
            if (kind, name) in wanted and sql != wanted[kind, name]:
                yield f"the {kind} {name} is not as this Padlicht makes it"

    def _references(self) -> Iterator[str]:
        for table, rowid, parent, _ in self._db.execute("PRAGMA foreign_key_check"):
            yield f"row {rowid} of {table} refers to a row of {parent} that is not there"
        yield from node_problems(self._db)
        for name, site, zone in self._db.execute(
            "SELECT n.name, n.site, n.zone FROM nodes n LEFT JOIN zones z"
            " ON (z.site, z.name) = (n.site, n.zone) WHERE z.name IS NULL"
        ):
            yield f"{name} is in zone {zone} of {site}, which is not in the list of zones"
        for table, (key, columns) in _JSON.items():
            for column in columns:
                for (number,) in self._db.execute(
                    f"SELECT {key} FROM {table} WHERE NOT json_valid({column})"
                ):
                    yield f"{table}.{column} of {number} is not JSON"

    def _cursors(self) -> Iterator[str]:
        """No follower has done more than there is."""
        cursors = {(who, source): last for who, source, last in self._db.execute(_CURSORS)}
        for (follower, source), last_id in cursors.items():
            if source not in NEWEST:
                continue  # of the follower's own, and no table's
            newest = int(self._db.execute(NEWEST[source]).fetchone()[0])
            if source == "usage_hour":
                # A rebuild begins with an empty table, and revs go on.
                newest = max(newest, cursors.get((USAGE, "rev"), 0))
            if last_id > newest:
                yield (
                    f"{follower} has followed {source} up to {last_id}, but the newest is "
                    f"{newest}: what comes next would be passed over"
                )

    def _settings(self) -> Iterator[str]:
        for name, newest, count in self._db.execute(
            "SELECT n.name, max(s.version), count(*) FROM settings_log s"
            " JOIN nodes n ON n.id = s.node_id GROUP BY n.id"
            " HAVING max(s.version) <> count(*) OR min(s.version) <> 1"
        ):
            yield f"the settings of {name} have {count} versions, but the newest is {newest}"

    def _totals(self) -> Iterator[str]:
        """Within a boot no total decreases; a new memory begins at nothing, in a new boot."""
        for table, totals in _TOTALS.items():
            before = ", ".join(
                f"{total}, lag({total}) OVER identities AS {total}_before" for total in totals
            )
            decreased = [f"{total} < {total}_before" for total in totals]
            for name, boot, seq, *found in self._db.execute(
                f"SELECT n.name, r.boot, r.seq, {', '.join(decreased)} FROM"
                f" (SELECT node_id, boot, seq, {before} FROM {table}"
                " WINDOW identities AS (PARTITION BY node_id, boot ORDER BY seq)) r"
                f" JOIN nodes n ON n.id = r.node_id WHERE {' OR '.join(decreased)}"
            ):
                for total, decreases in zip(totals, found, strict=True):
                    if decreases:
                        yield f"{total} of {name} decreases in boot {boot} at record {seq}"

    def _usage(self) -> Iterator[str]:
        """The hours of each node hold what its records add up to, as far as they are added up."""
        if self._db.execute(REBUILDING).fetchone():
            return  # and has not come far enough to compare
        names = SUMS[:-1]
        added = "".join(
            f" UNION ALL SELECT r.node_id, {', '.join(ADDENDS[table][:-1])} FROM {table} r"
            " WHERE r.t > 0 AND r.id <= coalesce((SELECT last_id FROM cursors"
            f" WHERE (follower, source) = ('{USAGE}', '{table}')), 0)"
            for table in ADDENDS
        )
        minus = ", ".join(f"-{name} AS {name}" for name in names)
        for name, *differences in self._db.execute(
            f"SELECT n.name, {', '.join(f'sum({name})' for name in names)} FROM"
            f" (SELECT node_id, {minus} FROM usage_hour"
            f" UNION ALL SELECT node_id, {', '.join(names)} FROM usage_pruned{added})"
            " JOIN nodes n ON n.id = node_id GROUP BY node_id"
        ):
            for what, difference in zip(names, differences, strict=True):
                if difference:
                    how = "lack" if difference > 0 else "hold"
                    more = "that its records hold" if difference > 0 else "than its records"
                    yield (
                        f"the hours of {name} {how} {abs(difference)}"
                        f"{' more' if difference < 0 else ''} of {what} {more}: "
                        "`padlicht usage rebuild` adds them up anew"
                    )

    def _zones(self) -> Iterator[str]:
        if not self._db.execute(REBUILDING).fetchone():
            yield from zone_problems(self._db)


def _objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Tables, indices and triggers with their SQL, without what differs by accident."""
    rows = connection.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    )
    return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}
