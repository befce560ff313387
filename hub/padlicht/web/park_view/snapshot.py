"""One look at the ledger: all that the page and the API tell, as of one moment."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from zoneinfo import ZoneInfo

from padlicht.errors import Refused
from padlicht.ledger import Fault, Ledger, Node, NodeState, SettingsChange, Site
from padlicht.map_projection import to_metres
from padlicht.settings_schema import schema
from padlicht.usage.days import Today, bounds_utc_s, local_day, today
from padlicht.usage.lamp_nights import LightWindow, light_window
from padlicht.web.context import WebContext
from padlicht.web.park_view.picture import along, path_m

FRESH_S = 1.0  # looks closer together share one reading, however many people have the page open


@dataclass(frozen=True)
class Snapshot:
    """A site as of `now_utc_s`; `nodes` in the order of the path, retired ones left out.

    `registered` holds the retired ones too, by name: their counts of today still stand.
    `tonight` and `tomorrow` hold the light window of every lamp by its wanted settings.
    """

    now_utc_s: int
    sites: tuple[Site, ...]
    site: Site
    nodes: tuple[Node, ...]
    registered: Mapping[str, Node]
    states: Mapping[str, NodeState]
    faults: Mapping[str, tuple[Fault, ...]]
    today: Today
    tonight: Mapping[str, LightWindow]
    tomorrow: Mapping[str, LightWindow]
    quarantined: int

    @property
    def lamps(self) -> tuple[Node, ...]:
        """The lamps in the order of the path."""
        return tuple(node for node in self.nodes if node.role == "lamp")

    @property
    def counters(self) -> tuple[Node, ...]:
        """The counters in the order of the path."""
        return tuple(node for node in self.nodes if node.role == "counter")


class SnapshotCache:
    """Reads the ledger in a thread and remembers each answer for `FRESH_S` seconds."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._lock = asyncio.Lock()
        self._seen: dict[str | None, tuple[float, Snapshot | None]] = {}
        self._wanted: dict[str, tuple[int, dict[str, SettingsChange]]] = {}

    async def look(self, site: str | None = None) -> Snapshot | None:
        """The named site, or the first; None when there is no site at all.

        Raises Refused when a site of that name does not exist.
        """
        async with self._lock:
            seen = self._seen.get(site)
            if seen is not None and monotonic() - seen[0] < FRESH_S:
                return seen[1]
            snapshot = await asyncio.to_thread(self._read, site)
            self._seen[site] = (monotonic(), snapshot)
            return snapshot

    def _read(self, site_name: str | None) -> Snapshot | None:
        now = self._context.clock.utc_s()
        with Ledger.open(self._context.ledger_path, read_only=True) as ledger:
            sites = ledger.sites.all()
            named = [site for site in sites if site_name in (None, site.name)]
            if not named:
                if site_name is None:
                    return None
                raise Refused(f"there is no site {site_name!r}; `padlicht site add` makes one")
            site = named[0]
            every = ledger.nodes.all(site.name)
            nodes = _in_order(site, tuple(node for node in every if not node.retired))
            retired = [node for node in every if node.retired]
            rows = ledger.records.footfall(
                site.name, *bounds_utc_s(local_day(now, site.tz), site.tz)
            )
            wanted = self._what_is_wanted(ledger, site.name)
            faults: dict[str, tuple[Fault, ...]] = {}
            for fault in ledger.records.open_faults(site.name):
                faults[fault.node] = (*faults.get(fault.node, ()), fault)
            return Snapshot(
                now_utc_s=now,
                sites=tuple(sites),
                site=site,
                nodes=nodes,
                registered={node.name: node for node in every},
                states=ledger.states.all(site.name),
                faults=faults,
                today=today([*nodes, *retired], rows, now, site.tz),
                tonight=_windows(site, nodes, wanted, now, 0),
                tomorrow=_windows(site, nodes, wanted, now, 1),
                quarantined=ledger.quarantine.count(),
            )

    def _what_is_wanted(self, ledger: Ledger, site: str) -> dict[str, SettingsChange]:
        """The wanted settings, read anew when somebody wants others."""
        newest = ledger.cursors.newest_id("settings")
        known = self._wanted.get(site)
        if known is None or known[0] != newest:
            known = self._wanted[site] = (newest, ledger.settings.wanted(site))
        return known[1]


@lru_cache(maxsize=8)
def _in_order(site: Site, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Along the path; without places, by name, with lamp-10 after lamp-9."""
    path = path_m(site)

    def place(node: Node) -> tuple[float, int, str]:
        by_length = (len(node.name), node.name)
        if node.lat is None or node.lon is None or len(path) < 2:
            return (0.0, *by_length)
        return (along(path, to_metres(node.lat, node.lon, (site.lat, site.lon))), *by_length)

    return tuple(sorted(nodes, key=place))


def _windows(
    site: Site,
    nodes: Sequence[Node],
    wanted: Mapping[str, SettingsChange],
    now_utc_s: int,
    days: int,
) -> dict[str, LightWindow]:
    """The window of every lamp, so many days from now."""
    day = datetime.fromtimestamp(now_utc_s, ZoneInfo(site.tz)).date() + timedelta(days=days)
    defaults: dict[str, object] = {key: row["default"] for key, row in schema().items()}
    windows: dict[str, LightWindow] = {}
    known: dict[tuple[str, int, str], LightWindow] = {}  # most lamps of a park have the same hours
    for node in nodes:
        if node.role != "lamp":
            continue
        after = wanted[node.name].after if node.name in wanted else defaults
        start_at, offset, end_at = (
            str(after.get(key, defaults[key])) for key in ("start_at", "start_offset_min", "end_at")
        )
        hours = (start_at, int(offset), end_at)
        if hours not in known:
            known[hours] = light_window(
                day,
                (site.lat, site.lon),
                site.tz,
                start_at=start_at,
                start_offset_min=int(offset),
                end_at=end_at,
            )
        windows[node.name] = known[hours]
    return windows
