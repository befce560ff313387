"""What a demo proves: what the nodes made against what the hub has, what crossed against what was
counted. Pure: journals, ledger rows and true crossings come in, figures go out.

A record's id is (node, boot, seq). A journal is what a simulated node wrote down about itself: one
JSON line for each record made and for each run of records acknowledged.
"""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

import msgspec

from padlicht.simulate.world.crossings import Crossing

TOLERANCE = 0.02  # of the true crossings, or one of them
EDGE_MS = 1500  # a crossing this near to where watching began or ended may fall on either side

Id = tuple[str, int, int]


class Interval(Protocol):
    """A row of the ledger: whose, which, and from when for how long; `t` 0 means never dated."""

    @property
    def node(self) -> str: ...  # noqa: D102
    @property
    def boot(self) -> int: ...  # noqa: D102
    @property
    def seq(self) -> int: ...  # noqa: D102
    @property
    def t(self) -> int: ...  # noqa: D102
    @property
    def dt(self) -> int: ...  # noqa: D102


class Footfall(Interval, Protocol):
    """A counter's row of the ledger."""

    @property
    def n_in(self) -> int: ...  # noqa: D102
    @property
    def n_out(self) -> int: ...  # noqa: D102


@dataclass
class Journal:
    """What one or more nodes made, and what was acknowledged to them."""

    made: dict[Id, dict[str, Any]] = field(default_factory=dict)
    acked: set[Id] = field(default_factory=set)

    def read(self, node: str, lines: Iterable[str]) -> None:
        """Add a node's journal; a last line that a kill tore is left out."""
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if "made" in entry:
                record = entry["made"]
                self.made.setdefault((node, record.pop("boot"), record["seq"]), record)
            else:
                boot, first, last = entry["acked"]
                self.acked.update((node, boot, seq) for seq in range(first, last + 1))


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """One counter: the crossings in the time that its records cover, true and counted.

    `true_close` of the true ones were within a metre of somebody else, where a radar may take
    two for one. `within`: each direction is right within 2 % or one, for all the others.
    """

    true_in: int
    true_out: int
    counted_in: int
    counted_out: int
    true_close: int
    covered_s: int
    within: bool


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a run, in the order in which they are printed."""

    simulated: bool
    nodes: int
    seconds: int
    records_made: int
    acknowledged: int
    in_ledger: int
    lost: int
    duplicated: int
    quarantined: int
    kills: dict[str, int]
    crossings: dict[str, Count]

    @property
    def good(self) -> bool:
        """Nothing lost, doubled or unreadable, and everybody counted."""
        wrong = self.lost + self.duplicated + self.quarantined
        return wrong == 0 and all(count.within for count in self.crossings.values())


def lost(made: Mapping[Id, Mapping[str, Any]], ids: Collection[Id], rows: Iterable[Any]) -> set[Id]:
    """The ids made that are not in the ledger's `ids`, or whose row says something else.

    `rows` are those of lamps and counters; the other kinds are compared by id only.
    """
    missing = {identity for identity in made if identity not in ids}
    for row in rows:
        identity = (row.node, row.boot, row.seq)
        record = made.get(identity)
        if record is not None and not _same(record, row):
            missing.add(identity)
    return missing


def duplicated(
    journalled: Collection[Id], ids: Iterable[Id], rows_by_kind: Iterable[Sequence[Interval]]
) -> set[Id]:
    """The ids in the ledger that nobody made, or whose interval another one already covers."""
    twice = {identity for identity in ids if identity not in journalled}
    for rows in rows_by_kind:
        dated = sorted((row for row in rows if row.t > 0), key=lambda row: (row.node, row.t))
        twice |= {
            (later.node, later.boot, later.seq)
            for earlier, later in pairwise(dated)
            if earlier.node == later.node and later.t < earlier.t + earlier.dt
        }
    return twice


def count(
    counter: str, crossings: Iterable[Crossing], rows: Iterable[Footfall], from_utc_s: int
) -> Count:
    """Compare one counter's dated rows that start at or after `from_utc_s` with what was true."""
    mine = [row for row in rows if row.node == counter and row.t >= max(from_utc_s, 1)]
    covered = _joined((1000 * row.t, 1000 * (row.t + row.dt)) for row in mine)
    true = [crossing for crossing in crossings if crossing.counter == counter]
    inside = [crossing for crossing in true if _depth_ms(crossing.utc_ms, covered) >= 0]
    ways = {
        True: sum(row.n_in for row in mine),
        False: sum(row.n_out for row in mine),
    }
    return Count(
        true_in=sum(crossing.inward for crossing in inside),
        true_out=sum(not crossing.inward for crossing in inside),
        counted_in=ways[True],
        counted_out=ways[False],
        true_close=sum(crossing.close for crossing in inside),
        covered_s=sum(end - start for start, end in covered) // 1000,
        within=all(
            _right(counted, [each for each in true if each.inward == inward], covered)
            for inward, counted in ways.items()
        ),
    )


def _right(counted: int, true: Sequence[Crossing], covered: Sequence[tuple[int, int]]) -> bool:
    """Whether `counted` fits: sure crossings must be in it, doubtful ones may be."""
    depths_ms = [_depth_ms(crossing.utc_ms, covered) for crossing in true]
    possible = sum(depth >= -EDGE_MS for depth in depths_ms)
    sure = sum(
        depth >= EDGE_MS and not crossing.close
        for depth, crossing in zip(depths_ms, true, strict=True)
    )
    slack = max(1.0, TOLERANCE * possible)
    return sure - slack <= counted <= possible + slack


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans [start, end) in order, with those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _depth_ms(utc_ms: int, covered: Sequence[tuple[int, int]]) -> int:
    """How far inside the nearest span a moment is; negative outside all of them."""
    index = bisect_right(covered, utc_ms, key=lambda span: span[0])
    near = covered[max(index - 1, 0) : index + 1]
    return max((min(utc_ms - start, end - 1 - utc_ms) for start, end in near), default=-(2**62))


def _same(record: Mapping[str, Any], row: Any) -> bool:
    """Whether a row says what the node wrote; a record made without a clock is dated later."""
    dated_later = ("t", "clock") if record["t"] == 0 else ()
    names = {"in": "n_in", "out": "n_out"}
    return all(
        getattr(row, names.get(key, key)) == value
        for key, value in record.items()
        if key not in (*dated_later, "kind") and hasattr(row, names.get(key, key))
    )
