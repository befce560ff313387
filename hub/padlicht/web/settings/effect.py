"""What the use of a park did around a day, in words: before and after, and how surely."""

from dataclasses import dataclass

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import FEWEST_WEEKS, Beside
from padlicht.web import phrases
from padlicht.web.i18n import Words


@dataclass(frozen=True)
class Effect:
    """The answer, and what it rests on."""

    headline: str
    details: tuple[str, ...]
    simulated: bool


def effect(say: Words, beside: Beside) -> Effect:
    """The change in the dark against that by day, over matched hours."""
    dark = beside.lights["dark"]
    simulated = any(
        each.before.simulated_counts or each.after.simulated_counts
        for each in beside.lights.values()
    )
    if beside.weeks < FEWEST_WEEKS:
        told = say.texts(
            "Too early to say: there is %(weeks)s whole week on each side of it, and it takes"
            " %(fewest)s.",
            "Too early to say: there are %(weeks)s whole weeks on each side of it, and it takes"
            " %(fewest)s.",
            beside.weeks,
        ) % {"weeks": beside.weeks, "fewest": FEWEST_WEEKS}
        return Effect(told, (), simulated)
    compared = say.text(
        "%(after)s beside %(before)s: %(weeks)s weeks each, the same counters at the same hours of"
        " the week in the same light."
    ) % {
        "after": say.dates(beside.after.first, beside.after.last),
        "before": say.dates(beside.before.first, beside.before.last),
        "weeks": beside.weeks,
    }
    return Effect(
        say.text("In the dark, set against by day. %(change)s")
        % {"change": phrases.change(say, beside.relative)},
        (
            compared,
            say.text("In the dark alone: %(change)s; by day: %(day)s.")
            % {
                "change": _small(phrases.change(say, dark.change)),
                "day": _small(phrases.change(say, beside.lights["day"].change)),
            },
            say.text(
                "Counted in the dark: before, %(before)s, in %(before_h)s dark hours; after,"
                " %(after)s, in %(after_h)s."
            )
            % {
                "before": _counted(say, dark.before),
                "before_h": say.number(dark.before.hours),
                "after": _counted(say, dark.after),
                "after_h": say.number(dark.after.hours),
            },
            say.text(
                "Whatever else changed in those weeks is in it too. This shows use, not safety."
            ),
        ),
        simulated,
    )


def _counted(say: Words, use: Use) -> str:
    return f"{phrases.passages(say, use)}, {phrases.watched(say, use)}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
