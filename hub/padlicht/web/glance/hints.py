"""Hints: zones whose newest week leaves what their own past leads to expect. No verdicts.

The rule is evaluation/estimators/early_signal.py; here are its question to the ledger and its
sentences. A year of weeks of every zone is read once a day.
"""

from datetime import timedelta

from padlicht.evaluation.estimators.early_signal import WEEKS, Signal, WeekCount, early_signal
from padlicht.ledger import Ledger
from padlicht.usage.days import last_weeks
from padlicht.web import phrases
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext

_WEEK = timedelta(weeks=1)

Signals = dict[str, Signal]  # by zone


def signals(ledger: Ledger, place: SiteContext) -> Signals:
    """The zones of which the newest whole week stands out."""
    name, today = place.site.name, place.today
    newest = last_weeks(today)[1]
    rests_on = today, ledger.use.by_light(name, newest.first, newest.last)
    return place.results.get_or_make(
        f"early signals of {name}", rests_on, lambda: _signals(ledger, place)
    )


def _signals(ledger: Ledger, place: SiteContext) -> Signals:
    newest = last_weeks(place.today)[1]
    mondays = [newest.first - _WEEK * number for number in reversed(range(WEEKS))]
    found: Signals = {}
    for zone, weeks in ledger.use.zone_weeks(place.site.name, mondays[0], newest.last).items():
        counts = [WeekCount(monday, *weeks.get(monday, (0, 0, 0))) for monday in mondays]
        if (signal := early_signal(counts)) is not None:
            found[zone] = signal
    return found


def sentences(t: Words, found: Signals) -> list[str]:
    """One for each zone: what is seen, beside what, and that the counts do not tell why."""
    return [
        t.text(
            "%(zone)s, %(dates)s: %(change)s passages, beside the four weeks before. No week of the"
            " past year was that far off. Go and look: the counts do not say why."
        )
        % {
            "zone": zone,
            "dates": t.dates(signal.monday, signal.monday + _WEEK - timedelta(days=1)),
            "change": phrases.signed(t, round(100 * (signal.ratio - 1))),
        }
        for zone, signal in sorted(found.items())
    ]
