"""Dot chart: one mark for each block of weeks, on a scale on which the first side is 100. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from padlicht.web.charts.chart import Drawing, Number, scale

_HEIGHT: Final = {"wide": 200, "narrow": 160}
_LEFT: Final = {"wide": 46, "narrow": 38}
_RIGHT: Final = 8
_TOP: Final = 24
_SIZE: Final = 10.0


class Mark(NamedTuple):
    """A block: `value` None leaves its place empty. `label` is its day, below the axis."""

    value: float | None
    kind: str
    label: str
    title: str = ""


def dots(
    marks: Sequence[Mark], *, number: Number = str, middle: float = 100.0, unit: str = ""
) -> tuple[Drawing, Drawing]:
    """The drawing for a desktop and that for a phone; `middle` has a line of its own."""
    wide, narrow = (_draw(layout, marks, number, middle, unit) for layout in ("wide", "narrow"))
    return wide, narrow


def _draw(layout: str, marks: Sequence[Mark], number: Number, middle: float, unit: str) -> Drawing:
    up = scale(max([middle, *(mark.value or 0.0 for mark in marks)]), _HEIGHT[layout])
    zero = _TOP + up.height
    out = Drawing(layout, zero + 26)
    left = _LEFT[layout]
    step = (out.width - left - _RIGHT) / max(1, len(marks))
    for tick in up.ticks:
        y = zero - up.up(tick)
        out.line(left, y, out.width - _RIGHT, y, "grid" if tick else "zero")
        out.text(left - 6, y + 4, number(tick), "end")
    out.text(0, 13, unit, "start")
    line = zero - up.up(middle)
    out.line(left, line, out.width - _RIGHT, line, "sign")
    free = 0.0
    for place, mark in enumerate(marks):
        x = left + (place + 0.5) * step
        if mark.value is not None:
            y = zero - up.up(mark.value)
            out.rect(x - _SIZE / 2, y - _SIZE / 2, _SIZE, _SIZE, mark.kind, mark.title)
        width = len(mark.label) * 6.9
        if x - width / 2 >= free and x + width / 2 <= out.width:
            out.text(x, zero + 18, mark.label)
            free = x + width / 2 + 10
    return out
