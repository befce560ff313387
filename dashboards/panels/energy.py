"""Panels about energy, and about the darkness that lamps leave to animals."""

from dashboards.panels.frame import (
    DAY,
    GOOD,
    HOURS,
    SHARE,
    WATT_HOURS,
    WATTS,
    Placed,
    Sheet,
    ask,
    fixed,
    math,
    no_data,
    only,
)
from dashboards.panels.kinds import bars, figures, lines
from dashboards.queries import light
from dashboards.words import Words


def energy_used(w: Words) -> Placed:
    """How much energy did the lamps take?"""
    sheet = Sheet(
        w("Energy of the lamps"),
        w(
            "In the whole time shown. Lamps without a meter work it out from their level and rated"
            " power."
        ),
        [ask("A", light.energy(), w("energy"))],
        no_data(w),
    )
    return Placed(figures(sheet, "watth").decimals(1), 8, 6)


def darkness_kept(w: Words) -> Placed:
    """How much of the darkness was kept?"""
    sheet = Sheet(
        w("Hours of darkness kept in the whole park"),
        w(
            "Of all dark hours shown (the sun more than 6° below the horizon), in how many no lamp"
            " of the park was lit at all, not even for a moment, whatever zone is chosen. An hour"
            " from which no lamp reported counts as dark: Technical health says whether lamps"
            " report."
        ),
        [
            ask("A", light.kept_hours(), w("hours kept dark")),
            ask("B", light.dark_hours(), w("dark hours in all")),
            only("C", "A"),
            only("D", "B"),
            math("E", "$C / $D"),
        ],
        no_data(w),
        refs={"E": {"displayName": w("share kept dark"), "unit": SHARE, "decimals": 0}},
    )
    return Placed(figures(sheet, HOURS).decimals(0), 16, 6)


def darkness_kept_each_day(w: Words) -> Placed:
    """How many dark hours did each day have, and how many were kept?"""
    sheet = Sheet(
        w("Dark hours each day in the whole park, and those kept dark"),
        w(
            "Hours of the day that were dark, and those of them in which no lamp of the park was"
            " lit, whatever zone is chosen. The space between the two lines is what people were"
            " given."
        ),
        [
            ask("A", light.dark_hours_of_days(), w("dark")),
            ask("B", light.kept_hours_of_days(), w("kept dark")),
        ],
        no_data(w),
        refs={"A": {"custom.lineStyle": {"fill": "dash", "dash": [6, 4]}}},
    )
    # A day that is missing is a gap in the line.
    return Placed(lines(sheet, HOURS).decimals(0).min(0).insert_nulls(36 * 3_600_000), 24, 9)


def energy_each_day(w: Words) -> Placed:
    """How much energy did the lamps take each day?"""
    sheet = Sheet(
        w("Energy each day"),
        w("The energy of all lamps, a bar for each day. Marks are changes of settings."),
        [ask("A", light.energy_of_days(), w("energy"))],
        no_data(w),
        series={w("energy"): {"color": fixed(DAY)}},
    )
    return Placed(bars(sheet, WATT_HOURS, stacked=False).decimals(1), 12, 9)


def power_of_a_lit_lamp(w: Words) -> Placed:
    """How many watts does a lit lamp take?"""
    sheet = Sheet(
        w("Average power of a lit lamp"),
        w(
            "Energy divided by the time lit: between the low level and full, and the closer to full"
            " the more often somebody is near."
        ),
        [ask("A", light.power_of_days(), w("power"))],
        no_data(w),
        series={w("power"): {"color": fixed(GOOD)}},
    )
    return Placed(lines(sheet, WATTS).decimals(2).min(0), 12, 9)
