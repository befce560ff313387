"""A local day of one node in quarters of an hour, and what of it should have been lit. Pure.

A record belongs to the stretch in which it starts. A node that reports every half hour or hour has
stretches as long as that, so that nothing is shared out that was never told apart. On the days when
the clocks change there are 92 or 100 quarters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from padlicht.ledger import Footfall, Lamp, Node
from padlicht.usage.lamp_nights import LightWindow

LENGTHS_S: Final = (900, 1800, 3600)
LATE_S: Final = 1800  # a record may take that long to come, after the end of its stretch
_SLACK_S: Final = 60  # a lamp and the hub work out the sunset each for themselves


@dataclass(frozen=True)
class Stretch:
    """Sums of the records of a stretch; times in Unix seconds UTC, energy in milliwatt-hours.

    `due`: the node should have told by now. Records tell of `told_s` of it, and in `seen_s` the
    sensor watched. Without a second told nothing is known; without one watched no count is.
    """

    from_utc_s: int
    to_utc_s: int
    due: bool
    told_s: int = 0
    seen_s: int = 0
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
    def is_told(self) -> bool:
        """Whether any record tells of it."""
        return self.told_s > 0

    @property
    def is_missing(self) -> bool:
        """Whether it should have been told of, and was not."""
        return self.due and not self.told_s

    @property
    def told_share(self) -> float:
        """How much of it is known, 0 to 1."""
        return min(1.0, self.told_s / self.length_s)

    @property
    def coverage(self) -> float:
        """How much of it the sensor watched, 0 to 1."""
        return min(1.0, self.seen_s / self.length_s)


def stretches(
    node: Node, records: Iterable[Lamp | Footfall], from_utc_s: int, to_utc_s: int, now_utc_s: int
) -> list[Stretch]:
    """All stretches of [from, to) of a node; `records` may hold more than these."""
    mine = [record for record in records if from_utc_s <= record.t < to_utc_s]
    longest = max((record.dt for record in mine), default=0)
    length_s = next((length for length in LENGTHS_S if length >= longest), LENGTHS_S[-1])
    out_utc_s = node.retired_utc_s if node.retired_utc_s is not None else 2**62
    found = []
    for begin in range(from_utc_s, to_utc_s, length_s):
        end = min(begin + length_s, to_utc_s)
        serves = end > node.added_utc_s and begin < out_utc_s
        found.append(Stretch(begin, end, serves and end + LATE_S <= now_utc_s))
    for record in mine:
        place = (record.t - from_utc_s) // length_s
        found[place] = _with(found[place], record)
    return found


def _with(stretch: Stretch, record: Lamp | Footfall) -> Stretch:
    told_s, seen_s = stretch.told_s + record.dt, stretch.seen_s + record.obs_s
    if isinstance(record, Lamp):
        return replace(
            stretch,
            told_s=told_s,
            seen_s=seen_s,
            lit_s=stretch.lit_s + record.lit_s,
            boost_s=stretch.boost_s + record.boost_s,
            trig=stretch.trig + record.trig,
            mwh=stretch.mwh + record.mwh,
        )
    return replace(
        stretch,
        told_s=told_s,
        seen_s=seen_s,
        sat_s=stretch.sat_s + record.sat_s,
        n_in=stretch.n_in + record.n_in,
        n_out=stretch.n_out + record.n_out,
    )


@dataclass(frozen=True)
class Promise:
    """What a lamp should have done until now beside what it did, in seconds.

    Of `planned_s` of its window nothing is known for `unknown_s`; it was lit `lit_s` of the rest,
    and `outside_s` when it should have been off.
    """

    planned_s: int
    unknown_s: int
    lit_s: int
    outside_s: int


def promise(day: Sequence[Stretch], window: LightWindow, grace_s: int) -> Promise:
    """Over the stretches that were told of, or should have been."""
    planned = unknown = lit = outside = 0.0
    for stretch in day:
        if not (stretch.is_told or stretch.due):
            continue
        due_s = overlap_s(window, stretch)
        may_s = overlap_s(window, stretch, grace_s)
        planned += due_s
        unknown += due_s * (1 - stretch.told_share)
        lit += min(stretch.lit_s, due_s)
        outside += max(0, stretch.lit_s - may_s - (_SLACK_S if may_s else 0))
    return Promise(round(planned), round(unknown), round(lit), round(outside))


def overlap_s(window: LightWindow, stretch: Stretch, grace_s: int = 0) -> int:
    """For how long of a stretch the window is open."""
    if window.is_empty or window.start_utc_s is None:
        return 0
    end_utc_s = min(window.end_utc_s + grace_s, stretch.to_utc_s)
    return max(0, end_utc_s - max(window.start_utc_s, stretch.from_utc_s))
