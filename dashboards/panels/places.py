"""The map: where is the node that needs somebody?

InfluxDB knows no positions. They stand in the dashboard itself, put there by `padlicht grafana
push` and `export`, as a frame of Grafana's built-in data source; a join by name brings them and
what InfluxDB knows together.
"""

from typing import Final

from grafana_foundation_sdk.builders import geomap
from grafana_foundation_sdk.builders.common import FrameGeometrySource, MapLayerOptions
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models.common import FrameGeometrySourceMode
from grafana_foundation_sdk.models.dashboard import FieldColorModeId
from grafana_foundation_sdk.models.geomap import TooltipMode

from dashboards.panels.frame import (
    BAD,
    BUILT_IN,
    GOOD,
    GREY,
    Placed,
    Sheet,
    Target,
    ask,
    lay,
    no_data,
    thresholds,
)
from dashboards.panels.health import there_words
from dashboards.queries import nodes
from dashboards.words import Words

PLACES: Final = "PLACES"  # the query that holds the positions


def where_nodes_are(w: Words) -> Placed:
    """Where is the node that needs somebody?"""
    sheet = Sheet(
        w("Where the nodes are"),
        w(
            "Each lamp and counter with its name, at the position that the registry has. Without"
            " positions: give them to the nodes (padlicht node set), then padlicht grafana push or"
            " export. The map itself comes from the internet."
        ),
        [
            ask("A", nodes.online_of_nodes()),
            Target(PLACES, datasource=BUILT_IN, queryType="snapshot", snapshot=[_frame()]),
        ],
        no_data(w),
        steps=[("joinByField", {"byField": "node", "mode": "outer"})],
    )
    panel = lay(geomap.Panel(), sheet).mappings(there_words(w))
    panel.color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))
    panel.thresholds(thresholds((None, BAD), (1, GOOD)))
    panel.view(geomap.MapViewConfig().id("fit").all_layers(True).padding(20))
    panel.basemap(MapLayerOptions().type("default").name(w("map")))
    panel.layers([_markers(w)])
    panel.tooltip(geomap.TooltipOptions().mode(TooltipMode.DETAILS))
    return Placed(panel, 12, 14)


def _frame() -> dict[str, object]:
    """Positions as Grafana's built-in data source shows what stands in the dashboard itself."""
    fields = [
        {"name": "node", "type": "string"},
        {"name": "lat", "type": "number"},
        {"name": "lon", "type": "number"},
    ]
    return {"schema": {"refId": PLACES, "fields": fields}, "data": {"values": [[], [], []]}}


def _markers(w: Words) -> MapLayerOptions:
    style = {
        "color": {"field": "online", "fixed": GREY},
        "opacity": 0.9,
        "size": {"fixed": 8, "min": 6, "max": 12},
        "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
        "text": {"mode": "field", "field": "node", "fixed": ""},
        "textConfig": {"fontSize": 12, "offsetX": 0, "offsetY": 14, "textAlign": "center"},
    }
    place = FrameGeometrySource().mode(FrameGeometrySourceMode.COORDS)
    return (
        MapLayerOptions()
        .type("markers")
        .name(w("nodes"))
        .config({"style": style, "showLegend": True})
        .location(place.latitude("lat").longitude("lon"))
        .tooltip(True)
    )
