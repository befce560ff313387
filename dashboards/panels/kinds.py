"""The five ways in which panels are drawn here, each with the same look throughout."""

from grafana_foundation_sdk.builders import barchart, stat, statetimeline, table, text, timeseries
from grafana_foundation_sdk.builders.common import (
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, FieldColorModeId
from grafana_foundation_sdk.models.text import TextMode

from dashboards.panels.frame import DARK, GREY, SHARE, Properties, Sheet, fixed, lay, thresholds

# Grafana would take the hour "08" for a number, and write "8 passages/h".
AS_IT_IS = [DynamicConfigValue("unit", "string")]


def figures(sheet: Sheet, unit: str) -> stat.Panel:
    """Large figures side by side, each with its name."""
    return lay(
        stat.Panel()
        .unit(unit)
        .color_mode(common.BigValueColorMode.VALUE)
        .graph_mode(common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.VALUE_AND_NAME)
        .orientation(common.VizOrientation.AUTO)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(thresholds((None, "text"))),
        sheet,
    )


def lines(sheet: Sheet, unit: str) -> timeseries.Panel:
    """Lines over time, with gaps where nothing is known."""
    return lay(_over_time(unit), sheet)


def bars(sheet: Sheet, unit: str, *, stacked: bool = True) -> timeseries.Panel:
    """Bars over time; where nothing is known there is none."""
    panel = (
        _over_time(unit)
        .draw_style(common.GraphDrawStyle.BARS)
        .fill_opacity(85)
        .line_width(0)
        .min(0)
    )
    if stacked:
        panel.stacking(StackingConfig().mode(common.StackingMode.NORMAL).group("A"))
    return lay(panel, sheet)


def states(sheet: Sheet, unit: str = "none") -> statetimeline.Panel:
    """Rows of named states over time; where nothing is known the row is empty."""
    return lay(
        statetimeline.Panel()
        .unit(unit)
        .merge_values(True)
        .show_value(common.VisibilityMode.AUTO)
        .row_height(0.8)
        .per_page(20)
        .color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))
        .legend(_legend()),
        sheet,
    )


def rows(sheet: Sheet, unit: str = "none") -> table.Panel:
    """A table."""
    return lay(
        table.Panel()
        .unit(unit)
        .show_header(True)
        .cell_height(common.TableCellHeight.SM)
        .override_by_field_type("string", AS_IT_IS),
        sheet,
    )


def categories(sheet: Sheet, unit: str, across: str) -> barchart.Panel:
    """Bars beside each other for each value of a column."""
    return lay(
        barchart.Panel()
        .unit(unit)
        .x_field(across)
        .override_by_field_type("string", AS_IT_IS)
        .show_value(common.VisibilityMode.NEVER)
        .group_width(0.8)
        .bar_width(0.9)
        .fill_opacity(85)
        .min(0)
        .legend(_legend()),
        sheet,
    )


def note(title: str, description: str, words: str) -> text.Panel:
    """Words to read, in Markdown."""
    return text.Panel().title(title).description(description).mode(TextMode.MARKDOWN).content(words)


def coverage_line() -> Properties:
    """How coverage is drawn over counts: a dashed grey line with an axis of its own, 0 to 100 %."""
    return {
        "unit": SHARE,
        "decimals": 0,
        "min": 0,
        "max": 1,
        "custom.drawStyle": "line",
        "custom.axisPlacement": "right",
        "custom.lineStyle": {"fill": "dash", "dash": [6, 4]},
        "custom.lineWidth": 2,
        "custom.fillOpacity": 0,
        "custom.stacking": {"mode": "none", "group": "B"},
        "color": fixed(GREY),
    }


def _over_time(unit: str) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .unit(unit)
        .color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC).fixed_color(DARK))
        .draw_style(common.GraphDrawStyle.LINE)
        .line_width(2)
        .show_points(common.VisibilityMode.AUTO)
        .span_nulls(False)
        .legend(_legend())
        .tooltip(
            VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.NONE)
        )
    )


def _legend() -> VizLegendOptions:
    return (
        VizLegendOptions()
        .show_legend(True)
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
    )
