"""The charts of one day of a lamp."""

from collections.abc import Sequence

from padlicht.ledger import Node
from padlicht.usage.lamp_nights import Night
from padlicht.web.charts import Chart, Column, Form, Key, Shade, Table
from padlicht.web.day.chart_parts import (
    Parts,
    begin_cells,
    begin_columns,
    drawn,
    shown,
    sky_keys,
    values,
    watch_cells,
    watch_columns,
    watched_share,
)
from padlicht.web.day.findings import lamp_finding
from padlicht.web.day.marks import Mark, clock_note, sky
from padlicht.web.day.quarters import Stretch, overlap_s
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

_WH = 1000  # milliwatt-hours


def lamp_charts(
    say: Words, place: SiteContext, node: Node, parts: Parts, night: Night, marks: Sequence[Mark]
) -> list[Chart]:
    """How long it was lit, how often it was brought to full light, and what it used."""
    return [
        _light_chart(say, place, node, parts, night, marks),
        _triggers_chart(say, place, node, parts),
        _energy_chart(say, place, node, parts),
    ]


def _light_chart(
    say: Words, place: SiteContext, node: Node, parts: Parts, night: Night, marks: Sequence[Mark]
) -> Chart:
    begin, window = parts[0].from_utc_s, night.window
    shades = [shade._replace(text="") for shade in sky(say, place, parts)]
    hours = ""
    if window.start_utc_s is not None and not window.is_empty:
        hours = (
            f"{say.clock(window.start_utc_s, place.tz)} – {say.clock(window.end_utc_s, place.tz)}"
        )
        shades.append(Shade(window.start_utc_s - begin, window.end_utc_s - begin, "window"))
    lit = values(say, place, parts, "lit", lambda part: part.lit_s / part.length_s, say.percent)
    full = [
        step._replace(value=share, kind="boost")
        for part, step in zip(shown(parts), lit, strict=True)
        if (share := part.boost_s / part.length_s) and step.value is not None
    ]
    rows = [
        (
            *begin_cells(say, place, part),
            overlap_s(window, part),
            part.lit_s if part.is_told else None,
            part.boost_s if part.is_told else None,
            part.told_s,
            part.length_s,
            part.told_share,
            node.simulated,
        )
        for part in shown(parts)
    ]
    columns = (
        *begin_columns(say),
        Column("should_be_lit_s", say.text("Should be lit"), Form.SPAN),
        Column("lit_s", say.text("Lit"), Form.SPAN),
        Column("full_s", say.text("At full light"), Form.SPAN),
        Column("told_s", ""),
        Column("due_s", ""),
        Column("coverage", say.text("Told of"), Form.SHARE),
        Column("simulated", say.text("Simulated"), Form.FLAG),
    )
    keys = [
        Key("boost", say.text("at full light: somebody was near")),
        Key("lit", say.text("lit softly")),
        Key("gap", say.text("no data")),
        *sky_keys(say),
    ]
    if hours:
        told = say.text("when it should be lit: %(hours)s") % {"hours": hours}
        keys.insert(3, Key("shade-window", told))
    return Chart(
        "light",
        say.text("Light over the day"),
        lamp_finding(say, place, node, parts, night),
        drawn(say, place, [*lit, *full], parts, say.percent, say.text("share of the time"),
               shades, marks, top=1.0),
        Table(columns, tuple(rows)),
        keys=tuple(keys),
        signs=tuple(mark.words for mark in marks),
        notes=clock_note(say, parts),
        simulated=node.simulated,
    )  # fmt: skip


def _triggers_chart(say: Words, place: SiteContext, node: Node, parts: Parts) -> Chart:
    """A radar that watched nothing saw nobody, which is not nobody near."""
    seen = [part for part in parts if part.seen_s]
    total = sum(part.trig for part in seen)
    heights = values(
        say, place, parts, "boost", lambda part: part.trig if part.seen_s else None, say.number
    )
    if seen:
        caption = say.texts(
            "Brought to full light %(count)s time; its radar watched %(share)s of the time.",
            "Brought to full light %(count)s times; its radar watched %(share)s of the time.",
            total,
        ) % {"count": say.number(total), "share": say.percent(watched_share(parts))}
    else:
        caption = say.text("No data: its radar was not watching.")
    return Chart(
        "triggers",
        say.text("How often somebody brought it to full light"),
        caption,
        drawn(say, place, heights, parts, say.number, say.text("times")),
        Table(
            (
                *begin_columns(say),
                Column("triggers", say.text("Times"), Form.COUNT),
                *watch_columns(say),
            ),
            tuple(
                (
                    *begin_cells(say, place, part),
                    part.trig if part.seen_s else None,
                    *watch_cells(node, part),
                )
                for part in shown(parts)
            ),
        ),
        keys=(Key("gap", say.text("no data")), *sky_keys(say)),
        simulated=node.simulated,
    )


def _energy_chart(say: Words, place: SiteContext, node: Node, parts: Parts) -> Chart:
    told = [part for part in parts if part.is_told]

    def watt_hours(part: Stretch) -> float:
        return part.mwh / _WH

    caption = say.text("No data: nothing was heard of it.")
    if told:
        caption = say.text("%(energy)s Wh, as the lamp works it out or measures it.") % {
            "energy": say.rate(sum(map(watt_hours, told)))
        }
    heights = values(
        say, place, parts, "plain", watt_hours, lambda value: say.number(value) + " Wh"
    )
    return Chart(
        "energy",
        say.text("Energy"),
        caption,
        drawn(say, place, heights, parts, say.number, say.text("Wh")),
        Table(
            (
                *begin_columns(say),
                Column("energy_mwh", say.text("Energy (mWh)"), Form.COUNT),
                Column("told_s", ""),
                Column("due_s", ""),
                Column("coverage", say.text("Told of"), Form.SHARE),
                Column("simulated", say.text("Simulated"), Form.FLAG),
            ),
            tuple(
                (
                    *begin_cells(say, place, part),
                    part.mwh if part.is_told else None,
                    part.told_s,
                    part.length_s,
                    part.told_share,
                    node.simulated,
                )
                for part in shown(parts)
            ),
        ),
        keys=(Key("gap", say.text("no data")), *sky_keys(say)),
        simulated=node.simulated,
    )
