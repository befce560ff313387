"""Charts of the public page: open figures in, nothing else. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from padlicht.ledger import DiaryEntry
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.coverage.watching import Watching, is_enough, watching
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY, TWILIGHT
from padlicht.usage.open_figures import STEP, Figure, OpenFigure, OpenUse
from padlicht.web import phrases
from padlicht.web.charts import Bar, Chart, Column, Format, Key, Part, Sign, Table, Value, bars
from padlicht.web.charts.diary import entry_events
from padlicht.web.charts.weeks import LIGHTS as FROM_AXIS
from padlicht.web.charts.weeks import Event, watch_keys
from padlicht.web.i18n import Words, text

DAYS = 28  # in the chart of days: four weeks
WEEKS = 52

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)

K = TypeVar("K", date, tuple[int, str])

# What stands at one place of the axis, by light.
Lights = Mapping[str, OpenFigure]


class Mark(NamedTuple):
    """An event, and where it stands on the axis, in bars."""

    at: float
    event: Event


def by_week(t: Words, use: OpenUse, diary: Sequence[DiaryEntry], lamps_since: date | None) -> Chart:
    """The whole weeks of a year, and what the diary has of them.

    No week is named for its lamps before there were any.
    """
    mondays = sorted(use.whole_weeks)[-WEEKS:]
    items, rows = [], []
    for monday in mondays:
        lights = _lights(use.weeks, monday)
        items.append(_bar(t, t.short_date(monday, year=False), lights))
        rows.append((monday, *_cells(lights), _value(use.whole_weeks[monday]), *_sure(lights)))
    caption = t.text("No whole week can be shown yet.")
    if mondays:
        caption = t.text(
            "No week is named here: too few passages with the lamps on, or too little watched."
        )
    watched = {
        monday: shown
        for monday in mondays
        if lamps_since is not None and lamps_since <= monday
        if (shown := use.weeks.get((monday, DARK_ON))) and is_enough(shown.coverage)
    }
    if most := _most(watched):
        caption = t.text("Most counted with the lamps on: the week of %(week)s, %(count)s.") % {
            "week": t.dates(most, most + timedelta(days=6)),
            "count": figure_text(t, use.weeks[most, DARK_ON]),
        }
    total = Column("passages", t.text("passages"), Format.COUNT)
    columns = (
        Column("week_from", t.text("week from"), Format.DAY),
        *_counts(t),
        total,
        *_sureness(t),
    )
    events = entry_events(t, diary, mondays[0], mondays[-1] + _WEEK - _DAY) if mondays else []
    marks = _marks(events, mondays, _WEEK)
    return _chart(t, "weeks", t.text("Week by week"), caption, items, columns, rows, marks)


def by_day(t: Words, use: OpenUse, diary: Sequence[DiaryEntry]) -> Chart:
    """The newest days that may be shown, and what the diary has of them."""
    first = max(use.first, use.last - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=count) for count in range((use.last - first).days + 1)]
    items, rows = [], []
    for day in days:
        lights = _lights(use.days, day)
        items.append(_bar(t, t.short_date(day, year=False), lights))
        rows.append((day, *_cells(lights), *_sure(lights)))
    newest = _lights(use.days, use.last)
    caption = t.text("On %(day)s, the newest day that can be shown: %(dark)s.")
    caption %= {
        "day": t.short_date(use.last, weekday=True),
        "dark": _dark(t, newest.get(DARK_ON), newest.get(DARK_OFF)),
    }
    share = _coverage(newest[light] for light in (DARK_ON, DARK_OFF) if light in newest)
    if warning := phrases.watched_first(t, share):
        caption = f"{warning} {caption}"
    columns = (Column("day", t.text("day"), Format.DAY), *_counts(t), *_sureness(t))
    marks = _marks(entry_events(t, diary, first, use.last), days, _DAY)
    return _chart(t, "days", t.text("Day by day"), caption, items, columns, rows, marks)


def by_hour(t: Words, use: OpenUse, day: date, tz: str) -> Chart:
    """The hours of one day."""
    zone = ZoneInfo(tz)
    hours: dict[int, dict[str, OpenFigure]] = {}
    for (utc_s, light), shown in use.hours.items():
        if datetime.fromtimestamp(utc_s, zone).date() == day:
            hours.setdefault(utc_s, {})[light] = shown
    items, rows = [], []
    for utc_s in sorted(hours):
        local = datetime.fromtimestamp(utc_s, zone)
        items.append(_bar(t, f"{local.hour}", hours[utc_s]))
        rows.append((local, *_cells(hours[utc_s]), *_sure(hours[utc_s])))
    caption = t.text("On %(day)s no hour had 5 passages or more.")
    if most := _most({key: use.hours[key] for key in use.hours if key[0] in hours}):
        start = datetime.fromtimestamp(most[0], zone)
        caption = t.text("On %(day)s most from %(start)s to %(end)s: %(count)s.")
        caption %= {
            "day": t.short_date(day, weekday=True),
            "start": f"{start:%H:%M}",
            "end": f"{start + timedelta(hours=1):%H:%M}",
            "count": figure_text(t, use.hours[most]),
        }
    else:
        caption %= {"day": t.short_date(day, weekday=True)}
    columns = (Column("hour", t.text("hour"), Format.MOMENT), *_counts(t), *_sureness(t))
    return _chart(t, "hours", t.text("One day, hour by hour"), caption, items, columns, rows)


def figure_text(t: Words, shown: OpenFigure | None) -> str:
    """A figure in a sentence: about 35 passages, fewer than 5 passages, no data."""
    if shown is None or shown.figure is None:
        return t.text("no data")
    if shown.figure.hidden:
        return t.text("fewer than %(count)s passages") % {"count": shown.figure.high + 1}
    return t.text("about %(count)s passages") % {"count": t.number(shown.figure.value)}


def newest_week(t: Words, use: OpenUse) -> str:
    """The newest whole week in the figures that are open anyway, and the one before it.

    How they were watched comes first where it was too little; the week before stands beside it only
    where both were watched alike, for a figure of half the time reads as half the people.
    """
    if not use.whole_weeks:
        return t.text("No whole week can be shown yet.")
    monday = max(use.whole_weeks)
    before = monday - timedelta(days=7)
    shares = [_week_coverage(use, each) for each in (before, monday)]
    told = [first] if (first := phrases.watched_first(t, shares[1])) else []
    sentence = t.text("In the week of %(week)s: %(count)s; %(dark)s.")
    told.append(
        sentence % {"week": t.dates(monday, monday + timedelta(days=6)), **_week(t, use, monday)}
    )
    if before not in use.whole_weeks:
        return " ".join(told)
    if watching(*shares) is Watching.ALIKE:
        told.append(t.text("The week before: %(count)s; %(dark)s.") % _week(t, use, before))
    else:
        told.append(
            t.text("The week before was not watched alike, so it does not stand beside it.")
        )
    return " ".join(told)


def _week(t: Words, use: OpenUse, monday: date) -> dict[str, str]:
    return {
        "count": figure_text(t, use.whole_weeks[monday]),
        "dark": _dark(t, *(use.weeks.get((monday, light)) for light in (DARK_ON, DARK_OFF))),
    }


def _dark(t: Words, on: OpenFigure | None, off: OpenFigure | None) -> str:
    return t.text("in the dark with the lamps on %(on)s, with the lamps off %(off)s") % {
        "on": figure_text(t, on),
        "off": figure_text(t, off),
    }


def _week_coverage(use: OpenUse, monday: date) -> float | None:
    """The least of its coverage, over the whole week and in the dark; None: no counter stood."""
    lights = _lights(use.weeks, monday)
    dark = [lights[light] for light in (DARK_ON, DARK_OFF) if light in lights]
    whole = use.whole_weeks.get(monday)
    known = [_coverage(dark), None if whole is None else whole.coverage]
    return min((share for share in known if share is not None), default=None)


def _marks(events: Sequence[Event], starts: Sequence[date], step: timedelta) -> list[Mark]:
    """Where each event stands on an axis of weeks or days that begin on `starts`."""
    found = []
    for event in events:
        for place, start in enumerate(starts):
            if start <= event.day < start + step:
                found.append(Mark(place + (event.day - start) / step, event))
    return found


def _most(figures: Mapping[K, OpenFigure | None]) -> K | None:
    """The newest of those with the largest figure; None when there is none that is not hidden."""
    known = [
        (shown.figure.value, key)
        for key, shown in figures.items()
        if shown is not None and shown.figure is not None and not shown.figure.hidden
    ]
    return max(known)[1] if known else None


def _lights(sums: Mapping[tuple[date, str], OpenFigure], day: date) -> Lights:
    return {light: sums[day, light] for light in LIGHTS if (day, light) in sums}


def _bar(t: Words, label: str, lights: Lights) -> Bar:
    known = {light: shown.figure for light, shown in lights.items() if shown.figure is not None}
    words = {light: t.text(text) for light, text in _WORDS.items()}
    parts = tuple(
        _part(known[light], light, f"{words[light]}: {known[light].text}")
        for light in FROM_AXIS
        if light in known
    )
    # A bar of height zero would say that nobody passed.
    gap = "" if parts else t.text("no data")
    return Bar(label, parts, coverage=_coverage(lights.values()), gap=gap)


def _part(figure: Figure, light: str, title: str) -> Part:
    if figure.hidden:
        return Part("small", STEP, title)
    return Part(light, figure.value, title)


def _coverage(parts: Iterable[OpenFigure]) -> float | None:
    every = [*parts]
    due_s = sum(part.due_s for part in every)
    return min(1.0, sum(part.obs_s for part in every) / due_s) if due_s else None


def _cells(lights: Lights) -> tuple[Value, ...]:
    return tuple(_value(lights.get(light)) for light in LIGHTS)


def _value(shown: OpenFigure | None) -> Value:
    if shown is None or shown.figure is None:
        return None
    return shown.figure.text if shown.figure.hidden else shown.figure.value


def _sure(lights: Lights) -> tuple[Value, ...]:
    return _coverage(lights.values()), any(shown.simulated for shown in lights.values())


def _counts(t: Words) -> tuple[Column, ...]:
    return tuple(
        Column(f"passages_{light}", t.text(text), Format.COUNT) for light, text in _WORDS.items()
    )


def _sureness(t: Words) -> tuple[Column, ...]:
    return (
        Column("watched_share", t.text("watched"), Format.SHARE),
        Column("simulated", t.text("simulated"), Format.FLAG),
    )


def _chart(
    t: Words,
    name: str,
    title: str,
    caption: str,
    items: Sequence[Bar],
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
    marks: Sequence[Mark] = (),
) -> Chart:
    keys = [Key(light, t.text(_WORDS[light])) for light in FROM_AXIS]
    if any(part.kind == "small" for item in items for part in item.parts):
        keys.append(Key("small", t.text("too few to be shown")))
    return Chart(
        name=name,
        title=title,
        caption=caption,
        drawings=bars(
            items,
            number=t.number,
            unit=t.text("passages"),
            signs=[Sign(mark.at, mark.event.words) for mark in marks],
        ),
        table=Table(columns, tuple(rows)),
        keys=(*keys, *watch_keys(t)),
        signs=tuple(f"{t.short_date(mark.event.day)}: {mark.event.words}" for mark in marks),
        simulated=any(row[-1] is True for row in rows),
    )


_WORDS: Final = {
    DAY: text("by day"),
    TWILIGHT: text("twilight"),
    DARK_ON: text("in the dark, lamps on"),
    DARK_OFF: text("in the dark, lamps off"),
}
