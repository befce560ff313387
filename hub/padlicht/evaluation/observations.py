"""Observations of a study: hours of counters as the ledger has them, as its estimate takes them.

    ledger (hours of nodes, places, settings, diary)  →  StudyData  →  estimators/analyse.py

Only whole local days are taken, up to the study's last one, so that a study that is over has the
same data each time that it is worked out. Where there are real counters, made-up ones do not
count.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from padlicht.evaluation.confirmation import week_states, with_confirmation
from padlicht.evaluation.estimators.types import (
    CLOCK_CHANGE_DAYS,
    CounterHour,
    Design,
    Part,
    Place,
    StudyData,
)
from padlicht.evaluation.registering import NOT_TRIED
from padlicht.evaluation.registration import Study
from padlicht.ledger import Ledger, SettingsChange
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.timeline import STILL

DARK = ("dark_on", "dark_off")
LAMPS_ON = "dark_on"
BY_DAY = "day"
_DAY = timedelta(days=1)

Clock = tuple[int, int]  # from which hour of the clock until which


def study_data(ledger: Ledger, study: Study, now_utc_s: int) -> StudyData:
    """All that the estimate of a study depends on, as far as its days are over."""
    site, asked = study.row.site, study.now
    clock = ledger.sites.clock(site)
    last = min(asked.last_day, clock.day(now_utc_s) - _DAY)
    hours = [*zone_hours(ledger, site, asked.zone, last, Place.CASE, asked.clock_hours)]
    if asked.control_zone:
        zone = asked.control_zone
        hours += zone_hours(ledger, site, zone, last, Place.CONTROL, asked.clock_hours)
    hours.sort(key=lambda hour: (hour.day, hour.place, hour.counter, hour.hour, hour.light))
    first = min((hour.day for hour in hours), default=last)
    tryout = asked.design is Design.TRYOUT
    tz = clock.tz_at(now_utc_s)
    states = week_states(ledger, study, tz, now_utc_s) if tryout else ()
    return StudyData(
        design=asked.design,
        hours=hours,
        changes_on=None if tryout else asked.first_day,
        until=None if tryout else asked.last_day,
        weeks=with_confirmation(states),
        clock_changes=clock_changes(tz, first, last),
        other_changes=other_changes(ledger, study, clock, first, last),
    )


def zone_hours(
    ledger: Ledger,
    site: str,
    zone: str,
    last: date,
    place: Place = Place.CASE,
    clock_hours: Clock | None = None,
) -> Iterator[CounterHour]:
    """What the counters of a zone ("": of the park) counted, up to a day; nothing that is made up
    where something real was counted."""
    clock = ledger.sites.clock(site)
    stays = _counters(ledger, site, zone)
    span = ledger.use.span(site)
    if span is None:
        return
    from_utc_s, to_utc_s = clock.midnight_utc_s(span[0]), clock.midnight_utc_s(last + _DAY)
    for row in ledger.node_hours.all(from_utc_s, to_utc_s, site=site, zone=zone or None):
        if not any(begin <= row.hour_utc_s < end for begin, end in stays.get(row.node, ())):
            continue
        local = clock.local(row.hour_utc_s)
        yield CounterHour(
            place=place,
            counter=row.node,
            day=local.date(),
            hour=local.hour,
            light=row.light,
            part=part_of(row.light, local.hour, clock_hours),
            count=row.count_in + row.count_out,
            watched_s=row.obs_s,
            due_s=row.due_s,
        )


def part_of(light: str, hour: int, clock_hours: Clock | None) -> Part:
    """What an hour is for; without hours of the clock, case hours are the lamps' own."""
    if light == BY_DAY:
        return Part.CONTROL
    if clock_hours is None:
        return Part.CASE if light == LAMPS_ON else Part.OTHER
    return Part.CASE if light in DARK and clock_hours[0] <= hour < clock_hours[1] else Part.OTHER


def _counters(ledger: Ledger, site: str, zone: str) -> dict[str, list[tuple[int, int]]]:
    """When which counters stood there; real ones alone, where there are any."""
    nodes = {node.id: node for node in ledger.nodes.all()}
    found: dict[bool, dict[str, list[tuple[int, int]]]] = {False: {}, True: {}}
    for stay in ledger.attributes.places(site=site):
        node = nodes.get(stay.node_id)
        if node is not None and stay.role == "counter" and zone in ("", stay.zone):
            stays = found[node.simulated].setdefault(node.name, [])
            stays.append((stay.from_utc_s, stay.to_utc_s))
    return found[False] or found[True]


def clock_changes(tz: str, first: date, last: date) -> tuple[date, ...]:
    """The days on which the clock changed, with days enough on both sides of each."""
    zone, around = ZoneInfo(tz), timedelta(days=CLOCK_CHANGE_DAYS)
    clock = SiteClock.always(tz)

    def offset(day: date) -> timedelta | None:
        return clock.local(clock.midnight_utc_s(day)).astimezone(zone).utcoffset()

    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(
        day
        for day in days
        if offset(day) != offset(day + _DAY) and first <= day - around and day + around <= last
    )


def other_changes(
    ledger: Ledger, study: Study, clock: SiteClock, first: date, last: date
) -> tuple[date, ...]:
    """Days on which something else changed: lamps and counters that came and went, their settings,
    other studies, and what the diary has."""
    site, zones = study.row.site, {study.now.zone, study.now.control_zone} - {""}
    moments: list[int] = []
    names = set()
    nodes = {node.id: node.name for node in ledger.nodes.all()}
    for stay in ledger.attributes.places(site=site):
        if not zones or stay.zone in zones:
            names.add(nodes.get(stay.node_id))
            moments += (utc_s for utc_s in (stay.from_utc_s, stay.to_utc_s) if 0 < utc_s < STILL)
    moments += (
        change.utc_s
        for change in ledger.settings.of_site(site)
        if change.node in names and change.before and _matters(change)
    )
    days = {clock.day(utc_s) for utc_s in moments}
    for row in ledger.studies.all(site):
        days.add(Study.of(row).now.first_day)
    for entry in ledger.diary.log(site):
        if entry.withdrawn_utc_s is None and (not zones or entry.zone in (None, *zones)):
            days |= {entry.first_day, entry.last_day + _DAY}
    return tuple(sorted(day for day in days if first < day <= last))


def _matters(change: SettingsChange) -> bool:
    """Whether anybody could see it: that a clock stays right changes nothing on a path."""
    keys = change.before.keys() | change.after.keys()
    return any(
        change.before.get(key) != change.after.get(key) for key in keys if key not in NOT_TRIED
    )


def sha256_of(data: object) -> str:
    """The hash of what an estimate was made of."""
    return sha256(msgspec.json.encode(data, order="deterministic")).hexdigest()


def whole_weeks(hours: Iterable[CounterHour], last: date, most: int) -> list[CounterHour]:
    """The hours of at most so many whole weeks, of which the last one ends on a Sunday."""
    kept = sorted(hours, key=lambda hour: hour.day)
    end = last - timedelta(days=(last.weekday() + 1) % 7)
    begin = end - timedelta(weeks=most) + _DAY
    days = [hour.day for hour in kept]
    first = days[0] if days else begin
    begin = max(begin, first + timedelta(days=-first.weekday() % 7))
    return [hour for hour in kept[: bisect_right(days, end)] if hour.day >= begin]
