"""Changing what is registered: where a node or a park is, its zone, and whether it serves."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from padlicht.addresses import nearest
from padlicht.control.desired_settings import note as note_settings
from padlicht.control.posix_tz import check_time_zone
from padlicht.control.settings_publisher import first_settings, local_settings
from padlicht.errors import BadData, Refused
from padlicht.fleet.board_config import check_rated
from padlicht.ledger import Ledger, Node, Site, Zone
from padlicht.ledger.timeline import Note
from padlicht.wire import NAME

MOST_WAY = 40  # letters of the name of a direction: it has to fit beside a number on a phone


def check_name(what: str, name: str) -> None:
    """Raise BadData unless `name` can be part of a topic."""
    if not NAME.fullmatch(name):
        raise BadData(
            f"{name!r} is no name for a {what}: use lower-case letters, digits and hyphens, "
            "beginning with a letter or digit, at most 31"
        )


def check_place(lat: float, lon: float) -> None:
    """Raise BadData unless there is such a place."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadData(
            f"{lat}, {lon} is no place on earth: latitude -90 to 90, longitude -180 to 180"
        )


def check_own_place(who: str, lat: float | None, lon: float | None) -> None:
    """Raise BadData when half a place is given, or none that there is."""
    if (lat is None) != (lon is None):
        raise BadData(f"{who}: give latitude and longitude (--lat and --lon) both, or neither")
    if lat is not None and lon is not None:
        check_place(lat, lon)


def check_site(site: Site) -> None:
    """Raise BadData unless a park can be so."""
    check_name("site", site.name)
    check_place(site.lat, site.lon)
    for lat, lon in site.path:
        check_place(lat, lon)
    check_time_zone(site.tz)


def site_of(ledger: Ledger, name: str) -> Site:
    """The park of that name; Refused when there is none."""
    sites = {site.name: site for site in ledger.sites.all()}
    if name not in sites:
        check_name("site", name)
        raise Refused(no_site(name, sites))
    return sites[name]


def no_site(name: str, sites: Iterable[str]) -> str:
    """The sentence that there is no such park: which one was meant, or how to add it."""
    if meant := nearest(name, sites):
        return f"there is no site {name}{meant} `padlicht site list` shows all of them"
    return f"there is no site {name}: `padlicht site list` shows all, `padlicht site add` adds one"


def change_node(ledger: Ledger, node: Node, note: Note, about: Collection[str] = ()) -> int | None:
    """Give the node of that name this site, zone, place, role, rated power, ways and retirement.

    In the caller's transaction. A lamp's sun goes with its place, so that a move makes new wanted
    settings; their version, or None. `about`: what keeps its value, and of which only the time is
    mended. Raises BadData or Refused when the node cannot be so, or not since then.
    """
    check_name("zone", node.zone)
    check_own_place(node.name, node.lat, node.lon)
    check_rated(node.rated_mw, node.role)
    check_ways(node)
    check_note(note)
    site = site_of(ledger, node.site)
    before = ledger.nodes.get(node.name)
    ledger.nodes.change(node, note, about)
    other_role = before is not None and before.role != node.role
    return _follow_place(ledger, node, site, note, other_role=other_role)


def change_site(
    ledger: Ledger, site: Site, note: Note, about: Collection[str] = ()
) -> dict[str, int]:
    """Give the park of that name this title, time zone, place and path.

    In the caller's transaction. Nodes without a place of their own move along; the new settings
    versions by node. Raises BadData or Refused when a park cannot be so, or not since then.
    """
    check_site(site)
    check_note(note)
    ledger.sites.change(site, note, about)
    versions = {}
    for node in ledger.nodes.all(site.name):
        version = _follow_place(ledger, node, site, note)
        if version is not None:
            versions[node.name] = version
    return versions


def check_ways(node: Node) -> None:
    """Raise BadData unless the names of a node's directions can be shown, or it has none."""
    names = [name for name in (node.way_in, node.way_out) if name is not None]
    if names and node.role != "counter":
        raise BadData("a lamp counts no directions: leave out --way-in and --way-out")
    for name in names:
        if not name.strip() or not name.isprintable() or len(name) > MOST_WAY:
            raise BadData(
                f"{name!r} cannot be the name of a direction: give up to {MOST_WAY} letters, such "
                "as 'towards the school'"
            )
    if len({*names}) < len(names):
        raise BadData(f"both directions would be called {names[0]!r}: give each its own name")


def check_note(note: Note) -> None:
    """Raise BadData unless something can have changed then, and somebody says why."""
    if not note.why.strip():
        raise BadData("--why is empty: say why, in a few words, for those who come after")
    if note.from_utc_s is not None and note.from_utc_s > note.utc_s:
        raise BadData("--from lies ahead: say it when it has happened")
    if note.from_utc_s is not None and note.from_utc_s <= 0:
        raise BadData("--from lies before 1970: nothing was counted then")


def since(text: str, tz: str) -> int:
    """The moment that a person gave as a local date, or date and time, in Unix seconds UTC."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadData(f"--from {text!r} is not like 2026-11-20 or 2026-11-20T14:30") from error
    return int((local if local.tzinfo else local.replace(tzinfo=ZoneInfo(tz))).timestamp())


def put_zone(ledger: Ledger, zone: Zone) -> None:
    """Add a zone or change it, in the caller's transaction; BadData when it cannot be so."""
    check_name("zone", zone.name)
    check_own_place(zone.name, zone.lat, zone.lon)
    site_of(ledger, zone.site)
    ledger.sites.put_zone(zone)


def _follow_place(
    ledger: Ledger, node: Node, site: Site, note: Note, *, other_role: bool = False
) -> int | None:
    """Want the settings that go with a node's place and role, unless they are wanted already."""
    versions = ledger.settings.log(node.name)
    before: Mapping[str, Any] = versions[0].after if versions else {}
    local = local_settings(node, site, note.utc_s)
    if other_role:
        first = first_settings(node, site, note.utc_s)
        local = {key: before.get(key, value) for key, value in first.items()} | local
    if all(before.get(key) == value for key, value in local.items()):
        return None
    return note_settings(ledger, node, before, local, note.who, note.why, note.utc_s)
