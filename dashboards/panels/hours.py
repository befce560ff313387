"""Panels about hours: at which hours of the week and of the day the park is used."""

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models.common import TableColoredBackgroundCellOptions
from grafana_foundation_sdk.models.dashboard import FieldColorModeId

from dashboards.panels.frame import (
    RATE_UNIT,
    SHARE,
    Placed,
    Properties,
    Sheet,
    ask,
    fixed,
    no_data,
)
from dashboards.panels.kinds import categories, rows
from dashboards.panels.use import LIGHTS, light_names
from dashboards.queries import use
from dashboards.words import Words

# Hours stand beside the shaded cells, without a shade of their own.
_PLAIN: Properties = {"custom.cellOptions": {"type": "auto"}}


def hours_of_the_week(w: Words) -> Placed:
    """At which hours of the week is the park used?"""
    sheet = Sheet(
        w("Passages in a watched hour of the whole park, by weekday and hour"),
        w(
            "Of the whole park, whatever zone is chosen. The darker the cell, the more passages in"
            " an hour of watching. An hour in which nobody was watching says no data; how much was"
            " watched stands beside."
        ),
        [ask("A", use.rate_of_weekday_and_hour())],
        no_data(w),
        series={w("hour"): _PLAIN},
        steps=_week(w, "rate"),
    )
    return Placed(_shaded(sheet, RATE_UNIT).decimals(1), 12, 27)


def watched_hours_of_the_week(w: Words) -> Placed:
    """And how much of each of those hours was watched?"""
    sheet = Sheet(
        w("Share watched in the whole park, by weekday and hour"),
        w(
            "In what share of each hour of the week the counters of the whole park watched, in the"
            " whole time shown."
        ),
        [ask("A", use.watched_of_weekday_and_hour())],
        no_data(w),
        series={w("hour"): _PLAIN},
        steps=_week(w, "watched"),
    )
    return Placed(_shaded(sheet, SHARE).decimals(0).min(0).max(1), 12, 27)


def hours_by_light(w: Words) -> Placed:
    """How busy is the same hour by day and in the dark?"""
    names = light_names(w)
    sheet = Sheet(
        w("Light against dark in the whole park, hour by hour"),
        w(
            "Passages in a watched hour for each hour of the day, by light, in the whole park,"
            " whatever zone is chosen: the hours around sunset are light in summer and dark in"
            " winter. The share watched stands above."
        ),
        [ask("A", use.rate_of_hour_and_light())],
        no_data(w),
        series={names[light]: {"color": fixed(colour)} for light, colour in LIGHTS},
        steps=[
            *_matrix("light", "hour", "rate"),
            *_arranged({"hour": w("hour"), **names}),
        ],
    )
    return Placed(categories(sheet, RATE_UNIT, w("hour")).decimals(1), 24, 9)


def _shaded(sheet: Sheet, unit: str) -> table.Panel:
    """A table whose cells are the darker the higher their value."""
    return (
        rows(sheet, unit)
        .cell_options(TableColoredBackgroundCellOptions())
        .color_scheme(FieldColor().mode(FieldColorModeId.CONTINUOUS_BLUES))
    )


Step = tuple[str, dict[str, object]]


def _matrix(across: str, down: str, value: str) -> list[Step]:
    """One column for each value of `across`, one row for each of `down`.

    What InfluxDB answers carries its name along (`displayNameFromDS`), and the matrix would hand
    that of the values to every column. The last of each group is the value itself, without it;
    the column of `down` keeps its name.
    """
    fields: dict[str, object] = {
        one: {"operation": "groupby", "aggregations": []} for one in (across, down)
    }
    fields[value] = {"operation": "aggregate", "aggregations": ["lastNotNull"]}
    options: dict[str, object] = {
        "columnField": across,
        "rowField": down,
        "valueField": f"{value} (lastNotNull)",
        "emptyValue": "null",
    }
    return [("groupBy", {"fields": fields}), ("groupingToMatrix", options)]


def _arranged(names: dict[str, str]) -> list[Step]:
    """Columns in that order and by those names, rows by the first of them."""
    order = {name: index for index, name in enumerate(names)}
    return [
        ("sortBy", {"sort": [{"field": next(iter(names))}]}),
        ("organize", {"renameByName": names, "indexByName": order}),
    ]


def _week(w: Words, value: str) -> list[Step]:
    """A table of hours by weekdays, Monday first."""
    days = (w("Mon"), w("Tue"), w("Wed"), w("Thu"), w("Fri"), w("Sat"), w("Sun"))
    names = {"hour": w("hour"), **{str(n): day for n, day in enumerate(days, 1)}}
    return [*_matrix("dow", "hour", value), *_arranged(names)]
