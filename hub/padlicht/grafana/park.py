"""What dashboards have to know of a park, and InfluxDB cannot tell: names, places, first lamp."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Node
from padlicht.settings_schema import schema


class Place(NamedTuple):
    """Where a node is, in degrees."""

    node: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Park:
    """All sites of a hub. `tz` is None when they are not all in one time zone.

    `sites` are (name, title); `zones` are names, because several sites may have one of a name.
    `lit_since` is the local day on which the first lamp came, None without lamps; `end_hour` is
    the last local hour in which a lamp may be lit, by the latest end that is wanted of any.
    """

    sites: tuple[tuple[str, str], ...]
    zones: tuple[str, ...]
    places: tuple[Place, ...]
    tz: str | None
    lit_since: date | None
    end_hour: int


def park_of(ledger: Ledger) -> Park:
    """What the registry says; Refused when there is no site yet."""
    sites = ledger.sites.all()
    if not sites:
        raise Refused("there is no site yet, so dashboards would be empty: padlicht site add")
    at = {site.name: (site.lat, site.lon) for site in sites}
    serving = [node for node in ledger.nodes.all() if not node.retired]
    zones = {zone.name for zone in ledger.sites.zones()} | {node.zone for node in serving}
    times = {site.tz for site in sites}
    first = min(
        (node for node in ledger.nodes.all() if node.role == "lamp"), default=None, key=_added
    )
    zone = ZoneInfo({site.name: site.tz for site in sites}[first.site]) if first else None
    return Park(
        tuple((site.name, site.title) for site in sites),
        tuple(sorted(zones)),
        tuple(_place(node, at[node.site]) for node in sorted(serving, key=lambda n: n.name)),
        times.pop() if len(times) == 1 else None,
        datetime.fromtimestamp(first.added_utc_s, zone).date() if first else None,
        _last_hour(change.after.get("end_at") for change in ledger.settings.wanted().values()),
    )


def _added(node: Node) -> int:
    return node.added_utc_s


def _place(node: Node, site: tuple[float, float]) -> Place:
    """A node without a place of its own is where its site is."""
    if node.lat is None or node.lon is None:
        return Place(node.name, *site)
    return Place(node.name, node.lat, node.lon)


def _last_hour(ends: Iterable[object]) -> int:
    """The hour that the minute before the latest end belongs to."""
    known = [end for end in ends if isinstance(end, str)] or [str(schema()["end_at"]["default"])]
    latest = datetime.strptime(max(known), "%H:%M").replace(tzinfo=UTC)
    return (latest - timedelta(minutes=1)).hour
