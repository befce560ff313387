"""Duties of all nodes, as the ledger knows them: where they were, and in whose windows."""

from collections.abc import Collection, Mapping, Sequence, Set
from itertools import groupby
from operator import attrgetter

from padlicht.ledger import Ledger, Site
from padlicht.ledger.tables.attributes import Place, SitePlace
from padlicht.usage.hours import SiteHours
from padlicht.usage.rollup import Duty, Stay
from padlicht.usage.schedule.zone_windows import LampStay, Rules, ZoneWindow, from_text, rules_of

Zone = tuple[str, str]  # a site, and its zone


class Duties:
    """Duties by node, in the order of the nodes' ids; hours are shared by all that have the same.

    Read again when anything about a place, a service or the settings in force changed; else a city
    of nodes would be read for every piece. `rules` are the windows of each (site, zone).
    """

    def __init__(self) -> None:
        self.all: dict[int, Duty] = {}
        self.rules: dict[Zone, Rules] = {}
        self._hours: dict[tuple[str, float, float, Rules], SiteHours] = {}
        self._read_at = (-1, -1, -1)

    def keep_up(self, ledger: Ledger) -> None:
        """Read again what changed since the last time."""
        newest = (
            ledger.attributes.newest_id(),
            ledger.removals.last_id(),
            ledger.settings.newest_in_force_id(),
        )
        if newest != self._read_at:
            self._read(ledger)
            self._read_at = newest

    def of_nodes(self, ledger: Ledger, node_ids: Set[int]) -> Mapping[int, Duty]:
        """Duties that hold at least those of some nodes."""
        if not self.all.keys() >= node_ids:
            self._read(ledger)
        return self.all

    def of_node(self, ledger: Ledger, node_id: int) -> Duty:
        """The duty of one node."""
        return self.of_nodes(ledger, {node_id})[node_id]

    def _read(self, ledger: Ledger) -> None:
        sites: dict[str, list[SitePlace]] = {}
        for part in ledger.attributes.site_places():
            sites.setdefault(part.site, []).append(part)
        added_utc_s = ledger.nodes.added_utc_s()
        places = ledger.attributes.places()
        self.rules = _rules(ledger, places, added_utc_s)
        known = {*self.rules.values()}
        self._hours = {key: hours for key, hours in self._hours.items() if key[-1] in known}
        self.all = {
            node_id: self._duty([*its], sites, added_utc_s[node_id])
            for node_id, its in groupby(places, attrgetter("node_id"))
        }

    def _duty(
        self, places: Collection[Place], sites: Mapping[str, list[SitePlace]], added_utc_s: int
    ) -> Duty:
        stays: list[Stay] = []
        before: tuple[str, str, SiteHours] | None = None
        for place in places:
            for part in sites[place.site]:
                begin = max(place.from_utc_s, part.from_utc_s)
                end = min(place.to_utc_s, part.to_utc_s)
                if begin >= end:
                    continue
                hours = self._hours_of(part, self.rules[place.site, place.zone])
                here = (place.site, place.zone + "/" + place.role, hours)
                if here == before:
                    stays[-1] = stays[-1]._replace(to_utc_s=end)
                else:
                    stays.append(Stay(begin, end, here[2], part.from_utc_s))
                before = here
        served = [
            (max(place.from_utc_s, added_utc_s), place.to_utc_s)
            for place in places
            if place.serves and place.to_utc_s > added_utc_s
        ]
        return Duty(stays, served)

    def _hours_of(self, part: SitePlace, rules: Rules) -> SiteHours:
        place = (part.tz, part.lat, part.lon)
        found = self._hours.get((*place, rules))
        if found is None:
            found = SiteHours(*place, ZoneWindow(rules, *place))
            self._hours[(*place, rules)] = found
        return found


def windows_of(ledger: Ledger, site: Site) -> dict[str, ZoneWindow]:
    """The windows by which the hours of a site are parted, by zone; for what is newer than hours.

    They are of where the site is now.
    """
    return {
        zone: ZoneWindow(from_text(windows), site.tz, site.lat, site.lon)
        for (name, zone), windows in ledger.zone_windows.all().items()
        if name == site.name
    }


def _rules(
    ledger: Ledger, places: Sequence[Place], added_utc_s: Mapping[int, int]
) -> dict[Zone, Rules]:
    """The windows of every zone in which anything ever stood; made-up lamps count where no real
    one ever did."""
    said = ledger.settings.in_force()
    simulated = {node.id for node in ledger.nodes.all() if node.simulated}
    real: dict[str, dict[Zone, list[LampStay]]] = {}
    made_up: dict[str, dict[Zone, list[LampStay]]] = {}
    for place in places:
        begin = max(place.from_utc_s, added_utc_s[place.node_id])
        if place.role == "lamp" and place.serves and begin < place.to_utc_s:
            stay = LampStay(begin, place.to_utc_s, said.get(place.node_id, ()))
            of_site = (made_up if place.node_id in simulated else real).setdefault(place.site, {})
            of_site.setdefault((place.site, place.zone), []).append(stay)
    found: dict[Zone, Rules] = {}
    for site in {place.site for place in places}:
        lamps = real.get(site) or made_up.get(site, {})
        whole = rules_of(stay for stays in lamps.values() for stay in stays)
        for zone in {(site, place.zone) for place in places if place.site == site}:
            found[zone] = rules_of(lamps[zone]) if zone in lamps else whole
    return found
