"""Change feed of usage: hours and days of zones and sites that changed, for copies elsewhere."""

from datetime import date
from typing import NamedTuple

from padlicht.ledger import Ledger
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.usage.days import ZoneDay, zone_days

_DAY_S = 86_400


class Changes(NamedTuple):
    """Whole sums of the hours and days of zones, and hours of sites, that changed up to `rev`."""

    hours: list[ZoneHour]
    days: list[ZoneDay]
    site_hours: list[ZoneHour]
    rev: int


def changed(ledger: Ledger, after_rev: int, limit: int) -> Changes:
    """The hours and days of zones, and hours of sites, that changed after a rev, as they are now.

    Looks at some `limit` node hours at a time: ask again with the `rev` of the answer until it
    stays the same. Because the sums are whole, writing one again overwrites it with itself.
    """
    hours_changed, rev = ledger.node_hours.changed(after_rev, limit)
    clocks = {site: ledger.sites.clock(site) for site, _, _ in hours_changed}
    days_changed = {
        (site, zone, clocks[site].day(hour_utc_s)) for site, zone, hour_utc_s in hours_changed
    }
    hours: list[ZoneHour] = []
    days: list[ZoneDay] = []
    for site, zone, day in sorted(days_changed):
        whole_day = hours_of_day(ledger, site, zone, day, clocks[site])
        days += zone_days(whole_day, clocks[site])
        hours += (hour for hour in whole_day if (site, zone, hour.hour_utc_s) in hours_changed)
    of_sites: dict[str, set[int]] = {}
    for site, _, hour_utc_s in hours_changed:
        of_sites.setdefault(site, set()).add(hour_utc_s)
    site_hours = [
        hour
        for site in sorted(of_sites)
        for hour in ledger.zone_hours.of_site(site, of_sites[site])
    ]
    return Changes(hours, days, site_hours, rev)


def hours_of_day(
    ledger: Ledger, site: str, zone: str | None, day: date, clock: SiteClock
) -> list[ZoneHour]:
    """The hours of a zone (None: of all) that begin on a local day.

    By the date of each: where the time zone changed, a day may have hours of another one between.
    """
    begin, end = clock.bounds_utc_s(day)
    span = (begin - _DAY_S, end + _DAY_S) if clock.changes else (begin, end)
    found = ledger.zone_hours.all(*span, site=site, zone=zone)
    return [hour for hour in found if clock.day(hour.hour_utc_s) == day] if clock.changes else found
