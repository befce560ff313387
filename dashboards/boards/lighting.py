"""Lighting and safety: before and after, with what was changed; it shows use, not safety."""

from grafana_foundation_sdk.builders.dashboard import CustomVariable, TextBoxVariable
from grafana_foundation_sdk.models.dashboard import VariableOption

from dashboards.boards.page import Page, Row
from dashboards.panels import compare, light, use
from dashboards.words import Words

CHANGED = "2026-01-01"  # until `padlicht grafana` puts the date of the first lamp here
NOT_AGREED = "nan()"  # no number: nothing is drawn
TARGETS = (("+10 %", "1.1"), ("+25 %", "1.25"), ("+50 %", "1.5"), ("+100 %", "2"))


def page(w: Words) -> Page:
    """Is the park used more in the dark since the lamps, by how much, and how surely?"""
    return Page(
        name="lighting",
        title=w("Lighting and safety"),
        description=w(
            "Use in the dark before and after the lamps or another change. It shows use, not"
            " safety."
        ),
        reading=w(
            "**This shows use, not safety**, and says nothing about crime. Ask residents how safe"
            " they feel, and put their answers beside these figures.\n\n"
            "Choose the **date of the change** above: the 12 weeks before it are compared with the"
            " 12 weeks from it on. Only the same hours of the clock and the same light are"
            " compared, per watched hour. A change is shown with the range in which it lies with"
            " 95 % certainty; *no clear difference* means that this range holds zero.\n\n"
            "The **target** is what people agreed on; choose it above."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("More than before, by how much, and how surely?"),
                [
                    compare.rates_around_change(w),
                    compare.before_and_after(w, "dark", w("Change in the dark, 19 to 24 h")),
                    compare.before_and_after(
                        w, "day", w("Change by day, 10 to 16 h, for comparison")
                    ),
                    compare.beyond_daylight(w),
                    compare.evenings_before_and_after(w),
                    light.light_of_the_week(w),
                    light.dark_nights(w),
                    light.rate_with_baseline(w),
                    use.who_watched(w),
                ],
            ),
            Row(
                w("Lamps and settings"),
                [light.brightened_each_day(w), light.evenings(w), light.changes_of_settings(w)],
            ),
        ],
        since="now-52w",
        variables=[
            TextBoxVariable("changed").label(w("Date of the change")).default_value(CHANGED),
            _targets(w),
        ],
        constants={"end_hour": "21"},  # the last hour lit; `padlicht grafana` knows the settings
    )


def _targets(w: Words) -> CustomVariable:
    choices = [(w("not agreed yet"), NOT_AGREED), *TARGETS]
    options = [
        VariableOption(selected=index == 0, text=text, value=value)
        for index, (text, value) in enumerate(choices)
    ]
    return (
        CustomVariable("goal")
        .label(w("Target"))
        .values(", ".join(f"{text} : {value}" for text, value in choices))
        .include_all(False)
        .multi(False)
        .options(options)
        .current(options[0])
    )
