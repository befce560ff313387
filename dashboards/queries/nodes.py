"""Questions about lamps and counters as devices: who is silent, what is broken. Pure."""

from dashboards.queries.influxql import PLACE, RAW, TABLE, Query, daily, total, where


def nodes() -> Query:
    """How many nodes there are."""
    each = total('last("online") AS "online"', "presence", PLACE, by='"node"')
    return Query(f'SELECT count("online") AS "nodes" FROM ({each}) WHERE $timeFilter', RAW)


def nodes_there() -> Query:
    """How many of them are there."""
    each = total('last("online") AS "online"', "presence", PLACE, by='"node"')
    return Query(f'SELECT sum("online") AS "there" FROM ({each}) WHERE $timeFilter', RAW)


def faults() -> Query:
    """How many faults there are that came and did not go."""
    each = total('last("active") AS "active"', "fault", PLACE, by='"node", "code"')
    return Query(f'SELECT sum("active") AS "faults" FROM ({each}) WHERE $timeFilter', RAW)


def faults_of_nodes() -> Query:
    """Every fault of every node, and whether it is still there."""
    text = total('last("active") AS "active"', "fault", PLACE, by='"node", "zone", "code"')
    return Query(text, RAW, TABLE)


def online_of_nodes() -> Query:
    """Whether each node is there."""
    text = total('last("online") AS "online"', "presence", PLACE, by='"node"')
    return Query(text, RAW, TABLE)


def silent_over_time() -> Query:
    """When each node was silent; nothing of nodes that never were."""
    conditions = where(PLACE, '"online" = 0')
    return Query(
        f'SELECT min("online") AS "online" FROM "presence" WHERE {conditions}'
        ' GROUP BY time($__interval), "node" fill(null)',
        RAW,
    )


def most_waiting() -> Query:
    """The most records that waited on any node."""
    return Query(total('max("spool") AS "spool"', "health", PLACE), RAW)


def newest_report() -> Query:
    """The newest report of any node: its time is what matters."""
    return Query(total('last("free") AS "newest"', "health", PLACE), RAW, TABLE)


def health_of_nodes() -> Query:
    """The last that each node said of itself."""
    fields = (
        'last("rssi") AS "rssi", last("mv") / 1000 AS "supply", last("dc") / 10 AS "temperature",'
        ' last("spool") AS "spool", last("dropped") AS "dropped", last("up_s") AS "up"'
    )
    return Query(total(fields, "health", PLACE, by='"node", "zone"'), RAW, TABLE)


def light_of_lamps() -> Query:
    """How long each lamp was lit, how often brightened, and its energy."""
    fields = (
        'sum("lit_s") / 3600 AS "lit", sum("boost_s") / 3600 AS "boosted", sum("trig") AS "trig",'
        ' sum("mwh") / 1000 AS "energy", sum("obs_s") / sum("dt") AS "heard"'
    )
    return Query(total(fields, "lamp", PLACE, by='"node", "zone"'), RAW, TABLE)


def watching_of_counters() -> Query:
    """What share of the time it reported each counter really watched, and what it counted."""
    fields = (
        'sum("obs_s") / sum("dt") AS "watched", sum("count_in") + sum("count_out") AS "passages",'
        ' sum("sat_s") AS "crowded"'
    )
    return Query(total(fields, "footfall", PLACE, '"dt" > 0', by='"node", "zone"'), RAW, TABLE)


def watching_of_counters_by_day() -> Query:
    """What share of the time it reported each counter really watched, day by day."""
    fields = 'sum("obs_s") / sum("dt") AS "watched"'
    text = daily(fields, PLACE, '"dt" > 0', measurement="footfall", by='"node"')
    return Query(text, RAW)


def over_time(function: str, field: str, divisor: int = 1) -> Query:
    """The min or max of a field of health in each zone, over time."""
    value = f'{function}("{field}")' + (f" / {divisor}" if divisor > 1 else "")
    return Query(
        f'SELECT {value} AS "{field}" FROM "health" WHERE {where(PLACE)}'
        ' GROUP BY time($__interval), "zone" fill(null)',
        RAW,
    )
