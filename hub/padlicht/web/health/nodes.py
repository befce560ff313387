"""Tables of technical health: every node in service, and every trouble, as rows. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from padlicht.ledger import Node
from padlicht.web.charts import Chart, Column, Format, Table, Value
from padlicht.web.i18n import Words
from padlicht.web.park_health.status import ParkHealth
from padlicht.web.park_health.troubles import Trouble
from padlicht.web.site_context import SiteContext

FEW = 60  # nodes that are shown at once; of more, those of one zone


def clock_words(t: Words) -> dict[int | None, str]:
    """How a node knows the time, by the number that it says."""
    return {
        0: t.text("not known"),
        1: t.text("its own"),
        2: t.text("set by the hub"),
        None: "–",
    }


def shown_zone(park_health: ParkHealth, asked: str, wrong: set[str]) -> str | None:
    """The zone whose nodes are shown; None for all of them.

    Of a big park without a choice it is the first zone in which something is wrong.
    """
    if asked or len(park_health.nodes) <= FEW:
        return asked or None
    zones = sorted({node.zone for node in park_health.nodes})
    bad = [node.zone for node in park_health.nodes if node.name in wrong]
    return min(bad) if bad else zones[0]


def nodes_table(t: Words, place: SiteContext, park_health: ParkHealth) -> Chart:
    """All nodes; an empty cell where the board has no such sensor or nothing was heard."""
    columns = (
        Column("last_word", t.text("Last word"), Format.MOMENT),
        *(
            Column(key, "")
            for key in (
                "node", "role", "zone", "state", "firmware", "temperature_c", "supply_v",
                "signal_dbm", "records_waiting", "records_lost", "clock", "watched_share_3h",
                "settings_wanted", "settings_confirmed", "simulated",
            )
        ),
    )  # fmt: skip
    rows = tuple(_row(place, park_health, node) for node in park_health.nodes)
    return Chart("nodes", t.text("All lamps and counters"), "", (), Table(columns, rows))


def troubles_table(t: Words, found: Sequence[Trouble]) -> Chart:
    """What is wrong, a row for each case."""
    columns = tuple(Column(key, "") for key in ("kind", "where", "heading", "what", "to_do"))
    rows = tuple(
        (trouble.kind, case.where, trouble.heading, case.told, trouble.do)
        for trouble in found
        for case in trouble.cases
    )
    return Chart("troubles", t.text("What needs somebody"), "", (), Table(columns, rows))


def _row(place: SiteContext, park_health: ParkHealth, node: Node) -> tuple[Value, ...]:
    state = park_health.states[node.name]
    health = park_health.health.get(node.name)
    watch = park_health.watches.get(node.name)
    return (
        _local(state.last_word_utc_s, place),
        node.name,
        node.role,
        node.zone,
        state.state,
        state.fw,
        None if health is None or health.dc is None else health.dc / 10,
        None if health is None or health.mv is None else health.mv / 1000,
        None if health is None else health.rssi,
        None if health is None else health.spool,
        None if health is None else health.dropped,
        state.clock,
        None if watch is None else watch.share,
        state.wanted_version,
        state.confirmed_version,
        node.simulated,
    )


def _local(utc_s: int | None, place: SiteContext) -> datetime | None:
    if utc_s is None:
        return None
    return datetime.fromtimestamp(utc_s, UTC).astimezone(ZoneInfo(place.tz))
