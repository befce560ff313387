"""Chart of all places beside each other: which part of the time somebody was at each. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from padlicht.ledger.usage.lamp_sums import LampTotals
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.web.charts import Bar, Chart, Column, Key, Part, Table, bars
from padlicht.web.i18n import Words
from padlicht.web.presence.charts import (
    light_names,
    near_cells,
    near_columns,
    near_text,
    none_text,
    total_of,
)

_MOST_PLACES = 12  # beside each other: more a phone cannot show; the table has them all


@dataclass(frozen=True)
class PlaceUse:
    """The place of a lamp: its sums by light."""

    lamp: str
    zone: str
    simulated: bool
    lights: Mapping[str, LampTotals]

    @property
    def total(self) -> LampTotals:
        """Whatever the light."""
        return total_of(self.lights.values())


def places_chart(t: Words, places: Sequence[PlaceUse]) -> Chart:
    """Which part of the time watched somebody was at each place, the longest first."""
    names = light_names(t)
    told = sorted(places, key=lambda each: -(each.total.near_share or 0.0))
    items = []
    for place in told[:_MOST_PLACES]:
        total = place.total
        label = place.lamp.rsplit("-", 1)[-1]
        if total.near_share is None:
            items.append(Bar(label, (), 0.0, none_text(t, total)))
            continue
        title = f"{place.lamp}: {near_text(t, total)}"
        value = total.near_share * 100
        items.append(Bar(label, (Part("after", value, title),), total.near_coverage))
    rows = tuple(
        (
            *(place.lamp, place.zone, light, names[light]),
            *near_cells(place.lights[light], simulated=place.simulated),
        )
        for place in places
        for light in LIGHTS
        if light in place.lights
    )
    notes: tuple[str, ...] = ()
    if len(told) > _MOST_PLACES:
        notes = (
            t.text("The %(count)s places at which somebody was longest; the table has them all.")
            % {"count": _MOST_PLACES},
        )
    return Chart(
        "places",
        t.text("How long somebody was near each lamp"),
        _places_finding(t, told),
        bars(items, number=t.rate, unit=t.text("% of the time watched")),
        Table(
            (
                Column("lamp", t.text("Lamp")),
                Column("zone", t.text("Zone")),
                Column("light", ""),
                Column("light_name", t.text("Light")),
                *near_columns(t),
            ),
            rows,
        ),
        keys=(
            Key("after", t.text("somebody was near the lamp")),
            Key("cover", t.text("below: share of the time watched")),
            Key("gap", t.text("not measured")),
        ),
        notes=notes,
        simulated=any(place.simulated for place in places),
    )


def _places_finding(t: Words, told: Sequence[PlaceUse]) -> str:
    first = told[0].total if told else LampTotals()
    total = total_of(each.total for each in told)
    if first.near_share is None or total.near_coverage is None:
        return t.text("Not measured: no lamp said whether somebody was near.")
    return t.text(
        "Lamps watched %(percent)s of the time. Longest at %(lamp)s: somebody was near for %(near)s"
        " of %(watched)s watched."
    ) % {
        "percent": t.percent(total.near_coverage),
        "lamp": told[0].lamp,
        "near": t.span(first.near_s),
        "watched": t.span(first.near_obs_s),
    }
