"""What is left out: days of counters that do not count, and sums without covered time. Reads the
ledger; what counts is decided in watching.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from padlicht.ledger import Ledger
from padlicht.ledger.usage.counter_days import CounterDay
from padlicht.ledger.usage.sums import Use
from padlicht.usage.coverage.watching import NEAR, LeftOut, Reason, both, judge
from padlicht.usage.days import Period, offsets

K = TypeVar("K")


def left_out(
    ledger: Ledger, site: str, first: date, last: date, zone: str | None = None
) -> list[LeftOut]:
    """What of the counters' days from `first` to `last` does not count, by counter and day."""
    near = Period(first - NEAR, last + NEAR)
    return [
        part for part in judge(counter_days(ledger, site, near, zone)) if first <= part.day <= last
    ]


def counter_days(
    ledger: Ledger, site: str, period: Period, zone: str | None = None
) -> list[CounterDay]:
    """The days of each counter of a site, or of one zone of it."""
    clock = ledger.sites.clock(site)
    tz = clock.tz_at(clock.midnight_utc_s(period.last))
    found: dict[tuple[int, date, str], CounterDay] = {}
    for from_utc_s, to_utc_s, offset_s in offsets(period, tz):
        for part in ledger.node_hours.of_counters.between(
            site, from_utc_s, to_utc_s, offset_s, zone
        ):
            known = found.get(part[:3])
            found[part[:3]] = part if known is None else both(known, part)
    return [*found.values()]


def covered_by_light(parts: Iterable[LeftOut], period: Period) -> dict[str, int]:
    """Seconds by light in which counters were covered and said that they watched."""
    found: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        if part.reason is Reason.COVERED and part.day in period:
            found[part.light] += part.obs_s
    return dict(found)


def covered_hours(
    ledger: Ledger, site: str, parts: Iterable[LeftOut]
) -> dict[tuple[int, str], int]:
    """Seconds in which counters were covered and said that they watched, by (hour, light)."""
    clock = ledger.sites.clock(site)
    found: defaultdict[tuple[int, str], int] = defaultdict(int)
    for part in parts:
        if part.reason is not Reason.COVERED:
            continue
        for hour_utc_s, light, obs_s in ledger.node_hours.of_counters.hours(
            part.counter, *clock.bounds_utc_s(part.day)
        ):
            if light == part.light:
                found[hour_utc_s, light] += obs_s
    return dict(found)


def uncovered(use: Use, covered_s: int) -> Use:
    """What of it was watched: not the time in which a counter was covered, whatever it said."""
    return replace(use, obs_s=max(0, use.obs_s - covered_s)) if covered_s else use


def uncover(
    uses: Mapping[K, Use], covered: Mapping[tuple[int, str], int], key: Callable[[int, str], K]
) -> dict[K, Use]:
    """Sums without the time in which counters were covered; `key` says which an hour belongs to."""
    seconds: defaultdict[K, int] = defaultdict(int)
    for (hour_utc_s, light), obs_s in covered.items():
        seconds[key(hour_utc_s, light)] += obs_s
    return {each: uncovered(use, seconds.get(each, 0)) for each, use in uses.items()}
