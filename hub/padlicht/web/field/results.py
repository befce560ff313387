"""What the sheets say, for the page: corrections of counters, half hours, points and actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from padlicht.ledger import Ledger, Node
from padlicht.participation.field.correction import (
    Correction,
    beside,
    correction,
    hand_quarters,
)
from padlicht.participation.field.sheets import QUARTER_S, Visit
from padlicht.participation.field.summary import Action, Point, Seen, actions, observed, points
from padlicht.participation.store import open_participation
from padlicht.usage.days import bounds_utc_s, newest_monday
from padlicht.usage.moves import moves
from padlicht.web.site_context import SiteContext

NEWEST = timedelta(days=365)  # older counts by hand say nothing of this year's people
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


class HandCounted(NamedTuple):
    """A counter that was counted by hand: its correction, and its passages of the newest week."""

    node: Node
    correction: Correction
    passages: int
    watched: float


@dataclass(frozen=True)
class FieldData:
    """All that was handed in of a park, added up."""

    counters: Sequence[HandCounted]
    seen: Sequence[Seen]
    points: Sequence[Point]
    actions: Sequence[Action]
    sheets: int


def visits_of(path: Path, site: str) -> list[Visit]:
    """All sheets of a park; none where nobody ever handed one in."""
    if not path.exists():
        return []
    with open_participation(path) as words:
        return words.visits.of_site(site)


def add_up(ledger: Ledger, place: SiteContext, visits: Sequence[Visit]) -> FieldData:
    """What the sheets say, the counts by hand beside the ledger's records."""
    by_kind = {
        kind: [visit for visit in visits if visit.kind == kind]
        for kind in ("count", "observation", "walk")
    }
    counters = [
        _hand_counted(
            ledger, place, node, [each for each in by_kind["count"] if each.place == name]
        )
        for name, node in ((node.name, node) for node in place.nodes if node.role == "counter")
        if any(each.place == name for each in by_kind["count"])
    ]
    return FieldData(
        counters,
        observed(by_kind["observation"]),
        points(by_kind["walk"]),
        actions(by_kind["walk"]),
        len(visits),
    )


def _hand_counted(
    ledger: Ledger, place: SiteContext, node: Node, visits: Sequence[Visit]
) -> HandCounted:
    """Of the newest year, and since the counter hangs where it does now."""
    begin = bounds_utc_s(place.today - NEWEST, place.tz)[0]
    for move in moves(ledger, place.site.name, None, begin, place.now_utc_s):
        if move.node in (None, node.name):
            begin = bounds_utc_s(move.day + _DAY, place.tz)[0]
    people = {at: each for at, each in hand_quarters(visits).items() if at >= begin}
    records = [
        record
        for at in people
        for record in ledger.records.footfall(
            place.site.name, at - 4 * QUARTER_S, at + QUARTER_S, node=node.name
        )
        if record.t + record.dt > at
    ]
    quarters, left_out = beside(people, {(each.boot, each.seq): each for each in records}.values())
    monday = newest_monday(place.today - 2 * _DAY)
    week = bounds_utc_s(monday, place.tz)[0], bounds_utc_s(monday + _WEEK - _DAY, place.tz)[1]
    of_week = ledger.records.footfall(place.site.name, *week, node=node.name)
    return HandCounted(
        node,
        correction(quarters, left_out),
        sum(record.n_in + record.n_out for record in of_week),
        sum(record.obs_s for record in of_week) / (week[1] - week[0]),
    )
