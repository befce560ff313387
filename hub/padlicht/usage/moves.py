"""Moves: what makes the counts before a day and those after it counts of different things.

A counter that hangs elsewhere counts other people, and a park whose place or time zone changed has
other hours of light. What is held against each other must not lie on both sides of such a day. What
was only corrected did not change: it was so all the time.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from padlicht.ledger import Ledger
from padlicht.ledger.tables.attributes import Place


class Move(NamedTuple):
    """A counter that was moved on a day, or (`node` None) the whole park that was."""

    node: str | None
    day: date


def moves(
    ledger: Ledger, site: str, zone: str | None, from_utc_s: int, to_utc_s: int
) -> list[Move]:
    """The moves between two moments that touch a site, or one zone of it, oldest first."""
    clock = ledger.sites.clock(site)
    found = [
        (part.from_utc_s, "")
        for part in ledger.attributes.site_places(site)
        if from_utc_s < part.from_utc_s < to_utc_s
    ]
    names = {node.id: node.name for node in ledger.nodes.all()}
    places = ledger.attributes.places(site=site)
    for node_id, its in groupby(places, attrgetter("node_id")):
        stays = [*its]
        if any(_counts_in(stay, site, zone, from_utc_s, to_utc_s) for stay in stays):
            times = _moved(stays)
            found += [(at, names[node_id]) for at in times if from_utc_s < at < to_utc_s]
    return [Move(name or None, clock.day(at)) for at, name in sorted(found)]


def _counts_in(stay: Place, site: str, zone: str | None, from_utc_s: int, to_utc_s: int) -> bool:
    return (
        stay.role == "counter"
        and stay.site == site
        and zone in (None, stay.zone)
        and stay.from_utc_s < to_utc_s
        and stay.to_utc_s > from_utc_s
    )


def _moved(stays: Iterable[Place]) -> list[int]:
    """When a node hung elsewhere than before, or hung again after it was taken down."""
    return [
        after.from_utc_s
        for before, after in pairwise(stays)
        if before[3:8] != after[3:8] or (after.serves and not before.serves)
    ]
