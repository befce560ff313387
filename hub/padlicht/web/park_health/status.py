"""Health of a park at one moment: what the ledger knows of every node in service."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from padlicht.ledger import Fault, Health, Ledger, Node, NodeState, SettingsChange
from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import Period, last_weeks
from padlicht.usage.days import midnight_utc_s
from padlicht.usage.lamp_nights import LampNights, Night
from padlicht.web import phrases
from padlicht.web.site_context import SiteContext

HOUR_S: Final = 3600
WATCH_S: Final = 3 * HOUR_S  # in which a counter should have watched
_LATE_S: Final = 1800  # a record may take that long to come
_MOST_HOURS: Final = 24  # of strays that are looked into: a lamp that burns all week is found soon


class CounterWatch(NamedTuple):
    """How long a counter told of in the last hours, and for how long of that it watched."""

    reported_s: int
    watched_s: int

    @property
    def share(self) -> float:
        """The part that was watched, 0 to 1."""
        return min(1.0, self.watched_s / self.reported_s) if self.reported_s else 0.0


@dataclass(frozen=True)
class ParkHealth:
    """All of it; by node name, and by zone. `nodes` are those in service.

    `strays` are seconds for which a lamp was lit in hours in which none should be, since `since`.
    """

    nodes: tuple[Node, ...]
    states: Mapping[str, NodeState]
    health: Mapping[str, Health]
    faults: Sequence[Fault]
    wanted: Mapping[str, SettingsChange]
    watches: Mapping[str, CounterWatch]
    week: Period
    zones: Mapping[str, Use]
    strays: Mapping[str, int]
    quarantined: int


def park_health(ledger: Ledger, place: SiteContext) -> ParkHealth:
    """Ask the ledger."""
    name, now = place.site.name, place.now_utc_s
    nodes = tuple(node for node in place.nodes if not node.retired)
    serving = {node.name for node in nodes}
    states = ledger.states.all(name)
    late = any(
        state.wanted_version != state.confirmed_version
        for node, state in states.items()
        if node in serving
    )
    told: dict[str, CounterWatch] = {}
    for row in ledger.records.footfall(name, now - WATCH_S - _LATE_S, now):
        known = told.get(row.node, CounterWatch(0, 0))
        told[row.node] = CounterWatch(known.reported_s + row.dt, known.watched_s + row.obs_s)
    week = last_weeks(place.today)[1]
    zones = {
        zone: phrases.sum_use(ledger.use.by_light(name, week.first, week.last, zone).values())
        for zone in sorted({node.zone for node in nodes if node.role == "counter"})
    }
    return ParkHealth(
        nodes,
        states,
        ledger.records.last_health(name),
        [fault for fault in ledger.records.open_faults(name) if fault.node in serving],
        ledger.settings.wanted(name) if late else {},
        told,
        week,
        zones,
        _strays(ledger, place, nodes, week),
        ledger.quarantine.count(),
    )


def _strays(
    ledger: Ledger, place: SiteContext, nodes: Sequence[Node], week: Period
) -> Mapping[str, int]:
    """Seconds lit of each lamp in hours that no lamp's window touches.

    The hours of the whole park say whether there is any; only then are nodes looked at.
    """
    name = place.site.name
    lamps = [node for node in nodes if node.role == "lamp"]
    hours = ledger.use.by_hour(name, week.first, place.today)
    lit = {hour for (hour, _), use in hours.items() if use.lit_s}
    if not lamps or not lit:
        return {}
    planned = LampNights(place.site, lamps, place.results.settings(ledger, name))
    days = [week.first + timedelta(number) for number in range(week.days + 1)]
    nights = [night for day in days for night in planned.nights(day)]
    since = midnight_utc_s(week.first, place.tz)
    strays: Counter[str] = Counter()
    wrong = sorted(hour for hour in lit if hour >= since and not _may_be_lit(nights, hour))
    for hour in wrong[-_MOST_HOURS:]:
        for row in ledger.node_hours.all(hour, hour + HOUR_S, site=name):
            strays[row.node] += row.lit_s
    return {node: seconds for node, seconds in strays.items() if seconds}


def _may_be_lit(nights: Sequence[Night], hour_utc_s: int) -> bool:
    """Whether any lamp may be lit in that hour."""
    return any(
        not night.window.is_empty
        and night.window.start_utc_s is not None
        and night.window.start_utc_s < hour_utc_s + HOUR_S
        and night.window.end_utc_s + night.grace_s > hour_utc_s
        for night in nights
    )
