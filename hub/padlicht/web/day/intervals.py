"""Intervals: a local day of one node in quarters of an hour, and when it should be lit. Pure.

A record belongs to the interval in which it starts. A node that reports every half hour or hour has
intervals as long as that, so that nothing is shared out that was never told apart. On the days when
the clocks change there are 92 or 100 quarters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from padlicht.ledger import Footfall, Lamp, Node
from padlicht.usage.lamp_nights import LightWindow

LENGTHS_S: Final = (900, 1800, 3600)
LATE_S: Final = 1800  # a record may take that long to come, after the end of its interval
_SLACK_S: Final = 60  # a lamp and the hub work out the sunset each for themselves


@dataclass(frozen=True)
class Interval:
    """Sums of the records of an interval; times in Unix seconds UTC, energy in milliwatt-hours.

    The node should have told of `due_s` of it by now: of what is yet to come it owes nothing, and
    nothing from before it stood there. Records tell of `reported_s` of it, up to `told_to_utc_s`,
    and in `watched_s` the sensor watched. Without a second reported nothing is known; without one
    watched no count is.
    """

    from_utc_s: int
    to_utc_s: int
    due_s: int
    told_to_utc_s: int = 0
    reported_s: int = 0
    watched_s: int = 0
    lit_s: int = 0
    boost_s: int = 0
    trig: int = 0
    mwh: int = 0
    sat_s: int = 0
    n_in: int = 0
    n_out: int = 0

    @property
    def length_s(self) -> int:
        """How long it is."""
        return self.to_utc_s - self.from_utc_s

    @property
    def due(self) -> bool:
        """Whether the node should have told of any of it by now."""
        return self.due_s > 0

    @property
    def known_to_utc_s(self) -> int:
        """Up to when something is, or should be, known: the minutes after it are yet to come."""
        return self.to_utc_s if self.due else min(self.to_utc_s, self.told_to_utc_s)

    @property
    def known_s(self) -> int:
        """How much of it is, or should be, known by now."""
        if self.due:
            return self.due_s
        return max(0, self.known_to_utc_s - self.from_utc_s)

    @property
    def is_reported(self) -> bool:
        """Whether any record tells of it."""
        return self.reported_s > 0

    @property
    def is_missing(self) -> bool:
        """Whether it should have been told of, and was not."""
        return self.due and not self.reported_s

    @property
    def reported_share(self) -> float:
        """How much of it is known of what should be, 0 to 1."""
        return self._share(self.reported_s)

    @property
    def coverage(self) -> float:
        """How much of it the sensor watched of what it should have, 0 to 1."""
        return self._share(self.watched_s)

    @property
    def lit_share(self) -> float:
        """For how much of it a lamp was lit, 0 to 1."""
        return self._share(self.lit_s)

    def _share(self, seconds: int) -> float:
        return min(1.0, seconds / self.known_s) if self.known_s else 0.0


def intervals(
    node: Node, records: Iterable[Lamp | Footfall], from_utc_s: int, to_utc_s: int, now_utc_s: int
) -> list[Interval]:
    """All intervals of [from, to) of a node; `records` may hold more than these."""
    mine = [record for record in records if from_utc_s <= record.t < to_utc_s]
    longest = max((record.dt for record in mine), default=0)
    length_s = next((length for length in LENGTHS_S if length >= longest), LENGTHS_S[-1])
    out_utc_s = node.retired_utc_s if node.retired_utc_s is not None else 2**62
    found = []
    for begin in range(from_utc_s, to_utc_s, length_s):
        end = min(begin + length_s, to_utc_s)
        serves_s = min(end, out_utc_s) - max(begin, node.added_utc_s)
        over = end + LATE_S <= now_utc_s
        found.append(Interval(begin, end, max(0, serves_s) if over else 0))
    for record in mine:
        place = (record.t - from_utc_s) // length_s
        found[place] = _with(found[place], record)
    return found


def _with(interval: Interval, record: Lamp | Footfall) -> Interval:
    reported_s, watched_s = interval.reported_s + record.dt, interval.watched_s + record.obs_s
    told_to_utc_s = max(interval.told_to_utc_s, record.t + record.dt)
    if isinstance(record, Lamp):
        return replace(
            interval,
            told_to_utc_s=told_to_utc_s,
            reported_s=reported_s,
            watched_s=watched_s,
            lit_s=interval.lit_s + record.lit_s,
            boost_s=interval.boost_s + record.boost_s,
            trig=interval.trig + record.trig,
            mwh=interval.mwh + record.mwh,
        )
    return replace(
        interval,
        told_to_utc_s=told_to_utc_s,
        reported_s=reported_s,
        watched_s=watched_s,
        sat_s=interval.sat_s + record.sat_s,
        n_in=interval.n_in + record.n_in,
        n_out=interval.n_out + record.n_out,
    )


@dataclass(frozen=True)
class DayAdherence:
    """What a lamp should have done until now beside what it did, in seconds.

    Of `planned_s` of its window nothing is known for `unknown_s`; it was lit `lit_s` of the rest,
    and `outside_s` when it should have been off.
    """

    planned_s: int
    unknown_s: int
    lit_s: int
    outside_s: int


def day_adherence(day: Sequence[Interval], window: LightWindow, grace_s: int) -> DayAdherence:
    """Over the intervals that were told of, or should have been."""
    planned = unknown = lit = outside = 0.0
    for interval in day:
        if not (interval.is_reported or interval.due):
            continue
        due_s = overlap_s(window, interval)
        may_s = overlap_s(window, interval, grace_s)
        planned += due_s
        unknown += due_s * (1 - interval.reported_share)
        lit += min(interval.lit_s, due_s)
        outside += max(0, interval.lit_s - may_s - (_SLACK_S if may_s else 0))
    return DayAdherence(round(planned), round(unknown), round(lit), round(outside))


def overlap_s(window: LightWindow, interval: Interval, grace_s: int = 0) -> int:
    """For how long of an interval, as far as it is over, the window is open."""
    if window.is_empty or window.start_utc_s is None:
        return 0
    end_utc_s = min(window.end_utc_s + grace_s, interval.known_to_utc_s)
    return max(0, end_utc_s - max(window.start_utc_s, interval.from_utc_s))
