"""When is the park used: by hour and weekday, light against dark."""

from dashboards.boards.page import Page, Row
from dashboards.panels import hours, presence, use
from dashboards.words import Words


def page(w: Words) -> Page:
    """At which hours, by which light, and was anybody watching?"""
    return Page(
        name="use",
        title=w("When is the park used"),
        description=w("At which hours and on which days the park is used, by day and in the dark."),
        reading=w(
            "Counts are **passages in a watched hour**: passages divided by the hours in which a"
            " counter really watched, so that times which were watched less can be compared.\n\n"
            "**Watched** stands beside every count. *No data* means that nobody was watching, not"
            " that nobody passed. Hours are those on the clock of the park.\n\n"
            "Choose park and zone above, and the time at the top right."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("By day, in twilight, with lamps on and off"),
                [
                    *(use.passages_by(w, light) for light, _ in use.LIGHTS),
                    use.who_watched(w),
                    hours.hours_by_light(w),
                    use.rate_each_day(w),
                ],
            ),
            Row(
                w("Hour by hour"),
                [hours.hours_of_the_week(w), hours.watched_hours_of_the_week(w)],
            ),
            Row(
                w("Where somebody stays"),
                [presence.time_near_lamps(w), presence.share_near_each_day(w)],
            ),
        ],
        since="now-12w",
    )
