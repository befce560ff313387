"""Troubles: rules over the health of a park that find what needs somebody, and the verdict. Pure.

The only place that says whether a park is well: the head of the pages, their lists, the answer at a
glance and technical health all ask here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from padlicht.ledger import Node
from padlicht.web.i18n import Words
from padlicht.web.park_health.advice import advice, fault_words
from padlicht.web.park_health.status import HOUR_S, ParkHealth
from padlicht.web.site_context import SiteContext

BLIND: Final = 0.1  # a counter that watched less than this does not watch
UNWATCHED: Final = 0.8  # of a zone in a week, as on the page at a glance
PILE: Final = 24  # records in a node, as in the alerts
WEAK_DBM: Final = -80
LOW_SUPPLY: Final = 0.9  # of the median of the nodes of its role
_FEWEST: Final = 3  # nodes that make a median
DARK: Final = 0.5  # lit for less than this of what it told of its evening, a lamp stayed dark
_TOLD_S: Final = 1800  # of an evening, or it is not held against a lamp
_STRAY_S: Final = 60  # of a lamp; a restart in the evening may take some seconds
_CONFIRM_S: Final = HOUR_S  # a node that is heard takes new settings within minutes
_NEW_S: Final = 24 * HOUR_S  # after it was registered a node may be on its way


@dataclass(frozen=True)
class Case:
    """One node, zone ("" for the hub itself) and what is wrong there; `where` names it."""

    where: str
    is_node: bool
    told: str


@dataclass(frozen=True)
class Trouble:
    """All cases of a kind, and what to do about them."""

    kind: str
    heading: str
    do: str
    cases: tuple[Case, ...]


class HealthState(StrEnum):
    """How a park is, in one word."""

    WELL = "well"  # every node was heard of, and nothing is known to be wrong
    WRONG = "wrong"
    NEW = "new"  # nothing is wrong, but there are nodes that were not heard of yet, or none at all


@dataclass(frozen=True)
class HealthVerdict:
    """The troubles of a park, and how many of its `nodes` were not heard of yet (`unheard`)."""

    troubles: tuple[Trouble, ...]
    nodes: int
    unheard: int

    @property
    def cases(self) -> int:
        """How many things there are to look at."""
        return sum(len(trouble.cases) for trouble in self.troubles)

    @property
    def state(self) -> HealthState:
        """Never well because of what is not known."""
        if self.troubles:
            return HealthState.WRONG
        return HealthState.NEW if self.unheard or not self.nodes else HealthState.WELL

    def sentence(self, t: Words) -> str:
        """The same on every page."""
        if self.state is HealthState.WRONG:
            return t.texts(
                "%(count)s thing to look at", "%(count)s things to look at", self.cases
            ) % {"count": t.number(self.cases)}
        if not self.nodes:
            return t.text("Nothing stands here yet")
        if self.state is HealthState.NEW:
            return t.text("Being set up: %(count)s of %(all)s not heard of yet") % {
                "count": t.number(self.unheard),
                "all": t.number(self.nodes),
            }
        return t.text("Nothing is known to be wrong")

    def of_node(self, name: str) -> list[tuple[Trouble, Case]]:
        """What is wrong with one node."""
        return [
            (trouble, case)
            for trouble in self.troubles
            for case in trouble.cases
            if case.is_node and case.where == name
        ]


def judge(t: Words, place: SiteContext, park_health: ParkHealth) -> HealthVerdict:
    """How a park is, and all that is wrong with it."""
    return HealthVerdict(
        tuple(troubles(t, place, park_health)),
        len(park_health.nodes),
        park_health.count("never"),
    )


def troubles(t: Words, place: SiteContext, park_health: ParkHealth) -> list[Trouble]:
    """What is wrong, by kind, in the order in which it matters; [] when nothing is."""
    found: dict[str, list[Case]] = {}
    for kind, case in [
        *_of_nodes(t, place, park_health),
        *_of_records(t, park_health),
        *_of_times(t, place, park_health),
        *_of_zones(t, park_health),
    ]:
        found.setdefault(kind, []).append(case)
    return [
        Trouble(kind, told.heading, told.do, tuple(found[kind]))
        for kind, told in advice(t).items()
        if kind in found
    ]


def _of_nodes(t: Words, place: SiteContext, park_health: ParkHealth) -> Iterator[tuple[str, Case]]:
    now, tz = place.now_utc_s, place.tz
    for fault in park_health.faults:
        told = t.text("%(what)s (%(code)s, since %(when)s)") % {
            "what": fault_words(t, fault.code),
            "code": fault.code,
            "when": t.moment(fault.t, now, tz) if fault.t else t.text("not known"),
        }
        yield "fault", Case(fault.node, True, told)
    for node in park_health.nodes:
        state = park_health.states[node.name]
        if state.state == "lost":
            heard = state.last_word_utc_s or state.since_utc_s
            told = t.text("last heard %(ago)s, %(when)s") % {
                "ago": t.ago(heard, now),
                "when": t.moment(heard, now, tz),
            }
            yield "silent", Case(node.name, True, told)
        elif state.state == "never" and now - node.added_utc_s > _NEW_S:
            told = t.text("registered %(ago)s") % {"ago": t.ago(node.added_utc_s, now)}
            yield "never", Case(node.name, True, told)
        if state.state == "ready" and state.clock == 0:
            yield "clock", Case(node.name, True, "")
        if state.new_memory:
            yield "memory", Case(node.name, True, "")
        if state.refused:
            for reason in state.refused.values():
                yield "refused", Case(node.name, True, reason)
        elif state.wanted_version != state.confirmed_version:
            wanted = park_health.wanted.get(node.name)
            if wanted is not None and now - wanted.utc_s > _CONFIRM_S:
                told = t.text("wanted since %(when)s") % {"when": t.moment(wanted.utc_s, now, tz)}
                yield "unconfirmed", Case(node.name, True, told)


def _of_records(t: Words, park_health: ParkHealth) -> Iterator[tuple[str, Case]]:
    usual = _usual_supply(park_health)
    for node in park_health.nodes:
        if node.role == "counter" and park_health.states[node.name].state == "ready":
            watch = park_health.watches.get(node.name)
            if watch is not None and watch.reported_s >= HOUR_S and watch.share < BLIND:
                told = t.text("watched %(share)s of the last 3 hours") % {
                    "share": t.percent(watch.share)
                }
                yield "blind", Case(node.name, True, told)
        lit_s = park_health.strays.get(node.name, 0)
        if lit_s >= _STRAY_S:
            told = t.text("lit for %(span)s in hours without a window, in the last 7 days") % {
                "span": t.span(lit_s)
            }
            yield "stray", Case(node.name, True, told)
        evening = park_health.evenings.get(node.name)
        if (
            evening is not None
            and evening.planned_s >= _TOLD_S
            and evening.lit_s < DARK * evening.planned_s
        ):
            told = t.text("lit for %(lit)s of %(planned)s of its last evening") % {
                "lit": t.span(evening.lit_s),
                "planned": t.span(evening.planned_s),
            }
            yield "dark", Case(node.name, True, told)
        health = park_health.health.get(node.name)
        if health is None:
            continue
        if health.spool > PILE:
            told = t.text("%(count)s records wait") % {"count": t.number(health.spool)}
            yield "spool", Case(node.name, True, told)
        if health.dropped:
            told = t.texts("%(count)s record lost", "%(count)s records lost", health.dropped) % {
                "count": t.number(health.dropped)
            }
            yield "dropped", Case(node.name, True, told)
        if health.rssi is not None and health.rssi < WEAK_DBM:
            yield "signal", Case(node.name, True, f"{health.rssi} dBm".replace("-", "−"))
        normal = usual.get(node.role)
        if health.mv is not None and normal and health.mv < LOW_SUPPLY * normal:
            told = t.text("%(volt)s V; the others have %(usual)s V") % {
                "volt": t.number(round(health.mv / 1000, 1)),
                "usual": t.number(round(normal / 1000, 1)),
            }
            yield "supply", Case(node.name, True, told)


def _of_times(t: Words, place: SiteContext, park_health: ParkHealth) -> Iterator[tuple[str, Case]]:
    """Records whose time is far from the hub's."""
    serving = {node.name for node in park_health.nodes}
    for found in park_health.misdated:
        if found.node in serving:
            told = t.texts(
                "%(count)s record, dated %(first)s to %(last)s, came in %(when)s",
                "%(count)s records, dated %(first)s to %(last)s, came in until %(when)s",
                found.records,
            ) % {
                "count": t.number(found.records),
                "first": t.moment(found.first_t, place.now_utc_s, place.tz),
                "last": t.moment(found.last_t, place.now_utc_s, place.tz),
                "when": t.moment(found.received_utc_s, place.now_utc_s, place.tz),
            }
            yield "misdated", Case(found.node, True, told)


def _of_zones(t: Words, park_health: ParkHealth) -> Iterator[tuple[str, Case]]:
    for zone, use in park_health.zones.items():
        if use.coverage is not None and use.coverage < UNWATCHED:
            told = t.text("watched %(share)s of %(dates)s") % {
                "share": t.percent(use.coverage),
                "dates": t.dates(park_health.week.first, park_health.week.last),
            }
            yield "unwatched", Case(zone, False, told)
    if park_health.quarantined:
        told = t.texts(
            "%(count)s message could not be read",
            "%(count)s messages could not be read",
            park_health.quarantined,
        ) % {"count": t.number(park_health.quarantined)}
        yield "quarantine", Case("", False, told)


def _usual_supply(park_health: ParkHealth) -> dict[str, float]:
    """The median supply in millivolts of the nodes of each role, where there are enough."""
    by_role: dict[str, list[int]] = {}
    for node in park_health.nodes:
        supply = _supply(park_health, node)
        if supply is not None:
            by_role.setdefault(node.role, []).append(supply)
    return {role: median(held) for role, held in by_role.items() if len(held) >= _FEWEST}


def _supply(park_health: ParkHealth, node: Node) -> int | None:
    health = park_health.health.get(node.name)
    return None if health is None else health.mv
