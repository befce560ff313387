"""Week strip: the days of a week of one node, small enough to stand side by side. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from padlicht.ledger import Node
from padlicht.web.charts import Rect
from padlicht.web.day.intervals import Interval
from padlicht.web.i18n import Words

WIDTH: Final = 96  # of a small drawing's viewBox
HEIGHT: Final = 26


@dataclass(frozen=True)
class WeekDay:
    """A day to choose; `told` is its sum in words, `coming` whether it has not begun yet."""

    day: date
    told: str
    shapes: Sequence[Rect]
    coming: bool


def week_days(
    t: Words, node: Node, week: Mapping[date, Sequence[Interval]], today: date
) -> list[WeekDay]:
    """Each day with its own little drawing, all of them to one scale."""
    height = _lit if node.role == "lamp" else _passed
    most = max((height(part) for parts in week.values() for part in parts), default=0.0)
    return [
        WeekDay(day, _told(t, node, parts), _shapes(node, parts, most), day > today)
        for day, parts in week.items()
    ]


def _lit(part: Interval) -> float:
    return part.lit_share


def _passed(part: Interval) -> float:
    return (part.n_in + part.n_out) / part.known_s if part.known_s else 0.0


def _shapes(node: Node, parts: Sequence[Interval], most: float) -> list[Rect]:
    found: list[Rect] = []
    begin = parts[0].from_utc_s
    per_s = WIDTH / (parts[-1].to_utc_s - begin)
    is_lamp = node.role == "lamp"
    for part in parts:
        x = (part.from_utc_s - begin) * per_s
        width = (part.known_to_utc_s - part.from_utc_s) * per_s
        if _unknown(node, part):
            last = found[-1] if found else None
            if last is not None and last.kind == "gap" and abs(last.x + last.width - x) < 0.01:
                found[-1] = last._replace(width=last.width + width)
            else:
                found.append(Rect(x, 1, width, HEIGHT - 1, "gap"))
            continue
        share = (_lit(part) if is_lamp else _passed(part)) / most if most else 0.0
        if share:
            height = share * (HEIGHT - 2)
            found.append(
                Rect(x, HEIGHT - height, width, height, "small-lit" if is_lamp else "cover")
            )
    return [
        shape._replace(
            x=round(shape.x, 2),
            y=round(shape.y, 2),
            width=round(shape.width, 2),
            height=round(shape.height, 2),
        )
        for shape in found
    ]


def _unknown(node: Node, part: Interval) -> bool:
    """Whether nothing is known, as far as it should be: of a counter, what passed."""
    return part.is_missing or (node.role == "counter" and part.is_reported and not part.watched_s)


def _told(t: Words, node: Node, parts: Sequence[Interval]) -> str:
    told = [part for part in parts if part.is_reported]
    if not told:
        return t.text("no data") if any(part.due for part in parts) else "–"
    if node.role == "lamp":
        return t.text("%(span)s lit") % {"span": t.span(sum(part.lit_s for part in told))}
    if not any(part.watched_s for part in told):
        return t.text("no data")
    count = sum(part.n_in + part.n_out for part in told)
    return t.texts("%(count)s passage", "%(count)s passages", count) % {"count": t.number(count)}
