"""Charts of one place: by hour of the week, and day by day. Pure.

A place is what one lamp's reach covers. It is time in which somebody was there, not how many.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.lamp_sums import LampTotals
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.days import Period
from padlicht.web.charts import (
    Bar,
    Cell,
    Chart,
    Column,
    Format,
    Key,
    Part,
    Table,
    Value,
    bars,
    grid,
)
from padlicht.web.i18n import Words

_HOUR_S = 3600
_DAYS_UP_TO = 12 * 7  # more bars than that a phone cannot show: then by week
_LAYERS = ("dark_on", "dark_off", "twilight", "day")  # from the axis up

Hours = Mapping[tuple[int, str], LampTotals]  # by beginning in Unix seconds UTC, and light


def total_of(parts: Iterable[LampTotals]) -> LampTotals:
    """All of them together."""
    total = LampTotals()
    for part in parts:
        total = total.plus(part)
    return total


def light_names(t: Words) -> dict[str, str]:
    """The light classes, as a place has them."""
    return {
        "day": t.text("by day"),
        "twilight": t.text("twilight"),
        "dark_on": t.text("in the dark, in the lamps' hours"),
        "dark_off": t.text("in the dark, outside the lamps' hours"),
    }


def clock_chart(t: Words, lamp: str, hours: Hours, clock: SiteClock, *, simulated: bool) -> Chart:
    """Minutes of each hour of the week in which somebody was there."""
    sums: dict[tuple[int, int], LampTotals] = {}
    dark: dict[tuple[int, int], int] = {}
    for (hour_utc_s, light), totals in hours.items():
        local = clock.local(hour_utc_s)
        key = (local.isoweekday(), local.hour)
        sums[key] = sums.get(key, LampTotals()).plus(totals)
        if light.startswith("dark"):
            dark[key] = dark.get(key, 0) + totals.due_s
    cells, rows = {}, []
    for (weekday, hour), totals in sorted(sums.items()):
        share = totals.near_share
        when = f"{t.weekday(weekday)} {hour:02}:00"
        shown = "" if share is None else t.number(round(share * 60))
        told = f"{when}: {near_text(t, totals)}"
        is_dark = dark.get((weekday, hour), 0) * 2 > totals.due_s
        cells[weekday - 1, hour] = Cell(share, shown, is_dark, told)
        rows.append(
            (t.weekday(weekday), weekday, f"{hour:02}:00", *near_cells(totals, simulated=simulated))
        )
    return Chart(
        "clock",
        t.text("%(lamp)s: every hour of the week") % {"lamp": lamp},
        _clock_finding(t, sums),
        grid(
            cells,
            [f"{hour:02}" for hour in range(24)],
            [t.weekday(weekday) for weekday in range(1, 8)],
        ),
        Table(
            (
                Column("weekday_name", t.text("Weekday")),
                Column("weekday", ""),
                Column("local_hour", t.text("Hour")),
                *near_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            Key("level-1", t.text("short")),
            Key("level-3", t.text("longer")),
            Key("level-5", t.text("longest")),
            Key("night", t.text("a bar below: mostly in the dark")),
            Key("gap", t.text("not measured")),
        ),
        notes=(t.text("The numbers are minutes of the hour in which somebody was there."),),
        simulated=simulated,
    )


def days_chart(
    t: Words, lamp: str, hours: Hours, clock: SiteClock, period: Period, *, simulated: bool
) -> Chart:
    """Hours of each day, or week, in which somebody was there, by light."""
    names = light_names(t)
    by_day = period.days <= _DAYS_UP_TO
    step = timedelta(days=1 if by_day else 7)
    sums: dict[tuple[date, str], LampTotals] = {}
    for (hour_utc_s, light), totals in hours.items():
        day = period.first + (clock.day(hour_utc_s) - period.first) // step * step
        sums[day, light] = sums.get((day, light), LampTotals()).plus(totals)
    items: list[Bar] = []
    rows: list[tuple[Value, ...]] = []
    for number in range(-(-period.days // step.days)):
        day = period.first + number * step
        lights = {light: sums.get((day, light), LampTotals()) for light in LIGHTS}
        total = total_of(lights.values())
        rows += [
            (day, light, names[light], *near_cells(lights[light], simulated=simulated))
            for light in LIGHTS
            if lights[light].due_s
        ]
        every = day.isoweekday() == 1 if by_day else day.day <= 7
        label = t.short_date(day, year=False) if every or number == 0 else ""
        if not total.due_s:
            items.append(Bar(label, ()))
        elif not total.near_obs_s:
            items.append(Bar(label, (), 0.0, none_text(t, total)))
        else:
            told = f"{t.short_date(day, weekday=by_day)}: {near_text(t, total)}"
            parts = (Part(key, lights[key].near_s / _HOUR_S, told) for key in _LAYERS)
            items.append(Bar(label, tuple(parts), total.near_coverage))
    total = total_of(hours.values())
    return Chart(
        "days",
        t.text("%(lamp)s: day by day") % {"lamp": lamp}
        if by_day
        else t.text("%(lamp)s: week by week") % {"lamp": lamp},
        _days_finding(t, total),
        bars(
            items,
            number=t.rate,
            unit=t.text("hours a day") if by_day else t.text("hours a week"),
        ),
        Table(
            (
                Column("day", t.text("Day") if by_day else t.text("Week from"), Format.DAY),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *near_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            *(Key(light, names[light]) for light in _LAYERS),
            Key("cover", t.text("below: share of the time watched")),
            Key("partly", t.text("partly watched: somebody may have been there longer")),
            Key("gap", t.text("not measured")),
        ),
        simulated=simulated,
    )


def near_text(t: Words, totals: LampTotals) -> str:
    """How long somebody was near of the time watched, and which part of the time that was."""
    if totals.near_coverage is None or not totals.near_obs_s:
        return none_text(t, totals)
    return t.text("somebody near for %(near)s of %(watched)s watched (%(percent)s of the time)") % {
        "near": t.span(totals.near_s),
        "watched": t.span(totals.near_obs_s),
        "percent": t.percent(totals.near_coverage),
    }


def none_text(t: Words, totals: LampTotals) -> str:
    """Why there is no time to show: the lamp told of itself but not of people, or told nothing."""
    return t.text("not measured") if totals.told_s else t.text("no data")


def near_columns(t: Words) -> tuple[Column, ...]:
    """What stands beside how long somebody was there: coverage, and whether it is made up."""
    return (
        Column("near_s", t.text("Somebody near"), Format.SPAN, t.text("not measured")),
        Column("watched_s", ""),
        Column("due_s", ""),
        Column("coverage", t.text("Watched"), Format.SHARE),
        Column(
            *("near_share", t.text("Of the time watched"), Format.SHARE, t.text("not measured"))
        ),
        Column("simulated", t.text("Simulated"), Format.FLAG),
    )


def near_cells(totals: LampTotals, *, simulated: bool) -> tuple[Value, ...]:
    """The values of `near_columns`; where nothing was watched nothing is said."""
    return (
        totals.near_s if totals.near_obs_s else None,
        totals.near_obs_s,
        totals.due_s,
        totals.near_coverage,
        totals.near_share,
        simulated,
    )


def _clock_finding(t: Words, sums: Mapping[tuple[int, int], LampTotals]) -> str:
    known = {key: totals for key, totals in sums.items() if totals.near_share is not None}
    if not known:
        return t.text("Not measured: no lamp said whether somebody was near.")
    weekday, hour = max(known, key=lambda key: known[key].near_share or 0.0)
    minutes = round((known[weekday, hour].near_share or 0.0) * 60)
    return t.text("Longest on %(weekday)s at %(hour)s: %(minutes)s minutes of the hour.") % {
        "weekday": t.weekday_name(weekday),
        "hour": f"{hour:02}:00",
        "minutes": t.number(minutes),
    }


def _days_finding(t: Words, total: LampTotals) -> str:
    if total.near_share is None or total.near_coverage is None:
        return t.text("Not measured: no lamp said whether somebody was near.")
    return t.text(
        "The lamp watched %(percent)s of its time here. Somebody was near for %(near)s of"
        " %(watched)s watched."
    ) % {
        "percent": t.percent(total.near_coverage),
        "near": t.span(total.near_s),
        "watched": t.span(total.near_obs_s),
    }
