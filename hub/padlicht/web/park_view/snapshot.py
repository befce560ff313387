"""Snapshot: all that the live pages and the API tell of a site, as of one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from padlicht.ledger import Fault, Ledger, Node, NodeState, SettingsChange, Site
from padlicht.map_projection import to_metres
from padlicht.usage.days import Today, bounds_utc_s, today
from padlicht.usage.hours import light_and_lamps
from padlicht.usage.lamp_nights import LightWindow, hours_of, window_of
from padlicht.usage.schedule.duties import windows_of
from padlicht.web.park_health.status import ParkHealth, park_health
from padlicht.web.park_view.picture import distance_along, path_m
from padlicht.web.site_context import SiteContext

FRESH_S = 1.0  # pages closer together share one reading, however many people have one open


@dataclass(frozen=True)
class Snapshot:
    """The site of `place` at its moment; `nodes` in the order of the path, retired ones left out.

    `registered` holds the retired ones too, by name: their counts of today still stand.
    `tonight` and `tomorrow` hold the light window of every lamp by its wanted settings.
    """

    place: SiteContext
    nodes: tuple[Node, ...]
    registered: Mapping[str, Node]
    health: ParkHealth
    today: Today
    tonight: Mapping[str, LightWindow]
    tomorrow: Mapping[str, LightWindow]

    @property
    def now_utc_s(self) -> int:
        """The moment."""
        return self.place.now_utc_s

    @property
    def site(self) -> Site:
        """The site itself."""
        return self.place.site

    @property
    def states(self) -> Mapping[str, NodeState]:
        """What is known of each node."""
        return self.health.states

    @property
    def faults(self) -> Mapping[str, tuple[Fault, ...]]:
        """Faults that nodes in service reported and did not take back."""
        found: dict[str, tuple[Fault, ...]] = {}
        for fault in self.health.faults:
            found[fault.node] = (*found.get(fault.node, ()), fault)
        return found

    @property
    def quarantined(self) -> int:
        """How many messages could not be read."""
        return self.health.quarantined

    @property
    def lamps(self) -> tuple[Node, ...]:
        """The lamps in the order of the path."""
        return tuple(node for node in self.nodes if node.role == "lamp")

    @property
    def counters(self) -> tuple[Node, ...]:
        """The counters in the order of the path."""
        return tuple(node for node in self.nodes if node.role == "counter")


def read_snapshot(ledger: Ledger, place: SiteContext) -> Snapshot:
    """Ask the ledger; of askers within FRESH_S all get the same snapshot."""
    return place.results.get_fresh(
        f"snapshot of {place.site.name}", FRESH_S, lambda: _read(ledger, place)
    )


def _read(ledger: Ledger, place: SiteContext) -> Snapshot:
    site = place.site
    nodes = _in_order(site, tuple(node for node in place.nodes if not node.retired))
    retired = [node for node in place.nodes if node.retired]
    health = park_health(ledger, place)
    rows = ledger.records.footfall(site.name, *bounds_utc_s(place.today, site.tz))
    windows = windows_of(ledger, site)

    def light_of(node: Node, utc_s: int) -> str:
        return light_and_lamps(utc_s, site.lat, site.lon, windows.get(node.zone))

    return Snapshot(
        place=place,
        nodes=nodes,
        registered={node.name: node for node in place.nodes},
        health=health,
        today=today([*nodes, *retired], rows, place.now_utc_s, site.tz, light_of),
        tonight=_windows(site, nodes, health.wanted, place.today),
        tomorrow=_windows(site, nodes, health.wanted, place.today + timedelta(days=1)),
    )


@lru_cache(maxsize=8)
def _in_order(site: Site, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Along the path; without places, by name, with lamp-10 after lamp-9."""
    path = path_m(site)

    def place(node: Node) -> tuple[float, int, str]:
        by_length = (len(node.name), node.name)
        if node.lat is None or node.lon is None or len(path) < 2:
            return (0.0, *by_length)
        return (
            distance_along(path, to_metres(node.lat, node.lon, (site.lat, site.lon))),
            *by_length,
        )

    return tuple(sorted(nodes, key=place))


def _windows(
    site: Site, nodes: Sequence[Node], wanted: Mapping[str, SettingsChange], day: date
) -> dict[str, LightWindow]:
    """The window of every lamp on the evening of a local day."""
    return {
        node.name: window_of(
            site, day, hours_of(wanted[node.name].after if node.name in wanted else {})
        )
        for node in nodes
        if node.role == "lamp"
    }
