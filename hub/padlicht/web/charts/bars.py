"""Bar charts: upright bars, stacked or side by side, and pairs of lying bars. Pure.

Upright bars stand over an axis, each with how much of its time was watched. A pair is before and
after; all pairs of a drawing have one scale. Where nothing is known there is no bar of height zero
but a hatched, dashed place with words in it.
"""

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import Final, NamedTuple

from padlicht.web.charts.chart import LAYOUTS, LETTER, Drawing, Number, Scale, scale

_HEIGHT: Final = {"wide": 220, "narrow": 170}  # of the bars
_LEFT: Final = {"wide": 46, "narrow": 38}
_RIGHT: Final = 8
_TOP: Final = 46  # for the unit, and below it the numbers of signs
_LABELS: Final = 22
_COVERAGE: Final = 9
_BAND: Final = 7
_ROW: Final = 5  # between what stands below each other
_THICK: Final = 15
_PAIR: Final = 68  # a heading and two bars
_FOOT: Final = 17  # a line of words below them
_BETWEEN: Final = 18  # pairs beside each other
PARTLY: Final = 0.9  # watched less than that, a bar is said to be only a part


class Part(NamedTuple):
    """A piece of a bar; `kind` is one of the style sheet's (chart.css)."""

    kind: str
    value: float
    title: str = ""


class Bar(NamedTuple):
    """What stands at one place of the axis: parts from the axis up, or side by side.

    `gap` are words in an empty hatched place instead of a bar ("no data"). `shown` stands above
    the bar. `coverage` is 0 to 1; None: nothing was due. Above a bar that was watched for less than
    PARTLY of its time stands a hatched place: the real number is higher, nobody knows by how much.
    """

    label: str
    parts: tuple[Part, ...]
    coverage: float | None = None
    gap: str = ""
    shown: str = ""


class Sign(NamedTuple):
    """An upright line where something happened; `at` counts bars, fractions allowed.

    Signs are numbered; their words stand below the chart.
    """

    at: float
    text: str


class Band(NamedTuple):
    """A stretch of the axis, in bars from `first` up to and not including `last`, with words."""

    first: float
    last: float
    text: str


class Level(NamedTuple):
    """A lying line at a value, as what was agreed: over the bars from `first` up to `last`.

    `kind` is its class in the style sheet (chart.css), `text` stands on it.
    """

    value: float
    first: float
    last: float
    kind: str
    text: str


def bars(
    items: Sequence[Bar],
    *,
    number: Number = str,
    unit: str = "",
    grouped: bool = False,
    coverage: bool = True,
    signs: Sequence[Sign] = (),
    bands: Sequence[Band] = (),
    levels: Sequence[Level] = (),
    rates: bool = False,
) -> tuple[Drawing, Drawing]:
    """The drawing for a desktop and that for a phone; `unit` stands above the axis.

    `rates`: the values are per watched hour, so that what nobody watched is not missing from them.
    """
    pick = max if grouped else sum
    largest = max(
        (pick(part.value for part in item.parts) for item in items if item.parts), default=0
    )
    largest = max((largest, *(level.value for level in levels)))
    wide, narrow = (
        _Layout(layout, items, scale(largest, _HEIGHT[layout]), grouped, rates).draw(
            number, unit, coverage, signs, bands, levels
        )
        for layout in ("wide", "narrow")
    )
    return wide, narrow


class _Layout:
    """One drawing while it is made."""

    def __init__(
        self, layout: str, items: Sequence[Bar], up: Scale, grouped: bool, rates: bool
    ) -> None:
        self.out = Drawing(layout, 0)
        self.items = items
        self.scale = up
        self.grouped = grouped
        self.rates = rates
        self.left = _LEFT[layout]
        self.zero = _TOP + up.height
        self.slot = (self.out.width - self.left - _RIGHT) / max(1, len(items))

    def draw(
        self,
        number: Number,
        unit: str,
        coverage: bool,
        signs: Sequence[Sign],
        bands: Sequence[Band],
        levels: Sequence[Level],
    ) -> Drawing:
        """Axis, gaps, bars, levels, signs; below them labels, coverage and bands."""
        self._axis(number, unit)
        self._gaps()
        for place, item in enumerate(self.items):
            self._bar(place, item)
        for level in levels:
            self._level(level)
        for count, sign in enumerate(signs, 1):
            x = self._x(sign.at)
            self.out.line(x, 34, x, self.zero, "sign")
            self.out.text(x, 30, str(count), kind="sign")
        y = self.zero + 16
        self._labels(y)
        y += _ROW
        if coverage and any(item.coverage is not None for item in self.items):
            for place, item in enumerate(self.items):
                self._coverage(place, item, y)
            y += _COVERAGE + _ROW
        if bands:
            for band in bands:
                x, width = self._x(band.first), (band.last - band.first) * self.slot
                self.out.rect(x, y, width, _BAND, "band")
                self.out.text(x + width / 2, y + _BAND + 12, band.text, kind="band")
            y += _BAND + 16
        self.out.height = round(y + 2)
        return self.out

    def _x(self, place: float) -> float:
        return self.left + place * self.slot

    def _axis(self, number: Number, unit: str) -> None:
        for tick in self.scale.ticks:
            y = self.zero - self.scale.up(tick)
            self.out.line(self.left, y, self.out.width - _RIGHT, y, "grid" if tick else "zero")
            self.out.text(self.left - 6, y + 4, number(tick), "end")
        self.out.text(0, 13, unit, "start")

    def _gaps(self) -> None:
        place = 0
        for words, run in groupby(self.items, lambda item: item.gap):
            count = len(list(run))
            if words:
                x, width = self._x(place) + 1, count * self.slot - 2
                self.out.rect(x, _TOP + 6, width, self.scale.height - 6, "gap", words)
                self.out.text(x + width / 2, _TOP + 20, words, kind="gap")
            place += count

    def _bar(self, place: int, item: Bar) -> None:
        if item.gap or not item.parts:
            return
        room = self.slot * (0.8 if self.slot > 10 else 0.88)
        left = self._x(place) + (self.slot - room) / 2
        below = 0.0
        for number, part in enumerate(item.parts):
            height = self.scale.up(part.value)
            if self.grouped:
                width = room / len(item.parts)
                x = left + number * width
                self.out.rect(x, self.zero - height, width - 1, height, part.kind, part.title)
            else:
                y = self.zero - below - height
                self.out.rect(left, y, room, height, part.kind, part.title)
                below += height
        tallest = max((part.value for part in item.parts), default=0) if self.grouped else 0
        top = self.zero - max(below, self.scale.up(tallest))
        if item.coverage is not None and item.coverage < PARTLY and not self.rates:
            self.out.rect(left, _TOP, room, top - _TOP, "partly")
        if item.shown:
            self.out.text(left + room / 2, self.zero - below - 5, item.shown, kind="value")

    def _level(self, level: Level) -> None:
        y = self.zero - self.scale.up(level.value)
        begin, end = self._x(level.first), self._x(level.last)
        self.out.line(begin, y, end, y, level.kind)
        self.out.text(end, y - 5, level.text, "end", "level")

    def _labels(self, y: float) -> None:
        free = 0.0
        for place, item in enumerate(self.items):
            width = len(item.label) * LETTER
            middle = self._x(place + 0.5)
            if item.label and middle - width / 2 >= free:
                self.out.text(middle, y, item.label)
                free = middle + width / 2 + LETTER

    def _coverage(self, place: int, item: Bar, y: float) -> None:
        if item.coverage is None:
            return
        width = self.slot - (2 if self.slot > 10 else 0.6)
        x = self._x(place) + (self.slot - width) / 2
        self.out.rect(x, y, width, _COVERAGE, "track")
        height = _COVERAGE * min(1.0, item.coverage)
        self.out.rect(x, y + _COVERAGE - height, width, height, "cover")


class Pair(NamedTuple):
    """Two values under one heading; None: nobody was watching, and the place says so.

    `feet` are lines of words below the bars: what changed, and how sure that is.
    """

    heading: str
    before: float | None
    before_text: str
    after: float | None
    after_text: str
    feet: tuple[str, ...] = ()


def pairs(items: Sequence[Pair], gap: str) -> tuple[Drawing, Drawing]:
    """The drawing for a desktop, pairs beside each other, and for a phone, below each other.

    A bar twice as long stands for twice as much, wherever it stands. `gap` are the words in the
    empty place of a value that nobody watched.
    """
    return _draw_pairs("wide", items, gap, max(1, len(items))), _draw_pairs("narrow", items, gap, 1)


def _draw_pairs(layout: str, items: Sequence[Pair], gap: str, columns: int) -> Drawing:
    rows = -(-len(items) // columns)
    column = LAYOUTS[layout] / columns
    letters = int((column - _BETWEEN) / LETTER)
    feet = [[line for words in item.feet for line in wrap(words, letters)] for item in items]
    pair = _PAIR + _FOOT * max(map(len, feet), default=0) + 12
    out = Drawing(layout, rows * pair + 2)
    values = [value for item in items for value in (item.before, item.after) if value is not None]
    largest = max(values, default=0.0)
    longest = max((len(text) for item in items for text in (item.before_text, item.after_text)),
                  default=0)  # fmt: skip
    room = column - longest * LETTER - 24
    for place, item in enumerate(items):
        x = (place % columns) * column
        y = (place // columns) * pair
        out.text(x, y + 14, item.heading, "start", "heading")
        for line, (value, text, kind) in enumerate(
            ((item.after, item.after_text, "after"), (item.before, item.before_text, "before"))
        ):
            top = y + 22 + line * (_THICK + 4)
            if value is None:
                out.rect(x, top, room, _THICK, "gap", gap)
                out.text(x + room / 2, top + 12, gap, kind="gap")
                continue
            width = room * value / largest if largest else 0
            out.rect(x, top, max(width, 1.5) if value else 0.5, _THICK, kind, text)
            out.text(x + width + 7, top + 12, text, "start", "value")
        for line, words in enumerate(feet[place]):
            out.text(x, y + _PAIR + 8 + line * _FOOT, words, "start", "foot")
    return out
