"""Charts: what one found, how it is drawn, and all its numbers. Pure.

A drawing is shapes with their places in a viewBox, and a scale by which numbers become heights. A
unit is a CSS pixel at the size for which the layout is made: "wide" for a desktop, "narrow" for a
phone. The template shows both and the style sheet hides one, so that letters keep their size.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import floor, log10
from typing import Final, NamedTuple

from padlicht.web.table import Table

LAYOUTS: Final = {"wide": 960, "narrow": 358}  # width of each layout's viewBox
LETTER: Final = 6.9  # width of a letter of the axes, on the safe side
_TICKS = 4  # about so many steps up an axis

Number = Callable[[float], str]


class Rect(NamedTuple):
    """A rectangle; `kind` is its class in the style sheet, `title` what a pointer is told."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str = ""


class Line(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


class Text(NamedTuple):
    """Words at a place; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    kind: str = "axis"


@dataclass
class Drawing:
    """A chart's shapes in one layout, in the order in which they are painted."""

    layout: str
    height: float
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Of the viewBox."""
        return LAYOUTS[self.layout]

    def rect(
        self, x: float, y: float, width: float, height: float, kind: str, title: str = ""
    ) -> None:
        """Add a rectangle; one without an area is left out."""
        if width > 0 and height > 0:
            x, y, width, height = round(x, 1), round(y, 1), round(width, 1), round(height, 1)
            self.rects.append(Rect(x, y, max(width, 0.1), max(height, 0.1), kind, title))

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Add a line."""
        self.lines.append(Line(round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1), kind))

    def text(
        self, x: float, y: float, text: str, anchor: str = "middle", kind: str = "axis"
    ) -> None:
        """Add words, moved so that they stay inside the drawing."""
        if not text:
            return
        width = len(text) * LETTER
        left = {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        x = max(left, min(x, self.width - width + left))
        self.texts.append(Text(round(x, 1), round(y, 1), text, anchor, kind))


class Scale(NamedTuple):
    """Numbers from 0 to `top` over a height; `ticks` are round numbers on the way."""

    top: float
    ticks: tuple[float, ...]
    height: float

    def up(self, value: float) -> float:
        """How high above zero a number stands."""
        return self.height * min(value, self.top) / self.top


def scale(largest: float, height: float) -> Scale:
    """A scale that ends at a round number at or above `largest`; never of nothing.

    >>> scale(87, 100).ticks
    (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    """
    if largest <= 0:
        return Scale(1.0, (0.0,), height)
    rough = largest / _TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * 0.999)
    count = 1
    while step * count < largest * 0.999:
        count += 1
    ticks = tuple(round(step * number, 6) for number in range(count + 1))
    return Scale(ticks[-1], ticks, height)


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
