"""Panels for the technician: is everybody there, is anything broken, and since when?"""

from grafana_foundation_sdk.builders.common import ReduceDataOptions
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import ValueMapping

from dashboards.panels.frame import (
    BAD,
    DOUBTFUL,
    GOOD,
    SHARE,
    Placed,
    Sheet,
    ask,
    mapped,
    no_data,
    steps,
)
from dashboards.panels.kinds import figures, lines, rows, states
from dashboards.queries import nodes
from dashboards.queries.influxql import Query
from dashboards.words import Words


def nodes_there(w: Words) -> Placed:
    """Does every node report?"""
    sheet = Sheet(
        w("Nodes that are there"),
        w(
            "Lamps and counters that are connected, of all that are in service. A lamp does not"
            " need the network to give light; a silent counter counts on and reports later."
        ),
        [
            ask("A", nodes.nodes_there(), w("there")),
            ask("B", nodes.nodes(), w("of")),
        ],
        no_data(w),
    )
    return Placed(figures(sheet, "none").decimals(0), 6, 6)


def faults_now(w: Words) -> Placed:
    """Is anything broken?"""
    sheet = Sheet(
        w("Faults now"),
        w("Faults that a lamp or counter reported and that did not go since, of the last 90 days."),
        [ask("A", nodes.faults(), w("faults"))],
        w("none reported"),
        refs={"A": {"thresholds": steps((None, GOOD), (1, BAD))}},
    )
    return Placed(figures(sheet, "none").decimals(0), 6, 6)


def faults_of_nodes(w: Words) -> Placed:
    """Which fault, where, since when?"""
    sheet = Sheet(
        w("What is broken, and since when"),
        w(
            "Faults of the last 90 days that came and did not go. What each one means is in the"
            " firmware's README."
        ),
        [ask("A", nodes.faults_of_nodes())],
        w("none reported"),
        steps=[
            (
                "filterByValue",
                {
                    "type": "include",
                    "match": "all",
                    "filters": [
                        {
                            "fieldName": "active",
                            "config": {"id": "equal", "options": {"value": 1}},
                        }
                    ],
                },
            ),
            (
                "organize",
                {
                    "excludeByName": {"active": True},
                    "indexByName": {"node": 0, "zone": 1, "code": 2, "Time": 3},
                    "renameByName": {
                        "node": w("node"),
                        "zone": w("zone"),
                        "code": w("fault"),
                        "Time": w("since"),
                    },
                },
            ),
        ],
    )
    return Placed(rows(sheet), 12, 14)


def silent_nodes(w: Words) -> Placed:
    """Who was silent, and when?"""
    sheet = Sheet(
        w("Who was silent, and when"),
        w(
            "A row for each lamp and counter that was silent in this time, with the hours in which"
            " the hub did not hear it for a while. Those without a row were not found silent. While"
            " the hub itself stood still, nothing is known of anybody."
        ),
        [ask("A", nodes.silent_over_time(), "$tag_node")],
        w("nobody was found silent"),
    )
    panel = states(sheet).mappings(there_words(w)).interval("1h")
    return Placed(panel, 24, 10)


def records_waiting(w: Words) -> Placed:
    """Do records pile up on a node?"""
    sheet = Sheet(
        w("Most records waiting on a node"),
        w(
            "The most that any node had waiting in the last 3 hours. A few are usual; hundreds mean"
            " that it has no network or the hub does not answer it."
        ),
        [ask("A", nodes.most_waiting(), w("records"))],
        no_data(w),
        refs={"A": {"thresholds": steps((None, GOOD), (50, DOUBTFUL), (500, BAD))}},
    )
    return Placed(figures(sheet, "none").decimals(0), 6, 6)


def newest_word(w: Words) -> Placed:
    """Does InfluxDB keep up with the hub?"""
    sheet = Sheet(
        w("Newest report in InfluxDB"),
        w(
            "When the newest report began that InfluxDB has. Reports cover a quarter of an hour, so"
            " half an hour ago is usual; longer means that the hub, InfluxDB or all nodes stand"
            " still. Nothing is lost: the hub keeps every record."
        ),
        [ask("A", nodes.newest_report())],
        no_data(w),
        steps=[("organize", {"excludeByName": {"newest": True}})],
    )
    panel = figures(sheet, "dateTimeFromNow").text_mode(BigValueTextMode.VALUE)
    panel.reduce_options(ReduceDataOptions().calcs(["max"]).fields("/.*/"))
    return Placed(panel, 6, 6)


def watched_each_day(w: Words) -> Placed:
    """How did each counter watch, day by day?"""
    sheet = Sheet(
        w("Share of its reported time that each counter watched"),
        w(
            "A line for each counter, a point for each day. 0 % is a covered or broken sensor; no"
            " point at all means that the counter did not report."
        ),
        [ask("A", nodes.watching_of_counters_by_day(), "$tag_node")],
        no_data(w),
    )
    return Placed(lines(sheet, SHARE).decimals(0).min(0).max(1), 24, 8)


def extreme(w: Words, title: str, text: str, query: Query, unit: str, decimals: int = 0) -> Placed:
    """How does the worst node of each zone do?"""
    sheet = Sheet(title, text, [ask("A", query, "$tag_zone")], no_data(w))
    return Placed(lines(sheet, unit).decimals(decimals).interval("1h"), 12, 8)


def there_words(w: Words) -> list[ValueMapping]:
    """Presence in words."""
    return mapped({1: (w("there"), GOOD), 0: (w("silent"), BAD)})
