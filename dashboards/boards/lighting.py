"""Lighting and use: before and after, with what was changed; it shows use, not safety."""

from grafana_foundation_sdk.builders.dashboard import CustomVariable, TextBoxVariable
from grafana_foundation_sdk.models.dashboard import VariableOption

from dashboards.boards.page import Page, Row
from dashboards.panels import compare, light, use
from dashboards.words import Words

CHANGED = "2026-01-01"  # until `padlicht grafana` puts the date of the first lamp here
NOT_AGREED = "nan()"  # no number: nothing is drawn
TARGETS = (("+10 %", "1.1"), ("+25 %", "1.25"), ("+50 %", "1.5"), ("+100 %", "2"))


def page(w: Words) -> Page:
    """How was the park used before and after a date, on one scale and with what was watched?"""
    return Page(
        name="lighting",
        title=w("Lighting and use"),
        description=w(
            "Use in the dark before and after the lamps or another change. It shows use, not"
            " safety."
        ),
        reading=w(
            "**This shows use, not safety**, and says nothing about crime. Ask residents how safe"
            " they feel, and put their answers beside these figures.\n\n"
            "Choose the **date of the change** above: the 12 weeks before it stand beside the 12"
            " weeks from it on, at the same hours of the clock, in the same light, per watched"
            " hour. Whatever else changed meanwhile, the season first, is in them too: **nothing"
            " here says what made a difference**. A study in the hub's own pages is made for"
            " that.\n\n"
            "The **target** is what people agreed on; choose it above."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("Before and after the date, on one scale"),
                [
                    compare.around_change(w, "dark_on", w("Lamps on, 19 to 23 h")),
                    compare.around_change(w, "day", w("By day, 10 to 16 h, beside it")),
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
