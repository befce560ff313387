"""Charts of energy beside full light all evening and all night, and of darkness, by week. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from padlicht.usage.night import MeanNight
from padlicht.usage.schedule.energy import EnergyUse
from padlicht.web.charts import Bar, Chart, Column, Format, Key, Part, Table, Value, bars
from padlicht.web.i18n import Words

_WH_OF_KWH = 1000


def kwh_text(t: Words, watt_hours: float) -> str:
    """Energy in kilowatt-hours, with two decimals below ten: 1.24 kWh."""
    kwh = watt_hours / _WH_OF_KWH
    return f"{t.number(round(kwh, 2)) if kwh < 9.995 else t.rate(kwh)} kWh"


def energy_chart(
    t: Words,
    mondays: Sequence[date],
    weeks: Mapping[date, EnergyUse],
    total: EnergyUse,
    left_out: Sequence[str],
    *,
    simulated: bool,
) -> Chart:
    """Used, and what full light all evening and all night would have used, of each week.

    `left_out` are lamps without a power at full light, which is said below.
    """
    items, rows = [], []
    month = 0
    for monday in mondays:
        use = weeks.get(monday, EnergyUse())
        label = t.month(monday) if monday.month != month else ""
        month = monday.month
        rows.append(_row(monday, use, simulated))
        if not use.due_s:
            items.append(Bar(label, ()))
            continue
        if not use.told_s:
            items.append(Bar(label, (), 0.0, t.text("no data")))
            continue
        told = f"{t.short_date(monday)}: " + energy_text(t, use)
        parts = (("after", use.used_wh), ("twilight", use.evening_wh), ("off", use.night_wh))
        items.append(
            Bar(label, tuple(Part(kind, wh / _WH_OF_KWH, told) for kind, wh in parts), use.coverage)
        )
    return Chart(
        "energy",
        t.text("Energy of the lamps, week by week"),
        energy_text(t, total)
        if total.due_s or not left_out
        else t.text(
            "Nothing to compare: no lamp here has its power at full light in the registry."
        ),
        bars(items, number=t.rate, unit=t.text("kWh a week"), grouped=True),
        Table(
            (
                Column("monday", t.text("Week from"), Format.DAY),
                Column("used_wh", t.text("Used (Wh)"), Format.RATE),
                Column("full_evening_wh", t.text("Full light all evening (Wh)"), Format.RATE),
                Column("full_night_wh", t.text("Full light all night (Wh)"), Format.RATE),
                Column("told_s", ""),
                Column("due_s", ""),
                Column("coverage", t.text("Told of"), Format.SHARE),
                Column("simulated", t.text("Simulated"), Format.FLAG),
            ),
            tuple(row for row in rows if row[5]),
        ),
        keys=(
            Key("after", t.text("used")),
            Key("twilight", t.text("at full light all evening")),
            Key("off", t.text("at full light all night")),
            Key("cover", t.text("below: share of the time that lamps told of")),
            Key("gap", t.text("no data")),
        ),
        notes=(_left_out_text(t, left_out),) if left_out else (),
        simulated=simulated,
    )


def energy_text(t: Words, use: EnergyUse) -> str:
    """What was told of, and the three sums over that time, in a sentence."""
    if use.coverage is None or not use.told_s:
        return t.text("No data: no lamp was heard of.")
    return t.text(
        "Lamps told of %(percent)s of the time. In it they used %(used)s; at full light all evening"
        " it would have been %(evening)s, all night %(night)s."
    ) % {
        "percent": t.percent(min(1.0, use.coverage)),
        "used": kwh_text(t, use.used_wh),
        "evening": kwh_text(t, use.evening_wh),
        "night": kwh_text(t, use.night_wh),
    }


def darkness_chart(
    t: Words, mondays: Sequence[date], darkness: Mapping[date, MeanNight], *, simulated: bool
) -> Chart:
    """The mean night of one lamp in each week: at full, soft, off, and not told of."""
    items, rows = [], []
    month = 0
    for monday in mondays:
        night = darkness.get(monday)
        label = t.month(monday) if monday.month != month else ""
        month = monday.month
        if night is None:
            items.append(Bar(label, ()))
            continue
        rows.append((
            monday, night.night_h, night.dark_h, night.lit_h, night.full_h, night.heard_h,
            min(1.0, night.coverage), simulated,
        ))  # fmt: skip
        if not night.heard_h:
            items.append(Bar(label, (), 0.0, t.text("no data")))
            continue
        told = f"{t.short_date(monday)}: {_night_text(t, night)}"
        parts = (
            ("boost", night.full_h),
            ("lit", max(0.0, night.lit_h - night.full_h)),
            ("off", night.dark_h),
            ("gap", max(0.0, night.night_h - night.heard_h)),
        )
        items.append(
            Bar(label, tuple(Part(kind, hours, told) for kind, hours in parts if hours > 0.005))
        )
    return Chart(
        "darkness",
        t.text("The night of one lamp, from sunset to sunrise"),
        _darkness_finding(t, darkness),
        bars(items, number=t.rate, unit=t.text("hours a night"), coverage=False),
        Table(
            (
                Column("monday", t.text("Week from"), Format.DAY),
                Column("night_h", t.text("Night (h)"), Format.RATE),
                Column("dark_h", t.text("Kept dark (h)"), Format.RATE),
                Column("lit_h", t.text("Lit (h)"), Format.RATE),
                Column("full_h", t.text("At full light (h)"), Format.RATE),
                Column("told_h", t.text("Told of (h)"), Format.RATE),
                Column("coverage", t.text("Told of"), Format.SHARE),
                Column("simulated", t.text("Simulated"), Format.FLAG),
            ),
            tuple(rows),
        ),
        keys=(
            Key("boost", t.text("at full light")),
            Key("lit", t.text("soft light")),
            Key("off", t.text("kept dark")),
            Key("gap", t.text("not told of")),
        ),
        simulated=simulated,
    )


def _left_out_text(t: Words, lamps: Sequence[str]) -> str:
    return t.text(
        "Left out on all sides, as long as nobody said the power at full light: %(lamps)s."
        " “padlicht node set LAMP --rated-mw …” says it."
    ) % {"lamps": ", ".join(lamps)}


def _row(monday: date, use: EnergyUse, simulated: bool) -> tuple[Value, ...]:
    known = use.told_s > 0
    return (
        monday,
        round(use.used_wh, 1) if known else None,
        round(use.evening_wh, 1) if known else None,
        round(use.night_wh, 1) if known else None,
        use.told_s,
        use.due_s,
        None if use.coverage is None else min(1.0, use.coverage),
        simulated,
    )


def _night_text(t: Words, night: MeanNight) -> str:
    return t.text(
        "of %(night)s of night %(told)s told of: %(dark)s dark, %(lit)s lit, %(full)s of it at full"
    ) % {
        "night": t.span(round(night.night_h * 3600)),
        "told": t.span(round(night.heard_h * 3600)),
        "dark": t.span(round(night.dark_h * 3600)),
        "lit": t.span(round(night.lit_h * 3600)),
        "full": t.span(round(night.full_h * 3600)),
    }


def _darkness_finding(t: Words, darkness: Mapping[date, MeanNight]) -> str:
    known = [night for night in darkness.values() if night.heard_h]
    if not known:
        return t.text("No data: no lamp was heard of.")
    count = len(darkness)
    told = sum(night.heard_h for night in darkness.values())
    all_of_it = sum(night.night_h for night in darkness.values())
    return t.text(
        "Lamps told of %(percent)s of the night. On an average night a lamp was dark for %(dark)s"
        " of the %(told)s that it told of."
    ) % {
        "percent": t.percent(min(1.0, told / all_of_it)),
        "dark": t.span(round(sum(night.dark_h for night in known) / count * 3600)),
        "told": t.span(round(told / count * 3600)),
    }
