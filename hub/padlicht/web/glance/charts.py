"""The charts of the glance page: this week beside last, and the weeks of a year."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import Beside
from padlicht.web import phrases
from padlicht.web.charts import (
    Band,
    Bar,
    Chart,
    Column,
    Form,
    Key,
    Pair,
    Part,
    Sign,
    Table,
    Value,
    bars,
    pairs,
)
from padlicht.web.i18n import Words

LIGHTS = ("dark", "twilight", "day")  # from the axis up: what we are about stands on it
_WEEK = timedelta(weeks=1)


class Event(NamedTuple):
    """Something that happened on a local day and that a reader of counts has to know."""

    day: date
    words: str


def use_columns(say: Words) -> tuple[Column, ...]:
    """What stands beside every count of a table: coverage, and whether it is made up."""
    return (
        Column("passages", say.text("Passages"), Form.COUNT),
        Column("watched_s", ""),
        Column("due_s", ""),
        Column("coverage", say.text("Watched"), Form.SHARE),
        Column("passages_per_watched_hour", say.text("Per watched hour"), Form.RATE),
        Column("simulated", say.text("Simulated"), Form.FLAG),
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


def watch_keys(say: Words) -> tuple[Key, ...]:
    """The legend of what was not, or not all the time, watched."""
    return (
        Key("cover", say.text("below: share of the time watched")),
        Key("partly", say.text("partly watched: more may have passed")),
        Key("gap", say.text("no data")),
    )


def week_chart(say: Words, beside: Beside) -> Chart:
    """This week beside last, by day, in twilight and in the dark."""
    names = phrases.light_words(say)
    items, rows = [], []
    for light in reversed(LIGHTS):
        both = beside.lights[light]
        items.append(
            Pair(
                names[light][:1].upper() + names[light][1:],
                both.before.rate_per_h,
                _an_hour(say, both.before),
                both.after.rate_per_h,
                _an_hour(say, both.after),
                (
                    phrases.change(say, both.change),
                    say.text("%(count)s, %(watched)s")
                    % {
                        "count": phrases.passages(say, both.after),
                        "watched": phrases.watched(say, both.after),
                    },
                    say.text("the week before: %(count)s, %(watched)s")
                    % {
                        "count": phrases.passages(say, both.before),
                        "watched": phrases.watched(say, both.before),
                    },
                ),
            )
        )
        for period, use in ((beside.before, both.before), (beside.after, both.after)):
            rows.append((light, names[light], period.first, period.last, *use_cells(use)))
    after = say.dates(beside.after.first, beside.after.last)
    before = say.dates(beside.before.first, beside.before.last)
    return Chart(
        "week",
        say.text("This week beside last"),
        say.text("In the dark: %(change)s.")
        % {"change": _small(phrases.change(say, beside.lights["dark"].change))},
        pairs(items, say.text("no data")),
        Table(
            (
                Column("light", ""),
                Column("light_name", say.text("Light")),
                Column("first_day", say.text("From"), Form.DAY),
                Column("last_day", say.text("To"), Form.DAY),
                *use_columns(say),
            ),
            tuple(rows),
        ),
        keys=(
            Key("after", say.text("this week: %(dates)s") % {"dates": after}),
            Key("before", say.text("the week before: %(dates)s") % {"dates": before}),
        ),
        notes=(
            say.text(
                "The bars are passages per watched hour, each pair on its own scale, so that a gap"
                " in watching does not look like fewer people. What changed is judged at the same"
                " hours of the week, as far as they were watched in both."
            ),
        ),
        simulated=any(
            both.before.simulated_counts or both.after.simulated_counts
            for both in beside.lights.values()
        ),
    )


def weeks_chart(
    say: Words,
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
    words = phrases.light_words(say)
    no_data = say.text("no data")
    items, rows, mondays = [], [], []
    monday, month = first, 0
    while monday <= last:
        uses = {light: weeks.get((monday, light), Use()) for light in LIGHTS}
        total = phrases.together(uses.values())
        label = say.month(monday) if monday.month != month else ""
        month = monday.month
        items.append(_bar(say, monday, label, uses, total, no_data))
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
        say.text("A year of weeks"),
        _finding(say, weeks, first, last),
        bars(
            items,
            number=say.number,
            unit=say.text("passages a week"),
            signs=signs,
            bands=_bands(say, mondays, set(empty_weeks)),
        ),
        Table(
            (
                Column("monday", say.text("Week from"), Form.DAY),
                Column("light", ""),
                Column("light_name", say.text("Light")),
                *use_columns(say),
            ),
            tuple(rows),
        ),
        keys=(
            *(Key(light, words[light]) for light in LIGHTS),
            *watch_keys(say),
        ),
        signs=tuple(f"{say.short_date(event.day)}: {event.words}" for event in shown),
        simulated=any(use.simulated_counts for use in weeks.values()),
    )


def _bar(
    say: Words, monday: date, label: str, uses: Mapping[str, Use], total: Use, no_data: str
) -> Bar:
    if not total.due_s:
        return Bar(label, ())  # no counter stood there yet
    if not total.watched:
        return Bar(label, (), 0.0, no_data)
    told = f"{say.short_date(monday)}: {phrases.passages(say, total)}, " + phrases.watched(
        say, total
    )
    parts = tuple(Part(light, uses[light].count, told) for light in LIGHTS)
    return Bar(label, parts, total.coverage)


def _bands(say: Words, mondays: Sequence[date], empty: set[date]) -> list[Band]:
    """One for each stretch of weeks without a window."""
    found, place = [], 0
    for is_empty, run in groupby(mondays, lambda monday: monday in empty):
        count = len(list(run))
        if is_empty:
            words = say.text("no window: sunset comes after the lamp's end")
            found.append(Band(place, place + count, words))
        place += count
    return found


def _finding(say: Words, weeks: Mapping[tuple[date, str], Use], first: date, last: date) -> str:
    inside = [(key[1], use) for key, use in weeks.items() if first <= key[0] <= last]
    total = phrases.together(use for _, use in inside)
    dark = phrases.together(use for light, use in inside if light == "dark")
    if not total.watched:
        return say.text("No data: nobody was watching.")
    return say.text("%(count)s, %(share)s of them in the dark; %(watched)s.") % {
        "count": phrases.passages(say, total),
        "share": say.percent(dark.count / total.count if total.count else 0.0),
        "watched": phrases.watched(say, total),
    }


def _an_hour(say: Words, use: Use) -> str:
    if use.rate_per_h is None:
        return say.text("no data")
    return say.text("%(rate)s an hour") % {"rate": say.rate(use.rate_per_h)}


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
