"""What a self-test's table says, in the words of whoever reads, prints and signs it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from padlicht.ledger import SelfTest
from padlicht.web.i18n import Words
from padlicht.wire import FIRST_START

TENTH = "0.1 "  # before a unit: boards have no fractions, people read them better
_LAMP_AT = re.compile(r"lamp at (\d{1,3}) %")


@dataclass(frozen=True)
class Row:
    """A line of the table in the reader's language; `verdict` stays the firmware's word.

    `known`: the firmware's words were translated; otherwise they stand as they came.
    """

    what: str
    value: str
    unit: str
    verdict: str
    known: bool


def rows(say: Words, test: SelfTest) -> list[Row]:
    """The table as people read it: words translated, tenths with a comma or point."""
    whats, values = what_words(say), value_words(say)
    told = []
    for what, value, unit, verdict in test.rows:
        lamp = _LAMP_AT.fullmatch(what)
        name = say.text("Lamp at %(percent)s %%") % {"percent": lamp[1]} if lamp else None
        name = name or whats.get(what)
        shown_unit = unit
        if value is None:
            shown, shown_unit = "–", ""
        elif isinstance(value, str):
            # A name or a fault's code is no word of ours.
            shown = values.get(value, value) if what not in ("node", "fault") else value
        elif unit.startswith(TENTH):
            shown, shown_unit = say.number(value / 10), unit.removeprefix(TENTH)
        else:
            shown = say.number(value)
        told.append(Row(name or what, shown, shown_unit, verdict, name is not None))
    return told


def occasion(say: Words, test: SelfTest) -> str:
    """Why the node tested itself."""
    return say.text("at its first start") if test.reply == FIRST_START else say.text("when asked")


def verdict_words(say: Words) -> Mapping[str, str]:
    """What each verdict means."""
    return {
        "ok": say.text("in order"),
        "look": say.text("look at this"),
        "fail": say.text("fails"),
        "see": say.text("judge by eye"),
        "none": say.text("not fitted"),
    }


def what_words(say: Words) -> Mapping[str, str]:
    """What a row is about, by the firmware's own words."""
    return {
        "node": say.text("Name"),
        "boots": say.text("Starts so far"),
        "radar": say.text("Radar"),
        "lamp up and down": say.text("Lamp brightens and dims"),
        "light": say.text("Light sensor"),
        "supply": say.text("Supply"),
        "temperature": say.text("Temperature"),
        "fault": say.text("Fault"),
        "clock": say.text("Time"),
        "own clock": say.text("Own clock"),
        "own clock off by": say.text("Own clock off by"),
        "flash": say.text("Memory"),
        "flash free": say.text("Memory free"),
        "records waiting": say.text("Records waiting"),
        "records given up": say.text("Records given up"),
        "lines gone bad": say.text("Lines gone bad"),
        "memory free": say.text("Working memory free"),
        "longest tick gap": say.text("Longest pause of the light's loop"),
        "wifi": say.text("Wi-Fi signal"),
        "hub and back": say.text("To the hub and back"),
    }


def value_words(say: Words) -> Mapping[str, str]:
    """What was found, where it is a word."""
    return {
        "reports": say.text("reports"),
        "silent": say.text("silent"),
        "shown": say.text("shown"),
        "not known": say.text("not known"),
        "own": say.text("by its own clock"),
        "hub": say.text("by the hub"),
        "writes": say.text("writes and reads"),
        "refuses": say.text("refuses"),
    }
