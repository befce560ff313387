"""Forms of the diary's page: what was typed, put into the rules' words, or why it cannot be.

What people mistype most is said in their language here; what else the rooms below refuse, they say
in English, and the page shows it as theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from padlicht.errors import BadData, PadlichtError
from padlicht.evaluation.diary import withdraw_entry, write_entry
from padlicht.evaluation.targets import (
    LEAST_DAYS,
    Agreement,
    agree,
    parse_aim,
    withdraw_target,
)
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext


class Mistyped(BadData):
    """What was typed cannot be; the sentence is in the language of who typed it."""


@dataclass(frozen=True)
class Typed:
    """What came back with a form; `wrong` is why it was not written, `said_by_hub` in English."""

    fields: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    said_by_hub: str = ""

    @property
    def form(self) -> str:
        """Which form it was: entry, target, withdraw-entry or withdraw-target."""
        return self.fields.get("form", "")

    def get(self, form: str, name: str, otherwise: str = "") -> str:
        """What was typed in a field of that form, if it was that form that came back."""
        return self.fields.get(name, "") if self.form == form else otherwise

    def refused(self, t: Words, error: PadlichtError) -> "Typed":
        """The same, with the reason why it was not written down."""
        if isinstance(error, Mistyped):
            return replace(self, wrong=str(error))
        told = t.text("This could not be written down.")
        return replace(self, wrong=told, said_by_hub=str(error))


def write_down(t: Words, ledger: Ledger, place: SiteContext, typed: Typed, who: str) -> str:
    """Write down what a form has; what to show afterwards. PadlichtError says why it cannot be."""
    if typed.form == "entry":
        _write_entry(t, ledger, place, typed, who)
        return "entries"
    if typed.form == "target":
        _agree(t, ledger, place, typed, who)
        return "targets"
    number = typed.fields.get("number", "")
    if not number.isdigit() or typed.form not in ("withdraw-entry", "withdraw-target"):
        raise BadData(f"no form of this page sends {typed.form[:20]!r}: load the page once more")
    why = typed.fields.get("why", "")
    if not why.strip():
        raise Mistyped(t.text("Say why it is taken back: the reason stays beside it."))
    if typed.form == "withdraw-entry":
        withdraw_entry(ledger, int(number), who, why, place.now_utc_s)
        return "entries"
    withdraw_target(ledger, int(number), who, why, place.now_utc_s)
    return "targets"


def _write_entry(t: Words, ledger: Ledger, place: SiteContext, typed: Typed, who: str) -> None:
    if not typed.fields.get("text", "").strip():
        raise Mistyped(t.text("Say what happened, in a few words."))
    first = _day(t, typed, "first") or place.today
    last = _day(t, typed, "last") or first
    if last < first:
        raise Mistyped(t.text("The last day is before the first."))
    entry = DiaryEntry(
        0,
        place.site.name,
        typed.fields.get("zone") or None,
        first,
        last,
        typed.fields["text"],
        typed.fields.get("public") == "yes",
        place.now_utc_s,
        who,
    )
    write_entry(ledger, entry, place.today)


def _agree(t: Words, ledger: Ledger, place: SiteContext, typed: Typed, who: str) -> None:
    first, last = _day(t, typed, "baseline_first"), _day(t, typed, "baseline_last")
    if first is None or last is None:
        raise Mistyped(t.text("Say from which day to which day the baseline is measured."))
    if last >= place.today:
        raise Mistyped(t.text("The baseline is measured on days that are past."))
    if (last - first).days + 1 < LEAST_DAYS:
        raise Mistyped(
            t.text("A baseline takes %(days)s days or more, so that no single week decides.")
            % {"days": LEAST_DAYS}
        )
    if not typed.fields.get("by", "").strip():
        raise Mistyped(t.text("Say who agreed, by role and without names."))
    try:
        rate, percent = parse_aim(typed.fields.get("aim"))
    except BadData as error:
        raise Mistyped(t.text("Write the target as +20% or as 12.5 passages an hour.")) from error
    due = _day(t, typed, "due")
    if ((rate, percent) == (None, None)) != (due is None):
        raise Mistyped(t.text("A target needs a day, and a day needs a target."))
    wanted = Agreement(
        site=place.site.name,
        zone=typed.fields.get("zone") or None,
        light=typed.fields.get("light", ""),
        baseline_first=first,
        baseline_last=last,
        agreed_day=_day(t, typed, "agreed") or place.today,
        agreed_by=typed.fields["by"],
        target_rate_per_h=rate,
        target_percent=percent,
        due_day=due,
    )
    agree(ledger, wanted, who, place.now_utc_s, place.today)


def _day(t: Words, typed: Typed, name: str) -> date | None:
    """A day that was typed, None for none; Mistyped when it is no date."""
    value = typed.fields.get(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Mistyped(
            t.text("%(typed)s is no date: write it as 2026-11-28.") % {"typed": value[:20]}
        ) from error
