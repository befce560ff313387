"""Perceived safety in a report: what the sheet of eight said before a change and since. Pure.

Beside the counts and never in one figure with them. What few answers do not allow is not said.
"""

from dataclasses import dataclass

from padlicht.participation.survey.results import Change, Group, Moved, RoundResult, change_of
from padlicht.participation.survey.scoring import Interval
from padlicht.web.i18n import Words


@dataclass(frozen=True)
class Safety:
    """The last round before the change and the newest since; None where nobody asked."""

    before: RoundResult | None
    since: RoundResult | None
    unreadable: bool = False


def safety_texts(t: Words, found: Safety) -> list[str]:
    """A sentence for each round, one for what moved; or that nobody was asked."""
    if found.unreadable:
        return [t.text("What people said cannot be read now, so it is not in this report.")]
    if found.before is None and found.since is None:
        return [
            t.text(
                "Nobody was asked: there was no round of the sheet of eight. Counts cannot say how "
                "people feel."
            )
        ]
    told = []
    if found.before is not None:
        told += _round_texts(t, t.text("Before the change"), found.before)
    else:
        told.append(t.text("Before the change nobody was asked."))
    if found.since is not None:
        told += _round_texts(t, t.text("Since the change"), found.since)
    else:
        told.append(t.text("Since the change nobody was asked."))
    if found.before is not None and found.since is not None:
        told.append(_moved(t, change_of(found.before.spot, found.since.spot)))
    return told


def _round_texts(t: Words, when: str, result: RoundResult) -> list[str]:
    """On the path, and at home if anybody was asked there; the two are never put together."""
    told = []
    for group, where in zip(result.groups, (t.text("on the path"), t.text("at home")), strict=True):
        if group is result.spot or group.people:
            told.append(
                t.text("%(when)s, %(title)s, %(where)s: %(answered)s %(said)s")
                % {
                    "when": when,
                    "title": result.round.title,
                    "where": where,
                    "answered": _answered(t, group),
                    "said": _said(t, group),
                }
            )
    return told


def _answered(t: Words, group: Group) -> str:
    if group.asked is None:
        return t.text("%(people)s people answered, of how many is not written down.") % {
            "people": t.number(group.people)
        }
    return t.text("%(people)s people answered, of %(asked)s who were asked.") % {
        "people": t.number(group.people),
        "asked": t.number(group.asked),
    }


def _said(t: Words, group: Group) -> str:
    if group.difference is None:
        return t.text(
            "%(pairs)s answered both by day and after dark: too few for a mean, which takes 10."
        ) % {"pairs": t.number(group.scored)}
    return t.text(
        "By day they felt more at ease than after dark by %(points)s points of a scale from 1 to "
        "6, as the %(pairs)s said who answered both."
    ) % {"points": _points(t, group.difference), "pairs": t.number(group.scored)}


def _moved(t: Words, found: Change) -> str:
    if found.moved is Moved.TOO_FEW or found.difference is None:
        return t.text(
            "Whether that gap moved cannot be said: it takes 20 people who answered both, in "
            "both rounds."
        )
    said = {
        Moved.UNSURE: t.text(
            "The gap moved by %(points)s points: no sure difference, which is what one expects of "
            "so few people, and does not mean that nothing changed."
        ),
        Moved.HALO: t.text(
            "The gap moved by %(points)s points, but the check question (is the path well kept) "
            "moved as much: people judge the whole path otherwise."
        ),
        Moved.MAYBE_HALO: t.text(
            "The gap moved by %(points)s points, but the check question (is the path well kept) "
            "may have moved as much."
        ),
        Moved.LESS: t.text("The gap became smaller, by %(points)s points."),
        Moved.MORE: t.text("The gap became bigger, by %(points)s points."),
    }[found.moved]
    return said % {"points": _points(t, found.difference)}


def _points(t: Words, found: Interval) -> str:
    """A mean with its interval: 1.2 (0.8 to 1.6)."""
    mean, low, high = (
        t.number(round(value, 1) or 0.0).replace("-", "−")
        for value in (found.mean, found.low, found.high)
    )
    return t.text("%(mean)s (%(low)s to %(high)s)") % {"mean": mean, "low": low, "high": high}
