"""What each panel is meant to show of the tests' park: names in their order, and how values read.

In English; `said` gives the words of another language. Values themselves come from the answers.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from dashboards.words import dutch

Reads = Callable[[Any, str, "Said"], bool]  # a value, what is shown of it, the language's words
Said = Callable[[str], str]
NOBODY_KNOWS = "no data"


def said(language: str) -> Said:
    """The words of a language, for English ones; what has no translation is a name."""
    return (lambda word: word) if language == "en" else (lambda word: dutch().get(word, word))


def number(suffix: str = "", decimals: int = 0, factor: float = 1) -> Reads:
    """A number with so many decimals, times `factor`, and its unit behind."""
    shape = re.compile(r"(-?\d+" + (rf"\.\d{{{decimals}}}" if decimals else "") + ")(.*)")

    def reads(value: Any, text: str, _: Said) -> bool:
        found = shape.fullmatch(text)
        near = 0.5 * 10**-decimals + 1e-9
        return (
            found is not None
            and found[2] == suffix
            and abs(float(found[1]) - value * factor) <= near
        )

    return reads


def words(of: Callable[[float], str]) -> Reads:
    """Words instead of a number."""
    return lambda value, text, w: text == w(of(value))


def as_it_is(value: Any, text: str, _: Said) -> bool:
    """A name as it stands in the registry."""
    return text == value


def dated(value: Any, text: str, _: Said) -> bool:
    """A time on the clock of the park."""
    return re.fullmatch(r"2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d", text) is not None


COUNT, PASSAGES, RATE = number(), number(" passages"), number(" passages/h", 1)
SHARE = number("%", factor=100)
HOURS, HOURS_1, MINUTES = number(" h"), number(" h", 1), number(" min")
WATT_HOURS = number(" Wh", 1)
WATCHING = words(
    lambda share: (
        "watched" if share >= 0.8 else "watched in part" if share else "nobody was watching"
    )
)
SIMULATED = words(lambda value: "SIMULATED: made-up figures" if value else "measured")
THERE = words(lambda value: "there" if value else "silent")
EVENING = words(
    lambda value: [
        "not lit: no lamps yet, or a fault", "lit", "no window: sunset comes after the lamp's end",
    ][int(value)]
)  # fmt: skip

# While nothing was agreed.
MAY_BE_UNKNOWN = {"target: as agreed"}

ZONES = ("east", "fitness", "west")  # a counter has only the first and the last
SITE = "molukkenplantsoen"
LIGHTS = {"day": "by day", "twilight": "twilight", "dark_on": "dark, lamps on",
          "dark_off": "dark, lamps off"}  # fmt: skip
COLOURS = {
    **{
        "by day": "#E69F00",
        "twilight": "#56B4E9",
        "dark, lamps on": "#0072B2",
        "dark, lamps off": "#3B3F8C",
    },
    "watched": "#767676",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Column(NamedTuple):
    """A column of a table: its name, the one of the answer, and how it reads."""

    name: str
    of: str
    reads: Reads


# Figures and series: by the file and the title, names in their order and how their values read.
_BESIDE = [
    (f"{what} {when}", reads) for when in ("before", "after")
    for what, reads in (("watched", SHARE), ("an hour", number(" passages/h", 2)),
                        ("passages", PASSAGES))
]  # fmt: skip
_LIT = [(light, HOURS) for light in LIGHTS.values()]
_WEEK = [("passages", PASSAGES), ("watched", SHARE)]
_EVENINGS = [(zone, EVENING) for zone in ZONES]
_WATCHED = [(zone, WATCHING) for zone in ("east", "west")]


def _public(light: str, *more: str) -> list[tuple[str, Reads]]:
    few = words(lambda value: "<5")
    return [
        (f"{SITE}: {light}", PASSAGES),
        *((f"{SITE}: {one}", few) for one in more),
        (f"{SITE}: watched", SHARE),
    ]


SERIES: dict[tuple[str, str], list[tuple[str, Reads]]] = {
    **{(board, "Measured or simulated"): [("figures", SIMULATED)]
       for board in ("energy", "glance", "health", "lighting", "use")},
    ("energy", "Hours of darkness kept in the whole park"): [
        ("hours kept dark", HOURS), ("dark hours in all", HOURS), ("share kept dark", SHARE)],
    ("energy", "Energy of the lamps"): [("energy", number(" kWh", 1, 0.001))],
    ("energy", "Dark hours each day in the whole park, and those kept dark"): [
        ("dark", HOURS), ("kept dark", HOURS)],
    ("energy", "Evenings with and without light"): _EVENINGS,
    ("energy", "Hours lit each day, and the share brightened"): [
        ("hours lit", HOURS_1), ("share brightened", SHARE)],
    ("energy", "Energy each day"): [("energy", WATT_HOURS)],
    ("energy", "Average power of a lit lamp"): [("power", number(" W", 2))],
    ("glance", "Dark, lamps on: last 7 whole days"): _WEEK,
    ("glance", "Dark, lamps on: the 7 days before"): _WEEK,
    ("glance", "Lamps on, 19 to 23 h: the 7 days before, and the last 7"): _BESIDE,
    ("glance", "Passages each day, by light"): [
        *((light, PASSAGES) for light in LIGHTS.values()), ("watched", SHARE)],
    ("glance", "Was anybody watching?"): _WATCHED,
    ("glance", "Lamps lit, last 7 whole days"): _LIT,
    ("glance", "Lit between midnight and six"): [("lamps lit", MINUTES)],
    ("glance", "Nodes that are there"): [("there", COUNT), ("of", COUNT)],
    ("glance", "Faults now"): [("faults", COUNT)],
    ("health", "Nodes that are there"): [("there", COUNT), ("of", COUNT)],
    ("health", "Faults now"): [("faults", COUNT)],
    ("health", "Most records waiting on a node"): [("records", COUNT)],
    ("health", "Share of its reported time that each counter watched"): [
        ("counter-east", SHARE), ("counter-west", SHARE)],
    ("health", "Who was silent, and when"): [
        (node, THERE) for node in ("counter-east", "counter-west", "lamp-1", "lamp-3", "lamp-4",
                                   "lamp-5", "lamp-7")],
    ("health", "Weakest Wi-Fi signal"): [(zone, number(" dBm")) for zone in ZONES],
    ("health", "Lowest supply"): [(zone, number(" V", 2)) for zone in ZONES],
    ("health", "Highest temperature"): [(zone, number(" °C", 1)) for zone in ZONES],
    ("health", "Most records waiting"): [(zone, COUNT) for zone in ZONES],
    ("lighting", "Lamps on, 19 to 23 h"): _BESIDE,
    ("lighting", "By day, 10 to 16 h, beside it"): _BESIDE,
    ("lighting", "Lamps lit, last 7 whole days"): _LIT,
    ("lighting", "Lit between midnight and six"): [("lamps lit", MINUTES)],
    ("lighting", "Evenings with lamps on in the whole park day by day, with baseline and target"): [
        ("lamps on", RATE), ("watched", SHARE), ("baseline: before the date", RATE),
        ("target: as agreed", RATE)],
    ("lighting", "Was anybody watching?"): _WATCHED,
    ("lighting", "Lamps brightened, and passages with lamps on"): [
        ("lamps brightened", COUNT), ("passages with lamps on", COUNT), ("watched", SHARE)],
    ("lighting", "Evenings with and without light"): _EVENINGS,
    ("public", "Measured or simulated"): [(SITE, SIMULATED)],
    ("public", "Passages each day: dark, lamps on"): _public("dark, lamps on"),
    ("public", "Passages each day: dark, lamps off"): _public("dark, lamps off", "fewer than 5"),
    ("public", "Passages each day: twilight"): _public("twilight", "fewer than 5"),
    ("public", "Passages each day: by day"): _public("by day"),
    ("public", "Was anybody watching?"): [(SITE, WATCHING)],
    **{("use", f"Passages: {light}"): [("passages", PASSAGES), ("watched", SHARE)]
       for light in LIGHTS.values()},
    ("use", "Somebody near lamps"): [("somebody near", HOURS), ("of lamp time watched", HOURS)],
    ("use", "Share of the time watched in which somebody was near a lamp, day by day"): [
        (zone, number("%", 1, 100)) for zone in ZONES],
    ("use", "Was anybody watching?"): _WATCHED,
    ("use", "Passages in a watched hour, day by day"): [
        *((light, RATE) for light in LIGHTS.values()), ("watched", SHARE)],
}  # fmt: skip

_NODE = (Column("node", "node", as_it_is), Column("zone", "zone", as_it_is))
TABLES: dict[tuple[str, str], tuple[Column, ...]] = {
    ("health", "What is broken, and since when"): (
        *_NODE, Column("fault", "code", as_it_is), Column("since", "Time", dated)),
    ("health", "What each lamp did in the last 24 hours"): (
        *_NODE, Column("hours lit", "lit", HOURS_1), Column("hours brightened", "boosted", HOURS_1),
        Column("times brightened", "trig", COUNT), Column("energy", "energy", WATT_HOURS),
        Column("sensor working", "heard", SHARE)),
    ("health", "What each counter did in the last 24 hours"): (
        *_NODE, Column("watched", "watched", SHARE), Column("passages", "passages", PASSAGES),
        Column("too crowded", "crowded", number(" s"))),
    ("health", "What nodes say of themselves"): (
        *_NODE, Column("Wi-Fi signal", "rssi", number(" dBm")),
        Column("supply", "supply", number(" V", 2)),
        Column("temperature", "temperature", number(" °C", 1)),
        Column("records waiting", "spool", COUNT), Column("records lost", "dropped", COUNT),
        Column("since its start", "up", number(" d", 1))),
    ("lighting", "Changes of settings"): (
        Column("when", "Time", dated), Column("what", "title", as_it_is),
        Column("why", "detail", as_it_is), Column("who", "actor", as_it_is),
        Column("version", "version", COUNT)),
}  # fmt: skip

# Matrices: what stands across (in words, by the tag's value), its tag, the value, how that reads.
MATRICES: dict[tuple[str, str], tuple[dict[str, str], str, str, Reads]] = {
    ("use", "Light against dark in the whole park, hour by hour"): (
        LIGHTS, "light", "rate", RATE),
    ("use", "Passages in a watched hour of the whole park, by weekday and hour"): (
        {str(day): word for day, word in enumerate(WEEKDAYS, 1)}, "dow", "rate", RATE),
    ("use", "Share watched in the whole park, by weekday and hour"): (
        {str(day): word for day, word in enumerate(WEEKDAYS, 1)}, "dow", "watched", SHARE),
}  # fmt: skip
APART = {
    ("health", "Newest report in InfluxDB"),
    ("health", "Where the nodes are"),
    ("lighting", "The same hours with lamps on, before and after"),
}
