"""Roll-up from records to hours of use. Pure: rows and nodes in, sums out.

A record counts whole in the hour in which it starts: intervals are cut at the full hour, so they
lie in one. Each record is added exactly once, so the order does not matter, and one that comes
years late changes its own hour and nothing else. A record that never was dated (`t` 0) has no hour.

How much an hour is due: as long as it runs, what was reported of it. When it is over (`closed`),
as long as the node was in service in it, whether anything came in or not, because silence is
missing coverage and not nobody passing. A record from outside a node's service is due what it
reports. Times are Unix seconds UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from padlicht.ledger.usage.node_hours import Contribution, HourDue, HourIncrement
from padlicht.usage.hours import QUARTER_S, Hour, SiteHours

GRACE_S = 2 * QUARTER_S  # two intervals after its end an hour is closed


@dataclass(frozen=True)
class Duty:
    """A node's hours, and when it was in service; `retired_utc_s` None: it still is."""

    hours: SiteHours
    added_utc_s: int
    retired_utc_s: int | None

    def due_s(self, hour: Hour) -> int:
        """How long of an hour the node was in service."""
        end = hour.end_utc_s
        if self.retired_utc_s is not None and self.retired_utc_s < end:
            end = self.retired_utc_s
        return max(0, end - max(hour.start_utc_s, self.added_utc_s))


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
        hour = duties[node_id].hours.at(t)
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
        found.append(HourIncrement._make((*key, hours[key].light, *total, *due)))
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
    first_utc_s = min((duty.added_utc_s for duty in duties.values()), default=until_utc_s)
    closed_utc_s = max(closed_utc_s, min(first_utc_s // QUARTER_S * QUARTER_S, until_utc_s))
    until_utc_s = min(until_utc_s, closed_utc_s + size * QUARTER_S)
    found: list[HourDue] = []
    while closed_utc_s < until_utc_s:
        room = size - len(found)
        ended = _ended(duties, closed_utc_s + QUARTER_S, node_id, room)
        found += ended
        if len(ended) == room:
            return Closed(found, closed_utc_s, ended[-1].node_id)
        closed_utc_s, node_id = closed_utc_s + QUARTER_S, 0
    return Closed(found, closed_utc_s, node_id)


def _ended(
    duties: Mapping[int, Duty], end_utc_s: int, after_node_id: int, room: int
) -> Sequence[HourDue]:
    """Hours that ended at that moment, of at most `room` nodes after the named one."""
    ended: dict[SiteHours, Hour | None] = {}
    found: list[HourDue] = []
    for node_id, duty in duties.items():
        if node_id <= after_node_id:
            continue
        if duty.hours not in ended:
            hour = duty.hours.at(end_utc_s - 1)
            ended[duty.hours] = hour if hour.end_utc_s == end_utc_s else None
        if (over := ended[duty.hours]) and (due_s := duty.due_s(over)):
            if len(found) == room:
                break
            found.append(HourDue(node_id, over.start_utc_s, over.light, due_s))
    return found


def reopen(
    hours: Iterable[tuple[int, int]],
    reported: Iterable[tuple[int, int, int]],
    duties: Mapping[int, Duty],
    until_utc_s: int,
    closed_utc_s: int,
) -> tuple[list[HourDue], list[tuple[int, int]]]:
    """Of hours (node, beginning) that end after `until_utc_s` and by `closed_utc_s`: what they are
    due while they are open, which is as long as was `reported` (node, beginning, length) of them;
    and those of which nothing was.
    """
    told: dict[tuple[int, int], int] = {}
    for node_id, t, dt in reported:
        key = (node_id, duties[node_id].hours.at(t).start_utc_s)
        told[key] = told.get(key, 0) + dt
    due: list[HourDue] = []
    gone: list[tuple[int, int]] = []
    for key in hours:
        node_id, hour_utc_s = key
        hour = duties[node_id].hours.at(hour_utc_s)
        if not until_utc_s < hour.end_utc_s <= closed_utc_s:
            continue
        if key in told:
            due.append(HourDue(node_id, hour_utc_s, hour.light, told[key]))
        else:
            gone.append(key)
    return due, gone
