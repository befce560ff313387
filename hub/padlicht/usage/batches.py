"""Roll-up batches: what is not in the hours of use yet, each stored in one short transaction.

Each piece says how far the cursors were when it was worked out, and is stored only while they still
are: so a record is added exactly once, whoever works and whatever is cut short. The cursors of
follower `usage` are `footfall` and `lamp` (the last id added up), `due` and `due_node` (how far
hours are closed), `rev` (the last one given to a piece; it only grows, also over a rebuild),
`closed` (how far they were when the last rebuild began), and while a rebuild goes on, `forget` (not
0: hours of before are still there) and `pruned` (the node from which on what retention took away
has still to come back; 0: none).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from padlicht.ledger import Ledger
from padlicht.ledger.usage.node_hours import FOLLOWER, SOURCES, Contribution, HourDue, HourIncrement
from padlicht.usage.hours import QUARTER_S, SiteHours
from padlicht.usage.rollup import GRACE_S, Duty, add_up, closable_until_utc_s, close, reopen

# Some 20 ms of writing, in which the intake waits; more would not be much cheaper for each.
PIECE_ROWS = 2500
LONGEST_S = 7200  # of an hour: where clocks are put back by half an hour, one may be longer
CURSORS = (*SOURCES, "due", "due_node", "forget", "pruned")


@dataclass(frozen=True)
class RollUpBatch:
    """What comes to the hours, and the cursors before (all of them) and after (those that move)."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    added: list[HourIncrement] = field(default_factory=list)
    owed: list[HourDue] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    forgets: bool = False
    forgot: bool = False
    sums_anew: bool = False

    def store(self, ledger: Ledger) -> bool:
        """Write it in one transaction; False when somebody else was quicker, and nothing is."""
        with ledger.transaction():
            if cursors(ledger) != self.before:
                return False
            if self.forgets:
                ledger.node_hours.delete_some(PIECE_ROWS)
            if self.forgot:
                ledger.zone_hours.clear()
            if self.sums_anew:
                ledger.zone_hours.sum_stale(PIECE_ROWS)
            rev = ledger.cursors.get(FOLLOWER, "rev") + 1
            ledger.node_hours.add(self.added, rev)
            ledger.node_hours.set_due(self.owed, rev)
            ledger.zone_hours.sum_hours(ledger.reopened_hours.remove(self.gone))
            ledger.zone_hours.sum_changed(rev)
            for source, last in {**self.after, "rev": rev}.items():
                ledger.cursors.move(FOLLOWER, source, last)
        return True


def cursors(ledger: Ledger) -> dict[str, int]:
    """How far the hours of use are; a piece made before a node was removed may be of that node."""
    done = {source: ledger.cursors.get(FOLLOWER, source) for source in CURSORS}
    return done | {"removed": ledger.removals.last_id()}


def closed_utc_s(ledger: Ledger, now_utc_s: int) -> int:
    """How far hours are closed, or were when a rebuild began: what is nearer to now.

    Of a ledger without any, since when it has nodes, or 0.
    """
    found = [ledger.cursors.get(FOLLOWER, source) for source in ("due", "closed")]
    if not any(found):
        periods = ledger.nodes.service_periods()
        return min((period.added_utc_s for period in periods), default=0)
    return min(filter(None, found), key=lambda closed: abs(closed - now_utc_s))


class RollUp:
    """Works out one piece after the other. Reads the ledger, and writes nothing."""

    def __init__(self) -> None:
        self._sites: dict[tuple[str, float, float], SiteHours] = {}
        self._duties: dict[int, Duty] = {}
        self._read_utc_s = 0

    def next(self, ledger: Ledger, now_utc_s: int | None) -> RollUpBatch | None:
        """The next piece; None when everything is in the hours.

        Without `now_utc_s`, because nobody knows it, no hour is closed or opened again.
        """
        if now_utc_s is not None and abs(now_utc_s - self._read_utc_s) >= GRACE_S / 2:
            # Often enough: what changes here about a node takes effect when an hour is closed.
            self._read_nodes(ledger)
            self._read_utc_s = now_utc_s
        before = cursors(ledger)
        if before["forget"]:
            left = ledger.node_hours.any()
            after = {"forget": before["forget"] + 1 if left else 0}
            return RollUpBatch(before, after, forgets=left, forgot=not left)
        if ledger.zone_hours.has_stale():
            return RollUpBatch(before, {}, sums_anew=True)
        if before["due_node"]:
            # No record comes in between: its hour is closed for some nodes and not for others.
            return self._close(before, now_utc_s or 0)
        if before["pruned"]:
            return self._take_back(ledger, before)
        for source in SOURCES:
            if rows := ledger.node_hours.contributions(source, before[source], PIECE_ROWS):
                added = self._add_up(ledger, rows, before["due"])
                return RollUpBatch(before, {source: rows[-1].id}, added)
        if now_utc_s is None:
            return None
        if before["due"] > closable_until_utc_s(now_utc_s):
            return self._reopen(ledger, before, closable_until_utc_s(now_utc_s))
        return self._close(before, now_utc_s)

    def _take_back(self, ledger: Ledger, before: Mapping[str, int]) -> RollUpBatch:
        """What retention took away of one node, or that there is no more."""
        if rows := ledger.node_hours.pruned_contributions(before["pruned"]):
            added = self._add_up(ledger, rows, before["due"])
            return RollUpBatch(before, {"pruned": rows[0].node_id + 1}, added)
        return RollUpBatch(before, {"pruned": 0})

    def _add_up(
        self, ledger: Ledger, rows: list[Contribution], closed_utc_s: int
    ) -> list[HourIncrement]:
        if not self._duties.keys() >= {row.node_id for row in rows}:
            self._read_nodes(ledger)
        return add_up(rows, self._duties, closed_utc_s)

    def _close(self, before: Mapping[str, int], now_utc_s: int) -> RollUpBatch | None:
        closed = close(self._duties, before["due"], before["due_node"], now_utc_s, PIECE_ROWS)
        after = {"due": closed.until_utc_s, "due_node": closed.node_id}
        if after.items() <= before.items():
            return None
        return RollUpBatch(before, after, owed=closed.hours)

    def _reopen(self, ledger: Ledger, before: Mapping[str, int], until_utc_s: int) -> RollUpBatch:
        """The clock was put back: the last hours that were closed are open again."""
        closed = before["due"]
        first_utc_s = min((duty.added_utc_s for duty in self._duties.values()), default=closed)
        if closed <= first_utc_s:  # before there was a node, nothing was due but what is reported
            return RollUpBatch(before, {"due": until_utc_s})
        size_s = max(1, PIECE_ROWS // max(1, len(self._duties))) * QUARTER_S
        start = max(until_utc_s, closed - size_s)
        found = (start - LONGEST_S, closed)  # an hour that ends after `start` begins in there
        hours = ledger.reopened_hours.beginning(*found)
        owed, gone = reopen(
            hours, ledger.reopened_hours.reported(*found), self._duties, start, closed
        )
        return RollUpBatch(before, {"due": start}, owed=owed, gone=gone)

    def _read_nodes(self, ledger: Ledger) -> None:
        hours = {}
        for site in ledger.sites.all():
            key = (site.tz, site.lat, site.lon)
            hours[site.name] = self._sites.setdefault(key, SiteHours(*key))
        self._duties = {
            node.node_id: Duty(hours[node.site], node.added_utc_s, node.retired_utc_s)
            for node in ledger.nodes.service_periods()
        }
