"""A chart: what it found, how it is drawn, and all its numbers."""

from dataclasses import dataclass
from typing import NamedTuple

from padlicht.web.charts.drawing import Drawing
from padlicht.web.charts.table import Table


class Key(NamedTuple):
    """A line of the legend: what marks of a kind mean."""

    kind: str
    text: str


@dataclass(frozen=True)
class Chart:
    """`name` stands in addresses, `caption` says the finding in a sentence.

    `signs` are the words of the numbered lines in the drawing, `notes` what a reader has to know.
    `simulated`: some of the numbers are made up.
    """

    name: str
    title: str
    caption: str
    drawings: tuple[Drawing, ...]
    table: Table
    keys: tuple[Key, ...] = ()
    signs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    simulated: bool = False
