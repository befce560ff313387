"""Dots of a study as a chart: how busy its hours were beside those of the day. Pure."""

from collections.abc import Sequence

from padlicht.evaluation.estimators.types import Dot
from padlicht.web.charts import Chart, Column, Format, Key, Mark, Table, dots
from padlicht.web.i18n import Words

WITH_CHANGE = ("on", "after")


def side_words(t: Words) -> dict[str, str]:
    """What the sides of a comparison are called."""
    return {
        "on": t.text("weeks on"),
        "off": t.text("weeks off"),
        "before": t.text("before the change"),
        "after": t.text("after the change"),
    }


def dot_chart(t: Words, found: Sequence[Dot], *, simulated: bool) -> Chart:
    """One mark for each block of weeks; the side without the change is 100 in the mean."""
    names = side_words(t)
    marks = [
        Mark(
            None if dot.level is None else 100 * dot.level,
            "after" if dot.side in WITH_CHANGE else "before",
            t.short_date(dot.first, year=False),
            t.text("%(dates)s, %(side)s: %(passages)s passages")
            % {
                "dates": t.dates(dot.first, dot.last),
                "side": names[dot.side],
                "passages": t.number(dot.case_passages),
            },
        )
        for dot in found
    ]
    sides = list(dict.fromkeys(dot.side for dot in found))
    return Chart(
        name="dots",
        title=t.text("Weeks as dots"),
        caption=t.text(
            "How busy the hours of the study were beside those of the day. 100 is the mean of the "
            "weeks without the change."
        ),
        drawings=dots(marks, number=t.number, unit=t.text("level")),
        table=_table(t, found, names),
        keys=tuple(
            Key("after" if side in WITH_CHANGE else "before", names[side]) for side in sides
        ),
        simulated=simulated,
    )


def _table(t: Words, found: Sequence[Dot], names: dict[str, str]) -> Table:
    controlled = any(dot.control_path is not None for dot in found)
    beside = t.text("level of the control path") if controlled else ""
    columns = (
        Column("first_day", t.text("From"), Format.DAY),
        Column("last_day", t.text("To"), Format.DAY),
        Column("side", t.text("Side")),
        Column("level_percent", t.text("level"), Format.RATE),
        Column("control_path_level_percent", beside, Format.RATE),
        Column("case_passages", t.text("passages in these hours"), Format.COUNT),
        Column("control_passages", t.text("passages by day"), Format.COUNT),
    )
    return Table(
        columns,
        tuple(
            (
                dot.first,
                dot.last,
                names[dot.side],
                None if dot.level is None else 100 * dot.level,
                None if dot.control_path is None else 100 * dot.control_path,
                dot.case_passages,
                dot.control_passages,
            )
            for dot in found
        ),
    )
