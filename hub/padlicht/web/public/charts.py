"""The charts of the public page: open figures in, nothing else. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from padlicht.usage.open_figures import STEP, Figure, OpenUse, Shown
from padlicht.web.charts import Bar, Chart, Column, Form, Key, Part, Table, Value, bars
from padlicht.web.charts.weeks import watch_keys
from padlicht.web.i18n import Words, text

LIGHTS: Final = ("day", "twilight", "dark")
DAYS = 28  # in the chart of days: four weeks
WEEKS = 52

K = TypeVar("K", date, tuple[int, str])

# What stands at one place of the axis, by light.
Lights = Mapping[str, Shown]


def by_week(say: Words, use: OpenUse) -> Chart:
    """The whole weeks of a year."""
    mondays = sorted(use.whole_weeks)[-WEEKS:]
    items, rows = [], []
    for monday in mondays:
        lights = _lights(use.weeks, monday)
        items.append(_bar(say, say.short_date(monday, year=False), lights))
        rows.append((monday, *_cells(lights), _value(use.whole_weeks[monday]), *_sure(lights)))
    caption = say.text("No whole week can be shown yet.")
    if most := _most({monday: use.weeks.get((monday, "dark")) for monday in mondays}):
        caption = say.text("Most in the dark: the week of %(week)s, %(count)s.") % {
            "week": say.dates(most, most + timedelta(days=6)),
            "count": told(say, use.weeks[most, "dark"]),
        }
    total = Column("passages", say.text("passages"), Form.COUNT)
    columns = (
        Column("week_from", say.text("week from"), Form.DAY),
        *_counts(say),
        total,
        *_sureness(say),
    )
    return _chart(say, "weeks", say.text("Week by week"), caption, items, columns, rows)


def by_day(say: Words, use: OpenUse) -> Chart:
    """The newest days that may be shown."""
    first = max(use.first, use.last - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=count) for count in range((use.last - first).days + 1)]
    items, rows = [], []
    for day in days:
        lights = _lights(use.days, day)
        items.append(_bar(say, say.short_date(day, year=False), lights))
        rows.append((day, *_cells(lights), *_sure(lights)))
    caption = say.text("On %(day)s, the newest day that can be shown: %(count)s in the dark.")
    caption %= {
        "day": say.short_date(use.last, weekday=True),
        "count": told(say, _lights(use.days, use.last).get("dark")),
    }
    columns = (Column("day", say.text("day"), Form.DAY), *_counts(say), *_sureness(say))
    return _chart(say, "days", say.text("Day by day"), caption, items, columns, rows)


def by_hour(say: Words, use: OpenUse, day: date, tz: str) -> Chart:
    """The hours of one day."""
    zone = ZoneInfo(tz)
    hours: dict[int, dict[str, Shown]] = {}
    for (utc_s, light), shown in use.hours.items():
        if datetime.fromtimestamp(utc_s, zone).date() == day:
            hours.setdefault(utc_s, {})[light] = shown
    items, rows = [], []
    for utc_s in sorted(hours):
        local = datetime.fromtimestamp(utc_s, zone)
        items.append(_bar(say, f"{local.hour}", hours[utc_s]))
        rows.append((local, *_cells(hours[utc_s]), *_sure(hours[utc_s])))
    caption = say.text("On %(day)s no hour had 5 passages or more.")
    if most := _most({key: use.hours[key] for key in use.hours if key[0] in hours}):
        start = datetime.fromtimestamp(most[0], zone)
        caption = say.text("On %(day)s most from %(start)s to %(end)s: %(count)s.")
        caption %= {
            "day": say.short_date(day, weekday=True),
            "start": f"{start:%H:%M}",
            "end": f"{start + timedelta(hours=1):%H:%M}",
            "count": told(say, use.hours[most]),
        }
    else:
        caption %= {"day": say.short_date(day, weekday=True)}
    columns = (Column("hour", say.text("hour"), Form.MOMENT), *_counts(say), *_sureness(say))
    return _chart(say, "hours", say.text("One day, hour by hour"), caption, items, columns, rows)


def told(say: Words, shown: Shown | None) -> str:
    """A figure in a sentence: about 35 passages, fewer than 5 passages, no data."""
    if shown is None or shown.figure is None:
        return say.text("no data")
    if shown.figure.hidden:
        return say.text("fewer than %(count)s passages") % {"count": shown.figure.high + 1}
    return say.text("about %(count)s passages") % {"count": say.number(shown.figure.value)}


def newest_week(say: Words, use: OpenUse) -> str:
    """The newest whole week and the one before it, in the figures that are open anyway."""
    if not use.whole_weeks:
        return say.text("No whole week can be shown yet.")
    monday = max(use.whole_weeks)
    sentence = say.text("In the week of %(week)s: %(count)s, %(dark)s in the dark.") % {
        "week": say.dates(monday, monday + timedelta(days=6)),
        "count": told(say, use.whole_weeks[monday]),
        "dark": told(say, use.weeks.get((monday, "dark"))),
    }
    before = monday - timedelta(days=7)
    if before in use.whole_weeks:
        sentence += " " + say.text("The week before: %(count)s, %(dark)s in the dark.") % {
            "count": told(say, use.whole_weeks[before]),
            "dark": told(say, use.weeks.get((before, "dark"))),
        }
    return sentence


def _most(figures: Mapping[K, Shown | None]) -> K | None:
    """The newest of those with the largest figure; None when there is none that is not hidden."""
    known = [
        (shown.figure.value, key)
        for key, shown in figures.items()
        if shown is not None and shown.figure is not None and not shown.figure.hidden
    ]
    return max(known)[1] if known else None


def _lights(sums: Mapping[tuple[date, str], Shown], day: date) -> Lights:
    return {light: sums[day, light] for light in LIGHTS if (day, light) in sums}


def _bar(say: Words, label: str, lights: Lights) -> Bar:
    known = {light: shown.figure for light, shown in lights.items() if shown.figure is not None}
    words = {light: say.text(text) for light, text in _WORDS.items()}
    parts = tuple(
        _part(known[light], light, f"{words[light]}: {known[light].text}")
        for light in reversed(LIGHTS)  # dark at the bottom, where bars are compared best
        if light in known
    )
    # A bar of height zero would say that nobody passed.
    gap = "" if parts else say.text("no data")
    return Bar(label, parts, coverage=_coverage(lights.values()), gap=gap)


def _part(figure: Figure, light: str, title: str) -> Part:
    if figure.hidden:
        return Part("small", STEP, title)
    return Part(light, figure.value, title)


def _coverage(parts: Iterable[Shown]) -> float | None:
    every = [*parts]
    due_s = sum(part.due_s for part in every)
    return min(1.0, sum(part.obs_s for part in every) / due_s) if due_s else None


def _cells(lights: Lights) -> tuple[Value, ...]:
    return tuple(_value(lights.get(light)) for light in LIGHTS)


def _value(shown: Shown | None) -> Value:
    if shown is None or shown.figure is None:
        return None
    return shown.figure.text if shown.figure.hidden else shown.figure.value


def _sure(lights: Lights) -> tuple[Value, ...]:
    return _coverage(lights.values()), any(shown.simulated for shown in lights.values())


def _counts(say: Words) -> tuple[Column, ...]:
    return tuple(
        Column(f"passages_{light}", say.text(text), Form.COUNT) for light, text in _WORDS.items()
    )


def _sureness(say: Words) -> tuple[Column, ...]:
    return (
        Column("watched_share", say.text("watched"), Form.SHARE),
        Column("simulated", say.text("simulated"), Form.FLAG),
    )


def _chart(
    say: Words,
    name: str,
    title: str,
    caption: str,
    items: Sequence[Bar],
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
) -> Chart:
    keys = [Key(light, say.text(_WORDS[light])) for light in reversed(LIGHTS)]
    if any(part.kind == "small" for item in items for part in item.parts):
        keys.append(Key("small", say.text("too few to be shown")))
    return Chart(
        name=name,
        title=title,
        caption=caption,
        drawings=bars(items, number=say.number, unit=say.text("passages")),
        table=Table(columns, tuple(rows)),
        keys=(*keys, *watch_keys(say)),
        simulated=any(row[-1] is True for row in rows),
    )


_WORDS: Final = {"day": text("by day"), "twilight": text("twilight"), "dark": text("in the dark")}
