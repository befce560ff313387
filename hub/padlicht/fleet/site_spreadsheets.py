"""Parks and zones as tables: out, and in again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from padlicht.errors import BadData
from padlicht.fleet import spreadsheet
from padlicht.fleet.changes import (
    change_site,
    check_name,
    check_own_place,
    check_site,
    no_site,
    put_zone,
)
from padlicht.fleet.spreadsheet import Mistake, Row
from padlicht.ledger import Ledger, Site, Zone
from padlicht.ledger.timeline import Note

SITE_COLUMNS: spreadsheet.Columns = {
    "name": spreadsheet.text,
    "title": spreadsheet.text,
    "tz": spreadsheet.text,
    "lat": spreadsheet.number,
    "lon": spreadsheet.number,
    "path": spreadsheet.places,
}
ZONE_COLUMNS: spreadsheet.Columns = {
    "site": spreadsheet.text,
    "name": spreadsheet.text,
    "title": spreadsheet.text,
    "lat": spreadsheet.number,
    "lon": spreadsheet.number,
}


@dataclass
class PlacePlan:
    """What an import would do: parks to add and to change, zones to put as they should be."""

    new_sites: list[Site] = field(default_factory=list)
    changed_sites: list[Site] = field(default_factory=list)
    new_zones: list[Zone] = field(default_factory=list)
    changed_zones: list[Zone] = field(default_factory=list)
    same: int = 0

    def steps(self) -> Iterable[tuple[str, str, str]]:
        """What is done, to what, and how, for a person to read before."""
        for what, sites in (("add", self.new_sites), ("change", self.changed_sites)):
            for site in sites:
                yield (what, site.name, f"{site.title}, {site.tz}, {site.lat} {site.lon}")
        for what, zones in (("add", self.new_zones), ("change", self.changed_zones)):
            for zone in zones:
                yield (what, f"{zone.site}/{zone.name}", zone.title)


def export_sites(ledger: Ledger, *, excel: bool = False) -> str:
    """All parks as CSV."""
    rows = (vars(site) for site in ledger.sites.all())
    return spreadsheet.write(SITE_COLUMNS, rows, excel=excel)


def export_zones(ledger: Ledger, *, excel: bool = False) -> str:
    """All zones as CSV."""
    rows = (vars(zone) for zone in ledger.sites.zones())
    return spreadsheet.write(ZONE_COLUMNS, rows, excel=excel)


def plan_sites(
    rows: Sequence[Row], ledger: Ledger, default_tz: str
) -> tuple[PlacePlan, list[Mistake]]:
    """What the rows ask for, and all that is wrong with them. Changes nothing."""
    known = {site.name: site for site in ledger.sites.all()}
    planned, mistakes, seen = PlacePlan(), [], dict[object, int]()
    for row in rows:
        cells = dict(row.cells)
        name = cells.get("name")
        before = known.get(name) if name else None
        needed = ("name",) if before else ("name", "lat", "lon")
        if lacking := _lacking(row, needed, seen, name):
            mistakes += lacking
            continue
        after = (
            replace(before, **cells)
            if before
            else Site(**{"title": str(name).capitalize(), "tz": default_tz, **cells})
        )
        try:
            check_site(after)
        except BadData as error:
            mistakes.append(Mistake(row.line, None, str(error)))
        if before is None:
            planned.new_sites.append(after)
        elif before != after:
            planned.changed_sites.append(after)
        else:
            planned.same += 1
    return planned, mistakes


def plan_zones(rows: Sequence[Row], ledger: Ledger) -> tuple[PlacePlan, list[Mistake]]:
    """What the rows ask for, and all that is wrong with them. Changes nothing."""
    known = {(zone.site, zone.name): zone for zone in ledger.sites.zones()}
    sites = {site.name for site in ledger.sites.all()}
    planned, mistakes, seen = PlacePlan(), [], dict[object, int]()
    for row in rows:
        cells = dict(row.cells)
        key = (cells.get("site"), cells.get("name"))
        if lacking := _lacking(row, ("site", "name"), seen, key):
            mistakes += lacking
            continue
        before = known.get((str(key[0]), str(key[1])))
        after = replace(before, **cells) if before else Zone(**{"title": cells["name"], **cells})
        if after.site not in sites:
            mistakes.append(Mistake(row.line, "site", no_site(after.site, sites)))
        try:
            check_name("zone", after.name)
            check_own_place(after.name, after.lat, after.lon)
        except BadData as error:
            mistakes.append(Mistake(row.line, None, str(error)))
        if before is None:
            planned.new_zones.append(after)
        elif before != after:
            planned.changed_zones.append(after)
        else:
            planned.same += 1
    return planned, mistakes


def carry_out(planned: PlacePlan, ledger: Ledger, note: Note) -> None:
    """Do what is planned, all of it or nothing; `note` says who changes what is known, and why."""
    with ledger.transaction():
        for site in planned.new_sites:
            ledger.sites.add(site)
        for site in planned.changed_sites:
            change_site(ledger, site, note)
        for zone in (*planned.new_zones, *planned.changed_zones):
            put_zone(ledger, zone)


def _lacking(
    row: Row, needed: Iterable[str], seen: dict[object, int], key: object
) -> list[Mistake]:
    """What makes a row not worth reading on: empty cells, or a name for the second time."""
    mistakes = [
        Mistake(row.line, column, "it is empty") for column in needed if column not in row.cells
    ]
    if not mistakes and key in seen:
        mistakes.append(Mistake(row.line, "name", f"it is in line {seen[key]} already"))
    seen.setdefault(key, row.line)
    return mistakes
