"""Tables `sites` and `zones`: the parks, and the parts of parks that figures are given for."""

import json
import sqlite3

from padlicht.errors import Refused
from padlicht.ledger.rows import Site, Zone


class SiteTable:
    """Parks and their zones; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> list[Site]:
        """All parks, by name."""
        rows = self._db.execute("SELECT name, title, tz, lat, lon, path FROM sites ORDER BY name")
        return [Site(*(*row[:5], _path(row[5]))) for row in rows]

    def zones(self, site: str | None = None) -> list[Zone]:
        """The zones of a park (None: of all parks), by park and name."""
        rows = self._db.execute(
            "SELECT site, name, title, lat, lon FROM zones WHERE ?1 IS NULL OR site = ?1"
            " ORDER BY site, name",
            (site,),
        )
        return [Zone(*row) for row in rows]

    def add(self, site: Site) -> None:
        """Add a park; Refused when there is one of that name."""
        values = (site.name, site.title, site.tz, site.lat, site.lon, json.dumps(site.path))
        try:
            self._db.execute("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise Refused(f"site {site.name} is already there: choose another name") from error

    def change(self, site: Site) -> None:
        """Give the park of that name this title, time zone, place and path."""
        self._db.execute(
            "UPDATE sites SET title = ?, tz = ?, lat = ?, lon = ?, path = ? WHERE name = ?",
            (site.title, site.tz, site.lat, site.lon, json.dumps(site.path), site.name),
        )

    def put_zone(self, zone: Zone) -> None:
        """Add a zone, or give it this title and place."""
        self._db.execute(
            "INSERT INTO zones (site, name, title, lat, lon) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (site, name) DO UPDATE SET title = excluded.title, lat = excluded.lat,"
            " lon = excluded.lon",
            (zone.site, zone.name, zone.title, zone.lat, zone.lon),
        )


def _path(stored: str) -> tuple[tuple[float, float], ...]:
    return tuple((lat, lon) for lat, lon in json.loads(stored))
