"""What a day of a lamp or a counter comes to, in sentences."""

from collections.abc import Sequence

from padlicht.ledger import Node
from padlicht.usage.lamp_nights import Night
from padlicht.web.day.quarters import Stretch, promise
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

_ENOUGH_S = 300  # of a window: a restart or a late sunset is not worth a word
_LITTLE_S = 60


def lamp_finding(
    say: Words, place: SiteContext, node: Node, parts: Sequence[Stretch], night: Night
) -> str:
    """What the lamp should have done beside what it did."""
    if not any(part.due or part.is_told for part in parts):
        return _nothing_due(say, node, parts)
    window = night.window
    kept = promise(parts, window, night.grace_s)
    outside = ""
    if kept.outside_s > _LITTLE_S:
        outside = say.text("It was lit outside its hours for %(span)s.") % {
            "span": say.span(kept.outside_s)
        }
    if not any(part.is_told for part in parts):
        return say.text("No data: nothing was heard of it on this day.")
    if window.start_utc_s is None or window.is_empty:
        told = say.text("No window this evening: sunset comes after the lamp's end, %(end)s.") % {
            "end": say.clock(window.end_utc_s, place.tz)
        }
        if any(part.is_missing for part in parts):
            off = say.text("As far as it told, it stayed off, as it should.")
        else:
            off = say.text("It stayed off, as it should.")
        return f"{told} {outside or off}"
    hours = {
        "start": say.clock(window.start_utc_s, place.tz),
        "end": say.clock(window.end_utc_s, place.tz),
    }
    if not kept.planned_s:
        told = say.text("It should be lit from %(start)s to %(end)s, which is yet to come.") % hours
        return f"{told} {outside}".rstrip()
    values = {**hours, "planned": say.span(kept.planned_s), "lit": say.span(kept.lit_s)}
    if parts[-1].due or window.end_utc_s <= _told_until(parts):
        told = say.text(
            "It should be lit from %(start)s to %(end)s, %(planned)s, and was lit for %(lit)s of"
            " it."
        )
    else:
        told = say.text(
            "It should be lit from %(start)s to %(end)s; of the first %(planned)s it was lit for"
            " %(lit)s."
        )
    sentences = [told % values]
    if kept.unknown_s > _LITTLE_S:
        sentences.append(
            say.text("Nothing is known of %(span)s of it.") % {"span": say.span(kept.unknown_s)}
        )
    elif kept.planned_s - kept.lit_s <= _ENOUGH_S and not outside:
        sentences.append(say.text("As it should."))
    if outside:
        sentences.append(outside)
    elif any(part.is_missing for part in parts):
        sentences.append(say.text("Outside its hours it was off, as far as it told."))
    else:
        sentences.append(say.text("Outside its hours it was off."))
    return " ".join(sentences)


def counter_finding(say: Words, node: Node, parts: Sequence[Stretch]) -> str:
    """How many passed, how much of the time was watched, and that a gap is not nobody."""
    shown = [part for part in parts if part.due or part.is_told]
    if not shown:
        return _nothing_due(say, node, parts)
    seen = [part for part in shown if part.seen_s]
    if not seen:
        return say.text("No data: nobody was watching, which is not the same as nobody passing.")
    due_s = sum(part.length_s for part in shown)
    seen_s = sum(min(part.seen_s, part.length_s) for part in shown)
    sentences = [
        say.text("%(in)s passages in and %(out)s out; %(share)s watched.")
        % {
            "in": say.number(sum(part.n_in for part in seen)),
            "out": say.number(sum(part.n_out for part in seen)),
            "share": say.percent(seen_s / due_s),
        }
    ]
    blind_s = sum(part.length_s for part in shown if not part.seen_s)
    if blind_s:
        sentences.append(
            say.text("For %(span)s nobody was watching, which is not the same as nobody passing.")
            % {"span": say.span(blind_s)}
        )
    crowded_s = sum(part.sat_s for part in seen)
    if crowded_s > _LITTLE_S:
        sentences.append(
            say.text("Crowded for %(span)s: then some may have been missed.")
            % {"span": say.span(crowded_s)}
        )
    return " ".join(sentences)


def _nothing_due(say: Words, node: Node, parts: Sequence[Stretch]) -> str:
    if node.added_utc_s >= parts[-1].to_utc_s:
        return say.text("It was not in service yet on this day.")
    if node.retired_utc_s is not None and node.retired_utc_s <= parts[0].from_utc_s:
        return say.text("It was out of service on this day.")
    return say.text("Nothing was due yet.")


def _told_until(parts: Sequence[Stretch]) -> int:
    return max((part.to_utc_s for part in parts if part.is_told or part.due), default=0)
