"""What the charts of a day share: their axis, the sky behind them, the columns of their tables."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from padlicht.ledger import Node
from padlicht.usage.hours import DARK, TWILIGHT
from padlicht.web import phrases
from padlicht.web.charts import Column, Drawing, Form, Key, Shade, Step, Value, steps
from padlicht.web.day.marks import Mark, light_at, sky, ticks
from padlicht.web.day.quarters import Stretch
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

Parts = Sequence[Stretch]


def watched_share(parts: Parts) -> float:
    """How much of the time due so far the sensor watched, 0 to 1."""
    due_s = sum(part.length_s for part in parts if part.due or part.is_told)
    return sum(min(part.seen_s, part.length_s) for part in parts) / due_s if due_s else 0.0


def shown(parts: Parts) -> list[Stretch]:
    """Stretches of which there is, or should be, something to tell."""
    return [part for part in parts if part.is_told or part.due]


def values(
    say: Words,
    place: SiteContext,
    parts: Parts,
    kind: str,
    value: Callable[[Stretch], float | None],
    words: Callable[[float], str],
) -> list[Step]:
    """A step for each stretch; `value` is asked only of those that were told of."""
    begin = parts[0].from_utc_s
    found = []
    for part in shown(parts):
        number = value(part) if part.is_told else None
        told = say.text("no data") if number is None else words(number)
        title = f"{say.clock(part.from_utc_s, place.tz)}: {told}"
        found.append(Step(part.from_utc_s - begin, part.to_utc_s - begin, number, kind, title))
    return found


def drawn(
    say: Words,
    place: SiteContext,
    series: Sequence[Step],
    parts: Parts,
    number: Callable[[float], str],
    unit: str,
    shades: Sequence[Shade] | None = None,
    marks: Sequence[Mark] = (),
    top: float | None = None,
) -> tuple[Drawing, ...]:
    """Steps on the axis of the day, with the sky or other `shades` behind them."""
    begin = parts[0].from_utc_s
    return steps(
        series,
        span_s=parts[-1].to_utc_s - begin,
        ticks=ticks(parts, place.tz),
        number=number,
        unit=unit,
        gap=say.text("no data"),
        shades=sky(say, place, parts) if shades is None else shades,
        signs=[(mark.utc_s - begin, mark.words) for mark in marks],
        top=top,
    )


def sky_keys(say: Words) -> tuple[Key, ...]:
    """The legend of what lies behind."""
    names = phrases.light_words(say)
    return (
        Key("shade-twilight", names[TWILIGHT]),
        Key("shade-dark", names[DARK]),
    )


def begin_columns(say: Words) -> tuple[Column, ...]:
    """What names a row of the tables."""
    return (
        Column("begin", say.text("From"), Form.MOMENT),
        Column("light", say.text("Light")),
    )


def begin_cells(say: Words, place: SiteContext, part: Stretch) -> tuple[Value, ...]:
    """The values of `begin_columns`."""
    moment = datetime.fromtimestamp(part.from_utc_s, UTC).astimezone(ZoneInfo(place.tz))
    return moment, phrases.light_words(say)[light_at(place, part.from_utc_s, part.length_s)]


def watch_columns(say: Words) -> tuple[Column, ...]:
    """What stands beside every count."""
    return (
        Column("watched_s", ""),
        Column("due_s", ""),
        Column("coverage", say.text("Watched"), Form.SHARE),
        Column("simulated", say.text("Simulated"), Form.FLAG),
    )


def watch_cells(node: Node, part: Stretch) -> tuple[Value, ...]:
    """The values of `watch_columns`."""
    return part.seen_s, part.length_s, part.coverage, node.simulated
