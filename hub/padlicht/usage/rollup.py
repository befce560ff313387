"""Roll-up from records to hours of use. Pure: rows and nodes in, sums out.

A record counts whole in the hour in which it starts: intervals are cut at the full hour, so they
lie in one. Where an hour is cut because the lamps' window ends in it, one that is longer than a
quarter may reach beyond the cut: then it counts as lamps off, for nobody knows when they passed.
Each record is added exactly once, so the order does not matter, and one that comes years late
changes its own hour and nothing else. A record that never was dated (`t` 0) has no hour.

How much an hour is due: as long as it runs, what was reported of it. When it is over (`closed`),
as long as the node was in service in it, whether anything came in or not, because silence is
missing coverage and not nobody passing. A record from outside a node's service is due what it
reports. Where a node moves, its site gets another clock, or the lamps' window begins or ends, an
hour is cut in parts, so that each belongs to one place and one light. Times are Unix seconds UTC.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from padlicht.ledger.timeline import STILL
from padlicht.ledger.usage.node_hours import Contribution, HourDue, HourIncrement
from padlicht.usage.hours import DARK_OFF, DARK_ON, QUARTER_S, Hour, SiteHours

GRACE_S = 2 * QUARTER_S  # two intervals after its end an hour is closed


class Stay(NamedTuple):
    """A stretch of time in which a node was in one zone of a site with one clock and one sun.

    `clock_since_utc_s`: since when the site had that clock and that sun.
    """

    from_utc_s: int
    to_utc_s: int
    hours: SiteHours
    clock_since_utc_s: int = 0


class Duty:
    """A node's hours, and when it was in service.

    `stays` lie end to end from 0 to STILL; it `served` from when until when, oldest first.
    """

    def __init__(self, stays: Sequence[Stay], served: Sequence[tuple[int, int]]) -> None:
        self.stays = stays
        self.served = served
        self._begins = [stay.from_utc_s for stay in stays]

    @property
    def began_utc_s(self) -> int:
        """Since when anything is expected of it; STILL: nothing ever was."""
        return self.served[0][0] if self.served else STILL

    def at(self, utc_s: int) -> Hour:
        """The hour in which a moment lies, or the part of it in which the node stayed there."""
        if len(self.stays) == 1:
            return self.stays[0].hours.at(utc_s)
        stay = self._stay(utc_s)
        hour = stay.hours.at(utc_s)
        # An hour of a new clock begins with that clock: for all nodes alike, so that it is no part.
        begin_utc_s = max(hour.start_utc_s - hour.late_s, stay.clock_since_utc_s)
        start_utc_s = max(hour.start_utc_s, begin_utc_s, stay.from_utc_s)
        end_utc_s = min(hour.end_utc_s, stay.to_utc_s)
        return Hour(start_utc_s, end_utc_s, hour.light, start_utc_s - begin_utc_s)

    def _stay(self, utc_s: int) -> Stay:
        return self.stays[max(0, bisect_right(self._begins, utc_s) - 1)]

    def hour_begin_utc_s(self, utc_s: int) -> int:
        """When the whole hour began of which a moment is, with all its parts."""
        part = self.at(utc_s)
        return part.start_utc_s - part.late_s

    def hour_end_utc_s(self, utc_s: int) -> int:
        """When that hour ends."""
        end_utc_s = self.at(utc_s).end_utc_s
        while self.at(end_utc_s).late_s:
            end_utc_s = self.at(end_utc_s).end_utc_s
        return end_utc_s

    def part_of(self, from_utc_s: int, to_utc_s: int) -> Hour:
        """The part of an hour in which what was counted in that time counts: where it began.

        But what lies partly outside of the window is not lamps on, if it is of the same hour and
        place: nobody knows in which part of the time somebody passed.
        """
        part = self.at(from_utc_s)
        if part.light == DARK_ON and to_utc_s > part.end_utc_s:
            then = self.at(part.end_utc_s)
            same_place = self._stay(part.end_utc_s) is self._stay(from_utc_s)
            if then.late_s and then.light == DARK_OFF and same_place:
                return then
        return part

    def ended(self, end_utc_s: int) -> list[Hour]:
        """The hours, and parts of such, that ended in the quarter up to that moment."""
        begin_utc_s = end_utc_s - QUARTER_S
        ends = {at for at in self._begins if begin_utc_s < at < end_utc_s} | {end_utc_s}
        found = (self.at(at - 1) for at in sorted(ends))
        return [hour for hour in found if begin_utc_s < hour.end_utc_s <= end_utc_s]

    def due_s(self, hour: Hour) -> int:
        """How long of an hour the node was in service."""
        return sum(
            max(0, min(end, hour.end_utc_s) - max(begin, hour.start_utc_s))
            for begin, end in self.served
        )


class Closed(NamedTuple):
    """Hours to close next, and how far that brings it.

    All hours that end by `until_utc_s` are closed, and those that end a quarter later of the nodes
    up to `node_id`.
    """

    hours: list[HourDue]
    until_utc_s: int
    node_id: int


def closable_until_utc_s(now_utc_s: int) -> int:
    """Hours that end by this are over, at that time."""
    return (now_utc_s - GRACE_S) // QUARTER_S * QUARTER_S


def add_up(
    records: Iterable[Contribution], duties: Mapping[int, Duty], closed_utc_s: int
) -> list[HourIncrement]:
    """What `records` add to hours; those that end by `closed_utc_s` have their due already."""
    sums: dict[tuple[int, int], list[int]] = {}
    hours: dict[tuple[int, int], Hour] = {}
    for record in records:
        _, node_id, t, dt, count_in, count_out, trig, lit_s, boost_s, mwh, *watched = record
        if t == 0:
            continue
        # What retention took away comes back as a record for each hour, a second late.
        hour = duties[node_id].part_of(t, t + dt - (not record.id))
        key = (node_id, hour.start_utc_s)
        total = sums.get(key)
        if total is None:
            sums[key] = [count_in, count_out, trig, lit_s, boost_s, mwh, *watched, dt]
            hours[key] = hour
        else:
            total[0] += count_in
            total[1] += count_out
            total[2] += trig
            total[3] += lit_s
            total[4] += boost_s
            total[5] += mwh
            total[6] += watched[0]
            total[7] += watched[1]
            total[8] += watched[2]
            total[9] += dt
    found = []
    for key, (*total, reported_s) in sums.items():
        due = _due(duties[key[0]], hours[key], reported_s, closed_utc_s)
        hour = hours[key]
        length_s = hour.end_utc_s - hour.start_utc_s
        found.append(HourIncrement._make((*key, hour.light, *total, *due, hour.late_s, length_s)))
    return found


def _due(duty: Duty, hour: Hour, reported_s: int, closed_utc_s: int) -> tuple[int, int]:
    """What the hour is due if it is new, and what comes to its due if it is not."""
    if hour.end_utc_s <= closed_utc_s and (due_s := duty.due_s(hour)):
        return due_s, 0
    return reported_s, reported_s


def close(
    duties: Mapping[int, Duty], closed_utc_s: int, node_id: int, now_utc_s: int, size: int
) -> Closed:
    """The next hours that are over: at most `size` of them, and of as many quarters.

    `closed_utc_s` and `node_id` are what the answer before said, 0 and 0 at first. `duties` are
    in the order of the nodes' ids. When nothing is left to close, the answer says the same again.
    """
    until_utc_s = closable_until_utc_s(now_utc_s)
    if node_id:  # what is half done is finished, even if the hub's clock was put back since
        until_utc_s = max(until_utc_s, closed_utc_s + QUARTER_S)
    if until_utc_s <= closed_utc_s:
        return Closed([], closed_utc_s, node_id)
    first_utc_s = min((duty.began_utc_s for duty in duties.values()), default=until_utc_s)
    closed_utc_s = max(closed_utc_s, min(first_utc_s // QUARTER_S * QUARTER_S, until_utc_s))
    until_utc_s = min(until_utc_s, closed_utc_s + size * QUARTER_S)
    found: list[HourDue] = []
    while closed_utc_s < until_utc_s:
        room = size - len(found)
        ended = _ended(duties, closed_utc_s + QUARTER_S, node_id, room)
        found += ended
        if len(ended) >= room:
            return Closed(found, closed_utc_s, ended[-1].node_id)
        closed_utc_s, node_id = closed_utc_s + QUARTER_S, 0
    return Closed(found, closed_utc_s, node_id)


def _ended(
    duties: Mapping[int, Duty], end_utc_s: int, after_node_id: int, room: int
) -> Sequence[HourDue]:
    """Hours that ended at that moment, of at most `room` nodes after the named one."""
    ended: dict[SiteHours, list[Hour]] = {}
    found: list[HourDue] = []
    for node_id, duty in duties.items():
        if node_id <= after_node_id:
            continue
        if len(duty.stays) > 1:
            hours = duty.ended(end_utc_s)
        else:  # as nearly all: those of a site have the same hours
            site = duty.stays[0].hours
            if (known := ended.get(site)) is None:
                known = ended[site] = duty.ended(end_utc_s)
            hours = known
        owed = _owed(node_id, duty, hours)
        if owed and len(found) >= room:
            break
        found += owed
    return found


def _owed(node_id: int, duty: Duty, hours: Iterable[Hour]) -> list[HourDue]:
    return [
        HourDue(
            node_id,
            hour.start_utc_s,
            hour.light,
            due_s,
            hour.late_s,
            hour.end_utc_s - hour.start_utc_s,
        )
        for hour in hours
        if (due_s := duty.due_s(hour))
    ]


def owed_between(
    node_id: int, duty: Duty, from_utc_s: int, to_utc_s: int, closed_utc_s: int
) -> list[HourDue]:
    """What a node owes of the hours in [from, to) that are closed."""
    at_utc_s = max(from_utc_s, duty.began_utc_s)
    hours = []
    while at_utc_s < to_utc_s and (hour := duty.at(at_utc_s)).end_utc_s <= closed_utc_s:
        hours.append(hour)
        at_utc_s = hour.end_utc_s
    return _owed(node_id, duty, hours)
