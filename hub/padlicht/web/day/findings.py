"""Findings: what a day of a lamp or a counter comes to, in sentences. Pure."""

from collections.abc import Sequence

from padlicht.ledger import Node
from padlicht.usage.coverage.watching import is_enough
from padlicht.usage.lamp_nights import Night
from padlicht.web import phrases
from padlicht.web.day.annotations import DayPlace
from padlicht.web.day.intervals import Interval, day_adherence
from padlicht.web.i18n import Words

_ENOUGH_S = 300  # of a window: a restart or a late sunset is not worth a word
_LITTLE_S = 60


def lamp_finding(
    t: Words, place: DayPlace, node: Node, parts: Sequence[Interval], night: Night
) -> str:
    """What the lamp should have done beside what it did."""
    if not any(part.due or part.is_reported for part in parts):
        return _nothing_due(t, node, parts)
    window = night.window
    adherence = day_adherence(parts, window, night.grace_s)
    outside = ""
    if adherence.outside_s:
        outside = t.text("It was lit outside its hours for %(span)s.") % {
            "span": t.span(adherence.outside_s)
        }
    if not any(part.is_reported for part in parts):
        return t.text("No data: nothing was heard of it on this day.")
    if window.start_utc_s is None or window.is_empty:
        told = t.text("No window this evening: sunset comes after the lamp's end, %(end)s.") % {
            "end": t.clock(window.end_utc_s, place.tz)
        }
        if any(part.is_missing for part in parts):
            off = t.text("As far as it told, it stayed off, as it should.")
        else:
            off = t.text("It stayed off, as it should.")
        return f"{told} {outside or off}"
    hours = {
        "start": t.clock(window.start_utc_s, place.tz),
        "end": t.clock(window.end_utc_s, place.tz),
    }
    if not adherence.planned_s:
        told = t.text("It should be lit from %(start)s to %(end)s, which is yet to come.") % hours
        return f"{told} {outside}".rstrip()
    values = {**hours, "planned": t.span(adherence.planned_s), "lit": t.span(adherence.lit_s)}
    if parts[-1].due or window.end_utc_s <= _reported_until(parts):
        told = t.text(
            "It should be lit from %(start)s to %(end)s, %(planned)s, and was lit for %(lit)s of"
            " it."
        )
    else:
        told = t.text(
            "It should be lit from %(start)s to %(end)s; of the first %(planned)s it was lit for"
            " %(lit)s."
        )
    sentences = [told % values]
    if adherence.unknown_s > _LITTLE_S:
        sentences.append(
            t.text("Nothing is known of %(span)s of it.") % {"span": t.span(adherence.unknown_s)}
        )
    elif adherence.planned_s - adherence.lit_s <= _ENOUGH_S and not outside:
        sentences.append(t.text("As it should."))
    if outside:
        sentences.append(outside)
    elif any(part.is_missing for part in parts):
        sentences.append(t.text("Outside its hours it was off, as far as it told."))
    else:
        sentences.append(t.text("Outside its hours it was off."))
    return " ".join(sentences)


def counter_finding(t: Words, node: Node, parts: Sequence[Interval]) -> str:
    """How many passed, how much of the time was watched, and that a gap is not nobody."""
    shown = [part for part in parts if part.due or part.is_reported]
    if not shown:
        return _nothing_due(t, node, parts)
    seen = [part for part in shown if part.watched_s]
    if not seen:
        return t.text("No data: nobody was watching, which is not the same as nobody passing.")
    due_s = sum(part.known_s for part in shown)
    watched_s = sum(min(part.watched_s, part.known_s) for part in shown)
    one_way, other_way = phrases.ways(t, node.way_in, node.way_out)
    told = t.text("%(in)s passages %(one_way)s and %(out)s %(other_way)s.") % {
        "in": t.number(sum(part.n_in for part in seen)),
        "one_way": one_way,
        "out": t.number(sum(part.n_out for part in seen)),
        "other_way": other_way,
    }
    share = watched_s / due_s
    if is_enough(share):
        sentences = [
            told,
            t.text("Watched for %(share)s of the time.") % {"share": t.percent(share)},
        ]
    else:
        sentences = [phrases.watched_first(t, share), told]
    blind_s = sum(part.known_s for part in shown if not part.watched_s)
    if blind_s:
        sentences.append(
            t.text("For %(span)s nobody was watching, which is not the same as nobody passing.")
            % {"span": t.span(blind_s)}
        )
    crowded_s = sum(part.sat_s for part in seen)
    if crowded_s > _LITTLE_S:
        sentences.append(
            t.text("Crowded for %(span)s: then some may have been missed.")
            % {"span": t.span(crowded_s)}
        )
    return " ".join(sentences)


def _nothing_due(t: Words, node: Node, parts: Sequence[Interval]) -> str:
    if node.added_utc_s >= parts[-1].to_utc_s:
        return t.text("It was not in service yet on this day.")
    if node.retired_utc_s is not None and node.retired_utc_s <= parts[0].from_utc_s:
        return t.text("It was out of service on this day.")
    return t.text("Nothing was due yet.")


def _reported_until(parts: Sequence[Interval]) -> int:
    return max((part.known_to_utc_s for part in parts if part.is_reported or part.due), default=0)
