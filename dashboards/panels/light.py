"""Panels about lamps: are they doing what residents were promised?"""

from dashboards.panels.compare import park_baseline
from dashboards.panels.frame import (
    BAD,
    DARK,
    DAY,
    DOUBTFUL,
    GOOD,
    GREY,
    HOURS,
    MINUTES,
    RATE_UNIT,
    SHARE,
    TWILIGHT,
    Placed,
    Sheet,
    ask,
    fixed,
    mapped,
    math,
    no_data,
    steps,
)
from dashboards.panels.kinds import bars, coverage_line, figures, lines, rows, states
from dashboards.panels.use import light_names
from dashboards.queries import light, use
from dashboards.words import Words


def dark_nights(w: Words) -> Placed:
    """Do the lamps leave the night dark?"""
    sheet = Sheet(
        w("Lit between midnight and six"),
        w(
            "Lamp time between midnight and six in the last 7 days. It was promised that"
            " lamps end by 23:00 at the latest: anything above zero is a fault."
        ),
        [ask("A", light.lit_in_deep_night(), w("lamps lit"))],
        no_data(w),
        refs={"A": {"thresholds": steps((None, GOOD), (1, BAD))}},
    )
    return Placed(figures(sheet, MINUTES).decimals(0), 6, 6)


def light_of_the_week(w: Words) -> Placed:
    """Were the lamps lit at all last week?"""
    sheet = Sheet(
        w("Lamps lit, last 7 whole days"),
        w(
            "Lamp time by light, summed over lamps. By day there is little: the window opens at"
            " sunset, which lies within an hour that mostly was day. With lamps off in the dark"
            " there should be hardly any: that is outside their hours."
        ),
        [
            ask(ref, light.lit_by_light(kind), name)
            for ref, (kind, name) in zip("ABCD", light_names(w).items(), strict=True)
        ],
        no_data(w),
    )
    return Placed(figures(sheet, HOURS).decimals(0), 6, 6)


def rate_with_baseline(w: Words) -> Placed:
    """How does each day in the dark compare with before, and with what was agreed?"""
    before, rate = park_baseline()
    baseline = f"$C * 0 + {rate}"
    sheet = Sheet(
        w("Evenings with lamps on in the whole park day by day, with baseline and target"),
        w(
            "Each day's passages in a watched hour between 19 and 23 h, in the dark and in the"
            " lamps' hours; in summer there are none. It is of the whole park, whatever zone is"
            " chosen. The baseline is the"
            " average of the 12 weeks before the date chosen above; the target is what was agreed,"
            " as chosen above, and is not drawn until something was. The dashed grey line is the"
            " share watched; marks are changes of settings."
        ),
        [
            ask("A", use.evening_rate_of_days(), w("lamps on")),
            ask("B", use.evening_watched_of_days(), w("watched")),
            ask("C", use.due_of_days(), hide=True),
            *before,
            math("M", baseline),
            math("N", f"({baseline}) * ${{goal}}"),
        ],
        no_data(w),
        series={
            w("lamps on"): {"color": fixed(DARK)},
            w("watched"): coverage_line(),
        },
        refs={
            "M": {
                "displayName": w("baseline: before the date"),
                "color": fixed(GREY),
                "custom.lineStyle": {"fill": "solid"},
                "custom.showPoints": "never",
            },
            "N": {
                "displayName": w("target: as agreed"),
                "mappings": mapped({}, nan="–"),
                "color": fixed(GOOD),
                "custom.lineStyle": {"fill": "dash", "dash": [12, 6]},
                "custom.showPoints": "never",
            },
        },
    )
    return Placed(lines(sheet, RATE_UNIT).decimals(1).min(0), 24, 10)


def brightened_each_day(w: Words) -> Placed:
    """How often were lamps brightened, beside who passed?"""
    sheet = Sheet(
        w("Lamps brightened, and passages with lamps on"),
        w(
            "How often lamps went to full because somebody was near, and passages that counters"
            " counted in the dark in the lamps' hours. One walk brightens several lamps. The dashed"
            " line is the share watched by counters."
        ),
        [
            ask("A", light.triggers_of_days(), w("lamps brightened")),
            ask("B", use.passages_of_days("dark_on"), w("passages with lamps on")),
            ask("C", use.watched_of_days_in("dark_on"), w("watched")),
        ],
        no_data(w),
        series={
            w("lamps brightened"): {"color": fixed(DAY)},
            w("passages with lamps on"): {"color": fixed(DARK)},
            w("watched"): coverage_line(),
        },
    )
    return Placed(lines(sheet, "short").decimals(0).min(0), 24, 9)


def changes_of_settings(w: Words) -> Placed:
    """Who changed what, and why?"""
    sheet = Sheet(
        w("Changes of settings"),
        w("Every change of a lamp's or counter's settings: when, what, why and by whom."),
        [ask("A", light.setting_changes())],
        no_data(w),
        steps=[
            (
                "organize",
                {
                    "indexByName": {"Time": 0, "title": 1, "detail": 2, "actor": 3, "version": 4},
                    "renameByName": {
                        "Time": w("when"),
                        "title": w("what"),
                        "detail": w("why"),
                        "actor": w("who"),
                        "version": w("version"),
                    },
                },
            )
        ],
    )
    return Placed(rows(sheet), 24, 8)


def evenings(w: Words) -> Placed:
    """On which evenings was there light, and why was there none?"""
    words = {
        0: (w("not lit: no lamps yet, or a fault"), DOUBTFUL),
        1: (w("lit"), TWILIGHT),
        2: (w("no window: sunset comes after the lamp's end"), GREY),
    }
    sheet = Sheet(
        w("Evenings with and without light"),
        w(
            "For each zone and day: whether lamps were lit. In midsummer the sun sets after the"
            " lamps' end: there is no window then, and they stay off, as was agreed. Not lit on"
            " other days means that there were no lamps yet, or that something is wrong."
        ),
        [
            ask("A", light.lit_of_zones(), hide=True),
            ask("B", light.sun_at_the_end_of_zones(), hide=True),
            math("C", "($A > 0) + ($A == 0) * ($B > 0) * 2"),
        ],
        no_data(w),
        refs={"C": {"mappings": mapped(words), "displayName": "${__field.labels.zone}"}},
    )
    return Placed(states(sheet), 24, 6)


def hours_lit_each_day(w: Words) -> Placed:
    """How long were lamps lit, and how much of it at full?"""
    sheet = Sheet(
        w("Hours lit each day, and the share brightened"),
        w(
            "Hours of light summed over lamps. The line says in what share of that time they were"
            " brightened because somebody was near; else they keep their low level."
        ),
        [
            ask("A", light.lit_of_days(), w("hours lit")),
            ask("B", light.brightened_of_days(), w("share brightened")),
        ],
        no_data(w),
        series={
            w("hours lit"): {"color": fixed(DAY)},
            w("share brightened"): {
                "unit": SHARE,
                "decimals": 0,
                "min": 0,
                "max": 1,
                "custom.drawStyle": "line",
                "custom.axisPlacement": "right",
                "custom.fillOpacity": 0,
                "custom.lineWidth": 2,
                "color": fixed(DARK),
            },
        },
    )
    return Placed(bars(sheet, HOURS, stacked=False).decimals(1), 24, 9)
