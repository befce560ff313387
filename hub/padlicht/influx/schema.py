"""What stands in InfluxDB: measurements, tags and fields as data.

The writer, `padlicht influx schema`, the documentation and the dashboards read it. A field's type
is fixed by the first point that InfluxDB ever gets, so types here never change; a new meaning is
a new name. Times are nanoseconds UTC.
"""

from dataclasses import dataclass
from typing import Final

# Which of the two databases (buckets) a measurement goes to: raw ages away, usage is kept.
RAW: Final = "raw"
USAGE: Final = "usage"
RAW_DAYS: Final = 90  # the ledger keeps the records themselves, and rebuilds what is asked for

INTEGER: Final = "integer"
BOOLEAN: Final = "boolean"
STRING: Final = "string"


@dataclass(frozen=True)
class Column:
    """A tag or a field: its name, type (a tag is always a string), unit and meaning."""

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Measurement:
    """A measurement; `source` is what of the ledger it follows, `database` RAW or USAGE."""

    name: str
    database: str
    source: str
    meaning: str
    tags: tuple[Column, ...]
    fields: tuple[Column, ...]


def _tag(name: str, meaning: str) -> Column:
    return Column(name, STRING, "", meaning)


def _int(name: str, unit: str, meaning: str) -> Column:
    return Column(name, INTEGER, unit, meaning)


_SITE = _tag("site", "the park")
_ZONE = _tag("zone", "part of the park that the node belongs to")
_NODE = _tag("node", "the lamp or counter")
_PLACE = (_NODE, _SITE, _ZONE)
_LIGHT = "day, twilight, dark_on (in the lamps' window) or dark_off (outside of it)"
_CLOCK_AND_LIGHT = (
    _tag("dow", "local weekday, 1 (Monday) to 7 (Sunday)"),
    _tag("hour", "local hour, 00 to 23"),
    _tag("light", _LIGHT),
)

_OBS_S = _int("obs_s", "s", "how long the sensor really watched")
_DT = _int("dt", "s", "length of the interval")
_CLOCK = _int("clock", "", "trust in the node's clock: 0 unknown, 1 its own, 2 set within a day")
_TOTALS = (
    _int("count_in", "passages", "people who passed inwards"),
    _int("count_out", "passages", "people who passed outwards"),
    _int("trig", "", "how often lamps were brightened by somebody near"),
    _int("lit_s", "s", "how long lamps were lit, summed over lamps"),
    _int("boost_s", "s", "of that, brightened"),
    _int("mwh", "mWh", "energy of the lamps"),
    _int("obs_s", "s", "how long counters really watched, summed over counters"),
    _int("due_s", "s", "how long they should have; obs_s / due_s is the coverage"),
    _int("near_s", "s", "how long somebody was near a lamp, summed over lamps"),
    _int("near_obs_s", "s", "how long lamps watched that say so; near_s / near_obs_s: occupied"),
    _int("simulated", "", "1 any of it was made up by a simulated park, 0 all was measured"),
)

MEASUREMENTS: Final = (
    Measurement(
        "lamp", RAW, "lamp", "one interval of a lamp", _PLACE,
        (
            _int("lit_s", "s", "how long it was lit"),
            _int("boost_s", "s", "of that, brightened by somebody near"),
            _int("trig", "", "how often it was brightened"),
            _int("mwh", "mWh", "energy"),
            Column("metered", BOOLEAN, "", "energy was measured; false: computed from the level"),
            _OBS_S, _DT, _CLOCK,
            _int("near_s", "s", "how long somebody was near; absent from older firmware"),
        ),
    ),
    Measurement(
        "footfall", RAW, "footfall", "one interval of a counter", _PLACE,
        (
            _int("count_in", "passages", "people who passed inwards"),
            _int("count_out", "passages", "people who passed outwards"),
            _OBS_S,
            _int("sat_s", "s", "how long it saw as many people as it can tell apart"),
            _DT, _CLOCK,
        ),
    ),
    Measurement(
        "health", RAW, "health", "how a node was in an interval; no field where it has no sensor",
        _PLACE,
        (
            _int("rssi", "dBm", "Wi-Fi signal"),
            _int("mv", "mV", "supply"),
            _int("dc", "0.1 °C", "temperature of the board"),
            _int("free", "byte", "free heap"),
            _int("spool", "records", "records that wait on the node"),
            _int("dropped", "records", "records that found no room on the node"),
            _int("up_s", "s", "since its start"),
            _int("lux_dl", "0.1 lx", "ambient light"),
            _int("stack", "byte", "stack that was never used"),
            _int("ticks_lost", "", "ticks of the lamp that failed since the record before"),
        ),
    ),
    Measurement(
        "fault", RAW, "fault", "a fault that came or went", (_tag("code", "which fault"), *_PLACE),
        (_int("active", "", "1 it came, 0 it went"),),
    ),
    Measurement(
        "presence", RAW, "presence", "whether a node is there: on every change, and hourly", _PLACE,
        (_int("online", "", "1 it is there, 0 it is not"),),
    ),
    Measurement(
        "setting_change", USAGE, "settings", "somebody wanted other settings of a node",
        (_SITE, _ZONE),
        (
            Column("title", STRING, "", "the node, and what changed from what to what"),
            Column("detail", STRING, "", "the reason that was given"),
            _int("version", "", "version of the node's settings"),
            Column("actor", STRING, "", "who wanted it"),
        ),
    ),
    Measurement(
        "diary", USAGE, "diary",
        "what everybody may know of the diary, at local midnight of its first day", (_SITE,),
        (
            Column("title", STRING, "", "what happened"),
            Column("detail", STRING, "", "its days, and the zone if it is not the whole park"),
            _int("holds", "", "1 it holds, 0 it was taken back"),
        ),
    ),
    Measurement(
        "usage_1h", USAGE, "usage_hour", "an hour of a zone, at the beginning of the hour",
        (*_CLOCK_AND_LIGHT, _SITE, _ZONE),
        _TOTALS,
    ),
    Measurement(
        "usage_1d", USAGE, "usage_hour", "a day of a zone, at local midnight; a point each phase",
        (_tag("phase", _LIGHT), _SITE, _ZONE),
        _TOTALS,
    ),
    Measurement(
        "park_1h", USAGE, "usage_hour",
        "an hour of a whole park: all its zones together, so that a year is quick to ask for",
        (*_CLOCK_AND_LIGHT, _SITE),
        _TOTALS,
    ),
)  # fmt: skip

# Everything that the writer follows, by database; each has a cursor of its own.
SOURCES: Final = {
    database: tuple(
        dict.fromkeys(item.source for item in MEASUREMENTS if item.database == database)
    )
    for database in (RAW, USAGE)
}
