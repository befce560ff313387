"""API: the open figures of one site as JSON; its description is at /api/openapi.json.

The route: app.py gives the request to `today` or `nodes`, which asks the ledger in a thread through
`PageContext.read`; `read_snapshot` (park_view/snapshot.py) is the question, the same as that of the
live pages. `today_answer` and `nodes_answer` make the Structs that Litestar writes as JSON.
"""

from typing import Annotated

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from msgspec import Meta

from padlicht.usage.days import Passages
from padlicht.web.page import PageContext
from padlicht.web.park_view.snapshot import Snapshot, read_snapshot

Coverage = Annotated[
    float | None,
    Meta(description="Share of the due time that was watched, 0 to 1; null: nothing was due yet"),
]
Counted = Annotated[
    int | None, Meta(description="Passages; null: nobody was watching, which is not nobody passed")
]

Way = Annotated[
    str | None, Meta(description="What people call that direction; null: nobody named it")
]


class Count(msgspec.Struct, frozen=True):
    """Passages in both directions; `sat_s` seconds in which the count may be too low.

    `dark_on`, `dark_off`: of both directions, in the dark inside and outside the lamps' window.
    """

    n_in: Counted = msgspec.field(name="in")
    n_out: Counted = msgspec.field(name="out")
    dark_on: Counted
    dark_off: Counted
    obs_s: int
    due_s: int
    sat_s: int
    coverage: Coverage


class CounterToday(msgspec.Struct, frozen=True):
    """One counter's day so far."""

    node: str
    zone: str
    simulated: bool
    way_in: Way
    way_out: Way
    count: Count


class TodayAnswer(msgspec.Struct, frozen=True):
    """A site's day so far. Times are Unix seconds UTC; the day is a local one.

    `total` adds passages, not people: who passes two counters is in it twice. It never mixes
    simulated counters with real ones.
    """

    site: str
    tz: str
    from_utc_s: int
    as_of_utc_s: int
    simulated: bool
    total: Count
    counters: list[CounterToday]


class NodeAnswer(msgspec.Struct, frozen=True):
    """A lamp or counter and what is known of it; times are Unix seconds UTC.

    `state` is ready, lost or never; a `clock` of 0 is unknown, 1 its own, 2 set by the hub.
    `new_memory`: it counts its boots anew, so that its records would be taken for known ones.
    """

    node: str
    role: str
    zone: str
    lat: float | None
    lon: float | None
    simulated: bool
    state: str
    since_utc_s: int
    last_word_utc_s: int | None
    fw: str | None
    board: str | None
    clock: int | None
    wanted_version: int | None
    confirmed_version: int | None
    refused: dict[str, str]
    faults: list[str]
    new_memory: bool


class NodesAnswer(msgspec.Struct, frozen=True):
    """All nodes of a site, and how many messages to the hub could not be read."""

    site: str
    as_of_utc_s: int
    quarantined: int
    nodes: list[NodeAnswer]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """What is below /api."""

    @get("/api/v1/today", summary="Today's passages, with their coverage")
    async def today(site: FromQuery[str | None] = None) -> TodayAnswer:
        """Passages since local midnight at `site`, or at the first site."""
        return today_answer(await snapshot(site))

    @get("/api/v1/nodes", summary="Lamps and counters, and how they are")
    async def nodes(site: FromQuery[str | None] = None) -> NodesAnswer:
        """The nodes of `site`, or of the first site."""
        return nodes_answer(await snapshot(site))

    async def snapshot(site: str | None) -> Snapshot:
        return (await pages.read(site, read_snapshot))[1]

    return [today, nodes]


def today_answer(snapshot: Snapshot) -> TodayAnswer:
    """`/api/v1/today`."""
    counters = [
        CounterToday(
            node=name,
            zone=snapshot.registered[name].zone,
            simulated=snapshot.registered[name].simulated,
            way_in=snapshot.registered[name].way_in,
            way_out=snapshot.registered[name].way_out,
            count=_count(passages),
        )
        for name, passages in snapshot.today.counters.items()
    ]
    return TodayAnswer(
        site=snapshot.site.name,
        tz=snapshot.site.tz,
        from_utc_s=snapshot.today.from_utc_s,
        as_of_utc_s=snapshot.now_utc_s,
        simulated=any(node.simulated for node in snapshot.nodes),
        total=_count(snapshot.today.total),
        counters=counters,
    )


def nodes_answer(snapshot: Snapshot) -> NodesAnswer:
    """`/api/v1/nodes`."""
    nodes = []
    for node in snapshot.nodes:
        state = snapshot.states[node.name]
        nodes.append(
            NodeAnswer(
                node=node.name,
                role=node.role,
                zone=node.zone,
                lat=node.lat,
                lon=node.lon,
                simulated=node.simulated,
                state=state.state,
                since_utc_s=state.since_utc_s,
                last_word_utc_s=state.last_word_utc_s,
                fw=state.fw,
                board=state.board,
                clock=state.clock,
                wanted_version=state.wanted_version,
                confirmed_version=state.confirmed_version,
                refused=dict(state.refused),
                faults=[fault.code for fault in snapshot.faults.get(node.name, ())],
                new_memory=state.new_memory,
            )
        )
    return NodesAnswer(snapshot.site.name, snapshot.now_utc_s, snapshot.quarantined, nodes)


def _count(passages: Passages) -> Count:
    return Count(
        n_in=passages.n_in if passages.watched else None,
        n_out=passages.n_out if passages.watched else None,
        dark_on=passages.dark_on if passages.watched else None,
        dark_off=passages.dark_off if passages.watched else None,
        obs_s=passages.obs_s,
        due_s=passages.due_s,
        sat_s=passages.sat_s,
        coverage=passages.coverage,
    )
