"""Panels that compare: more or fewer than before, by how much, and how surely."""

from collections.abc import Callable, Mapping

from dashboards.panels.frame import (
    DARK,
    DOUBTFUL,
    GOOD,
    GREY,
    PASSAGES_UNIT,
    RATE_UNIT,
    SHARE,
    Placed,
    Sheet,
    Target,
    ask,
    fixed,
    mapped,
    math,
    no_data,
    only,
)
from dashboards.panels.kinds import categories, figures
from dashboards.panels.ratio import (
    FEWER,
    MORE,
    NO_DATA,
    SAME,
    TOO_FEW,
    UNMATCHED,
    Pair,
    outcome,
)
from dashboards.panels.use import watched_figure
from dashboards.queries import use
from dashboards.queries.influxql import Query
from dashboards.words import Words

Side = Callable[[str, str], Query]  # what is counted and the light → query


def two_weeks(light: str) -> tuple[list[Target], Pair]:
    """The 7 days before the last 7, and those."""
    found, names = _asked(light, use.before_week, use.last_week)
    return found, Pair(*names)


def around_change(light: str) -> tuple[list[Target], Pair]:
    """Before and after the date that `changed` says."""
    found, names = _asked(light, use.before_change, use.after_change)
    return found, Pair(*names)


def park_baseline() -> tuple[list[Target], str]:
    """Passages in a watched hour of the whole park's dark evenings before the date, to work out."""
    found = [
        *(ask(f"Qdark{of}1", use.park_before_change(of, "dark"), hide=True) for of in "ns"),
        *(only(f"dark{of}1", f"Qdark{of}1") for of in "ns"),
    ]
    return found, "($darkn1 / $darks1) * 3600"


def _asked(light: str, first: Side, second: Side) -> tuple[list[Target], list[str]]:
    """Three counts of two times, and the expressions that stand for them."""
    refs = [f"{light}{what}{side}" for side in "12" for what in use.COUNTS]
    questions = [side(what, light) for side in (first, second) for what in use.COUNTS]
    found = [
        *(ask(f"Q{ref}", query, hide=True) for ref, query in zip(refs, questions, strict=True)),
        *(only(ref, f"Q{ref}") for ref in refs),
    ]
    return found, [f"${ref}" for ref in refs]


def week_beside_last(w: Words) -> Placed:
    """Is the park used more after dark than the week before?"""
    found, pair = two_weeks("dark")
    return _change(
        w,
        w("Dark evenings (19 to 24 h): the last 7 days beside the 7 before"),
        w(
            "Passages in a watched hour between 19 and 24 h where it was dark, in the last 7"
            " days, compared with the 7 before. With 95 % certainty the true change lies between"
            " the lowest and the highest figure. Too few data: under 20 passages in a week. Not"
            " comparable: in one of the weeks other hours were dark, or watched. The hub's own"
            " pages match hour by hour, and say more then."
        ),
        [*found, *outcome(pair)],
    )


def before_and_after(w: Words, light: str, title: str) -> Placed:
    """Is the park used more since the lamps are there, by that light?"""
    found, pair = around_change(light)
    return _change(
        w,
        title,
        w(
            "Passages in a watched hour, in the 12 weeks from the date chosen above on, compared"
            " with the 12 before it: in the dark between 19 and 24 h, by day between 10 and 16 h."
            " Not comparable: before or after, other hours were dark, or watched, as when spring"
            " turns into summer. The hub's own pages match hour by hour, and say more then."
        ),
        [*found, *outcome(pair)],
    )


def beyond_daylight(w: Words) -> Placed:
    """Did it grow in the dark beyond what happened by day?"""
    dark, in_dark = around_change("dark")
    day, by_day = around_change("day")
    return _change(
        w,
        w("In the dark, beyond the change by day"),
        w(
            "The change in the dark divided by the change by day: what is left when a busier or"
            " quieter park is taken off. This is the answer for the lamps. With 95 % certainty it"
            " lies between the lowest and the highest figure. It shows use, not safety."
        ),
        [*dark, *day, *outcome(in_dark, by_day)],
    )


def evenings_before_and_after(w: Words) -> Placed:
    """At the same hour of the evening, how busy was it in the dark before and after?"""
    sheet = Sheet(
        w("The same dark hours, before and after"),
        w(
            "Passages in a watched hour for each hour of the evening in which it was dark, in the"
            " 12 weeks before and the 12 weeks from the date chosen above on. An hour with one bar"
            " was dark, or watched, on one side only. The shares watched stand above."
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
    return Placed(categories(sheet, RATE_UNIT, w("hour")).decimals(1), 12, 6)


def rates_around_change(w: Words) -> Placed:
    """What were the counts before and after, and how much was watched?"""
    found, pair = around_change("dark")
    sheet = Sheet(
        w("Dark evenings (19 to 24 h), before and after"),
        w(
            "Passages between 19 and 24 h where it was dark, in the 12 weeks before and the 12"
            " weeks from the date chosen above on; passages in a watched hour; and in what share"
            " of the time due counters watched."
        ),
        [
            *found,
            math("A", f"{pair.n1} * 1"),
            math("B", f"({pair.n1} / {pair.s1}) * 3600"),
            math("C", f"{pair.s1} / {pair.d1}"),
            math("D", f"{pair.n2} * 1"),
            math("E", f"({pair.n2} / {pair.s2}) * 3600"),
            math("F", f"{pair.s2} / {pair.d2}"),
        ],
        no_data(w),
        refs={
            "A": {"displayName": w("passages before")},
            "B": {"displayName": w("an hour before"), "unit": RATE_UNIT, "decimals": 2},
            "C": {"displayName": w("watched before"), **watched_figure()},
            "D": {"displayName": w("passages after")},
            "E": {"displayName": w("an hour after"), "unit": RATE_UNIT, "decimals": 2},
            "F": {"displayName": w("watched after"), **watched_figure()},
        },
    )
    return Placed(figures(sheet, PASSAGES_UNIT).decimals(0), 24, 5)


def _change(w: Words, title: str, text: str, targets: list[Target]) -> Placed:
    share: Mapping[str, object] = {"unit": SHARE, "decimals": 0, "mappings": mapped({}, nan="–")}
    sheet = Sheet(
        title,
        text,
        targets,
        no_data(w),
        refs={
            "verdict": {"displayName": w("more or fewer?"), "mappings": mapped(_verdicts(w))},
            "change": {"displayName": w("change"), **share},
            "lowest": {"displayName": w("at least"), **share},
            "highest": {"displayName": w("at most"), **share},
        },
    )
    return Placed(figures(sheet, "none"), 12, 6)


def _verdicts(w: Words) -> dict[int, tuple[str, str]]:
    return {
        TOO_FEW: (w("too few data"), GREY),
        FEWER: (w("fewer"), DOUBTFUL),
        SAME: (w("no clear difference"), GREY),
        MORE: (w("more"), GOOD),
        NO_DATA: (w("no data"), GREY),
        UNMATCHED: (w("not comparable: other hours"), GREY),
    }
