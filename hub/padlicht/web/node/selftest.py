"""Self-test table: its rows in the words of whoever reads, prints and signs it. Pure."""

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


def rows(t: Words, test: SelfTest) -> list[Row]:
    """The table as people read it: words translated, tenths with a comma or point."""
    whats, values = what_words(t), value_words(t)
    told = []
    for what, value, unit, verdict in test.rows:
        lamp = _LAMP_AT.fullmatch(what)
        name = t.text("Lamp at %(percent)s %%") % {"percent": lamp[1]} if lamp else None
        name = name or whats.get(what)
        shown_unit = unit
        if value is None:
            shown, shown_unit = "–", ""
        elif isinstance(value, str):
            # A name or a fault's code is no word of ours.
            shown = values.get(value, value) if what not in ("node", "fault") else value
        elif unit.startswith(TENTH):
            shown, shown_unit = t.number(value / 10), unit.removeprefix(TENTH)
        else:
            shown = t.number(value)
        told.append(Row(name or what, shown, shown_unit, verdict, name is not None))
    return told


def occasion(t: Words, test: SelfTest) -> str:
    """Why the node tested itself."""
    return t.text("at its first start") if test.reply == FIRST_START else t.text("when asked")


def verdict_words(t: Words) -> Mapping[str, str]:
    """What each verdict means."""
    return {
        "ok": t.text("in order"),
        "look": t.text("look at this"),
        "fail": t.text("fails"),
        "see": t.text("judge by eye"),
        "none": t.text("not fitted"),
    }


def what_words(t: Words) -> Mapping[str, str]:
    """What a row is about, by the firmware's own words."""
    return {
        "node": t.text("Name"),
        "boots": t.text("Starts so far"),
        "radar": t.text("Radar"),
        "radar frames": t.text("Radar reports"),
        "radar frames broken": t.text("Radar reports broken"),
        "meter": t.text("Energy meter"),
        "lamp up and down": t.text("Lamp brightens and dims"),
        "light": t.text("Light sensor"),
        "supply": t.text("Supply"),
        "temperature": t.text("Temperature"),
        "fault": t.text("Fault"),
        "clock": t.text("Time"),
        "own clock": t.text("Own clock"),
        "own clock off by": t.text("Own clock off by"),
        "flash": t.text("Memory"),
        "flash free": t.text("Memory free"),
        "records waiting": t.text("Records waiting"),
        "records given up": t.text("Records given up"),
        "lines gone bad": t.text("Lines gone bad"),
        "memory free": t.text("Working memory free"),
        "longest tick gap": t.text("Longest pause of the light's loop"),
        "wifi": t.text("Wi-Fi signal"),
        "hub and back": t.text("To the hub and back"),
    }


def value_words(t: Words) -> Mapping[str, str]:
    """What was found, where it is a word."""
    return {
        "reports": t.text("reports"),
        "silent": t.text("silent"),
        "frames of an LD2410": t.text("is an LD2410: this node needs an LD2450"),
        "frames of an LD2450": t.text("is an LD2450: this node needs an LD2410"),
        "frames of another module": t.text("is another model: its reports are not understood"),
        "text, no frames": t.text("sends text: another model or firmware"),
        "another baud rate": t.text("sends at another speed: set it to 256000 baud"),
        "bytes, no frames": t.text("sends nothing that can be understood: check its wires"),
        "beyond the meter": t.text("more than the meter can say"),
        "the meter is in reverse": t.text("runs backwards: swap the meter's two lamp wires"),
        "does not follow the lamp": t.text("does not follow the lamp"),
        "as bright as it can say": t.text("as bright as it can say"),
        "does not run": t.text("does not run"),
        "was never set": t.text("was never set"),
        "shown": t.text("shown"),
        "not known": t.text("not known"),
        "own": t.text("by its own clock"),
        "hub": t.text("by the hub"),
        "writes": t.text("writes and reads"),
        "refuses": t.text("refuses"),
    }
