"""Before and after a day: the use of a park beside each other, in words, and nothing of why."""

from dataclasses import dataclass

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import Comparison
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY
from padlicht.web import phrases
from padlicht.web.i18n import Words


@dataclass(frozen=True)
class BeforeAfter:
    """The rates, and what they rest on."""

    headline: str
    details: tuple[str, ...]
    simulated: bool


def before_after(t: Words, comparison: Comparison) -> BeforeAfter:
    """The weeks before a day and those after it: rates with their coverage, and no verdict."""
    simulated = any(
        each.before.simulated_counts or each.after.simulated_counts
        for each in comparison.lights.values()
    )
    if not comparison.weeks:
        told = t.text("Nothing to put beside each other yet: it takes a whole week on each side.")
        return BeforeAfter(told, (), simulated)
    on, off, day = (comparison.lights[light] for light in (DARK_ON, DARK_OFF, DAY))
    compared = t.texts(
        "%(after)s, before that %(before)s: %(weeks)s week each, passages per watched hour at the"
        " same hours of the week.",
        "%(after)s, before that %(before)s: %(weeks)s weeks each, passages per watched hour at the"
        " same hours of the week.",
        comparison.weeks,
    ) % {
        "after": t.dates(comparison.after.first, comparison.after.last),
        "before": t.dates(comparison.before.first, comparison.before.last),
        "weeks": comparison.weeks,
    }
    details = [
        compared,
        t.text("Counted in the dark, lamps on: %(after)s; before that %(before)s.")
        % {"after": _counted(t, on.after), "before": _counted(t, on.before)},
        t.text("Counted in the dark, lamps off: %(after)s; before that %(before)s.")
        % {"after": _counted(t, off.after), "before": _counted(t, off.before)},
        phrases.lamps_on_text(t),
        *phrases.cautions(t, comparison, (DARK_ON, DARK_OFF, DAY)),
        t.text(
            "The season, the weather and all else that changed in those weeks is in it. What came"
            " of what is not to be seen here: that takes a study. This shows use, not safety."
        ),
    ]
    if comparison.moves:
        return BeforeAfter(phrases.moved_text(t, comparison.moves[-1]), (compared,), simulated)
    by_day = t.text("By day: %(day)s.") % {
        "day": phrases.lower_first(phrases.beside_text(t, day)),
    }
    headline = f"{phrases.dark_beside_text(t, comparison)} {by_day}"
    return BeforeAfter(headline, (*details,), simulated)


def _counted(t: Words, use: Use) -> str:
    """A count with the hours of it, and how long they were watched."""
    return t.text("%(count)s in %(hours)s hours, %(watched)s") % {
        "count": phrases.passages_text(t, use),
        "hours": t.number(round(use.hours)),
        "watched": phrases.coverage_text(t, use),
    }
