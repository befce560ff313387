"""Effect of a change: the use of a park before and after a day, in words, and how surely."""

from dataclasses import dataclass

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import (
    FEWEST_WEEKS,
    Comparison,
)
from padlicht.web import phrases
from padlicht.web.i18n import Words


@dataclass(frozen=True)
class Effect:
    """The answer, and what it rests on."""

    headline: str
    details: tuple[str, ...]
    simulated: bool


def effect(t: Words, comparison: Comparison) -> Effect:
    """The change in the dark against that by day, over matched hours."""
    dark = comparison.lights["dark"]
    simulated = any(
        each.before.simulated_counts or each.after.simulated_counts
        for each in comparison.lights.values()
    )
    if comparison.weeks < FEWEST_WEEKS:
        told = t.texts(
            "Too early to say: there is %(weeks)s whole week on each side of it, and it takes"
            " %(fewest)s.",
            "Too early to say: there are %(weeks)s whole weeks on each side of it, and it takes"
            " %(fewest)s.",
            comparison.weeks,
        ) % {"weeks": comparison.weeks, "fewest": FEWEST_WEEKS}
        return Effect(told, (), simulated)
    compared = t.text(
        "%(after)s beside %(before)s: %(weeks)s weeks each, the same counters at the same hours of"
        " the week in the same light."
    ) % {
        "after": t.dates(comparison.after.first, comparison.after.last),
        "before": t.dates(comparison.before.first, comparison.before.last),
        "weeks": comparison.weeks,
    }
    return Effect(
        t.text("In the dark, set against by day. %(change)s")
        % {"change": phrases.change_text(t, comparison.relative)},
        (
            compared,
            t.text("In the dark alone: %(change)s; by day: %(day)s.")
            % {
                "change": phrases.lower_first(phrases.change_text(t, dark.change)),
                "day": phrases.lower_first(phrases.change_text(t, comparison.lights["day"].change)),
            },
            t.text(
                "Counted in the dark: before, %(before)s, in %(before_h)s dark hours; after,"
                " %(after)s, in %(after_h)s."
            )
            % {
                "before": _counted(t, dark.before),
                "before_h": t.number(dark.before.hours),
                "after": _counted(t, dark.after),
                "after_h": t.number(dark.after.hours),
            },
            t.text(
                "Whatever else changed in those weeks is in it too. This shows use, not safety."
            ),
        ),
        simulated,
    )


def _counted(t: Words, use: Use) -> str:
    return f"{phrases.passages_text(t, use)}, {phrases.coverage_text(t, use)}"
