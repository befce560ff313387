"""Local days, made of the hours of a site. Pure.

A day runs from one local midnight to the next, so it has 23 or 25 hours when the clocks change. Of
each day there is one sum per light class: what happened by day, in twilight and in the dark.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger.usage.zone_hours import ZoneHour


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


def zone_days(hours: Iterable[ZoneHour], tz: str) -> list[ZoneDay]:
    """The days in which `hours` of one site start, by day, zone and light."""
    sums: dict[tuple[date, str, str, str], list[int]] = {}
    for site, zone, hour_utc_s, light, *values in hours:
        key = (local_day(hour_utc_s, tz), zone, light, site)
        total = sums.get(key)
        sums[key] = [a + b for a, b in zip(total, values, strict=True)] if total else values
    return [
        ZoneDay(site, zone, midnight_utc_s(day, tz), light, *sums[day, zone, light, site])
        for day, zone, light, site in sorted(sums)
    ]
