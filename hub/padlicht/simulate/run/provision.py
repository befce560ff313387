"""Registers the demo park with its hub, by the same way as a technician does."""

from collections.abc import Mapping
from typing import Any

from padlicht.broker.keys import ensure_park
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.control.desired_settings import want
from padlicht.fleet.board_config import BoardConfig
from padlicht.fleet.registry import add_again, add_node, add_site
from padlicht.ledger import Ledger, Node, Site, Zone
from padlicht.map_projection import to_degrees
from padlicht.simulate.world.park import (
    LAMP_MW,
    ORIGIN,
    SITE,
    TITLE,
    TZ,
    ZONES,
    Counter,
    Lamp,
    Park,
)

_PATH_STEP = 10  # of the path's points are drawn: a curve of a hundred metres needs no more
_WHO = "padlicht demo"
# So many people in so short a time would keep the light up without a break.
_LAMP_SETTINGS = {"hold_s": 6, "fade_down_s": 5}
FITNESS_SETTINGS = {"stay": "yes"}


def provision(config: Config, clock: HubClock, park: Park) -> dict[str, int]:
    """Add site, nodes, identities and each counter's line; everything is marked as simulated.

    Nodes that have a history already get new boards. `clock` is the park's, so that nodes were
    added on the evening on which they report. Returns with which boot each node begins.
    """
    keys = ensure_park(config.keys, config.broker_host)
    first_boots: dict[str, int] = {}
    with Ledger.open(config.ledger_path) as ledger:
        if not ledger.sites.all():
            add_site(ledger, demo_site(park))
            with ledger.transaction():
                for name, title in ZONES.items():
                    ledger.sites.put_zone(Zone(SITE, name, title))

        def add(node: Node, changes: Mapping[str, Any], why: str) -> None:
            known = ledger.nodes.get(node.name)
            if known is None:
                add_node(ledger, keys, config, node, BoardConfig())
                first_boots[node.name] = 1
            else:
                _, first_boots[node.name] = add_again(ledger, keys, config, known, BoardConfig())
            want(ledger, node.name, changes, _WHO, why, clock.utc_s())

        for lamp in park.lamps:
            why = "so busy a path would never be seen dimmed otherwise"
            add(_node(clock, park, lamp, "lamp"), _LAMP_SETTINGS, why)
        add(_node(clock, park, park.fitness, "lamp"), FITNESS_SETTINGS, "people stay there")
        for counter in park.counters:
            line = {"line_mm": list(counter.line_mm)}
            why = "stands beside the path and looks across it"
            add(_node(clock, park, counter, "counter"), line, why)
    return first_boots


def demo_site(park: Park) -> Site:
    """The park as a site, with its path."""
    path = (*park.path.points[:-1:_PATH_STEP], park.path.points[-1])
    return Site(SITE, TITLE, TZ, *ORIGIN, tuple(to_degrees(*point, ORIGIN) for point in path))


def _node(clock: HubClock, park: Park, node: Lamp | Counter, role: str) -> Node:
    lat, lon = to_degrees(*node.place, ORIGIN)
    return Node(
        id=0,  # the ledger gives it
        name=node.name,
        site=SITE,
        zone=park.zone_of(node),
        role=role,
        lat=lat,
        lon=lon,
        simulated=True,
        added_utc_s=clock.utc_s(),
        retired=False,
        rated_mw=LAMP_MW if role == "lamp" else None,
    )
