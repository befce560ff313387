"""Formatting of hours and days for people and programs, the coverage beside every count. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.usage.days import ZoneDay

ALL_LIGHT = "all"
HEADINGS = (
    "begins", "site", "zone", "node", "light", "in", "out", "coverage", "triggers", "lit (min)",
    "boosted (min)", "energy (Wh)", "near (min)",
)  # fmt: skip

Line = dict[str, Any]


def line(row: ZoneHour | ZoneDay, tz: str, *, node: str | None, counts: bool, lights: bool) -> Line:
    """One hour or day; units are in the names.

    `counts` and `lights`: whether there is anything that counts or lights; without, its values are
    None. So are counts of a time in which nobody was watching, which is not nobody passing, and
    `near_s` where no lamp could tell: somebody was near for `near_s` of the `near_obs_s` watched.
    """
    utc_s = row.day_utc_s if isinstance(row, ZoneDay) else row.hour_utc_s
    known = counts and (row.obs_s > 0 or row.count_in > 0 or row.count_out > 0)
    return {
        # With its offset: when summer time ends, 02:00 comes twice.
        "begins": datetime.fromtimestamp(utc_s, ZoneInfo(tz)).isoformat(timespec="minutes"),
        "begins_utc_s": utc_s,
        "site": row.site,
        "zone": row.zone,
        "node": node,
        "light": row.light,
        "count_in": row.count_in if known else None,
        "count_out": row.count_out if known else None,
        "obs_s": row.obs_s,
        "due_s": row.due_s,
        "coverage_pct": coverage_pct(row.obs_s, row.due_s),
        "trig": row.trig if lights else None,
        "lit_s": row.lit_s if lights else None,
        "boost_s": row.boost_s if lights else None,
        "mwh": row.mwh if lights else None,
        "near_s": row.near_s if lights and row.near_obs_s else None,
        "near_obs_s": row.near_obs_s if lights else None,
    }


def coverage_pct(obs_s: int, due_s: int) -> int | None:
    """How much of the due time was watched, rounded down; None when nothing was due."""
    return min(100, 100 * obs_s // due_s) if due_s else None


def all_light(days: Iterable[ZoneDay]) -> list[ZoneDay]:
    """Whole days: the light classes of each day and zone together."""
    whole: dict[tuple[str, str, int], ZoneDay] = {}
    for day in days:
        key = (day.site, day.zone, day.day_utc_s)
        sums = zip(whole[key][4:], day[4:], strict=True) if key in whole else None
        values = [a + b for a, b in sums] if sums else day[4:]
        whole[key] = ZoneDay(*key, ALL_LIGHT, *values)
    return [*whole.values()]


def cells(item: Line) -> tuple[object, ...]:
    """A line as a table for people shows it, in the order of HEADINGS."""
    coverage = item["coverage_pct"]
    return (
        item["begins"][:16].replace("T", " "),
        item["site"],
        item["zone"],
        item["node"],
        item["light"],
        item["count_in"],
        item["count_out"],
        None if coverage is None else f"{coverage} %",
        item["trig"],
        _minutes(item["lit_s"]),
        _minutes(item["boost_s"]),
        None if item["mwh"] is None else f"{item['mwh'] / 1000:.1f}",
        _minutes(item["near_s"]),
    )


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else round(seconds / 60)
