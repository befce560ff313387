"""What came of it in InfluxDB: points and sums per node against what the nodes made."""

# ruff: noqa: S608 -- the names in the queries are constants of ours

import json
import sqlite3
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from padlicht.ledger.schema import COLUMNS
from tests.kills import made
from tests.kills.checking import expected
from tests.rigs.patience import limit_s

RAW, USAGE = "park_raw", "park"
# table: the field that each of its points has, then what is summed as (column, field).
_POINTS = {
    "lamp": ("obs_s", ("trig", "lit_s", "boost_s", "mwh", "obs_s")),
    "footfall": ("obs_s", ("n_in", "n_out", "obs_s", "sat_s")),
    "health": ("free", ("free", "dc", "up_s")),
    "fault": ("active", ("active",)),
}
_FIELDS = {"n_in": "count_in", "n_out": "count_out"}
_USAGE = ("trig", "lit_s", "boost_s", "mwh", "n_in", "n_out")  # each of one table only
_QUERY_S = limit_s(120)


@dataclass
class Projected:
    """How many points of the nodes there are; `sums` in InfluxDB, of all that differ."""

    in_influx: int = 0
    influx_lost: int = 0
    influx_doubled: int = 0
    nodes_with_other_sums: list[str] = field(default_factory=list)
    usage_made: dict[str, int] = field(default_factory=dict)
    usage_in_ledger: dict[str, int] = field(default_factory=dict)
    usage_in_influx: dict[str, int] = field(default_factory=dict)

    @property
    def in_order(self) -> bool:
        """Whether everything that was made is there once."""
        return (
            not (self.influx_lost or self.influx_doubled or self.nodes_with_other_sums)
            and self.usage_made == self.usage_in_ledger == self.usage_in_influx
        )


def check_influx(port: int, ledger: Path, lot: made.Lot) -> Projected:
    """Ask the database itself, node by node; usage is held against the ledger's and the nodes'."""
    found = Projected()
    there = {table: _per_node(port, table) for table in _POINTS}
    usage: Counter[str] = Counter()
    for number, tables in enumerate(expected(lot)):
        node = made.name_of(number)
        for table, rows in tables.items():
            _, columns = _POINTS[table]
            places = [2 + COLUMNS[table].index(name) for name in columns]
            sums = [sum(int(row[at]) for row in rows) for at in places]
            points, *stored = there[table].pop(node, [0] * (1 + len(columns)))
            found.in_influx += points
            found.influx_lost += max(0, len(rows) - points)
            found.influx_doubled += max(0, points - len(rows))
            if [int(value or 0) for value in stored] != sums:
                found.nodes_with_other_sums.append(f"{table} of {node}")
            usage.update({n: s for n, s in zip(columns, sums, strict=True) if n in _USAGE})
    for table, others in there.items():
        found.nodes_with_other_sums += [f"{table} of {node}, which nobody made" for node in others]
    found.usage_made = {name: usage[name] for name in _USAGE}
    names = [_FIELDS.get(name, name) for name in _USAGE]
    found.usage_in_ledger = _sums(ledger, names)
    selected = ", ".join(f'sum("{name}")' for name in names)
    values = ask(port, USAGE, f'SELECT {selected} FROM "usage_1h"')[0]["values"][0][1:]
    found.usage_in_influx = dict(zip(_USAGE, map(int, values), strict=True))
    return found


def ask(port: int, database: str, query: str) -> list[dict]:
    """The series that answer an InfluxQL query."""
    parameters = urllib.parse.urlencode({"db": database, "q": query, "epoch": "s"})
    url = f"http://127.0.0.1:{port}/query?{parameters}"
    with urllib.request.urlopen(url, timeout=_QUERY_S) as answer:
        result = json.load(answer)["results"][0]
    assert "error" not in result, result
    return result.get("series", [])


def _per_node(port: int, table: str) -> dict[str, list[int]]:
    """For each node how many points it has, and their sums."""
    counted, columns = _POINTS[table]
    sums = ", ".join(f'sum("{_FIELDS.get(name, name)}")' for name in columns)
    series = ask(port, RAW, f'SELECT count("{counted}"), {sums} FROM "{table}" GROUP BY "node"')
    return {one["tags"]["node"]: one["values"][0][1:] for one in series}


def _sums(path: Path, names: list[str]) -> dict[str, int]:
    """The same sums over the ledger's usage hours."""
    with closing(sqlite3.connect(path)) as ledger:
        selected = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
        sums = ledger.execute(f"SELECT {selected} FROM usage_hour").fetchone()
    return dict(zip(_USAGE, sums, strict=True))


def caught_up(path: Path, *, usage: bool) -> bool:
    """Whether what follows the ledger has reached its end; `usage`: its hours in InfluxDB too."""
    with closing(sqlite3.connect(path)) as ledger:
        at = {
            (follower, source): last
            for follower, source, last in ledger.execute("SELECT * FROM cursors")
        }
        newest = {
            table: ledger.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
            for table in _POINTS
        }
        rev = ledger.execute("SELECT coalesce(max(rev), 0) FROM usage_hour").fetchone()[0]
    return (
        all(at.get(("usage", table), 0) >= newest[table] for table in ("lamp", "footfall"))
        and all(at.get(("influx", table), 0) >= newest[table] for table in newest)
        and (not usage or at.get(("influx", "usage_hour"), 0) >= rev)
    )
