"""Table `attribute_log`: what was ever said of attributes of nodes and sites, and what holds when.

A change is one statement in the log. What holds from when until when is worked out from all of them
(timeline.py) and kept in `node_places` and `site_places`, which everything that adds up asks. Where
the past changed with it, hours are marked to be added up anew (`usage_stale`, `zone_stale`), and
copies elsewhere are told to write theirs anew (`rewrites`).
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from padlicht.ledger.rows import Node, Site
from padlicht.ledger.timeline import (
    STILL,
    Moment,
    Note,
    Said,
    Stretch,
    Timelines,
    differing,
    statements,
    timelines,
    together,
)
from padlicht.ledger.usage.stale_marks import StaleMarks
from padlicht.ledger.usage.sums import real_since_utc_s

RATED = "rated_mw"
WAYS = "ways"
# What a node had nothing of before the ledger knew of it.
_LATER: dict[str, Any] = {RATED: None, WAYS: [None, None]}
_PLACED = ("place", "position", "role", "serves")  # what a count belongs to
_SAID = "attribute, from_utc_s, to_utc_s, value, noted_utc_s, who, why, corrects"


class Place(NamedTuple):
    """Where and what a node was from `from_utc_s` until `to_utc_s`."""

    node_id: int
    from_utc_s: int
    to_utc_s: int
    site: str
    zone: str
    role: str
    lat: float | None
    lon: float | None
    serves: bool


class SitePlace(NamedTuple):
    """Time zone and place of a site from `from_utc_s` until `to_utc_s`."""

    site: str
    from_utc_s: int
    to_utc_s: int
    tz: str
    lat: float
    lon: float


class AttributeTable:
    """Histories of nodes and sites; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._marks = StaleMarks(connection)

    def newest_id(self) -> int:
        """A number that grows with every change of any attribute."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM attribute_log").fetchone()[0])

    def of_node(self, node_id: int) -> dict[str, list[Stretch]]:
        """The timelines of a node: place [site, zone], position [lat, lon], role, serves; and more.

        `rated_mw` is what a lamp draws at full light, in milliwatts, and `ways` what a counter's
        two directions are called, [way_in, way_out]; None while nobody said it.
        """
        return timelines(self.said_of_node(node_id))

    def of_site(self, site: str) -> dict[str, list[Stretch]]:
        """The timelines of a site: tz and position."""
        return timelines(self.said_of_site(site))

    def said_of_node(self, node_id: int) -> list[Said]:
        """All that was ever said of a node, in the order in which it was said."""
        said = self._said("node_id", node_id)
        begun = {one.attribute for one in said if one.from_utc_s == 0 and not one.note.corrects}
        if not said:
            return said
        first = [
            Said(name, 0, STILL, value, said[0].note)
            for name, value in _LATER.items()
            if name not in begun
        ]
        return [*first, *said]

    def said_of_site(self, site: str) -> list[Said]:
        """All that was ever said of a site, in the order in which it was said."""
        return self._said("site", site)

    def places(self, node_id: int | None = None, *, site: str | None = None) -> list[Place]:
        """Where each node was, by node and time: the one, or those that ever were in a site."""
        where = "?1 IS NULL OR node_id = ?1"
        if site is not None:
            where = "node_id IN (SELECT node_id FROM node_places WHERE site = ?2)"
        rows = self._db.execute(
            f"SELECT * FROM node_places WHERE {where} ORDER BY node_id, from_utc_s",  # noqa: S608
            (node_id, site)[: 1 + (site is not None)],
        )
        return [Place._make((*row[:-1], bool(row[-1]))) for row in rows]

    def site_places(self, site: str | None = None) -> list[SitePlace]:
        """Time zone and place of each site (or the one), by site and time."""
        rows = self._db.execute(
            "SELECT * FROM site_places WHERE ?1 IS NULL OR site = ?1 ORDER BY site, from_utc_s",
            (site,),
        )
        return [*map(SitePlace._make, rows)]

    def add_node(self, node: Node) -> None:
        """Say what a node is from its beginning on; one that is retired served until then."""
        note = Note("padlicht", "added", node.added_utc_s)
        said = [Said(name, 0, STILL, value, note) for name, value in _of(node).items()]
        said = [one._replace(value=True) if one.attribute == "serves" else one for one in said]
        if node.retired_utc_s is not None:
            gone = note._replace(why="retired")
            said.append(Said("serves", max(node.retired_utc_s, 1), STILL, False, gone))
        real = real_since_utc_s(self._db, node.site)
        self._say("node_id", node.id, said)
        self._put_places(node.id, _places_of(timelines(said)))
        self._marks.real(node.site, real)

    def add_site(self, site: Site, utc_s: int = 0) -> None:
        """Say where a site is from its beginning on."""
        note = Note("padlicht", "added", utc_s)
        said = [Said(name, 0, STILL, value, note) for name, value in _of_site(site).items()]
        self._say("site", site.name, said)
        self._put_site_places(site.name, together(timelines(said)))

    def change_node(self, node: Node, note: Note, about: Collection[str] = ()) -> bool:
        """Make the node of that id what is given, since when the note says; whether it changes.

        Its retirement has a time of its own in `node`. `about`: attributes that keep their value,
        and of which only the time is mended. Raises Refused when a time does not fit what is known.
        """
        lines = self.of_node(node.id)
        values = _of(node)
        serves = values.pop("serves")
        said = _wanted(node.name, lines, values, note, about)
        said += _retirement(node, lines["serves"], serves, note)
        if not said:
            return False
        before = _places_of(lines)
        sites = {moment.values["place"][0] for moment in before} | {node.site}
        real = {site: real_since_utc_s(self._db, site) for site in sites}
        self._say("node_id", node.id, said)
        after = _places_of(self.of_node(node.id))
        self._put_places(node.id, after)
        self._marks.node(node.id, before, after)
        for site, since in real.items():
            self._marks.real(site, since)
        return True

    def change_site(self, site: Site, note: Note, about: Collection[str] = ()) -> bool:
        """Make the site of that name what is given; as `change_node`."""
        lines = self.of_site(site.name)
        said = _wanted(site.name, lines, _of_site(site), note, about)
        if not said:
            return False
        self._say("site", site.name, said)
        after = together(self.of_site(site.name))
        self._put_site_places(site.name, after)
        if part := differing(together(lines), after):
            self._marks.site(site.name, *part)
        return True

    def reopen(self, from_utc_s: int, to_utc_s: int) -> None:
        """Have the hours of all sites in that time done anew: they were closed before their end."""
        for site in {part.site for part in self.site_places()}:
            self._marks.site(site, from_utc_s, to_utc_s)

    def _said(self, column: str, whose: int | str) -> list[Said]:
        rows = self._db.execute(
            f"SELECT {_SAID} FROM attribute_log WHERE {column} = ? ORDER BY id",  # noqa: S608
            (whose,),
        )
        return [
            Said(name, begin, end, json.loads(value), Note(who, why, utc_s, None, bool(corrects)))
            for name, begin, end, value, utc_s, who, why, corrects in rows
        ]

    def _say(self, column: str, whose: int | str, said: Iterable[Said]) -> None:
        self._db.executemany(
            f"INSERT INTO attribute_log ({column}, {_SAID})"  # noqa: S608 -- of the two above
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    whose, one.attribute, one.from_utc_s, one.to_utc_s, json.dumps(one.value),
                    one.note.utc_s, one.note.who, one.note.why, one.note.corrects,
                )
                for one in said
            ],
        )  # fmt: skip

    def _put_places(self, node_id: int, moments: Iterable[Moment]) -> None:
        self._db.execute("DELETE FROM node_places WHERE node_id = ?", (node_id,))
        for begin, end, values in moments:
            self._db.execute(
                "INSERT INTO node_places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    node_id, begin, end, *values["place"], values["role"], *values["position"],
                    values["serves"],
                ),
            )  # fmt: skip

    def _put_site_places(self, site: str, moments: Iterable[Moment]) -> None:
        self._db.execute("DELETE FROM site_places WHERE site = ?", (site,))
        self._db.executemany(
            "INSERT INTO site_places VALUES (?, ?, ?, ?, ?, ?)",
            [
                (site, begin, end, values["tz"], *values["position"])
                for begin, end, values in moments
            ],
        )


def _of(node: Node) -> dict[str, Any]:
    return {
        "place": [node.site, node.zone],
        "position": [node.lat, node.lon],
        "role": node.role,
        "serves": node.retired_utc_s is None,
        RATED: node.rated_mw,
        WAYS: [node.way_in, node.way_out],
    }


def _places_of(lines: Timelines) -> list[Moment]:
    """A node's moments by what its counts belong to."""
    return together({name: lines[name] for name in _PLACED})


def _of_site(site: Site) -> dict[str, Any]:
    return {"tz": site.tz, "position": [site.lat, site.lon]}


def _wanted(
    name: str,
    lines: Timelines,
    values: Mapping[str, Any],
    note: Note,
    about: Collection[str],
) -> list[Said]:
    """What has to be said so that all of it is so."""
    return [
        one
        for attribute, value in values.items()
        if attribute in about or value != lines[attribute][-1].value
        for one in statements(name, lines[attribute], attribute, value, note)
    ]


def _retirement(node: Node, line: Sequence[Stretch], serves: bool, note: Note) -> list[Said]:
    """What has to be said of whether a node serves: it went when it says itself."""
    last = line[-1]
    if serves:
        return [] if last.value else statements(node.name, line, "serves", True, note)
    gone = note._replace(from_utc_s=max(node.retired_utc_s or 0, 1), corrects=not last.value)
    if last.value or gone.from_utc_s != last.from_utc_s:
        return statements(node.name, line, "serves", False, gone)
    return []
