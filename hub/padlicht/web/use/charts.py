"""Charts of use: every hour of the week, light beside dark, day by day. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from padlicht.ledger.usage.sums import Use
from padlicht.usage.coverage.watching import Watching, is_enough, watching
from padlicht.usage.days import Period
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY
from padlicht.usage.night import dark
from padlicht.web import phrases
from padlicht.web.charts import (
    Bar,
    Cell,
    Chart,
    Column,
    Format,
    Key,
    Part,
    Sign,
    Table,
    Value,
    bars,
    grid,
)
from padlicht.web.charts.weeks import LIGHTS, Event, use_cells, use_columns, watch_keys
from padlicht.web.i18n import Words

_HOURS = range(24)
_WEEKDAYS = range(1, 8)
_BY_SUN = tuple(reversed(LIGHTS))

Clock = Mapping[tuple[int, int, str], Use]


def clock_chart(t: Words, clock: Clock) -> Chart:
    """Passages per watched hour for each hour of the week; hours that are mostly dark marked."""
    names = phrases.light_words(t)
    cells: dict[tuple[int, int], Cell] = {}
    rows: list[tuple[Value, ...]] = []
    busiest: tuple[float, int, int] | None = None
    for weekday in _WEEKDAYS:
        for hour in _HOURS:
            uses = {
                light: clock[weekday, hour, light]
                for light in _BY_SUN
                if (weekday, hour, light) in clock
            }
            total = phrases.sum_use(uses.values())
            rows += [
                (
                    t.weekday(weekday),
                    weekday,
                    f"{hour:02}:00",
                    light,
                    names[light],
                    *use_cells(use),
                )
                for light, use in uses.items()
            ]
            if not total.due_s:
                continue
            rate = total.rate_per_h
            is_dark = dark(uses).hours * 2 > total.hours
            shown = t.text("no data") if rate is None else t.rate(rate)
            told = f"{t.weekday(weekday)} {hour:02}:00: {shown}, {phrases.coverage_text(t, total)}"
            cells[weekday - 1, hour] = Cell(rate, "" if rate is None else shown, is_dark, told)
            if rate is None or not is_enough(total.coverage):
                continue  # the busiest hour is none that was hardly watched
            if busiest is None or rate > busiest[0]:
                busiest = (rate, weekday, hour)
    if busiest is None:
        watched = any(use.watched for use in clock.values())
        finding = (
            t.text("No hour was watched for 75% of the time, so none is named as the busiest.")
            if watched
            else t.text("No data: nobody was watching.")
        )
    else:
        finding = t.text(
            "Busiest on %(weekday)s at %(hour)s: %(rate)s passages per watched hour."
        ) % {
            "weekday": t.weekday_name(busiest[1]),
            "hour": f"{busiest[2]:02}:00",
            "rate": t.rate(busiest[0]),
        }
    return Chart(
        "clock",
        t.text("Every hour of the week"),
        finding,
        grid(
            cells,
            [f"{hour:02}" for hour in _HOURS],
            [t.weekday(weekday) for weekday in _WEEKDAYS],
        ),
        Table(
            (
                Column("weekday_name", t.text("Weekday")),
                Column("weekday", ""),
                Column("local_hour", t.text("Hour")),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *use_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            Key("level-1", t.text("few")),
            Key("level-3", t.text("more")),
            Key("level-5", t.text("most")),
            Key("night", t.text("a bar below: mostly in the dark")),
            Key("gap", t.text("no data")),
        ),
        notes=(t.text("The numbers are passages per watched hour, local time."),),
        simulated=any(use.simulated_counts for use in clock.values()),
    )


def light_chart(t: Words, clock: Clock) -> Chart:
    """For each hour of the day: by day, in twilight and in the dark beside each other."""
    names = phrases.light_words(t)
    items: list[Bar] = []
    rows: list[tuple[Value, ...]] = []
    sums = dict.fromkeys(_BY_SUN, Use())
    for hour in _HOURS:
        uses = {
            light: phrases.sum_use(
                use for (_, at, of), use in clock.items() if (at, of) == (hour, light)
            )
            for light in _BY_SUN
        }
        for light, use in uses.items():
            sums[light] += use
            if use.due_s:
                rows.append((f"{hour:02}:00", light, names[light], *use_cells(use)))
        total = phrases.sum_use(uses.values())
        if total.due_s and not total.watched:
            items.append(Bar(f"{hour:02}", (), 0.0, t.text("no data")))
            continue
        parts = tuple(
            Part(
                light,
                use.rate_per_h,
                f"{hour:02}:00 {names[light]}: {t.rate(use.rate_per_h)}, "
                + phrases.coverage_text(t, use),
            )
            for light, use in uses.items()
            if use.rate_per_h is not None
        )
        items.append(Bar(f"{hour:02}", parts, total.coverage))
    return Chart(
        "light",
        t.text("Light beside dark, by hour of the day"),
        _light_finding(t, sums),
        bars(items, number=t.rate, unit=t.text("passages per watched hour"), grouped=True),
        Table(
            (
                Column("local_hour", t.text("Hour")),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *use_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            *(Key(light, names[light]) for light in _BY_SUN),
            Key("cover", t.text("below: share of the time watched")),
            Key("gap", t.text("no data")),
        ),
        notes=(
            t.text(
                "An hour stands with more than one bar when it was light on some days and dark on"
                " others. Those days lie in other weeks, so that more than the light differs."
            ),
        ),
        simulated=any(use.simulated_counts for use in clock.values()),
    )


def days_chart(
    t: Words,
    days: Mapping[tuple[date, str], Use],
    period: Period,
    events: Sequence[Event] = (),
) -> Chart:
    """Each local day, stacked by light, and what happened on it."""
    names = phrases.light_words(t)
    items: list[Bar] = []
    rows: list[tuple[Value, ...]] = []
    for number in range(period.days):
        day = period.first + timedelta(number)
        uses = {light: days.get((day, light), Use()) for light in LIGHTS}
        total = phrases.sum_use(uses.values())
        rows += [
            (day, light, names[light], *use_cells(uses[light]))
            for light in _BY_SUN
            if uses[light].due_s
        ]
        label = t.short_date(day, year=False) if day.isoweekday() == 1 or number == 0 else ""
        told = f"{t.short_date(day, weekday=True)}: {phrases.passages_text(t, total)}, "
        told += phrases.coverage_text(t, total)
        if not total.due_s:
            items.append(Bar(label, ()))
        elif not total.watched:
            items.append(Bar(label, (), 0.0, t.text("no data")))
        else:
            parts = tuple(Part(light, uses[light].count, told) for light in LIGHTS)
            items.append(Bar(label, parts, total.coverage))
    total = phrases.sum_use(days.values())
    shown = [event for event in events if event.day in period]
    signs = [Sign((event.day - period.first).days, event.words) for event in shown]
    return Chart(
        "days",
        t.text("Day by day"),
        f"{phrases.watched_first(t, total.coverage)} ".lstrip()
        + t.text("%(count)s in %(days)s days; %(watched)s.")
        % {
            "count": phrases.passages_text(t, total),
            "days": period.days,
            "watched": phrases.coverage_text(t, total),
        },
        bars(items, number=t.number, unit=t.text("passages a day"), signs=signs),
        Table(
            (
                Column("day", t.text("Day"), Format.DAY),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *use_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            *(Key(light, names[light]) for light in LIGHTS),
            *watch_keys(t),
        ),
        signs=tuple(f"{t.short_date(event.day)}: {event.words}" for event in shown),
        simulated=any(use.simulated_counts for use in days.values()),
    )


def _light_finding(t: Words, sums: Mapping[str, Use]) -> str:
    """All rates; how they were watched comes first where it was too little, or not alike."""
    shown = [sums[light] for light in (DARK_ON, DARK_OFF, DAY) if sums[light].due_s]
    if not sums[DAY].watched or not dark(sums).watched:
        return t.text("No data: not watched both by day and in the dark.")
    rates = t.text(
        "Passages per watched hour: %(on)s in the dark with the lamps on, %(off)s with the lamps"
        " off, %(day)s by day."
    )
    watched = t.text(
        "Watched for %(on)s of the dark with the lamps on, %(off)s of it with the lamps off, and"
        " %(day)s of the day."
    )
    kinds = {"on": sums[DARK_ON], "off": sums[DARK_OFF], "day": sums[DAY]}
    told = rates % {
        kind: t.text("no data") if use.rate_per_h is None else t.rate(use.rate_per_h)
        for kind, use in kinds.items()
    }
    shares = [use.coverage or 0.0 for use in shown]
    if watching(min(shares), max(shares)) is Watching.ALIKE:
        return told
    first = watched % {kind: t.percent(use.coverage or 0.0) for kind, use in kinds.items()}
    return f"{first} {told}"
