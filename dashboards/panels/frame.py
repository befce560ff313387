"""What every panel has: title, description, queries by name, and its place in the layout.

The kit's own builders make the panels; here is what they leave open: a query in InfluxQL, an
expression that Grafana's server works out, and words for "no data".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import DataSourceRef

from dashboards.queries.influxql import Query
from dashboards.words import Words

EXPRESSION: Final = DataSourceRef("__expr__", "__expr__")
MIXED: Final = DataSourceRef("datasource", "-- Mixed --")
BUILT_IN: Final = DataSourceRef("datasource", "grafana")

# Okabe and Ito's colours, told apart by people who see few; in grey they differ in lightness.
DAY, TWILIGHT, DARK, GREY = "#E69F00", "#56B4E9", "#0072B2", "#767676"
DARK_ON, DARK_OFF = DARK, "#3B3F8C"
GOOD, DOUBTFUL, BAD = "#009E73", "#E69F00", "#D55E00"

# Grafana's own units of time speak English and round ("20 weeks" for 3395 h), and those of power
# change within a column ("955.34 mW" beside "1.02 W").
PASSAGES_UNIT: Final = "suffix:passages"
RATE_UNIT: Final = "suffix:passages/h"
SECONDS, MINUTES, HOURS, DAYS = "suffix:s", "suffix:min", "suffix:h", "suffix:d"
WATT_HOURS, WATTS, DBM = "suffix:Wh", "suffix:W", "suffix:dBm"
SHARE: Final = "percentunit"


class Target(Dataquery, Builder[Dataquery]):
    """One query of a panel, or an expression over others; `ref` is its letter."""

    def __init__(self, ref: str, **content: Any) -> None:
        self._content = {"refId": ref, **content}

    def build(self) -> Self:
        """Itself: there is nothing left to build."""
        return self

    def to_json(self) -> dict[str, object]:
        """What stands in the dashboard."""
        return self._content


def source(uid: str) -> DataSourceRef:
    """The data source of that uid."""
    return DataSourceRef("influxdb", uid)


def ask(ref: str, query: Query, name: str = "", *, hide: bool = False) -> Target:
    """A query; `name` is what its series are called, $tag_zone the name of their zone."""
    options = {"alias": name} if name else {}
    return Target(
        ref,
        datasource=source(query.source),
        query=query.text,
        rawQuery=True,
        resultFormat=query.format,
        hide=hide,
        **options,
    )


def only(ref: str, of: str) -> Target:
    """The one value of a series that has one, for expressions."""
    return Target(
        ref, datasource=EXPRESSION, type="reduce", expression=of, reducer="last", hide=True
    )


def math(ref: str, expression: str, *, hide: bool = False) -> Target:
    """A sum of Grafana's server."""
    return Target(ref, datasource=EXPRESSION, type="math", expression=expression, hide=hide)


Properties = Mapping[str, object]
P = TypeVar("P", bound=Any)  # any of the kit's panels: they share no class


@dataclass(frozen=True)
class Placed:
    """A panel with its size in the grid of 24 columns."""

    panel: Builder[models.Panel]
    width: int
    height: int


@dataclass
class Sheet:
    """What a panel says and asks, whatever it is drawn as."""

    title: str
    text: str
    targets: Sequence[Target] = ()
    no_value: str = ""
    series: Mapping[str, Properties] = field(default_factory=dict)  # by name
    refs: Mapping[str, Properties] = field(default_factory=dict)  # by query
    steps: Sequence[tuple[str, Mapping[str, object]]] = ()  # transformations


def lay(panel: P, sheet: Sheet) -> P:
    """Put on a panel what its sheet says."""
    panel.title(sheet.title).description(sheet.text).no_value(sheet.no_value)
    for target in sheet.targets:
        panel.with_target(target)
    sources = {
        (ref.type_val, ref.uid)
        for target in sheet.targets
        if (ref := target.to_json()["datasource"]) != EXPRESSION and isinstance(ref, DataSourceRef)
    }
    panel.datasource(DataSourceRef(*sources.pop()) if len(sources) == 1 else MIXED)
    for name, properties in sheet.series.items():
        panel.override_by_name(name, _values(properties))
    for ref, properties in sheet.refs.items():
        panel.override_by_query(ref, _values(properties))
    for transformer, options in sheet.steps:
        panel.with_transformation(models.DataTransformerConfig(transformer, options=options))
    return panel


def thresholds(*steps: tuple[float | None, str]) -> Builder[models.ThresholdsConfig]:
    """Colours from values on; the first value is None."""
    made = [models.Threshold(value, colour) for value, colour in steps]
    return builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(made)


def steps(*found: tuple[float | None, str]) -> dict[str, object]:
    """The same as the property of a single series."""
    return {
        "mode": "absolute",
        "steps": [{"value": value, "color": colour} for value, colour in found],
    }


def mapped(values: Mapping[int, tuple[str, str]], nan: str = "") -> list[models.ValueMapping]:
    """Words and colours instead of whole numbers; `nan` instead of what cannot be worked out.

    Of what is no number a large figure shows the last that is one, of which there is none.
    """
    found: list[models.ValueMapping] = []
    if values:
        results = {str(value): result(*said, at) for at, (value, said) in enumerate(values.items())}
        found.append(models.ValueMap(results))
    if nan:
        said = result(nan, GREY, len(values))
        match = models.SpecialValueMatch.NULL_AND_NAN
        found.append(models.SpecialValueMap(models.DashboardSpecialValueMapOptions(match, said)))
    return found


def in_range(low: float, high: float, text: str, colour: str, at: int) -> models.ValueMapping:
    """Words and colour instead of numbers from `low` to `high`; `at` is its place in the list."""
    options = models.DashboardRangeMapOptions(low, high, result(text, colour, at))
    return models.RangeMap(options)


def result(text: str, colour: str, at: int) -> models.ValueMappingResult:
    """What a mapping says instead; `at` is its place among the others."""
    return models.ValueMappingResult(text=text, color=colour, index=at)


def fixed(colour: str) -> dict[str, object]:
    """One colour, whatever the value."""
    return {"mode": "fixed", "fixedColor": colour}


def no_data(w: Words) -> str:
    """What stands where nobody knows."""
    return w("no data")


def _values(properties: Properties) -> list[models.DynamicConfigValue]:
    return [models.DynamicConfigValue(name, value) for name, value in properties.items()]
