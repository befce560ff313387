"""Charts of one day of a counter: passages, and how long it watched. Pure."""

from collections.abc import Sequence

from padlicht.ledger import Node
from padlicht.web import phrases
from padlicht.web.charts import Chart, Column, Format, Key, Table
from padlicht.web.day.annotations import Annotation, DayPlace, clock_note
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
from padlicht.web.day.findings import counter_finding
from padlicht.web.i18n import Words


def counter_charts(
    t: Words, place: DayPlace, node: Node, parts: Intervals, annotations: Sequence[Annotation]
) -> list[Chart]:
    """Who passed, as far as anybody was watching, and how much of the time that was."""
    one_way, other_way = phrases.ways(t, node.way_in, node.way_out)
    both = steps_of(
        t,
        place,
        parts,
        "outward",
        lambda part: part.n_in + part.n_out if part.watched_s else None,
        t.number,
    )
    inward = [
        step._replace(value=part.n_in, kind="plain")
        for part, step in zip(known_or_due(parts), both, strict=True)
        if part.n_in and step.value is not None
    ]
    watched = steps_of(t, place, parts, "cover", lambda part: part.coverage, t.percent)
    mute = t.text("in touch, but not watching")
    blind = [
        step._replace(
            value=1.0, kind="blind", title=f"{t.clock(part.from_utc_s, place.tz)}: {mute}"
        )
        for part, step in zip(known_or_due(parts), watched, strict=True)
        if part.is_reported and not part.watched_s
    ]
    crowded = [
        step._replace(value=min(1.0, part.sat_s / part.known_s), kind="boost")
        for part, step in zip(known_or_due(parts), watched, strict=True)
        if part.sat_s and step.value is not None
    ]
    table = Table(
        (
            *begin_columns(t),
            Column("passages_in", one_way, Format.COUNT),
            Column("passages_out", other_way, Format.COUNT),
            *watch_columns(t),
            Column("crowded_s", t.text("Crowded"), Format.SPAN),
        ),
        tuple(
            (
                *begin_cells(t, place, part),
                part.n_in if part.watched_s else None,
                part.n_out if part.watched_s else None,
                *watch_cells(node, part),
                part.sat_s if part.watched_s else None,
            )
            for part in known_or_due(parts)
        ),
    )
    signs = tuple(annotation.words for annotation in annotations)
    return [
        Chart(
            "passages",
            t.text("Passages over the day"),
            counter_finding(t, node, parts),
            draw_day(
                t,
                place,
                [*both, *inward],
                parts,
                t.number,
                t.text("passages"),
                annotations=annotations,
            ),
            table,
            keys=(
                Key("plain", one_way),
                Key("outward", t.text("%(way)s, on top of it") % {"way": other_way}),
                Key("gap", t.text("no data")),
                *light_keys(t),
            ),
            notes=(
                *clock_note(t, parts),
                t.text("Passages, not people: whoever comes back is counted again."),
            ),
            signs=signs,
            simulated=node.simulated,
        ),
        Chart(
            "watched",
            t.text("Was the counter watching"),
            _watch_finding(t, parts),
            draw_day(
                t, place, [*watched, *blind, *crowded], parts, t.percent,
                t.text("share of the time watched"), (), annotations, top=1.0,
            ),
            table,
            keys=(
                Key("cover", t.text("watched")),
                Key("blind", mute),
                Key("boost", t.text("crowded: some may have been missed")),
                Key("gap", t.text("no word from the counter")),
            ),
            signs=signs,
            simulated=node.simulated,
        ),
    ]  # fmt: skip


def _watch_finding(t: Words, parts: Intervals) -> str:
    blind_s = sum(part.known_s for part in parts if part.is_reported and not part.watched_s)
    mute_s = sum(part.known_s for part in parts if part.is_missing)
    told = [t.text("Watched %(share)s of the time.") % {"share": t.percent(watched_share(parts))}]
    if blind_s:
        told.append(
            t.text("For %(span)s it reported, but its radar was covered or silent.")
            % {"span": t.span(blind_s)}
        )
    if mute_s:
        told.append(t.text("For %(span)s nothing came from it.") % {"span": t.span(mute_s)})
    if not any(part.due or part.is_reported for part in parts):
        return t.text("Nothing was due yet.")
    return " ".join(told)
