"""Technical health: does anything need a technician, what, and where?"""

from dashboards.boards.page import Page, Row
from dashboards.panels import devices, health, places, use
from dashboards.panels.frame import DBM
from dashboards.queries import nodes
from dashboards.words import Words


def page(w: Words) -> Page:
    """Who is silent, what is broken, and where does it stand?"""
    return Page(
        name="health",
        title=w("Technical health"),
        description=w("Whether lamps and counters report, what is broken, and where they stand."),
        reading=w(
            "**Silent** means that the hub does not hear a node; a lamp goes on giving light by its"
            " own clock, and what it noted comes in later. **Faults** are what a node noticed about"
            " itself.\n\n"
            "What to do for each kind of trouble is in the runbook. Records are kept here for 90"
            " days, in the hub for good."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("Does anything need a technician?"),
                [
                    health.nodes_there(w),
                    health.faults_now(w),
                    health.records_waiting(w),
                    health.newest_word(w),
                    places.where_nodes_are(w),
                    health.faults_of_nodes(w),
                ],
            ),
            Row(
                w("Lamps and counters"),
                [
                    devices.what_lamps_did(w),
                    devices.what_counters_did(w),
                    health.watched_each_day(w),
                    devices.what_nodes_say(w),
                    health.silent_nodes(w),
                ],
            ),
            Row(
                w("The worst node of each zone"),
                [
                    health.extreme(
                        w,
                        w("Weakest Wi-Fi signal"),
                        w("Below -80 dBm a node loses its link now and then."),
                        nodes.over_time("min", "rssi"),
                        DBM,
                    ),
                    health.extreme(
                        w,
                        w("Lowest supply"),
                        w("The voltage that the node itself measures."),
                        nodes.over_time("min", "mv", 1000),
                        "volt",
                        decimals=2,
                    ),
                    health.extreme(
                        w,
                        w("Highest temperature"),
                        w("Of the board; the sun on a closed box is the usual reason."),
                        nodes.over_time("max", "dc", 10),
                        "celsius",
                        decimals=1,
                    ),
                    health.extreme(
                        w,
                        w("Most records waiting"),
                        w("What waits on a node for the network; it grows while there is none."),
                        nodes.over_time("max", "spool"),
                        "none",
                    ),
                ],
            ),
        ],
        since="now-7d",
        settings_changes=False,
    )
