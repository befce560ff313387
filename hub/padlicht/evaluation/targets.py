"""Baseline and target: what a place is measured by, agreed on a day, and where it should go.

The measure is passages per watched hour in one light, so that a gap in watching does not look like
fewer people. The baseline is taken from whole days that are past when it is agreed, and kept as it
was then. To be above a target proves nothing about why: that is what studies are for.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from padlicht.errors import BadData, Refused
from padlicht.evaluation.diary import FIRST_DAY, FURTHEST_AHEAD, check_words, check_zone
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger, Target
from padlicht.ledger.usage.sums import LIGHTS, Use
from padlicht.usage.hours import DARK_ON

MEASURED = DARK_ON  # what is proposed first
LEAST_DAYS = 28  # four whole weeks: every weekday alike, and not one night's weather
LEAST_COVERAGE = 0.75


class Agreement(NamedTuple):
    """What people agree on, as it is typed; `target_rate_per_h` or `target_percent`, or neither.

    The target in per cent is the change from the baseline: 20 is a fifth more.
    """

    site: str
    zone: str | None
    light: str
    baseline_first: date
    baseline_last: date
    agreed_day: date
    agreed_by: str
    target_rate_per_h: float | None = None
    target_percent: float | None = None
    due_day: date | None = None


class TargetWeeks(NamedTuple):
    """What was agreed of one place and light, oldest first, and the weeks of that place."""

    targets: Sequence[Target]
    weeks: dict[tuple[date, str], Use]


def agree(ledger: Ledger, wanted: Agreement, who: str, utc_s: int, today: date) -> Target:
    """Measure the baseline and write the agreement down; BadData or Refused when it cannot be."""
    site_of(ledger, wanted.site)
    check_zone(ledger, wanted.site, wanted.zone)
    agreed_by = check_words("who agreed", wanted.agreed_by)
    _check_days(wanted, today)
    use = baseline(ledger, wanted)
    rate = (use.rate_per_h or 0.0) if wanted.target_percent is not None else None
    target = wanted.target_rate_per_h
    if rate is not None and wanted.target_percent is not None:
        target = rate * (1 + wanted.target_percent / 100)
    if (target is None) != (wanted.due_day is None):
        raise BadData("a target needs the day by which it should be reached, and that day a target")
    if target is not None and not 0 < target < 100_000:
        raise BadData(f"a target of {target:g} passages an hour cannot be: give one above 0")
    agreed = Target(
        0, wanted.site, wanted.zone, wanted.light, wanted.baseline_first, wanted.baseline_last,
        use.count, use.obs_s, use.due_s, target, wanted.due_day, wanted.agreed_day, agreed_by,
        utc_s, who,
    )  # fmt: skip
    with ledger.transaction():
        return agreed._replace(id=ledger.targets.add(agreed))


def baseline(ledger: Ledger, wanted: Agreement) -> Use:
    """What was counted in the days of the baseline; Refused when that is no ground to stand on."""
    span = ledger.use.span(wanted.site, wanted.zone)
    if span is not None and wanted.baseline_first < span[0]:
        raise Refused(
            f"the baseline begins on {wanted.baseline_first}, and what is known begins on "
            f"{span[0]}: begin it then or later"
        )
    sums = ledger.use.by_light(
        wanted.site, wanted.baseline_first, wanted.baseline_last, wanted.zone
    )
    use = sums.get(wanted.light, Use())
    if use.coverage is None or use.coverage < LEAST_COVERAGE:
        watched = "nothing" if use.coverage is None else f"{use.coverage:.0%} of the time"
        raise Refused(
            f"from {wanted.baseline_first} to {wanted.baseline_last} counters watched {watched} of "
            f"that light, and a baseline needs {LEAST_COVERAGE:.0%}: choose other days"
        )
    return use


def withdraw_target(ledger: Ledger, target_id: int, who: str, why: str, utc_s: int) -> Target:
    """Take an agreement back; what it was. BadData without a reason, Refused when there is none."""
    why = check_words("the reason", why)
    with ledger.transaction():
        return ledger.targets.withdraw(target_id, who, why, utc_s)


def target_weeks(ledger: Ledger, site: str, first: date, last: date) -> list[TargetWeeks]:
    """All that was agreed of a park, by place and light, with the weeks from `first` to `last`."""
    found: dict[tuple[str | None, str], list[Target]] = {}
    for target in ledger.targets.of_site(site):
        found.setdefault((target.zone, target.light), []).append(target)
    return [
        TargetWeeks(targets, ledger.use.by_week(site, first, last, zone))
        for (zone, _), targets in found.items()
    ]


def in_force(targets: Sequence[Target], day: date) -> Target | None:
    """Of what was agreed of one place and light, what holds on a day; None: nothing yet."""
    return next((target for target in reversed(targets) if target.agreed_day <= day), None)


def parse_aim(aim: str | None) -> tuple[float | None, float | None]:
    """A target as it is typed: passages an hour, or the change in per cent; BadData otherwise."""
    if aim is None or not aim.strip():
        return None, None
    found = re.fullmatch(r"([+-]?)(\d{1,5}(?:[.,]\d{1,3})?)\s*(%?)", aim.strip())
    if found is None or (found[1] and not found[3]):
        raise BadData(f"{aim!r} is no target: write +20% or 12.5 (passages an hour)")
    number = float(found[1] + found[2].replace(",", "."))
    return (None, number) if found[3] else (number, None)


def _check_days(wanted: Agreement, today: date) -> None:
    if wanted.light not in LIGHTS:
        raise BadData(f"{wanted.light!r} is no light: choose one of {', '.join(LIGHTS)}")
    if not FIRST_DAY <= wanted.baseline_first <= wanted.baseline_last < today:
        raise BadData(
            f"a baseline from {wanted.baseline_first} to {wanted.baseline_last} cannot be: its "
            "days are past, the first before the last"
        )
    days = (wanted.baseline_last - wanted.baseline_first).days + 1
    if days < LEAST_DAYS:
        raise BadData(f"a baseline of {days} days is too short: take {LEAST_DAYS} days or more")
    if not wanted.baseline_last < wanted.agreed_day <= today:
        raise BadData(
            f"agreed on {wanted.agreed_day}: that is before the baseline ends, or yet to come"
        )
    if wanted.due_day is not None and not (
        wanted.agreed_day < wanted.due_day <= today + 5 * FURTHEST_AHEAD
    ):
        raise BadData(
            f"due on {wanted.due_day}: that is not after the agreement, or more than ten years "
            "ahead"
        )
