"""Chart of baseline and target: rates of whole weeks with what was agreed drawn across them. Pure.

A rate and no count, so that a gap in watching does not look like fewer people. No verdict: a week
above the line proves nothing about why it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from padlicht.ledger import Target
from padlicht.ledger.usage.sums import Use
from padlicht.web import phrases
from padlicht.web.charts.bars import Bar, Level, Part, Sign, bars
from padlicht.web.charts.chart import Chart, Key
from padlicht.web.charts.weeks import Event, use_cells, use_columns
from padlicht.web.i18n import Words
from padlicht.web.table import Column, Format, Table, Value

_WEEK = timedelta(weeks=1)


def target_chart(
    t: Words,
    targets: Sequence[Target],
    weeks: Mapping[tuple[date, str], Use],
    first: date,
    last: date,
    events: Sequence[Event],
) -> Chart:
    """Whole weeks from the Monday `first` to the Monday `last`, of the place of these agreements.

    `targets` are those of one place and light, oldest first, and one at least; `weeks` are of that
    place, `events` what happened in them.
    """
    newest = targets[-1]
    uses = {
        first + number * _WEEK: weeks.get((first + number * _WEEK, newest.light), Use())
        for number in range((last - first).days // 7 + 1)
    }
    shown = [event for event in events if first <= event.day < last + _WEEK]
    zone = newest.zone or t.text("whole park")
    light = phrases.light_words(t)[newest.light]
    return Chart(
        f"target-{newest.zone or 'all'}-{newest.light}",
        t.text("Baseline and target: %(zone)s, %(light)s") % {"zone": zone, "light": light},
        _finding(t, newest, uses),
        bars(
            _bars(t, uses),
            number=t.rate,
            unit=t.text("passages per watched hour"),
            signs=[Sign((event.day - first).days / 7, event.words) for event in shown],
            levels=_levels(t, targets, first, last + _WEEK),
            rates=True,
        ),
        Table(
            (
                Column("monday", t.text("Week from"), Format.DAY),
                *use_columns(t),
                Column("baseline", t.text("Baseline"), Format.RATE),
                Column("target", t.text("Target"), Format.RATE),
            ),
            tuple(
                (monday, *use_cells(use), *_agreed(targets, monday))
                for monday, use in uses.items()
                if use.due_s
            ),
        ),
        keys=(
            Key("plain", t.text("passages per watched hour")),
            Key("baseline", t.text("baseline, as agreed")),
            *((Key("target", t.text("target, from the day it was agreed")),) * _has_aim(targets)),
            Key("cover", t.text("below: share of the time watched")),
            Key("gap", t.text("no data")),
        ),
        signs=tuple(f"{t.short_date(event.day)}: {event.words}" for event in shown),
        notes=(
            t.text(
                "A week above or below a line says nothing about why: season, weather and all else"
                " move it. What made the difference is a question for a study. This is use, not"
                " safety."
            ),
        ),
        simulated=any(use.simulated_counts for use in uses.values()),
    )


def agreed_text(t: Words, target: Target) -> str:
    """What was agreed, in a sentence."""
    told = t.text(
        "Agreed on %(day)s by %(who)s: %(rate)s passages per watched hour, measured %(days)s"
    ) % {
        "day": t.short_date(target.agreed_day),
        "who": target.agreed_by,
        "rate": t.rate(target.baseline_rate_per_h),
        "days": t.dates(target.baseline_first, target.baseline_last),
    }
    if target.target_rate_per_h is None or target.due_day is None:
        return t.text("%(agreed)s; no target.") % {"agreed": told}
    return t.text("%(agreed)s; the target is %(rate)s by %(day)s.") % {
        "agreed": told,
        "rate": t.rate(target.target_rate_per_h),
        "day": t.short_date(target.due_day),
    }


def _finding(t: Words, target: Target, uses: Mapping[date, Use]) -> str:
    agreed = agreed_text(t, target)
    known = [(monday, use) for monday, use in uses.items() if use.rate_per_h is not None]
    if not known:
        return agreed
    monday, use = known[-1]
    newest = t.text("The week of %(days)s: %(rate)s; %(watched)s.") % {
        "days": t.dates(monday, monday + _WEEK - timedelta(days=1)),
        "rate": t.rate(use.rate_per_h or 0.0),
        "watched": phrases.coverage_text(t, use),
    }
    return f"{agreed} {newest}"


def _bars(t: Words, uses: Mapping[date, Use]) -> list[Bar]:
    items, month = [], 0
    for monday, use in uses.items():
        label = t.month(monday) if monday.month != month else ""
        month = monday.month
        if not use.due_s:
            items.append(Bar(label, ()))
        elif use.rate_per_h is None:
            items.append(Bar(label, (), 0.0, t.text("no data")))
        else:
            told = f"{t.short_date(monday)}: {t.rate(use.rate_per_h)}, "
            told += phrases.coverage_text(t, use)
            items.append(Bar(label, (Part("plain", use.rate_per_h, told),), use.coverage))
    return items


def _levels(t: Words, targets: Sequence[Target], first: date, end: date) -> list[Level]:
    """Each baseline from its first day, each target from its agreement, until the next one."""
    found = []
    ends = [*(target.agreed_day for target in targets[1:]), end]
    for target, until in zip(targets, ends, strict=True):
        spans = [
            ("baseline", target.baseline_first, target.baseline_rate_per_h, t.text("baseline"))
        ]
        if target.target_rate_per_h is not None:
            spans.append(("target", target.agreed_day, target.target_rate_per_h, t.text("target")))
        for kind, begin, rate, words in spans:
            begins, ends_at = max(begin, first), min(until, end)
            if begins < ends_at:
                told = f"{words} {t.rate(rate)}"
                place = ((begins - first).days / 7, (ends_at - first).days / 7)
                found.append(Level(rate, *place, kind, told))
    return found


def _agreed(targets: Sequence[Target], monday: date) -> tuple[Value, Value]:
    """The baseline and the target in force at the end of a week; None before there were any."""
    found = [target for target in targets if target.agreed_day < monday + _WEEK]
    if not found:
        return None, None
    return found[-1].baseline_rate_per_h, found[-1].target_rate_per_h


def _has_aim(targets: Sequence[Target]) -> bool:
    return any(target.target_rate_per_h is not None for target in targets)
