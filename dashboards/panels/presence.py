"""Panels about time near lamps: how long was somebody at a place where nobody passes a counter?"""

from dashboards.panels.frame import HOURS, SHARE, Placed, Sheet, ask, no_data
from dashboards.panels.kinds import figures, lines
from dashboards.queries import light
from dashboards.words import Words


def time_near_lamps(w: Words) -> Placed:
    """How long was somebody near lamps, and how long did they watch?"""
    sheet = Sheet(
        w("Somebody near lamps"),
        w(
            "Lamp time in the whole time shown in which somebody was near, and the lamp time"
            " watched of which that is a part. Both are summed over lamps. It is time, not people:"
            " one person and four look the same. A lamp that does not say it is in neither."
        ),
        [
            ask("A", light.near(), w("somebody near")),
            ask("B", light.near_watched(), w("of lamp time watched")),
        ],
        no_data(w),
    )
    return Placed(figures(sheet, HOURS).decimals(0), 8, 8)


def share_near_each_day(w: Words) -> Placed:
    """In which zone, and on which days, was somebody there for longer?"""
    sheet = Sheet(
        w("Share of the time watched in which somebody was near a lamp, day by day"),
        w(
            "For each zone, over its lamps. A place where people stay stands out: a counter counts"
            " who passes, a lamp also who stays. A day without a point was not measured, which does"
            " not mean that nobody was there."
        ),
        [ask("A", light.near_of_zones(), "$tag_zone")],
        no_data(w),
    )
    # A day that is missing is a gap in the line.
    return Placed(lines(sheet, SHARE).decimals(1).min(0).insert_nulls(36 * 3_600_000), 16, 8)
