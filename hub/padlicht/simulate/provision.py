"""Registers the demo park with an empty data folder, by the same way as a technician does."""

from padlicht.broker.keys import ensure_park
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.fleet.fitting import Fitting
from padlicht.fleet.registry import add_node, add_site
from padlicht.fleet.wishes import want
from padlicht.ledger import Ledger, Node, Site
from padlicht.places import to_degrees
from padlicht.simulate.park import ORIGIN, SITE, TITLE, TZ, ZONE, Park, Point

_PATH_STEP = 10  # of the path's points are drawn: a curve of a hundred metres needs no more
_WHO = "padlicht demo"
# So many people in so short a time would keep the light up without a break.
_LAMP_SETTINGS = {"hold_s": 6, "fade_down_s": 5}


def provision(config: Config, clock: HubClock, park: Park) -> None:
    """Add site, nodes, identities and each counter's line; everything is marked as simulated.

    `clock` is the park's, so that nodes were added on the evening on which they report.
    """
    keys = ensure_park(config.keys, config.broker_host)
    path = (*park.path.points[:-1:_PATH_STEP], park.path.points[-1])
    with Ledger.open(config.ledger_path) as ledger:
        site = Site(SITE, TITLE, TZ, *ORIGIN, tuple(to_degrees(*point, ORIGIN) for point in path))
        add_site(ledger, site)
        for lamp in park.lamps:
            add_node(ledger, keys, config, _node(clock, lamp.name, "lamp", lamp.place), Fitting())
            why = "so busy a path would never be seen dimmed otherwise"
            want(ledger, lamp.name, _LAMP_SETTINGS, _WHO, why, clock.utc_s())
        for counter in park.counters:
            node = _node(clock, counter.name, "counter", counter.place)
            add_node(ledger, keys, config, node, Fitting())
            line = {"line_mm": list(counter.line_mm)}
            why = "stands beside the path and looks across it"
            want(ledger, counter.name, line, _WHO, why, clock.utc_s())


def _node(clock: HubClock, name: str, role: str, place: Point) -> Node:
    lat, lon = to_degrees(*place, ORIGIN)
    return Node(
        id=0,  # the ledger gives it
        name=name,
        site=SITE,
        zone=ZONE,
        role=role,
        lat=lat,
        lon=lon,
        simulated=True,
        added_utc_s=clock.utc_s(),
        retired=False,
    )
