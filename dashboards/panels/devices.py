"""Tables of lamps and counters: what each of them did and said."""

from dashboards.panels.frame import (
    BAD,
    DAYS,
    DBM,
    DOUBTFUL,
    GOOD,
    HOURS,
    PASSAGES_UNIT,
    SECONDS,
    SHARE,
    WATT_HOURS,
    Placed,
    Sheet,
    ask,
    no_data,
    steps,
)
from dashboards.panels.kinds import rows
from dashboards.queries import nodes
from dashboards.words import Words


def what_nodes_say(w: Words) -> Placed:
    """How is each node doing?"""
    names = {
        "node": w("node"),
        "zone": w("zone"),
        "rssi": w("Wi-Fi signal"),
        "supply": w("supply"),
        "temperature": w("temperature"),
        "spool": w("records waiting"),
        "dropped": w("records lost"),
        "up": w("since its start"),
    }
    sheet = Sheet(
        w("What nodes say of themselves"),
        w(
            "The last that each node reported in a day. Records waiting are sent when the network"
            " is back; lost ones found no room, and only their totals were kept."
        ),
        [ask("A", nodes.health_of_nodes())],
        no_data(w),
        series={
            names["rssi"]: {
                "unit": DBM,
                "thresholds": steps((None, BAD), (-80, DOUBTFUL), (-70, GOOD)),
                "custom.cellOptions": {"type": "color-text"},
            },
            names["supply"]: {"unit": "volt", "decimals": 2},
            names["temperature"]: {"unit": "celsius", "decimals": 1},
            names["up"]: {"unit": DAYS, "decimals": 1},
        },
        steps=[_columns(names)],
    )
    return Placed(rows(sheet), 24, 10)


def what_lamps_did(w: Words) -> Placed:
    """Does each lamp do what it should?"""
    names = {
        "node": w("node"),
        "zone": w("zone"),
        "lit": w("hours lit"),
        "boosted": w("hours brightened"),
        "trig": w("times brightened"),
        "energy": w("energy"),
        "heard": w("sensor working"),
    }
    sheet = Sheet(
        w("What each lamp did in the last 24 hours"),
        w(
            "A lamp that was lit as long as its neighbours and takes no energy is broken; one whose"
            " sensor worked for part of the time noticed fewer people. A lamp that is not in the"
            " table did not report."
        ),
        [ask("A", nodes.light_of_lamps())],
        no_data(w),
        series={
            names["lit"]: {"unit": HOURS, "decimals": 1},
            names["boosted"]: {"unit": HOURS, "decimals": 1},
            names["energy"]: {"unit": WATT_HOURS, "decimals": 1},
            names["heard"]: {"unit": SHARE, "decimals": 0},
        },
        steps=[_columns(names)],
    )
    return Placed(rows(sheet), 12, 10)


def what_counters_did(w: Words) -> Placed:
    """Does each counter watch?"""
    names = {
        "node": w("node"),
        "zone": w("zone"),
        "watched": w("watched"),
        "passages": w("passages"),
        "crowded": w("too crowded"),
    }
    sheet = Sheet(
        w("What each counter did in the last 24 hours"),
        w(
            "Watched is the share of the reported time in which its sensor really watched: 0 % and"
            " no passages means a covered or broken sensor, not an empty path."
        ),
        [ask("A", nodes.watching_of_counters())],
        no_data(w),
        series={
            names["watched"]: {
                "unit": SHARE,
                "decimals": 0,
                "thresholds": steps((None, BAD), (0.5, DOUBTFUL), (0.8, GOOD)),
                "custom.cellOptions": {"type": "color-text"},
            },
            names["passages"]: {"unit": PASSAGES_UNIT},
            names["crowded"]: {"unit": SECONDS, "decimals": 0},
        },
        steps=[_columns(names)],
    )
    return Placed(rows(sheet), 12, 10)


def _columns(names: dict[str, str]) -> tuple[str, dict[str, object]]:
    """Columns in that order and by those names; the time of a sum says nothing."""
    return "organize", {
        "excludeByName": {"Time": True},
        "indexByName": {name: index for index, name in enumerate(names)},
        "renameByName": names,
    }
