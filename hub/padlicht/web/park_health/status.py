"""Health of a park at one moment: what the ledger knows of every node in service."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple

from padlicht.ledger import Fault, Health, Lamp, Ledger, Node, NodeState, SettingsChange
from padlicht.ledger.records.misdated import Misdated
from padlicht.ledger.usage.sums import Use
from padlicht.usage.days import (
    Period,
    last_days,
    midnight_utc_s,
)
from padlicht.usage.lamp_nights import LampNights, LightWindow, Night, hours_of, window_of
from padlicht.web import phrases
from padlicht.web.site_context import SiteContext

HOUR_S: Final = 3600
MISDATED_S: Final = 30 * 86_400  # how long records far from the hub's time are spoken of
WATCH_S: Final = 3 * HOUR_S  # in which a counter should have watched
FRESH_S = 1.0  # pages closer together share one reading, however many people have one open
SUMS_FRESH_S = 10.0  # what follows from sums of hours changes with the hour, or a late record
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


class DarkNight(NamedTuple):
    """For how long of its last evening a lamp told, and for how long of that it was lit."""

    planned_s: int
    lit_s: int


@dataclass(frozen=True)
class ParkHealth:
    """All of it; by node name, and by zone. `nodes` are those in service.

    `strays` are seconds for which a lamp was lit in hours in which none should be, since the first
    day of `week`. `evenings` are the last evenings that are over; `newest` is what each lamp last
    told of the last two hours.
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
    misdated: Sequence[Misdated] = ()
    evenings: Mapping[str, DarkNight] = field(default_factory=dict)
    newest: Mapping[str, Lamp] = field(default_factory=dict)

    @property
    def lamps(self) -> tuple[Node, ...]:
        """The lamps in service."""
        return tuple(node for node in self.nodes if node.role == "lamp")

    def count(self, state: str, role: str = "") -> int:
        """How many nodes (of a role) are "ready", "lost" or were "never" heard of."""
        return sum(
            self.states[node.name].state == state for node in self.nodes if role in ("", node.role)
        )

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever heard of any node: the park is still to be set up."""
        return self.count("never") == len(self.nodes)


class _Sums(NamedTuple):
    """What follows from sums of whole hours."""

    week: Period
    zones: Mapping[str, Use]
    strays: Mapping[str, int]
    evenings: Mapping[str, DarkNight]


def park_health(ledger: Ledger, place: SiteContext) -> ParkHealth:
    """Ask the ledger; of askers within FRESH_S all get the same answer."""
    name = f"health of {place.site.name}"
    return place.results.get_fresh(name, FRESH_S, lambda: _read(ledger, place))


def _read(ledger: Ledger, place: SiteContext) -> ParkHealth:
    name, now = place.site.name, place.now_utc_s
    nodes = tuple(node for node in place.nodes if not node.retired)
    serving = {node.name for node in nodes}
    wanted = place.results.get_or_make(
        f"wanted settings of {name}",
        ledger.cursors.newest_id("settings"),
        lambda: ledger.settings.wanted(name),
    )
    told: dict[str, CounterWatch] = {}
    for row in ledger.records.footfall(name, now - WATCH_S - _LATE_S, now):
        known = told.get(row.node, CounterWatch(0, 0))
        told[row.node] = CounterWatch(known.reported_s + row.dt, known.watched_s + row.obs_s)
    sums = place.results.get_fresh(
        f"health by the hours of {name}",
        SUMS_FRESH_S,
        lambda: _of_hours(ledger, place, nodes, wanted),
        (nodes, place.now_utc_s // HOUR_S),
    )
    return ParkHealth(
        nodes,
        ledger.states.all(name),
        ledger.records.last_health(name),
        [fault for fault in ledger.records.open_faults(name) if fault.node in serving],
        wanted,
        told,
        sums.week,
        sums.zones,
        sums.strays,
        ledger.quarantine.count(),
        ledger.misdated.since(now - MISDATED_S, name),
        sums.evenings,
        # Oldest first, so that the newest of each lamp stays.
        {row.node: row for row in ledger.records.lamp(name, now - 2 * HOUR_S, now)},
    )


def _of_hours(
    ledger: Ledger,
    place: SiteContext,
    nodes: Sequence[Node],
    wanted: Mapping[str, SettingsChange],
) -> _Sums:
    name = place.site.name
    week = last_days(place.today)
    lamps = [node for node in nodes if node.role == "lamp"]
    zones = {
        zone: phrases.sum_use(ledger.use.by_light(name, week.first, week.last, zone).values())
        for zone in sorted({node.zone for node in nodes if node.role == "counter"})
    }
    return _Sums(
        week,
        zones,
        _strays(ledger, place, lamps, week),
        _evenings(ledger, place, lamps, wanted),
    )


def _strays(
    ledger: Ledger, place: SiteContext, lamps: Sequence[Node], week: Period
) -> Mapping[str, int]:
    """Seconds lit of each lamp in hours that no lamp's window touches.

    The hours of the whole park say whether there is any; only then are nodes looked at.
    """
    name = place.site.name
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


def _evenings(
    ledger: Ledger,
    place: SiteContext,
    lamps: Sequence[Node],
    wanted: Mapping[str, SettingsChange],
) -> Mapping[str, DarkNight]:
    """Of each lamp the newest evening whose records must have come by now."""
    windows: dict[str, LightWindow] = {}
    for lamp in lamps:
        change = wanted.get(lamp.name)
        hours = hours_of(change.after if change else {})
        for days in (0, 1):
            window = window_of(place.site, place.today - timedelta(days), hours)
            over = window.end_utc_s + HOUR_S + _LATE_S <= place.now_utc_s
            # By other settings than it is held against, or before it stood there, says nothing.
            since = max(lamp.added_utc_s, change.utc_s if change else 0)
            if over and not window.is_empty and since <= (window.start_utc_s or 0):
                windows[lamp.name] = window
                break
    if not windows:
        return {}
    first = min(window.start_utc_s or 0 for window in windows.values())
    last = max(window.end_utc_s for window in windows.values())
    found: dict[str, DarkNight] = {}
    hours_told = ledger.node_hours.all(first - first % HOUR_S, last, site=place.site.name)
    for row in hours_told:
        if row.node not in windows:
            continue
        window, known = windows[row.node], found.get(row.node, DarkNight(0, 0))
        begin = max(window.start_utc_s or 0, row.hour_utc_s)
        planned_s = max(0, min(window.end_utc_s, row.hour_utc_s + HOUR_S) - begin)
        told_s = round(planned_s * min(1.0, row.obs_s / HOUR_S))
        found[row.node] = DarkNight(known.planned_s + told_s, known.lit_s + min(row.lit_s, told_s))
    return found
