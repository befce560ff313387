"""Questions about lamps and counters as devices: who is silent, what is broken. Pure."""

from dashboards.queries.influxql import (
    LAST_DAY,
    LAST_HOURS,
    LAST_QUARTER,
    PLACE,
    RAW,
    TABLE,
    Query,
    daily,
    total,
    where,
)


def nodes() -> Query:
    """How many nodes there are."""
    return _of_nodes('count("online") AS "nodes"')


def nodes_there() -> Query:
    """How many of them are there."""
    return _of_nodes('sum("online") AS "there"')


def faults() -> Query:
    """How many faults there are that came and did not go."""
    fields = 'last("active") AS "active"'
    each = total(fields, "fault", PLACE, by='"node", "code"', time=LAST_QUARTER)
    return Query(f'SELECT sum("active") AS "faults" FROM ({each}) WHERE {LAST_QUARTER}', RAW)


def faults_of_nodes() -> Query:
    """Every fault of every node, and whether it is still there."""
    fields = 'last("active") AS "active"'
    text = total(fields, "fault", PLACE, by='"node", "zone", "code"', time=LAST_QUARTER)
    return Query(text, RAW, TABLE)


def online_of_nodes() -> Query:
    """Whether each node is there."""
    return Query(_online(), RAW, TABLE)


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
    return Query(total('max("spool") AS "spool"', "health", PLACE, time=LAST_HOURS), RAW)


def newest_report() -> Query:
    """The newest report of any node: its time is what matters."""
    return Query(total('last("free") AS "newest"', "health", PLACE, time=LAST_DAY), RAW, TABLE)


def health_of_nodes() -> Query:
    """The last that each node said of itself."""
    fields = (
        'last("rssi") AS "rssi", last("mv") / 1000 AS "supply", last("dc") / 10 AS "temperature",'
        ' last("spool") AS "spool", last("dropped") AS "dropped", last("up_s") / 86400 AS "up"'
    )
    return _each_node(fields, "health", PLACE)


def light_of_lamps() -> Query:
    """How long each lamp was lit, how often brightened, and its energy."""
    fields = (
        'sum("lit_s") / 3600 AS "lit", sum("boost_s") / 3600 AS "boosted", sum("trig") AS "trig",'
        ' sum("mwh") / 1000 AS "energy", sum("obs_s") / sum("dt") AS "heard"'
    )
    return _each_node(fields, "lamp", PLACE)


def watching_of_counters() -> Query:
    """What share of the time it reported each counter really watched, and what it counted."""
    fields = (
        'sum("obs_s") / sum("dt") AS "watched", sum("count_in") + sum("count_out") AS "passages",'
        ' sum("sat_s") AS "crowded"'
    )
    return _each_node(fields, "footfall", PLACE, '"dt" > 0')


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


def _online() -> str:
    return total('last("online") AS "online"', "presence", PLACE, by='"node"', time=LAST_HOURS)


def _of_nodes(field: str) -> Query:
    """One number of what each node was last."""
    return Query(f"SELECT {field} FROM ({_online()}) WHERE {LAST_HOURS}", RAW)


def _each_node(fields: str, measurement: str, *conditions: str) -> Query:
    """A row for each node, of the last 24 hours."""
    text = total(fields, measurement, *conditions, by='"node", "zone"', time=LAST_DAY)
    return Query(text, RAW, TABLE)
