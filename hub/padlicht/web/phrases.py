"""How a change, a coverage or a count is put into words, the same on every page."""

from collections.abc import Iterable

from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import Change, Verdict
from padlicht.web.i18n import Words

LOW_COVERAGE = 0.9  # below it a count is said to be of a part of the time only


def signed(say: Words, percent: int) -> str:
    """A change in percents with its sign: +12%."""
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{say.number(abs(percent))}%"


def change(say: Words, found: Change) -> str:
    """By how much and how surely, in a line: More: +23% (95% interval +4% to +45%)."""
    if found.verdict is Verdict.NO_DATA or (
        found.percents is None and found.verdict is not Verdict.TOO_FEW
    ):
        return say.text("No data: not watched at the same hours")
    if found.verdict is Verdict.TOO_FEW or found.percents is None:
        return say.text("Too few data: under 20 passages on one side")
    numbers = say.text("%(change)s (95%% interval %(low)s to %(high)s)") % {
        "change": signed(say, found.percents.change),
        "low": signed(say, found.percents.low),
        "high": signed(say, found.percents.high),
    }
    word = {
        Verdict.MORE: say.text("More"),
        Verdict.FEWER: say.text("Fewer"),
        Verdict.SAME: say.text("No sure difference"),
    }[found.verdict]
    return f"{word}: {numbers}"


def watched(say: Words, use: Use) -> str:
    """Which part of the time counters watched: 98% watched."""
    if use.coverage is None:
        return say.text("no counter stood here")
    if not use.watched:
        return say.text("not watched")
    return say.text("%(percent)s watched") % {"percent": say.percent(use.coverage)}


def passages(say: Words, use: Use) -> str:
    """How many passages, or that nobody was there to count them."""
    if not use.watched:
        return say.text("no data")
    return say.texts("%(count)s passage", "%(count)s passages", use.count) % {
        "count": say.number(use.count)
    }


def light_words(say: Words) -> dict[str, str]:
    """The light classes as people call them."""
    return {
        "day": say.text("by day"),
        "twilight": say.text("twilight"),
        "dark": say.text("in the dark"),
    }


def together(uses: Iterable[Use]) -> Use:
    """All of them in one sum."""
    total = Use()
    for use in uses:
        total += use
    return total
