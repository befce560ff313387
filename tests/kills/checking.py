"""What came of it: what the nodes made, made once more and held against the ledger, row by row."""

# ruff: noqa: S608 -- table and column names are constants of ours

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from padlicht.ledger.schema import COLUMNS
from tests.kills import made

_SENT_AS = {"n_in": "in", "n_out": "out", "active": "on"}  # where the contract has other names
SUMS = {
    "lamp": ("trig", "lit_s", "boost_s", "mwh", "obs_s"),
    "footfall": ("n_in", "n_out", "obs_s"),
}

Row = tuple[Any, ...]


@dataclass
class Found:
    """How many records of the nodes are where; `sums` by table and column, of what was made."""

    made: int = 0
    in_ledger: int = 0
    lost: int = 0
    doubled: int = 0  # rows beyond one for each identity
    altered: int = 0  # there, but with other content
    strange: int = 0  # rows that nobody made
    quarantined: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    ledger_sums: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)  # of the file itself

    @property
    def in_order(self) -> bool:
        """Whether everything is there once, as it was made."""
        return self.in_ledger == self.made and not (
            self.lost or self.doubled or self.altered or self.strange or self.quarantined
            or self.problems or self.sums != self.ledger_sums
        )  # fmt: skip


def expected(lot: made.Lot) -> Iterator[dict[str, list[Row]]]:
    """For each node in turn what its tables should hold, `(boot, seq, *COLUMNS)` in order."""
    for number in range(lot.nodes):
        rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        for boot, rec in lot.of(number):
            table = str(rec["kind"])
            values = (rec.get(_SENT_AS.get(name, name)) for name in COLUMNS[table])
            rows[table].append((boot, rec["seq"], *values))
        yield rows


def check_ledger(path: Path, lot: made.Lot) -> Found:
    """Compare; by plain SQL, so that no code of the hub vouches for itself."""
    found = Found()
    with closing(sqlite3.connect(path)) as ledger:
        found.problems = [
            str(row[0]) for row in ledger.execute("PRAGMA integrity_check") if row[0] != "ok"
        ]
        everybody = {table: _by_node(ledger, table) for table in COLUMNS}
        for number, tables in enumerate(expected(lot)):
            for table, rows in tables.items():
                stored = everybody[table][made.name_of(number)]
                _compare(found, rows, stored)
                for name in SUMS.get(table, ()):
                    at = 2 + COLUMNS[table].index(name)
                    found.sums[f"{table}.{name}"] += sum(int(row[at]) for row in rows)
        for table, names in SUMS.items():
            totals = ledger.execute(
                f"SELECT {', '.join(f'coalesce(sum({name}), 0)' for name in names)} FROM {table}"
            ).fetchone()
            found.ledger_sums.update(
                dict(zip((f"{table}.{name}" for name in names), totals, strict=True))
            )
        found.quarantined = ledger.execute("SELECT count(*) FROM quarantine").fetchone()[0]
    return found


def _by_node(ledger: sqlite3.Connection, table: str) -> defaultdict[str, list[Row]]:
    """All rows of a table as `(boot, seq, *COLUMNS)`, by node; read once, as no index helps."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for name, *row in ledger.execute(
        f"SELECT n.name, r.boot, r.seq, {', '.join(f'r.{name}' for name in COLUMNS[table])}"
        f" FROM {table} r JOIN nodes n ON n.id = r.node_id"
    ):
        rows[name].append(tuple(row))
    return rows


def _compare(found: Found, rows: list[Row], stored: list[Row]) -> None:
    wanted = {row[:2]: row for row in rows}
    times = Counter(row[:2] for row in stored)
    found.made += len(rows)
    found.in_ledger += len(stored)
    found.lost += sum(key not in times for key in wanted)
    found.doubled += sum(count - 1 for count in times.values())
    found.strange += sum(key not in wanted for key in times)
    found.altered += sum(row[:2] in wanted and wanted[row[:2]] != row for row in stored)
