"""Answers: the four at the top of the glance page, each from what the ledger knows. Pure."""

from dataclasses import dataclass

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import (
    FEWEST_WEEKS,
    Comparison,
    Verdict,
)
from padlicht.usage.lamp_nights import ScheduleAdherence
from padlicht.web import phrases
from padlicht.web.i18n import Words
from padlicht.web.park_health.troubles import HealthState, HealthVerdict, Trouble

_LIT_ENOUGH = 0.97  # of the planned time; a boot or a late radar costs some minutes
_OUTSIDE_S = 600  # a lamp's seconds outside its hours in a week that are worth a word
_SILENT = 0.03  # of the planned time; more than that is more than a message under way
_NAMED = 6  # things to look at that are named here; the list has them all


@dataclass(frozen=True)
class Answer:
    """`verdict` is yes, no, look or unknown: it picks a mark beside the words.

    `to_health`: technical health says more.
    """

    question: str
    verdict: str
    headline: str
    details: tuple[str, ...]
    to_health: bool = False


def used_after_dark(t: Words, comparison: Comparison) -> Answer:
    """Whether the park is used in the dark, in the newest whole week."""
    dark = comparison.lights["dark"].after
    every = phrases.sum_use(each.after for each in comparison.lights.values())
    days = t.dates(comparison.after.first, comparison.after.last)
    told = [f"{days}, {phrases.coverage_text(t, dark)}"]
    if not dark.watched:
        verdict, headline = "unknown", t.text("No data: nobody was watching")
    elif dark.count == 0:
        verdict, headline = "no", t.text("Nobody was counted in the dark")
    else:
        verdict = "yes"
        headline = t.texts(
            "%(count)s passage in the dark in 7 days",
            "%(count)s passages in the dark in 7 days",
            dark.count,
        ) % {"count": t.number(dark.count)}
        share = dark.count / every.count if every.count else 0
        told.insert(0, t.text("%(percent)s of all passages") % {"percent": t.percent(share)})
    return Answer(t.text("Is the park used after dark?"), verdict, headline, tuple(told))


def more_than_before(t: Words, comparison: Comparison, since: Comparison | None) -> Answer:
    """Whether it is used more in the dark: since there are lamps if there are, or else by weeks."""
    verdicts = {Verdict.MORE: "yes", Verdict.FEWER: "no", Verdict.SAME: "same"}
    week = comparison.lights["dark"].change
    question = t.text("More than before?")
    if since is None or since.weeks < FEWEST_WEEKS:
        details = [
            t.text("In the dark, the newest whole week beside the one before, at the same hours")
        ]
        if since is not None:
            details.append(
                t.text(
                    "Before and after the lamps: too early, it takes %(weeks)s weeks on each side"
                )
                % {"weeks": FEWEST_WEEKS}
            )
        return Answer(
            question,
            verdicts.get(week.verdict, "unknown"),
            phrases.change_text(t, week),
            (*details,),
        )
    # By day there are no lamps, so what the season did shows there, and is taken out.
    return Answer(
        question,
        verdicts.get(since.relative.verdict, "unknown"),
        phrases.change_text(t, since.relative),
        (
            t.text(
                "In the dark, set against by day: %(weeks)s weeks with lamps beside the %(weeks)s"
                " before, at the same hours. This shows use, not safety."
            )
            % {"weeks": since.weeks},
            t.text("In the dark alone, with the season in it: %(change)s")
            % {"change": phrases.change_text(t, since.lights["dark"].change)},
        ),
    )


def lamps_on_schedule(
    t: Words, adherence: ScheduleAdherence, lamps: Use, *, standing: int, empty: int, nights: int
) -> Answer:
    """Whether lamps were lit when they should have been and only then, in the last seven nights.

    `standing`: lamps there are; `empty`: how many of the `nights` had no window at all.
    """
    question = t.text("Do the lamps do what was promised?")
    if not lamps.lamp_due_s and standing:
        return Answer(question, "unknown", t.text("Not known yet: no whole day is over"), ())
    if not lamps.lamp_due_s:
        return Answer(question, "unknown", t.text("No lamp stands here"), ())
    if not lamps.lamp_obs_s:
        return Answer(question, "unknown", t.text("No data: no lamp was heard of"), ())
    details = []
    if empty:
        details.append(t.text("no window: sunset comes after the lamp's end"))
    if adherence.lit_s:
        details.append(
            t.text("Full light for %(percent)s of the time lit, and soft for the rest")
            % {"percent": t.percent(min(1.0, lamps.boost_s / adherence.lit_s))}
        )
    if adherence.outside_s >= _OUTSIDE_S:
        headline = t.text("Lit outside their hours: %(span)s of a lamp in 7 nights") % {
            "span": t.span(adherence.outside_s)
        }
        return Answer(question, "no", headline, tuple(details))
    if empty == nights:
        unheard = 1 - lamps.lamp_obs_s / lamps.lamp_due_s
        if unheard > _SILENT:
            details.insert(
                0,
                t.text("No word from lamps for %(percent)s of the time: lit or not is unknown")
                % {"percent": t.percent(unheard)},
            )
            headline = t.text("As far as is known they stayed off, as agreed around midsummer")
            return Answer(question, "look", headline, tuple(details))
        return Answer(
            question, "yes", t.text("Yes: they stayed off, as agreed around midsummer"),
            tuple(details),
        )  # fmt: skip
    share = adherence.lit_s / adherence.planned_s if adherence.planned_s else 0.0
    silent = 1 - adherence.planned_s / adherence.due_s if adherence.due_s else 1.0
    if share < _LIT_ENOUGH:
        verdict = "no"
        headline = t.text("Not all: lit for %(percent)s of the planned time")
    elif silent > _SILENT:
        verdict = "look"
        headline = t.text("As far as is known: lit for %(percent)s of the planned time")
    else:
        verdict = "yes"
        headline = t.text("Yes: lit for %(percent)s of the planned time, and never outside it")
    if silent > _SILENT:
        details.insert(
            0,
            t.text("No word from lamps for %(percent)s of the planned time: lit or not is unknown")
            % {"percent": t.percent(silent)},
        )
    told = headline % {"percent": t.percent(min(1.0, share))}
    return Answer(question, verdict, told, tuple(details))


def needs_a_technician(t: Words, verdict: HealthVerdict) -> Answer:
    """Whether anything is to be looked at now: what technical health says, in short."""
    question = t.text("Does anything need a technician?")
    sentence = verdict.sentence(t)
    if verdict.state is HealthState.WELL:
        return Answer(
            question, "yes", t.text("No, %(told)s") % {"told": phrases.lower_first(sentence)}, ()
        )
    if verdict.state is HealthState.NEW:
        return Answer(question, "unknown", sentence, (), to_health=True)
    details = [f"{trouble.heading}: {_named(t, trouble)}" for trouble in verdict.troubles[:_NAMED]]
    if len(verdict.troubles) > _NAMED:
        details.append(t.text("and %(count)s more") % {"count": len(verdict.troubles) - _NAMED})
    headline = t.text("Yes: %(told)s") % {"told": sentence}
    return Answer(question, "look", headline, tuple(details), to_health=True)


def _named(t: Words, trouble: Trouble) -> str:
    """Where it is so; of something that has no place, what it is."""
    places = [case.where or case.told for case in trouble.cases]
    told = ", ".join(dict.fromkeys(places[:_NAMED]))
    if len(places) > _NAMED:
        told += " " + t.text("and %(count)s more") % {"count": len(places) - _NAMED}
    return told
