"""Verdict of a study in sentences: as sure as what was measured, and no surer. Pure.

Pages and reports say it by these. A number always has its interval; what has none says why.
"""

from collections.abc import Iterator

from padlicht.evaluation.estimators.types import (
    FEWEST_PAIRS,
    FEWEST_PASSAGES,
    LEAST_WEEKS,
    TOLD,
    Analysis,
    Estimate,
    Method,
    Outcome,
    Place,
)
from padlicht.evaluation.registration import Claim, Study
from padlicht.web import phrases
from padlicht.web.i18n import Words


def verdict(t: Words, study: Study, result: Analysis) -> list[str]:
    """The registered estimate, what became of the claim, and what it does not show."""
    main = result.main
    told = [estimate_text(t, main)]
    if main.outcome in TOLD:
        told.append(claim_text(t, study, main))
        if main.method is Method.INSTALLATION:
            told.append(
                t.text(
                    "Without a control path nobody can tell the change from anything else that "
                    "changed evenings in these weeks."
                )
            )
    told.append(t.text("This is about use, not about safety, and it says nothing about crime."))
    return told


def claim_text(t: Words, study: Study, main: Estimate) -> str:
    """Whether what was claimed beforehand was shown."""
    if main.outcome is Outcome.NO_SURE_DIFFERENCE:
        return t.text("So the claim is not shown.")
    if main.outcome.value == study.now.claim.value:
        return t.text("That is what was claimed beforehand.")
    return t.text("That is the opposite of what was claimed beforehand.")


def estimate_text(t: Words, found: Estimate) -> str:
    """One estimate in a sentence, with its interval; or why there is none."""
    if found.ratio is None or found.low is None or found.high is None:
        return lacking_text(t, found)
    values = {
        "middle": signed(t, found.ratio),
        "low": signed(t, found.low),
        "high": signed(t, found.high),
    }
    return _sentence(t, found) % values


def _sentence(t: Words, found: Estimate) -> str:
    if found.method is Method.TRYOUT:
        if found.outcome is Outcome.MORE:
            return t.text(
                "In weeks on the path was used more in these hours: %(middle)s passages "
                "(95%% interval: %(low)s to %(high)s)."
            )
        if found.outcome is Outcome.FEWER:
            return t.text(
                "In weeks on the path was used less in these hours: %(middle)s passages "
                "(95%% interval: %(low)s to %(high)s)."
            )
        return t.text(
            "No sure difference between weeks on and weeks off: %(middle)s passages (95%% "
            "interval: %(low)s to %(high)s). That is not the same as no effect."
        )
    if found.outcome is Outcome.MORE:
        return t.text(
            "After the change the path was used more in these hours: %(middle)s passages (95%% "
            "interval: %(low)s to %(high)s)."
        )
    if found.outcome is Outcome.FEWER:
        return t.text(
            "After the change the path was used less in these hours: %(middle)s passages (95%% "
            "interval: %(low)s to %(high)s)."
        )
    return t.text(
        "No sure difference between before and after: %(middle)s passages (95%% interval: %(low)s "
        "to %(high)s). That is not the same as no effect."
    )


def lacking_text(t: Words, found: Estimate) -> str:
    """Why nothing can be said."""
    where = t.text("on the path") if found.place is Place.CASE else t.text("on the control path")
    values = {
        "where": where,
        "passages": t.number(FEWEST_PASSAGES),
        "weeks": t.number(LEAST_WEEKS),
        "pairs": t.number(FEWEST_PAIRS),
    }
    return {
        Outcome.TOO_SHORT: t.text(
            "Too short to tell: it takes %(pairs)s pairs of weeks of a try-out, or %(weeks)s weeks "
            "before and after a date, that count."
        ),
        Outcome.TOO_FEW: t.text(
            "Too few data %(where)s: under %(passages)s passages in these hours on one side."
        ),
        Outcome.EMPTY_BLOCK: t.text(
            "Too few data %(where)s: in some weeks nobody was counted in these hours."
        ),
        Outcome.HARDLY_LIT: t.text(
            "Lamps were hardly lit in these weeks: evenings were too light. Nothing can be said."
        ),
        Outcome.NO_SUCH_HOUR: t.text("No hour turns from light to dark with the clock."),
        Outcome.COVERED: t.text(
            "Too many nights %(where)s were left out, because a counter saw nobody where many "
            "pass: it looks covered."
        ),
        Outcome.NIGHTS_MISSING: t.text(
            "Too many nights were not watched %(where)s, or many more on one side than on the "
            "other."
        ),
    }[found.outcome] % values


def beside(t: Words, result: Analysis) -> Iterator[str]:
    """What stands beside the registered estimate, marked as that."""
    for found in result.estimates[1:]:
        if found.method is Method.INSTALLATION:
            yield t.text("Without the control path: %(said)s") % {"said": estimate_text(t, found)}
        elif found.ratio is not None and found.low is not None and found.high is not None:
            yield _odds_text(t, found)


def _odds_text(t: Words, found: Estimate) -> str:
    values = {
        "where": t.text("on the path")
        if found.place is Place.CASE
        else t.text("on the control path"),
        "day": t.short_date(found.on) if found.on else "",
        "middle": _times(t, found.ratio),
        "low": _times(t, found.low),
        "high": _times(t, found.high),
    }
    if found.method is Method.CLOCK_CHANGE:
        return (
            t.text(
                "Round the clock change of %(day)s, %(where)s: %(middle)s times as many by "
                "daylight as in the dark at the same hour (%(low)s to %(high)s)."
            )
            % values
        )
    return (
        t.text(
            "Clock change of %(day)s against that of the year before, %(where)s: use of the dark "
            "hour %(middle)s times what it was (%(low)s to %(high)s)."
        )
        % values
    )


def placebo_texts(t: Words, result: Analysis) -> list[str]:
    """How often the same method would have claimed something where nothing happened."""
    told = []
    for number, placebo in enumerate(result.placebos):
        if not placebo.dates:
            text = t.text("The park's own past is too short to try the method on other dates.")
        else:
            text = t.text(
                "On %(claimed)s of %(dates)s dates on which nothing happened, the same method "
                "would have claimed a change."
            )
        values = {"claimed": t.number(placebo.claimed), "dates": t.number(placebo.dates)}
        said = text % values
        if number:
            said = t.text("Without the control path: %(said)s") % {"said": said}
        told.append(said)
    return told


def signed(t: Words, ratio: float) -> str:
    """A ratio as people read it: 1.2 is +20%."""
    return phrases.signed(t, round(100 * (ratio - 1)))


def _times(t: Words, value: float | None) -> str:
    return t.rate(value or 0.0)


def claim_words(t: Words) -> dict[str, str]:
    """What a study is to show."""
    return {
        Claim.MORE.value: t.text("the path is used more in these hours"),
        Claim.FEWER.value: t.text("the path is used less in these hours"),
    }
