"""Energy and darkness kept: what the light costs, and what it leaves to animals."""

from dashboards.boards.page import Page, Row
from dashboards.panels import energy, light, use
from dashboards.words import Words


def page(w: Words) -> Page:
    """How much energy, how much light, and how much of the night stays dark?"""
    return Page(
        name="energy",
        title=w("Energy and darkness kept"),
        description=w("What the light costs in energy, and how much darkness it leaves."),
        reading=w(
            "Lamps are lit from sunset to their end in the evening: low when nobody is near, full"
            " when somebody is. **Darkness kept** are the dark hours in which no lamp of the park"
            " was lit at all.\n\n"
            "In midsummer the sun sets after the lamps' end: there is **no window**, and the lamps"
            " stay off. Amber and low light is less disturbing to animals; nobody can say that it"
            " is harmless."
        ),
        first=use.measured_or_simulated(w),
        rows=[
            Row(
                w("Darkness"),
                [
                    energy.darkness_kept(w),
                    energy.energy_used(w),
                    energy.darkness_kept_each_day(w),
                    light.evenings(w),
                ],
            ),
            Row(
                w("Light and energy"),
                [
                    light.hours_lit_each_day(w),
                    energy.energy_each_day(w),
                    energy.power_of_a_lit_lamp(w),
                ],
            ),
        ],
        since="now-52w",
        constants={"end_hour": "21"},
    )
