"""Pairs of lying bars, before and after, each pair on a scale of its own. Pure."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from padlicht.web.charts.drawing import LAYOUTS, LETTER, Drawing

_THICK: Final = 15
_PAIR: Final = 68  # a heading and two bars
_FOOT: Final = 17  # a line of words below them
_BETWEEN: Final = 18  # pairs beside each other


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

    `gap` are the words in the empty place of a value that nobody watched.
    """
    return _draw("wide", items, gap, max(1, len(items))), _draw("narrow", items, gap, 1)


def _draw(layout: str, items: Sequence[Pair], gap: str, columns: int) -> Drawing:
    rows = -(-len(items) // columns)
    column = LAYOUTS[layout] / columns
    letters = int((column - _BETWEEN) / LETTER)
    feet = [[line for words in item.feet for line in wrap(words, letters)] for item in items]
    pair = _PAIR + _FOOT * max(map(len, feet), default=0) + 12
    out = Drawing(layout, rows * pair + 2)
    for place, item in enumerate(items):
        x = (place % columns) * column
        y = (place // columns) * pair
        longest = max(len(item.before_text), len(item.after_text))
        room = column - longest * LETTER - 24
        out.text(x, y + 14, item.heading, "start", "heading")
        largest = max(item.before or 0, item.after or 0)
        for line, (value, text, kind) in enumerate(
            ((item.after, item.after_text, "after"), (item.before, item.before_text, "before"))
        ):
            top = y + 22 + line * (_THICK + 4)
            if value is None:
                out.rect(x, top, room, _THICK, "gap", gap)
                out.text(x + room / 2, top + 12, gap, kind="gap")
                continue
            width = room * value / largest if largest else 0
            out.rect(x, top, max(width, 1.5), _THICK, kind, text)
            out.text(x + width + 7, top + 12, text, "start", "value")
        for line, words in enumerate(feet[place]):
            out.text(x, y + _PAIR + 8 + line * _FOOT, words, "start", "foot")
    return out
