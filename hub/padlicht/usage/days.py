"""Local days and weeks: sums per zone and light of whole days, and passages of today so far. Pure.

A day runs from one local midnight to the next, so it has 23 or 25 hours when the clocks change. Of
each whole day there is one sum per light class: by day, in twilight and in the dark. Of today there
are the passages of each counter and direction, each with how much of the day was watched.

Three things that must never look alike: nobody passed (a count of 0, watched), nobody was
watching (`obs_s` is 0), and nothing was due yet (`coverage` is None).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Footfall, Node
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.usage.hours import DARK_OFF, DARK_ON, QUARTER_S

_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
INTERVAL_S = 900  # what a counter reports by, until its own records say otherwise


@dataclass(frozen=True)
class Period:
    """Local days from the first to the last, both included; empty when the last is before."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return max(0, (self.last - self.first).days + 1)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def last_days(today: date) -> Period:
    """The last seven whole days: for what somebody has to look at now."""
    return Period(today - _WEEK, today - _DAY)


def newest_monday(last: date) -> date:
    """The Monday of the newest week, Monday to Sunday, that is whole up to and with `last`."""
    end = last - timedelta((last.weekday() + 1) % 7)
    return end - _WEEK + _DAY


def last_weeks(today: date) -> tuple[Period, Period]:
    """The newest whole week from Monday to Sunday, and (first) the week before it.

    A week counts once its Sunday ended a whole day ago: so it is the newest week of the public page
    too (open_figures.py), and what came late is in it.
    """
    monday = newest_monday(today - 2 * _DAY)
    after = Period(monday, monday + _WEEK - _DAY)
    return Period(monday - _WEEK, monday - _DAY), after


class ZoneDay(NamedTuple):
    """The hours of one light class of a zone's day; `day_utc_s` is local midnight."""

    site: str
    zone: str
    day_utc_s: int
    light: str
    count_in: int
    count_out: int
    trig: int
    lit_s: int
    boost_s: int
    mwh: int
    obs_s: int
    due_s: int
    near_s: int
    near_obs_s: int
    simulated: int = 0  # node-hours of it that are


def local_day(utc_s: int, tz: str) -> date:
    """The date that the calendar of the place shows."""
    return datetime.fromtimestamp(utc_s, ZoneInfo(tz)).date()


def midnight_utc_s(day: date, tz: str) -> int:
    """When a local day begins, in Unix seconds UTC."""
    return int(datetime.combine(day, time(), ZoneInfo(tz)).astimezone(UTC).timestamp())


def bounds_utc_s(day: date, tz: str) -> tuple[int, int]:
    """Beginning and end of a local day in Unix seconds UTC."""
    return midnight_utc_s(day, tz), midnight_utc_s(day + timedelta(days=1), tz)


def offsets(period: Period, tz: str) -> list[tuple[int, int, int]]:
    """The stretches (from, to, offset) of a period in which the clock keeps its offset from UTC.

    Unix seconds UTC and seconds; they lie end to end, and a period without a day has none.
    """
    found: list[tuple[int, int, int]] = []
    zone = ZoneInfo(tz)

    def offset_s(utc_s: int) -> int:
        ahead = datetime.fromtimestamp(utc_s, UTC).astimezone(zone).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0

    for number in range(period.days):
        begin, end = bounds_utc_s(period.first + number * _DAY, tz)
        # Nearly every day has one offset; on the others, the clock changes at some quarter.
        same = offset_s(begin) == offset_s(end - QUARTER_S)
        for utc_s in (begin,) if same else range(begin, end, QUARTER_S):
            until_utc_s = end if same else utc_s + QUARTER_S
            if found and found[-1][2] == offset_s(utc_s):
                found[-1] = (found[-1][0], until_utc_s, found[-1][2])
            else:
                found.append((utc_s, until_utc_s, offset_s(utc_s)))
    return found


def zone_days(hours: Iterable[ZoneHour], clock: SiteClock) -> list[ZoneDay]:
    """The days in which `hours` of one site start, by day, zone and light."""
    sums: dict[tuple[date, str, str, str], list[int]] = {}
    for site, zone, hour_utc_s, light, *values in hours:
        key = (clock.day(hour_utc_s), zone, light, site)
        total = sums.get(key)
        sums[key] = [a + b for a, b in zip(total, values, strict=True)] if total else values
    return [
        ZoneDay(site, zone, clock.midnight_utc_s(day), light, *sums[day, zone, light, site])
        for day, zone, light, site in sorted(sums)
    ]


@dataclass(frozen=True)
class Passages:
    """Counts of one counter, or of several, with the seconds watched of the seconds due.

    `sat_s`: seconds in which a sensor saw as many people as it can tell apart, so that the
    count may be too low. `dark_on` and `dark_off`: passages in the dark while lamps were on, and
    while they were off.
    """

    n_in: int
    n_out: int
    obs_s: int
    sat_s: int
    due_s: int
    dark_on: int = 0
    dark_off: int = 0

    @property
    def count(self) -> int:
        """Passages in both directions."""
        return self.n_in + self.n_out

    @property
    def coverage(self) -> float | None:
        """Share of the due time that was watched, 0 to 1; None when nothing was due yet."""
        return min(1.0, self.obs_s / self.due_s) if self.due_s > 0 else None

    @property
    def watched(self) -> bool:
        """Whether the counts say anything at all: without a second watched they do not."""
        return self.obs_s > 0


@dataclass(frozen=True)
class Today:
    """A site's day so far; `counters` in the order in which the nodes were given.

    `total` is of passages, not of people, and never mixes the simulated with the real: as soon as
    one real counter stands there, the simulated ones are left out of it. `simulated`: whether it is
    of those alone.
    """

    from_utc_s: int
    to_utc_s: int
    counters: dict[str, Passages]
    total: Passages
    simulated: bool = False


def today(
    nodes: Iterable[Node],
    rows: Iterable[Footfall],
    now_utc_s: int,
    tz: str,
    light_of: Callable[[Node, int], str],
) -> Today:
    """The passages of every counter among `nodes` since local midnight.

    `light_of` tells the light class of a moment (Unix seconds UTC) at a node.
    `rows` may hold more than today and more than these nodes. Time is due from midnight, or from
    when the node was added, to the end of its last interval; when it has been silent for more
    than two intervals, to two intervals ago, so that silence shows as missing coverage.
    A retired counter is due nothing after its last interval.
    """
    from_utc_s, to_utc_s = bounds_utc_s(local_day(now_utc_s, tz), tz)
    by_node: dict[str, list[Footfall]] = {}
    for row in rows:
        if from_utc_s <= row.t < to_utc_s:
            by_node.setdefault(row.node, []).append(row)

    counters: dict[str, Passages] = {}
    real: list[Passages] = []
    made_up: list[Passages] = []
    for node in nodes:
        mine = by_node.get(node.name, [])
        if node.role != "counter" or (node.retired and not mine):
            continue
        passages = _of_counter(node, mine, from_utc_s, now_utc_s, light_of)
        counters[node.name] = passages
        (made_up if node.simulated else real).append(passages)
    return Today(from_utc_s, to_utc_s, counters, _total(real or made_up), not real)


def _of_counter(
    node: Node,
    rows: list[Footfall],
    from_utc_s: int,
    now_utc_s: int,
    light_of: Callable[[Node, int], str],
) -> Passages:
    due_from = max(from_utc_s, node.added_utc_s)
    last_end = max((row.t + row.dt for row in rows), default=due_from)
    # The longest interval is the usual one: boots and settings only ever cut one short.
    interval_s = max((row.dt for row in rows), default=0) or INTERVAL_S
    due_to = last_end if node.retired else max(last_end, now_utc_s - 2 * interval_s)
    lights: Counter[str] = Counter()
    for row in rows:
        lights[light_of(node, row.t + row.dt // 2)] += row.n_in + row.n_out
    return Passages(
        n_in=sum(row.n_in for row in rows),
        n_out=sum(row.n_out for row in rows),
        obs_s=sum(row.obs_s for row in rows),
        sat_s=sum(row.sat_s for row in rows),
        due_s=max(0, due_to - due_from),
        dark_on=lights[DARK_ON],
        dark_off=lights[DARK_OFF],
    )


def _total(parts: list[Passages]) -> Passages:
    return Passages(
        n_in=sum(part.n_in for part in parts),
        n_out=sum(part.n_out for part in parts),
        # Clipped per counter: one that watched before it was due must not hide another's gap.
        obs_s=sum(min(part.obs_s, part.due_s) for part in parts),
        sat_s=sum(part.sat_s for part in parts),
        due_s=sum(part.due_s for part in parts),
        dark_on=sum(part.dark_on for part in parts),
        dark_off=sum(part.dark_off for part in parts),
    )
