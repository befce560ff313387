"""Panels that put two times beside each other: rates on one scale, with what was watched of each.

They give no verdict. Two numbers differ for many reasons, and an interval of chance alone held the
truth far less often than it said; what a change did is asked in a study.
"""

from collections.abc import Callable

from dashboards.panels.frame import (
    DARK,
    GREY,
    PASSAGES_UNIT,
    RATE_UNIT,
    Placed,
    Sheet,
    Target,
    ask,
    fixed,
    math,
    no_data,
    only,
)
from dashboards.panels.kinds import categories, figures
from dashboards.panels.use import watched_figure
from dashboards.queries import use
from dashboards.queries.influxql import Query
from dashboards.words import Words

Side = Callable[[str, str], Query]  # what is counted and the light → query


def park_baseline() -> tuple[list[Target], str]:
    """Passages in a watched hour of the whole park's evenings before the date, to work out."""
    found = [
        *(ask(f"Qlamps{of}1", use.park_before_change(of, "dark_on"), hide=True) for of in "ns"),
        *(only(f"lamps{of}1", f"Qlamps{of}1") for of in "ns"),
    ]
    return found, "($lampsn1 / $lampss1) * 3600"


def two_weeks(w: Words) -> Placed:
    """How busy were the last two weeks with lamps on, and how much of them was watched?"""
    return _beside(
        w,
        w("Lamps on, 19 to 23 h: the 7 days before, and the last 7"),
        w(
            "For each of the two weeks: in what share of the time due counters watched, passages in"
            " a watched hour, and passages, between 19 and 23 h in the dark and in the lamps'"
            " hours. Where the shares watched are low or differ, the other figures may differ for"
            " that alone. Weather, season and holidays are in them too."
        ),
        "dark_on",
        (use.before_week, use.last_week),
    )


def around_change(w: Words, light: str, title: str) -> Placed:
    """How busy was it by that light before and after the date, and how much was watched?"""
    return _beside(
        w,
        title,
        w(
            "For the 12 weeks before and the 12 weeks from the date chosen above on: in what share"
            " of the time due counters watched, passages in a watched hour, and passages, at these"
            " hours and by this light. Where the shares watched are low or differ, the other"
            " figures may differ for that alone. The season is in them too, and whatever else"
            " changed."
        ),
        light,
        (use.before_change, use.after_change),
    )


def _beside(w: Words, title: str, text: str, light: str, sides: tuple[Side, Side]) -> Placed:
    """What was watched first, then the rate, then the count, of each of two times."""
    called = light.replace("_", "")
    targets: list[Target] = []
    refs: dict[str, dict[str, object]] = {}
    names = (
        (w("watched before"), w("an hour before"), w("passages before")),
        (w("watched after"), w("an hour after"), w("passages after")),
    )
    for place, (side, named) in enumerate(zip(sides, names, strict=True)):
        for what in use.COUNTS:
            ref = f"{called}{what}{place + 1}"
            targets += [ask(f"Q{ref}", side(what, light), hide=True), only(ref, f"Q{ref}")]
        n, s, d = (f"${called}{what}{place + 1}" for what in use.COUNTS)
        watched, rate, count = "ABCDEF"[3 * place : 3 * place + 3]
        targets += [
            math(watched, f"{s} / {d}"),
            math(rate, f"({n} / {s}) * 3600"),
            math(count, f"{n} * 1"),
        ]
        refs |= {
            watched: {"displayName": named[0], **watched_figure()},
            rate: {"displayName": named[1], "unit": RATE_UNIT, "decimals": 2},
            count: {"displayName": named[2]},
        }
    sheet = Sheet(title, text, targets, no_data(w), refs=refs)
    return Placed(figures(sheet, PASSAGES_UNIT).decimals(0), 24, 5)


def evenings_before_and_after(w: Words) -> Placed:
    """At the same hour of the evening, how busy was it with lamps on before and after?"""
    sheet = Sheet(
        w("The same hours with lamps on, before and after"),
        w(
            "Passages in a watched hour for each hour of the evening that was dark and in the"
            " lamps' hours, in the 12 weeks before and the 12 weeks from the date chosen above on."
            " An hour with one bar was so, or watched, on one side only. The shares watched stand"
            " above."
        ),
        [ask("A", use.evening_rate_before()), ask("B", use.evening_rate_after())],
        no_data(w),
        series={w("before"): {"color": fixed(GREY)}, w("after"): {"color": fixed(DARK)}},
        steps=[
            ("joinByField", {"byField": "hour", "mode": "outer"}),
            ("sortBy", {"sort": [{"field": "hour"}]}),
            (
                "organize",
                {
                    "excludeByName": {"Time": True, "Time 1": True, "Time 2": True},
                    "renameByName": {
                        "hour": w("hour"),
                        "before": w("before"),
                        "after": w("after"),
                    },
                },
            ),
        ],
    )
    return Placed(categories(sheet, RATE_UNIT, w("hour")).decimals(1), 24, 7)
