"""Panels that everybody may see: a day late, rounded, with small counts kept back."""

from dashboards.panels.frame import (
    BAD,
    GOOD,
    GREY,
    PASSAGES_UNIT,
    Placed,
    Sheet,
    ask,
    fixed,
    mapped,
    no_data,
)
from dashboards.panels.kinds import bars, coverage_line, figures, states
from dashboards.panels.use import LIGHTS, light_names, watching_words
from dashboards.queries import public
from dashboards.words import Words


def simulated(w: Words) -> Placed:
    """Is any of this made up?"""
    words = {0: (w("measured"), GOOD), 1: (w("SIMULATED: made-up figures"), BAD)}
    sheet = Sheet(
        w("Measured or simulated"),
        w(
            "Whether the figures were measured by counters in a park, or made up by a simulated"
            " one."
        ),
        [ask("A", public.simulated(), "$tag_site")],
        no_data(w),
        refs={"A": {"mappings": mapped(words)}},
    )
    return Placed(figures(sheet, "none"), 6, 6)


def passages_each_day(w: Words, light: str) -> Placed:
    """How many passed each day by that light?"""
    name, colour = light_names(w)[light], dict(LIGHTS)[light]
    sheet = Sheet(
        f"{w('Passages each day')}: {name}",
        w(
            "A bar for each day, rounded to 5. A mark on the ground is a day with fewer than 5"
            " passages; a day with neither was not watched. The dashed line is the share of the"
            " day watched."
        ),
        [
            ask("A", public.days(light), f"$tag_site: {name}"),
            ask("B", public.few_days(light), f"$tag_site: {w('fewer than 5')}"),
            ask("C", public.watched_of_days(), f"$tag_site: {w('watched')}"),
        ],
        no_data(w),
        refs={
            "A": {"color": fixed(colour)},
            "B": {
                "mappings": mapped({0: ("<5", GREY)}),
                "custom.drawStyle": "points",
                "custom.pointSize": 7,
                "color": fixed(GREY),
            },
            "C": coverage_line(),
        },
    )
    return Placed(bars(sheet, PASSAGES_UNIT, stacked=False).decimals(0), 24, 8)


def who_watched(w: Words) -> Placed:
    """Was anybody watching?"""
    sheet = Sheet(
        w("Was anybody watching?"),
        w(
            "For each day, in what share of the time counters watched. Where nobody was watching"
            " there is no count: it does not mean that nobody passed."
        ),
        [ask("A", public.watched_of_days(), "$tag_site")],
        no_data(w),
    )
    return Placed(states(sheet, "percentunit").mappings(watching_words(w)), 24, 5)
