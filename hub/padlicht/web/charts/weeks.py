"""Week chart: passages of whole weeks, stacked by light, and the events in those weeks.

Shared by the pages that show use: the columns of their tables, the legend of what was not watched,
the events that a reader of counts has to know of.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Node, SettingsChange
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.sums import Use
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY, TWILIGHT
from padlicht.web import phrases
from padlicht.web.charts import (
    Band,
    Bar,
    Chart,
    Column,
    Format,
    Key,
    Part,
    Sign,
    Table,
    Value,
    bars,
)
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

# From the axis up: what we are about stands on it.
LIGHTS = (DARK_ON, DARK_OFF, TWILIGHT, DAY)
_WEEK = timedelta(weeks=1)


class Event(NamedTuple):
    """Something that happened on a local day and that a reader of counts has to know."""

    day: date
    words: str


def use_columns(t: Words) -> tuple[Column, ...]:
    """What stands beside every count of a table: coverage, and whether it is made up."""
    return (
        Column("passages", t.text("Passages"), Format.COUNT),
        Column("watched_s", ""),
        Column("due_s", ""),
        Column("coverage", t.text("Watched"), Format.SHARE),
        Column("passages_per_watched_hour", t.text("Per watched hour"), Format.RATE),
        Column("simulated", t.text("Simulated"), Format.FLAG),
    )


def use_cells(use: Use) -> tuple[Value, ...]:
    """The values of `use_columns`; without a second watched there is no count."""
    return (
        use.count if use.watched else None,
        use.obs_s,
        use.due_s,
        use.coverage,
        use.rate_per_h,
        use.simulated_counts,
    )


def watch_keys(t: Words) -> tuple[Key, ...]:
    """The legend of what was not, or not all the time, watched."""
    return (
        Key("cover", t.text("below: share of the time watched")),
        Key("partly", t.text("partly watched: more may have passed")),
        Key("gap", t.text("no data")),
    )


def weeks_chart(
    t: Words,
    weeks: Mapping[tuple[date, str], Use],
    first: date,
    last: date,
    events: Sequence[Event],
    empty_weeks: Sequence[date],
    name: str = "weeks",
) -> Chart:
    """Whole weeks from the Monday `first` to the Monday `last`, stacked by light.

    `empty_weeks` are Mondays of weeks in which no lamp had a window on any evening.
    """
    words = phrases.light_words(t)
    no_data = t.text("no data")
    items, rows, mondays = [], [], []
    monday, month = first, 0
    while monday <= last:
        uses = {light: weeks.get((monday, light), Use()) for light in LIGHTS}
        total = phrases.sum_use(uses.values())
        label = t.month(monday) if monday.month != month else ""
        month = monday.month
        items.append(_bar(t, monday, label, uses, total, no_data))
        rows += [
            (monday, light, words[light], *use_cells(uses[light]))
            for light in reversed(LIGHTS)
            if uses[light].due_s
        ]
        mondays.append(monday)
        monday += _WEEK
    shown = [event for event in events if first <= event.day < last + _WEEK]
    signs = [Sign((event.day - first).days / 7, event.words) for event in shown]
    return Chart(
        name,
        t.text("A year of weeks"),
        _finding(t, weeks, first, last),
        bars(
            items,
            number=t.number,
            unit=t.text("passages a week"),
            signs=signs,
            bands=_bands(t, mondays, set(empty_weeks)),
        ),
        Table(
            (
                Column("monday", t.text("Week from"), Format.DAY),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *use_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            *(Key(light, words[light]) for light in LIGHTS),
            *watch_keys(t),
        ),
        signs=tuple(f"{t.short_date(event.day)}: {event.words}" for event in shown),
        notes=(phrases.lamps_on_text(t),),
        simulated=any(use.simulated_counts for use in weeks.values()),
    )


def _bar(
    t: Words, monday: date, label: str, uses: Mapping[str, Use], total: Use, no_data: str
) -> Bar:
    if not total.due_s:
        return Bar(label, ())  # no counter stood there yet
    if not total.watched:
        return Bar(label, (), 0.0, no_data)
    told = f"{t.short_date(monday)}: {phrases.passages_text(t, total)}, " + phrases.coverage_text(
        t, total
    )
    parts = tuple(Part(light, uses[light].count, told) for light in LIGHTS)
    return Bar(label, parts, total.coverage)


def _bands(t: Words, mondays: Sequence[date], empty: set[date]) -> list[Band]:
    """One for each stretch of weeks without a window."""
    found, place = [], 0
    for is_empty, run in groupby(mondays, lambda monday: monday in empty):
        count = len(list(run))
        if is_empty:
            words = t.text("no window: sunset comes after the lamp's end")
            found.append(Band(place, place + count, words))
        place += count
    return found


def _finding(t: Words, weeks: Mapping[tuple[date, str], Use], first: date, last: date) -> str:
    inside = [(key[1], use) for key, use in weeks.items() if first <= key[0] <= last]
    total = phrases.sum_use(use for _, use in inside)
    on, off = (
        phrases.sum_use(use for light, use in inside if light == part) for part in LIGHTS[:2]
    )
    if not total.watched:
        return t.text("No data: nobody was watching.")
    warning = f"{phrases.watched_first(t, total.coverage)} ".lstrip()
    sentence = t.text(
        "%(count)s, of them in the dark %(on)s in the hours of the lamps and %(off)s outside them;"
        " %(watched)s."
    )
    return warning + sentence % {
        "count": phrases.passages_text(t, total),
        "on": t.percent(on.count / total.count if total.count else 0.0),
        "off": t.percent(off.count / total.count if total.count else 0.0),
        "watched": phrases.coverage_text(t, total),
    }


def week_of(clock: SiteClock) -> Callable[[int, str], tuple[date, str]]:
    """Which week and light an hour belongs to, as a key of `weeks_chart`."""

    def key(hour_utc_s: int, light: str) -> tuple[date, str]:
        day = clock.day(hour_utc_s)
        return day - timedelta(days=day.weekday()), light

    return key


def lamps_since(place: SiteContext) -> date | None:
    """Since which local day there are lamps; the made-up ones count when there are no others."""
    lamps = [node for node in place.nodes if node.role == "lamp"]
    counted: Sequence[Node] = [lamp for lamp in lamps if not lamp.simulated] or lamps
    if not counted:
        return None
    began = min(lamp.added_utc_s for lamp in counted)
    return datetime.fromtimestamp(began, ZoneInfo(place.tz)).date()


def events_of(
    t: Words, place: SiteContext, changes: Sequence[SettingsChange], since: date | None
) -> list[Event]:
    """When lamps came and when their settings were changed, oldest first.

    What one person changed on one day for one reason is one event, however many lamps it was for.
    """
    return place.results.get_or_make(
        f"events of {place.site.name} in {t.language}",
        (place.site, changes, since),
        lambda: _events(t, place, changes, since),
    )


def _events(
    t: Words, place: SiteContext, changes: Sequence[SettingsChange], since: date | None
) -> list[Event]:
    zone = ZoneInfo(place.tz)
    found: dict[tuple[date, str, str, str], list[SettingsChange]] = {}
    for change in changes:
        by = (change.who, change.why)
        if by == phrases.OF_THE_CLOCK or (not change.before and by == phrases.AS_ADDED):
            continue  # what keeps its clock right, or is given with its place, changes no light
        if not (changed := phrases.settings_differences(change.before, change.after)):
            continue  # nor does what it was given again
        day = datetime.fromtimestamp(change.utc_s, zone).date()
        found.setdefault((day, str(changed), change.who, change.why), []).append(change)
    events = [
        Event(
            day,
            t.texts(
                "%(what)s on %(count)s node (%(who)s: %(why)s)",
                "%(what)s on %(count)s nodes (%(who)s: %(why)s)",
                len(alike),
            )
            % {
                "what": phrases.settings_changed(t, alike[0].before, alike[0].after),
                "count": len(alike),
                "who": who,
                "why": why,
            },
        )
        for (day, _, who, why), alike in found.items()
    ]
    if since is not None:
        events.append(Event(since, t.text("the first lamps")))
    return sorted(events)
