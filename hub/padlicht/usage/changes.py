"""Change feed of usage: hours and days of zones and sites that changed, for copies elsewhere."""

from typing import NamedTuple

from padlicht.ledger import Ledger
from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.usage.days import ZoneDay, bounds_utc_s, local_day, zone_days


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
    zones = {site.name: site.tz for site in ledger.sites.all()}
    days_changed = {
        (site, zone, local_day(hour_utc_s, zones[site])) for site, zone, hour_utc_s in hours_changed
    }
    hours: list[ZoneHour] = []
    days: list[ZoneDay] = []
    for site, zone, day in sorted(days_changed):
        whole_day = ledger.zone_hours.all(*bounds_utc_s(day, zones[site]), site=site, zone=zone)
        days += zone_days(whole_day, zones[site])
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
