"""The public dashboard: without variables, a day late, and with small counts kept back."""

from dashboards.boards.page import PUBLIC, Page, Row
from dashboards.panels import public
from dashboards.panels.use import LIGHTS
from dashboards.words import Words


def page(w: Words) -> Page:
    """Is the park used, by day and in the dark, in figures that everybody may see?"""
    lights = [light for light, _ in LIGHTS]
    return Page(
        name=PUBLIC,
        title=w("Public"),
        description=w("How much the park is used by day and in the dark, for everybody to see."),
        reading=w(
            "Counters along the path count **passages**, not people: they cannot tell who passes,"
            " and nothing here can be traced to a person. There is no camera and no sound.\n\n"
            "The figures are **whole days, at least 24 hours late**, rounded to 5; counts under 5"
            " show as <5. There are no totals, because from them one could work out what is kept"
            " back. **Watched** is the share of the time in which counters really watched: nobody"
            " passed and nobody was watching are two things.\n\n"
            "This shows **use, not safety**."
        ),
        first=public.simulated(w),
        rows=[
            Row(
                w("Day by day"),
                [
                    *(public.passages_each_day(w, light) for light in reversed(lights)),
                    public.who_watched(w),
                ],
            ),
        ],
        since="now-5w",
        settings_changes=False,
    )
