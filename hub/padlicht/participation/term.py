"""Term keeper: deletes what people said when its stated term is over, and keeps the sums.

By the date in UTC, an hour after it began at the latest. A clock that was just set is not believed
at once: what is deleted here does not come back.
"""

import asyncio
import logging
from datetime import UTC, date, datetime
from pathlib import Path

from padlicht.clock import STEADY_S, ClockWatch
from padlicht.participation.store import Participation, open_participation
from padlicht.participation.survey.results import summary_of

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3600.0


class TermKeeper:
    """Looks once an hour for rounds whose term is over."""

    def __init__(self, path: Path, clock_watch: ClockWatch) -> None:
        self._path = path
        self._clock_watch = clock_watch

    async def run(self) -> None:
        """Until cancelled; raises TryAgain while the file cannot be used."""
        while True:
            steady_s = self._clock_watch.steady_s
            if steady_s < STEADY_S or not self._clock_watch.clock.is_set:
                await asyncio.sleep(max(1.0, STEADY_S - steady_s))
                continue
            await asyncio.to_thread(self._look)
            await asyncio.sleep(LOOK_EVERY_S)

    def _look(self) -> None:
        if not self._path.exists():
            return
        today = datetime.fromtimestamp(self._clock_watch.clock.utc_s(), UTC).date()
        with open_participation(self._path) as words:
            for title in delete_expired(words, today):
                log.info("words: the term of %r is over: its sheets are deleted", title)
            with words.transaction():
                visits = words.visits.delete_expired(today)
            if visits:
                log.info("words: the term of %s sheets of the path is over: deleted", visits)


def delete_expired(words: Participation, today: date) -> list[str]:
    """Delete the sheets and texts of rounds whose term is over, and keep their sums; which."""
    with words.transaction():
        due = words.survey.due(today)
        for each in due:
            words.survey.keep_summary(each.id, summary_of(each, words.survey.sheets(each.id)))
    return [each.title for each in due]
