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
from padlicht.ledger.timeline import STILL
from padlicht.ledger.usage.node_hours import (
    FOLLOWER,
    SOURCES,
    Contribution,
    HourDue,
    HourIncrement,
    Stale,
)
from padlicht.usage.rollup import Duty, add_up, closable_until_utc_s, close, owed_between
from padlicht.usage.schedule.duties import Duties
from padlicht.usage.schedule.zone_windows import Rules, differing, from_text, to_text

# Some 20 ms of writing, in which the intake waits; more would not be much cheaper for each.
PIECE_ROWS = 2500
# Of a node's stale hours, in one piece: some 3000 records to read and 720 hours to write.
STALE_S = 30 * 86_400
CURSORS = (*SOURCES, "due", "due_node", "forget", "pruned")


@dataclass(frozen=True)
class RollUpBatch:
    """What comes to the hours, and the cursors before (all of them) and after (those that move)."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    added: list[HourIncrement] = field(default_factory=list)
    owed: list[HourDue] = field(default_factory=list)
    forgets: bool = False
    forgot: bool = False
    sums_anew: bool = False
    stale: Stale | None = None  # the mark that was read; `anew` is done of it, and `rest` stays
    anew: Stale | None = None
    rest: Stale | None = None
    reopened: tuple[int, int] | None = None  # what was closed in it was closed too early
    windows: tuple[str, str, Rules] | None = None  # of a site's zone: its hours are parted by them

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
            if self.stale is not None:
                if ledger.node_hours.stale() != self.stale:
                    return False
                ledger.node_hours.forget(self.anew, self.stale, self.rest)
            rev = ledger.cursors.get(FOLLOWER, "rev") + 1
            ledger.node_hours.add(self.added, rev)
            ledger.node_hours.set_due(self.owed, rev)
            if self.stale is None:  # its zones are marked, too, and are summed when all is back
                ledger.zone_hours.sum_changed(rev)
            if self.windows is not None:
                _part_by(ledger, *self.windows)
            if self.reopened is not None:
                ledger.attributes.reopen(*self.reopened)
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
        added = ledger.nodes.added_utc_s().values()
        return min(added, default=0)
    return min(filter(None, found), key=lambda closed: abs(closed - now_utc_s))


def _part_by(ledger: Ledger, site: str, zone: str, rules: Rules) -> None:
    """Have the hours of a zone done anew where these rules part them otherwise than before."""
    kept = ledger.zone_windows.all().get((site, zone))
    span = differing(from_text(kept) if kept else (), rules)
    ledger.zone_windows.put(site, zone, to_text(rules), span)


class RollUp:
    """Works out one piece after the other. Reads the ledger, and writes nothing."""

    def __init__(self) -> None:
        self._duties = Duties()
        self._parted_by: Mapping[tuple[str, str], Rules] | None = None  # unknown at first

    def next(self, ledger: Ledger, now_utc_s: int | None) -> RollUpBatch | None:
        """The next piece; None when everything is in the hours.

        Without `now_utc_s`, because nobody knows it, no hour is closed or opened again.
        """
        self._duties.keep_up(ledger)
        before = cursors(ledger)
        if (windows := self._windows(ledger)) is not None:
            return RollUpBatch(before, {}, windows=windows)
        if before["forget"]:
            left = ledger.node_hours.any()
            after = {"forget": before["forget"] + 1 if left else 0}
            return RollUpBatch(before, after, forgets=left, forgot=not left)
        if before["due_node"]:
            # No record comes in between: its hour is closed for some nodes and not for others.
            return self._close(before, now_utc_s or 0)
        if not before["pruned"] and (stale := ledger.node_hours.stale()):
            return self._anew(ledger, stale, before)
        if ledger.zone_hours.has_stale():
            return RollUpBatch(before, {}, sums_anew=True)
        if before["pruned"]:
            return self._take_back(ledger, before)
        for source in SOURCES:
            if rows := ledger.node_hours.contributions(source, before[source], PIECE_ROWS):
                added = self._add_up(ledger, rows, before["due"])
                return RollUpBatch(before, {source: rows[-1].id}, added)
        if now_utc_s is None:
            return None
        if before["due"] > closable_until_utc_s(now_utc_s):
            # The clock was put back: what lies ahead of it is open again, and is added up anew.
            until_utc_s = closable_until_utc_s(now_utc_s)
            reopened = (until_utc_s, before["due"])
            return RollUpBatch(before, {"due": until_utc_s}, reopened=reopened)
        return self._close(before, now_utc_s)

    def _windows(self, ledger: Ledger) -> tuple[str, str, Rules] | None:
        """A zone of which the hours are not parted yet by what is known now of its lamps."""
        if self._parted_by != self._duties.rules:
            kept = ledger.zone_windows.all()
            for (site, zone), rules in self._duties.rules.items():
                if kept.get((site, zone)) != to_text(rules):
                    return site, zone, rules
            self._parted_by = dict(self._duties.rules)
        return None

    def _anew(self, ledger: Ledger, stale: Stale, before: Mapping[str, int]) -> RollUpBatch:
        """The first month of a node's stale hours, as they should be."""
        node_id, closed_utc_s = stale.node_id, before["due"]
        duty = self._duties.of_node(ledger, node_id)
        # Outside of the stretch hours are the same before and after: it begins and ends with one.
        # Within, those of before may lie otherwise, so a piece begins with one of now.
        begin_utc_s = duty.hour_begin_utc_s(stale.from_utc_s)
        end_utc_s = stale.to_utc_s
        if end_utc_s < STILL:
            end_utc_s = duty.hour_end_utc_s(end_utc_s)
        begin_utc_s = self._first(ledger, node_id, duty, begin_utc_s, closed_utc_s)
        if begin_utc_s >= end_utc_s:
            return RollUpBatch(before, {}, stale=stale)
        until_utc_s = min(duty.hour_begin_utc_s(begin_utc_s + STALE_S), end_utc_s)
        rows = ledger.node_hours.pruned_of(node_id, begin_utc_s, until_utc_s)
        for source in SOURCES:
            rows += ledger.node_hours.contributions_of(
                source, node_id, begin_utc_s, until_utc_s, before[source]
            )
        left = self._first(ledger, node_id, duty, until_utc_s, closed_utc_s) < end_utc_s
        return RollUpBatch(
            before,
            {},
            add_up(rows, {node_id: duty}, closed_utc_s),
            owed_between(node_id, duty, begin_utc_s, until_utc_s, closed_utc_s),
            stale=stale,
            anew=Stale(node_id, begin_utc_s, until_utc_s),
            rest=stale._replace(from_utc_s=until_utc_s) if left else None,
        )

    def _first(
        self, ledger: Ledger, node_id: int, duty: Duty, from_utc_s: int, closed_utc_s: int
    ) -> int:
        """The first hour from there on that is there, or should be; STILL when there is none."""
        there = ledger.node_hours.next_hour(node_id, from_utc_s)
        owed = max(from_utc_s, duty.began_utc_s)
        first = min(STILL if there is None else there, owed if owed < closed_utc_s else STILL)
        return (
            first if first in (from_utc_s, STILL) else max(from_utc_s, duty.hour_begin_utc_s(first))
        )

    def _take_back(self, ledger: Ledger, before: Mapping[str, int]) -> RollUpBatch:
        """What retention took away of one node, or that there is no more."""
        if rows := ledger.node_hours.pruned_contributions(before["pruned"]):
            added = self._add_up(ledger, rows, before["due"])
            return RollUpBatch(before, {"pruned": rows[0].node_id + 1}, added)
        return RollUpBatch(before, {"pruned": 0})

    def _add_up(
        self, ledger: Ledger, rows: list[Contribution], closed_utc_s: int
    ) -> list[HourIncrement]:
        return add_up(
            rows, self._duties.of_nodes(ledger, {row.node_id for row in rows}), closed_utc_s
        )

    def _close(self, before: Mapping[str, int], now_utc_s: int) -> RollUpBatch | None:
        closed = close(self._duties.all, before["due"], before["due_node"], now_utc_s, PIECE_ROWS)
        after = {"due": closed.until_utc_s, "due_node": closed.node_id}
        if after.items() <= before.items():
            return None
        return RollUpBatch(before, after, owed=closed.hours)
