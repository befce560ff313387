"""The park at a glance: ten seconds, three answers."""

from dashboards.boards.page import Page, Row
from dashboards.panels import compare, health, light, use
from dashboards.queries.influxql import LAST_7_DAYS, THE_7_BEFORE
from dashboards.words import Words


def page(w: Words) -> Page:
    """Is the park used after dark, are the lamps as promised, does anything need a technician?"""
    return Page(
        name="glance",
        title=w("The park at a glance"),
        description=w(
            "Whether the park is used after dark, whether the lamps do what was promised, and"
            " whether anything needs a technician."
        ),
        reading=w(
            "A **passage** is somebody who passes a counter; who passes twice counts twice."
            " **Dark** means the sun is more than 6° below the horizon; **lamps on** is the part of"
            " it in which lamps are lit by their settings, **lamps off** the rest.\n\n"
            "**Watched** is the share of the time due in which counters really watched. Nobody"
            " passed, nobody was watching, and the lamp was off are three different things: where"
            " it says *no data*, nobody knows.\n\n"
            "All of this shows **use, not safety**."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("Is the park used after dark?"),
                [
                    use.passages_of_a_week(w, w("Dark, lamps on: last 7 whole days"), LAST_7_DAYS),
                    use.passages_of_a_week(w, w("Dark, lamps on: the 7 days before"), THE_7_BEFORE),
                    use.passages_each_day(w),
                    compare.two_weeks(w),
                    use.who_watched(w),
                ],
            ),
            Row(
                w("Do the lamps do what was promised, and does anything need a technician?"),
                [
                    light.light_of_the_week(w),
                    light.dark_nights(w),
                    health.nodes_there(w),
                    health.faults_now(w),
                ],
            ),
        ],
        since="now-8w",
    )
