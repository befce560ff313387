"""Charts of one day of a lamp: light, triggers, energy. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from padlicht.ledger import Node
from padlicht.usage.lamp_nights import Night
from padlicht.web.charts import Chart, Column, Format, Key, Shade, Table
from padlicht.web.day.annotations import Annotation, DayPlace, clock_note, light_shades
from padlicht.web.day.chart_parts import (
    Intervals,
    begin_cells,
    begin_columns,
    draw_day,
    known_or_due,
    light_keys,
    steps_of,
    watch_cells,
    watch_columns,
    watched_share,
)
from padlicht.web.day.findings import lamp_finding
from padlicht.web.day.intervals import Interval, overlap_s
from padlicht.web.i18n import Words

_WH = 1000  # milliwatt-hours


def lamp_charts(
    t: Words,
    place: DayPlace,
    node: Node,
    parts: Intervals,
    night: Night,
    annotations: Sequence[Annotation],
) -> list[Chart]:
    """How long it was lit, how often it was brought to full light, and what it used."""
    return [
        _light_chart(t, place, node, parts, night, annotations),
        _triggers_chart(t, place, node, parts),
        _energy_chart(t, place, node, parts),
    ]


def _light_chart(
    t: Words,
    place: DayPlace,
    node: Node,
    parts: Intervals,
    night: Night,
    annotations: Sequence[Annotation],
) -> Chart:
    begin, window = parts[0].from_utc_s, night.window
    # What is meant here is its own window, not that of most lamps of its zone.
    of_sun = replace(place, window=None)
    shades = [shade._replace(text="") for shade in light_shades(t, of_sun, parts)]
    hours = ""
    if window.start_utc_s is not None and not window.is_empty:
        hours = f"{t.clock(window.start_utc_s, place.tz)} – {t.clock(window.end_utc_s, place.tz)}"
        shades.append(Shade(window.start_utc_s - begin, window.end_utc_s - begin, "window"))
    lit = steps_of(t, place, parts, "lit", lambda part: part.lit_share, t.percent)
    full = [
        step._replace(value=share, kind="boost")
        for part, step in zip(known_or_due(parts), lit, strict=True)
        if (share := part.boost_s / part.known_s) and step.value is not None
    ]
    rows = [
        (
            *begin_cells(t, place, part),
            overlap_s(window, part),
            part.lit_s if part.is_reported else None,
            part.boost_s if part.is_reported else None,
            part.reported_s,
            part.known_s,
            part.reported_share,
            node.simulated,
        )
        for part in known_or_due(parts)
    ]
    columns = (
        *begin_columns(t),
        Column("should_be_lit_s", t.text("Should be lit"), Format.SPAN),
        Column("lit_s", t.text("Lit"), Format.SPAN),
        Column("full_s", t.text("At full light"), Format.SPAN),
        Column("told_s", ""),
        Column("due_s", ""),
        Column("coverage", t.text("Told of"), Format.SHARE),
        Column("simulated", t.text("Simulated"), Format.FLAG),
    )
    sky = light_keys(t)
    keys = [
        Key("boost", t.text("at full light: somebody was near")),
        Key("lit", t.text("lit softly")),
        Key("gap", t.text("no data")),
        *sky,
    ]
    if hours:
        told = t.text("when it should be lit: %(hours)s") % {"hours": hours}
        keys[3:] = [Key("shade-window", told), *(key for key in sky if key.kind != "shade-window")]
    return Chart(
        "light",
        t.text("Light over the day"),
        lamp_finding(t, place, node, parts, night),
        draw_day(t, place, [*lit, *full], parts, t.percent, t.text("share of the time"),
               shades, annotations, top=1.0),
        Table(columns, tuple(rows)),
        keys=tuple(keys),
        signs=tuple(annotation.words for annotation in annotations),
        notes=clock_note(t, parts),
        simulated=node.simulated,
    )  # fmt: skip


def _triggers_chart(t: Words, place: DayPlace, node: Node, parts: Intervals) -> Chart:
    """A radar that watched nothing saw nobody, which is not nobody near."""
    seen = [part for part in parts if part.watched_s]
    total = sum(part.trig for part in seen)
    heights = steps_of(
        t, place, parts, "boost", lambda part: part.trig if part.watched_s else None, t.number
    )
    if seen:
        caption = t.texts(
            "Brought to full light %(count)s time; its radar watched %(share)s of the time.",
            "Brought to full light %(count)s times; its radar watched %(share)s of the time.",
            total,
        ) % {"count": t.number(total), "share": t.percent(watched_share(parts))}
    else:
        caption = t.text("No data: its radar was not watching.")
    return Chart(
        "triggers",
        t.text("How often somebody brought it to full light"),
        caption,
        draw_day(t, place, heights, parts, t.number, t.text("times")),
        Table(
            (
                *begin_columns(t),
                Column("triggers", t.text("Times"), Format.COUNT),
                *watch_columns(t),
            ),
            tuple(
                (
                    *begin_cells(t, place, part),
                    part.trig if part.watched_s else None,
                    *watch_cells(node, part),
                )
                for part in known_or_due(parts)
            ),
        ),
        keys=(Key("gap", t.text("no data")), *light_keys(t)),
        simulated=node.simulated,
    )


def _energy_chart(t: Words, place: DayPlace, node: Node, parts: Intervals) -> Chart:
    told = [part for part in parts if part.is_reported]

    def watt_hours(part: Interval) -> float:
        return part.mwh / _WH

    caption = t.text("No data: nothing was heard of it.")
    if told:
        caption = t.text("%(energy)s Wh, as the lamp works it out or measures it.") % {
            "energy": t.rate(sum(map(watt_hours, told)))
        }
    heights = steps_of(t, place, parts, "plain", watt_hours, lambda value: t.number(value) + " Wh")
    return Chart(
        "energy",
        t.text("Energy"),
        caption,
        draw_day(t, place, heights, parts, t.number, t.text("Wh")),
        Table(
            (
                *begin_columns(t),
                Column("energy_mwh", t.text("Energy (mWh)"), Format.COUNT),
                Column("told_s", ""),
                Column("due_s", ""),
                Column("coverage", t.text("Told of"), Format.SHARE),
                Column("simulated", t.text("Simulated"), Format.FLAG),
            ),
            tuple(
                (
                    *begin_cells(t, place, part),
                    part.mwh if part.is_reported else None,
                    part.reported_s,
                    part.known_s,
                    part.reported_share,
                    node.simulated,
                )
                for part in known_or_due(parts)
            ),
        ),
        keys=(Key("gap", t.text("no data")), *light_keys(t)),
        simulated=node.simulated,
    )
