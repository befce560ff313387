"""Answers: the four at the top of the glance page, each from what the ledger knows. Pure."""

from dataclasses import dataclass

from padlicht.ledger.usage.sums import LIGHTS, Use
from padlicht.usage.compare import Comparison
from padlicht.usage.coverage.watching import Watching, is_enough
from padlicht.usage.hours import DARK, DARK_OFF, DARK_ON
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
    """`verdict` is yes, no, look, beside or unknown: it picks a mark beside the words.

    `to_health`: technical health says more.
    """

    question: str
    verdict: str
    headline: str
    details: tuple[str, ...]
    to_health: bool = False


def used_after_dark(t: Words, comparison: Comparison) -> Answer:
    """Whether the park is used in the dark, in the newest whole week.

    Where it was watched for less than 75 % of the dark, that comes first, and a count is a part.
    """
    dark = comparison.lights[DARK].after
    every = phrases.sum_use(comparison.lights[light].after for light in LIGHTS)
    question = t.text("Is the park used after dark?")
    days = t.dates(comparison.after.first, comparison.after.last)
    told = [f"{days}, {phrases.coverage_text(t, dark)}"]
    if not dark.watched:
        return Answer(question, "unknown", t.text("No data: nobody was watching"), (*told,))
    enough = is_enough(dark.coverage)
    counted = t.texts(
        "%(count)s passage in the dark in 7 days",
        "%(count)s passages in the dark in 7 days",
        dark.count,
    ) % {"count": t.number(dark.count)}
    if enough and dark.count == 0:
        verdict, headline = "no", t.text("Nobody was counted in the dark")
    elif enough:
        verdict, headline = "yes", counted
    else:
        verdict = "look" if dark.count else "unknown"
        headline = t.text("Watched for only %(share)s of the dark: %(counted)s") % {
            "share": t.percent(dark.coverage or 0.0),
            "counted": counted,
        }
    if dark.count:
        share = dark.count / every.count
        on, off = (comparison.lights[light].after for light in (DARK_ON, DARK_OFF))
        told[:0] = [
            phrases.dark_parts_text(t, on, off),
            t.text("%(percent)s of all passages") % {"percent": t.percent(share)},
        ]
    return Answer(question, verdict, headline, (*told,))


def beside_the_week_before(t: Words, comparison: Comparison) -> Answer:
    """The newest whole week in the dark and the one before it: rates and coverage, no verdict."""
    on = comparison.lights[DARK_ON]
    question = t.text("How much while the lamps are on, beside the week before?")
    if comparison.moves:
        return Answer(question, "unknown", phrases.moved_text(t, comparison.moves[-1]), ())
    told = [
        t.text("Lamps on: passages per watched hour, at the same hours of the week, %(days)s")
        % {"days": t.dates(comparison.after.first, comparison.after.last)},
        t.text("%(after)s, the week before %(before)s")
        % {
            "after": phrases.coverage_text(t, on.after),
            "before": phrases.coverage_text(t, on.before),
        },
        t.text("Lamps off: %(rates)s")
        % {"rates": phrases.lower_first(phrases.beside_text(t, comparison.lights[DARK_OFF]))},
        *phrases.cautions(t, comparison, (DARK_ON, DARK_OFF)),
        weeks_differ(t),
    ]
    if not on.after.due_s and not on.before.due_s:
        headline = t.text("No hour in which lamps should be on")
        return Answer(question, "unknown", headline, (*told[2:],))
    if on.rates is None:
        return Answer(question, "unknown", phrases.watching_text(t, on), (*told[1:],))
    alike = on.watching is Watching.ALIKE
    headline = phrases.beside_text(t, on)
    return Answer(question, "beside" if alike else "look", headline, (*told,))


def weeks_differ(t: Words) -> str:
    """What two weeks beside each other do not say."""
    return t.text(
        "Weeks differ by weather and by chance: this says what was counted, and nothing about why."
        " It shows use, not safety."
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
    if lamps.lit_s:
        details.append(
            t.text("Full light for %(percent)s of the time lit, and soft for the rest")
            % {"percent": t.percent(min(1.0, lamps.boost_s / lamps.lit_s))}
        )
    details.append(_outside(t, adherence))
    if adherence.outside_s >= _OUTSIDE_S or (adherence.outside_s and empty == nights):
        headline = t.text("Lit outside their hours: %(span)s of a lamp in 7 nights") % {
            "span": t.span(adherence.outside_s)
        }
        return Answer(question, "no", headline, tuple(details[:-1]))
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
        headline = t.text("Yes: lit for %(percent)s of the planned time")
    if silent > _SILENT:
        details.insert(
            0,
            t.text("No word from lamps for %(percent)s of the planned time: lit or not is unknown")
            % {"percent": t.percent(silent)},
        )
    told = headline % {"percent": t.percent(min(1.0, share))}
    return Answer(question, verdict, told, tuple(details))


def _outside(t: Words, adherence: ScheduleAdherence) -> str:
    """How long lamps were lit when they should have been off: "never" only as far as they told."""
    if adherence.outside_s:
        return t.text("Outside their hours: %(span)s of a lamp in 7 nights") % {
            "span": t.span(adherence.outside_s)
        }
    if adherence.heard_share < 1 - _SILENT:
        return t.text(
            "Not once outside their hours, in the %(percent)s of the time they told of"
        ) % {"percent": t.percent(adherence.heard_share)}
    return t.text("Not once outside their hours")


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
