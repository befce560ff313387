"""The diary beside the counts: entries as events of a chart over time, or as notes below another.

Whoever reads counts has to see what else happened on those days. A chart whose axis is time gets a
numbered line for each entry, as for a change of settings; another says it in a note. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from padlicht.ledger import DiaryEntry
from padlicht.web.charts.chart import Chart
from padlicht.web.charts.weeks import Event
from padlicht.web.i18n import Words


def entry_text(t: Words, entry: DiaryEntry) -> str:
    """What an entry says, without its days: what, where if not everywhere, and if it is quiet."""
    told = entry.text
    if entry.zone is not None:
        told = t.text("%(what)s (zone %(zone)s)") % {"what": told, "zone": entry.zone}
    return told if entry.public else t.text("%(what)s (kept quiet)") % {"what": told}


def entry_events(t: Words, entries: Sequence[DiaryEntry], first: date, last: date) -> list[Event]:
    """An event for each entry of those days: on its first day, or where the chart begins."""
    events = []
    for entry in touching(entries, first, last):
        told = t.text("diary: %(what)s") % {"what": entry_text(t, entry)}
        if entry.last_day > entry.first_day:
            days = t.dates(entry.first_day, entry.last_day)
            told = t.text("%(what)s, %(days)s") % {"what": told, "days": days}
        events.append(Event(max(first, entry.first_day), told))
    return events


def with_diary(
    t: Words, chart: Chart, entries: Sequence[DiaryEntry], first: date, last: date
) -> Chart:
    """The chart of those days, whose axis is no time, with a note for each entry that they have."""
    notes = tuple(
        t.text("In the diary, %(days)s: %(what)s.")
        % {"days": t.dates(entry.first_day, entry.last_day), "what": entry_text(t, entry)}
        for entry in touching(entries, first, last)
    )
    return replace(chart, notes=(*chart.notes, *notes)) if notes else chart


def touching(entries: Sequence[DiaryEntry], first: date, last: date) -> list[DiaryEntry]:
    """Those that touch the days from `first` to `last`, both included."""
    return [entry for entry in entries if entry.first_day <= last and entry.last_day >= first]
