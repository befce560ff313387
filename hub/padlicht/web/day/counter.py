"""The charts of one day of a counter."""

from collections.abc import Sequence

from padlicht.ledger import Node
from padlicht.web.charts import Chart, Column, Form, Key, Table
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
from padlicht.web.day.findings import counter_finding
from padlicht.web.day.marks import Mark, clock_note
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext


def counter_charts(
    say: Words, place: SiteContext, node: Node, parts: Parts, marks: Sequence[Mark]
) -> list[Chart]:
    """Who passed, as far as anybody was watching, and how much of the time that was."""
    both = values(
        say,
        place,
        parts,
        "outward",
        lambda part: part.n_in + part.n_out if part.seen_s else None,
        say.number,
    )
    inward = [
        step._replace(value=part.n_in, kind="plain")
        for part, step in zip(shown(parts), both, strict=True)
        if part.n_in and step.value is not None
    ]
    watched = values(say, place, parts, "cover", lambda part: part.coverage, say.percent)
    mute = say.text("in touch, but not watching")
    blind = [
        step._replace(
            value=1.0, kind="blind", title=f"{say.clock(part.from_utc_s, place.tz)}: {mute}"
        )
        for part, step in zip(shown(parts), watched, strict=True)
        if part.is_told and not part.seen_s
    ]
    crowded = [
        step._replace(value=min(1.0, part.sat_s / part.length_s), kind="boost")
        for part, step in zip(shown(parts), watched, strict=True)
        if part.sat_s and step.value is not None
    ]
    table = Table(
        (
            *begin_columns(say),
            Column("passages_in", say.text("In"), Form.COUNT),
            Column("passages_out", say.text("Out"), Form.COUNT),
            *watch_columns(say),
            Column("crowded_s", say.text("Crowded"), Form.SPAN),
        ),
        tuple(
            (
                *begin_cells(say, place, part),
                part.n_in if part.seen_s else None,
                part.n_out if part.seen_s else None,
                *watch_cells(node, part),
                part.sat_s if part.seen_s else None,
            )
            for part in shown(parts)
        ),
    )
    signs = tuple(mark.words for mark in marks)
    return [
        Chart(
            "passages",
            say.text("Passages over the day"),
            counter_finding(say, node, parts),
            drawn(
                say, place, [*both, *inward], parts, say.number, say.text("passages"), marks=marks
            ),
            table,
            keys=(
                Key("plain", say.text("in")),
                Key("outward", say.text("out, on top of it")),
                Key("gap", say.text("no data")),
                *sky_keys(say),
            ),
            notes=(
                *clock_note(say, parts),
                say.text("Passages, not people: whoever comes back is counted again."),
            ),
            signs=signs,
            simulated=node.simulated,
        ),
        Chart(
            "watched",
            say.text("Was the counter watching"),
            _watch_finding(say, parts),
            drawn(
                say, place, [*watched, *blind, *crowded], parts, say.percent,
                say.text("share of the time watched"), (), marks, top=1.0,
            ),
            table,
            keys=(
                Key("cover", say.text("watched")),
                Key("blind", mute),
                Key("boost", say.text("crowded: some may have been missed")),
                Key("gap", say.text("no word from the counter")),
            ),
            signs=signs,
            simulated=node.simulated,
        ),
    ]  # fmt: skip


def _watch_finding(say: Words, parts: Parts) -> str:
    blind_s = sum(part.length_s for part in parts if part.is_told and not part.seen_s)
    mute_s = sum(part.length_s for part in parts if part.is_missing)
    told = [
        say.text("Watched %(share)s of the time.") % {"share": say.percent(watched_share(parts))}
    ]
    if blind_s:
        told.append(
            say.text("For %(span)s it reported, but its radar was covered or silent.")
            % {"span": say.span(blind_s)}
        )
    if mute_s:
        told.append(say.text("For %(span)s nothing came from it.") % {"span": say.span(mute_s)})
    if not any(part.due or part.is_told for part in parts):
        return say.text("Nothing was due yet.")
    return " ".join(told)
