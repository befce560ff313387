"""Step chart: values over the length of a day, each for its own interval, with shades. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from padlicht.web.charts.chart import Drawing, Number, scale

_HEIGHT: Final = {"wide": 180, "narrow": 140}
_LEFT: Final = {"wide": 46, "narrow": 38}
_RIGHT: Final = 8
_TOP: Final = 30


class Step(NamedTuple):
    """A value from one second of the axis to another; None: nothing is known of that time."""

    from_s: int
    to_s: int
    value: float | None
    kind: str = "plain"
    title: str = ""


class Shade(NamedTuple):
    """A stretch of the axis behind the values: "night", "window"; with words at its top."""

    from_s: int
    to_s: int
    kind: str
    text: str = ""


def steps(
    series: Sequence[Step],
    *,
    span_s: int,
    ticks: Sequence[tuple[int, str]],
    number: Number = str,
    unit: str = "",
    gap: str = "",
    shades: Sequence[Shade] = (),
    signs: Sequence[tuple[int, str]] = (),
    top: float | None = None,
) -> tuple[Drawing, Drawing]:
    """The drawing for a desktop and that for a phone, `span_s` seconds long.

    `ticks` and `signs` are (second, words); `gap` are the words for stretches without a value,
    which may be many and are then joined. `top` is the least height of the axis.
    """
    largest = max([top or 0, *(step.value or 0 for step in series)])
    wide, narrow = (
        _draw(layout, series, span_s, ticks, number, unit, gap, shades, signs, largest)
        for layout in ("wide", "narrow")
    )
    return wide, narrow


def _draw(
    layout: str,
    series: Sequence[Step],
    span_s: int,
    ticks: Sequence[tuple[int, str]],
    number: Number,
    unit: str,
    gap: str,
    shades: Sequence[Shade],
    signs: Sequence[tuple[int, str]],
    largest: float,
) -> Drawing:
    up = scale(largest, _HEIGHT[layout])
    zero = _TOP + up.height
    out = Drawing(layout, zero + 24)
    left = _LEFT[layout]
    per_s = (out.width - left - _RIGHT) / span_s
    for shade in shades:
        x = left + shade.from_s * per_s
        width = (shade.to_s - shade.from_s) * per_s
        out.rect(x, _TOP, width, up.height, f"shade-{shade.kind}", shade.text)
        out.text(x + width / 2, _TOP + 13, shade.text, kind="shade")
    for tick in up.ticks:
        y = zero - up.up(tick)
        out.line(left, y, out.width - _RIGHT, y, "grid" if tick else "zero")
        out.text(left - 6, y + 4, number(tick), "end")
    out.text(0, 13, unit, "start")
    for from_s, to_s in _gaps(series):
        width = (to_s - from_s) * per_s
        out.rect(left + from_s * per_s, _TOP + 18, width, up.height - 18, "gap", gap)
        out.text(left + from_s * per_s + width / 2, _TOP + 32, gap, kind="gap")
    for step in series:
        if step.value is not None:
            height = up.up(step.value)
            width = (step.to_s - step.from_s) * per_s
            x = left + step.from_s * per_s
            out.rect(x, zero - height, width - 0.5, height, step.kind, step.title)
    free = 0.0
    for second, words in ticks:
        x = left + second * per_s
        out.line(x, zero, x, zero + 4, "zero")
        if x - 18 >= free:
            out.text(x, zero + 17, words)
            free = x + 18
    for count, (second, _) in enumerate(signs, 1):
        x = left + second * per_s
        out.line(x, 18, x, zero, "sign")
        out.text(x, 13, str(count), kind="sign")
    return out


def _gaps(series: Sequence[Step]) -> list[tuple[int, int]]:
    """Stretches without a value, neighbours joined."""
    found: list[tuple[int, int]] = []
    for step in series:
        if step.value is not None:
            continue
        if found and found[-1][1] == step.from_s:
            found[-1] = (found[-1][0], step.to_s)
        else:
            found.append((step.from_s, step.to_s))
    return found
