"""Range chart: the lowest and the highest value of each day as a bar between them. Pure.

The axis need not begin at zero: temperatures go below it, and a supply stays far above.
"""

from collections.abc import Sequence
from itertools import groupby
from math import ceil, floor, log10
from typing import Final, NamedTuple

from padlicht.web.charts import Drawing
from padlicht.web.charts.chart import LETTER, Number

_HEIGHT: Final = {"wide": 160, "narrow": 130}
_LEFT: Final = 46
_RIGHT: Final = 8
_TOP: Final = 28
_STEPS: Final = 4


class Range(NamedTuple):
    """A day; without values nothing is known of it, and `gap` are words for that.

    Without words either, nothing was due.
    """

    label: str
    low: float | None
    high: float | None
    title: str = ""
    gap: str = ""


def ranges(
    days: Sequence[Range], *, number: Number, unit: str, least: float
) -> tuple[Drawing, Drawing]:
    """The drawing for a desktop and that for a phone; at least one day has values.

    The axis spans `least` at the least, so that the noise of a steady value looks steady.
    """
    wide, narrow = (_draw(layout, days, number, unit, least) for layout in ("wide", "narrow"))
    return wide, narrow


def axis(low: float, high: float, least: float = 0.1) -> tuple[float, ...]:
    """Round numbers from at or below `low` to at or above `high`, over `least` at the least.

    >>> axis(-3.2, 14.1)
    (-5.0, 0.0, 5.0, 10.0, 15.0)
    """
    missing = max(0.0, least - (high - low))
    if missing:
        below = 0.0 if low == 0 else missing / 2  # what is counted does not go below nothing
        low, high = low - below, high + missing - below
    rough = (high - low) / _STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * 0.999)
    first, last = floor(low / step), ceil(high / step)
    return tuple(round(step * place, 6) for place in range(first, last + 1))


def _draw(layout: str, days: Sequence[Range], number: Number, unit: str, least: float) -> Drawing:
    known = [value for day in days for value in (day.low, day.high) if value is not None]
    ticks = axis(min(known), max(known), least)
    height = _HEIGHT[layout]
    zero = _TOP + height
    out = Drawing(layout, zero + 24)
    slot = (out.width - _LEFT - _RIGHT) / len(days)

    def y_of(value: float) -> float:
        return zero - height * (value - ticks[0]) / (ticks[-1] - ticks[0])

    for tick in ticks:
        out.line(_LEFT, y_of(tick), out.width - _RIGHT, y_of(tick), "grid")
        out.text(_LEFT - 6, y_of(tick) + 4, number(tick), "end")
    out.text(0, 13, unit, "start")
    place = 0
    for words, run in groupby(days, lambda day: day.gap):
        count = len([*run])
        if words:
            x, width = _LEFT + place * slot, count * slot
            out.rect(x, _TOP, width, height, "gap", words)
            if width > len(words) * LETTER:
                out.text(x + width / 2, _TOP + 16, words, kind="gap")
        place += count
    free = 0.0
    for place, day in enumerate(days):
        x = _LEFT + place * slot
        if day.low is not None and day.high is not None:
            top = y_of(day.high)
            tall = max(3.0, y_of(day.low) - top)  # a day without a change is seen too
            out.rect(x + slot * 0.2, top, slot * 0.6, tall, "plain", day.title)
        if day.label and x >= free:
            out.text(x + slot / 2, zero + 17, day.label)
            free = x + (len(day.label) + 2) * LETTER
    return out
