"""The check of the hours of zones: are they what the hours of their nodes add up to?"""

# ruff: noqa: S608 -- table and column names are constants; values are always bound

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import zip_longest

from padlicht.ledger.usage.sums import WHOLE_SITE, real_since_utc_s
from padlicht.ledger.usage.zone_hours import SUMS_OF_NODES, VALUES

_KEPT = (
    f"SELECT hour_utc_s, light, {', '.join(VALUES)} FROM zone_hour"
    " WHERE site = ? AND zone = ? ORDER BY hour_utc_s, light"
)
_SUMS_OF_ZONES = (
    f"SELECT hour_utc_s, light, {', '.join(f'sum({name})' for name in VALUES)} FROM zone_hour"
    " WHERE site = ? AND zone <> ? GROUP BY hour_utc_s, light ORDER BY hour_utc_s, light"
)
_ZONES = (
    "SELECT site, zone FROM node_places UNION SELECT site, zone FROM zone_hour WHERE zone <> ?"
    " EXCEPT SELECT site, zone FROM zone_stale"
)


def zone_problems(db: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each zone and site whose hours are not right.

    Zones that are marked to be summed anew are passed over. Not to be asked during a rebuild.
    """
    for site, zone in db.execute(_ZONES, (WHOLE_SITE,)).fetchall():
        sums = SUMS_OF_NODES.format(hours="") + " ORDER BY 1, 2"
        yield from _compare(
            f"zone {zone} of {site}",
            db.execute(_KEPT, (site, zone)),
            db.execute(sums, (site, zone, *real_since_utc_s(db, site))),
        )
    for (site,) in db.execute("SELECT name FROM sites").fetchall():
        yield from _compare(
            f"all zones of {site}",
            db.execute(_KEPT, (site, WHOLE_SITE)),
            db.execute(_SUMS_OF_ZONES, (site, WHOLE_SITE)),
        )


def _compare(what: str, kept: sqlite3.Cursor, sums: sqlite3.Cursor) -> Iterator[str]:
    wrong = [(a, b) for a, b in zip_longest(kept, sums) if a != b]
    if wrong:
        first_utc_s = min(row[0] for row in wrong[0] if row is not None)
        when = datetime.fromtimestamp(first_utc_s, UTC).strftime("%Y-%m-%d %H:%M")
        yield (
            f"the hours of {what} are not what they should add up to, from {when} UTC on: "
            "`padlicht usage rebuild` adds them up anew"
        )
