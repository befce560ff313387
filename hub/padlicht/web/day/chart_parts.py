"""Parts of the charts of a day: axis, shades of light behind it, columns of their tables. Pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from padlicht.ledger import Node
from padlicht.usage.hours import DARK_OFF, DARK_ON, TWILIGHT
from padlicht.web import phrases
from padlicht.web.charts import Column, Drawing, Format, Key, Shade, Step, Value, steps
from padlicht.web.day.annotations import Annotation, DayPlace, light_at, light_shades, ticks
from padlicht.web.day.intervals import Interval
from padlicht.web.i18n import Words

Intervals = Sequence[Interval]


def watched_share(parts: Intervals) -> float:
    """How much of the time due so far the sensor watched, 0 to 1."""
    due_s = sum(part.known_s for part in parts)
    return sum(min(part.watched_s, part.known_s) for part in parts) / due_s if due_s else 0.0


def known_or_due(parts: Intervals) -> list[Interval]:
    """Stretches of which there is, or should be, something to tell."""
    return [part for part in parts if part.is_reported or part.due]


def steps_of(
    t: Words,
    place: DayPlace,
    parts: Intervals,
    kind: str,
    value: Callable[[Interval], float | None],
    words: Callable[[float], str],
) -> list[Step]:
    """A step for each interval; `value` is asked only of those that were reported."""
    begin = parts[0].from_utc_s
    found = []
    for part in known_or_due(parts):
        number = value(part) if part.is_reported else None
        told = t.text("no data") if number is None else words(number)
        title = f"{t.clock(part.from_utc_s, place.tz)}: {told}"
        ends_s = part.known_to_utc_s - begin
        found.append(Step(part.from_utc_s - begin, ends_s, number, kind, title))
    return found


def draw_day(
    t: Words,
    place: DayPlace,
    series: Sequence[Step],
    parts: Intervals,
    number: Callable[[float], str],
    unit: str,
    shades: Sequence[Shade] | None = None,
    annotations: Sequence[Annotation] = (),
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
        gap=t.text("no data"),
        shades=light_shades(t, place, parts) if shades is None else shades,
        signs=[(annotation.utc_s - begin, annotation.words) for annotation in annotations],
        top=top,
    )


def light_keys(t: Words) -> tuple[Key, ...]:
    """The legend of what lies behind."""
    names = phrases.light_words(t)
    return (
        Key("shade-twilight", names[TWILIGHT]),
        Key("shade-window", names[DARK_ON]),
        Key("shade-dark", names[DARK_OFF]),
    )


def begin_columns(t: Words) -> tuple[Column, ...]:
    """What names a row of the tables."""
    return (
        Column("begin", t.text("From"), Format.MOMENT),
        Column("light", t.text("Light")),
    )


def begin_cells(t: Words, place: DayPlace, part: Interval) -> tuple[Value, ...]:
    """The values of `begin_columns`."""
    moment = datetime.fromtimestamp(part.from_utc_s, UTC).astimezone(ZoneInfo(place.tz))
    return moment, phrases.light_words(t)[light_at(place, part.from_utc_s, part.length_s)]


def watch_columns(t: Words) -> tuple[Column, ...]:
    """What stands beside every count."""
    return (
        Column("watched_s", ""),
        Column("due_s", ""),
        Column("coverage", t.text("Watched"), Format.SHARE),
        Column("simulated", t.text("Simulated"), Format.FLAG),
    )


def watch_cells(node: Node, part: Interval) -> tuple[Value, ...]:
    """The values of `watch_columns`."""
    return part.watched_s, part.known_s, part.coverage, node.simulated
