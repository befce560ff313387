"""Writes anew what stands in InfluxDB under a place or a clock that is told otherwise now.

Zone, site and the local hour are part of what a point is known by there. So when the ledger learns
that a node was elsewhere, or that a site had another time zone, the points of that time are taken
out and written again. Only then does the cursor move: a hub which dies meanwhile does it again.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from padlicht.errors import BadData
from padlicht.influx import line_protocol
from padlicht.influx.bisect_rejected import Post
from padlicht.influx.databases import take_out
from padlicht.influx.schema import RAW, SOURCES
from padlicht.influx.sources import BATCH, diary_lines, usage_lines
from padlicht.influx.target import Target
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.tables.rewrites import Rewrite
from padlicht.usage.changes import hours_of_day
from padlicht.usage.days import zone_days

log = logging.getLogger(__name__)

_STEP_S = 30 * 86_400  # of a site in one piece: some thousand points of each zone
_DAY = timedelta(days=1)

Piece = Callable[[Ledger], list[str]]


class Done(NamedTuple):
    """What was written anew: all rewrites up to an id. `whole`: all there was had to be taken out,
    and everything has to be written from its beginning."""

    last_id: int
    whole: bool = False


class Rewriter:
    """Does the rewrites of one database.

    `insist` runs what talks to the database in a thread until the database has it; `post` writes
    lines; `noted` is called when `progress` (pieces that are done, of how many) changes.
    """

    def __init__(
        self,
        kind: str,
        target: Target,
        reader: LedgerThread,
        insist: Callable[[Callable[[], bool]], Awaitable[bool]],
        post: Post,
        noted: Callable[[], None],
    ) -> None:
        self.progress: tuple[int, int] | None = None
        self._kind = kind
        self._target = target
        self._reader = reader
        self._insist = insist
        self._post = post
        self._noted = noted

    @property
    def source(self) -> str:
        """What its cursor is called."""
        return f"rewrites_{self._kind}"

    @property
    def target_mark(self) -> tuple[str, int]:
        """Which database cursors are of: the mark's name, and a number that another has not."""
        return f"target_{self._kind}", self._target.number_of(self._kind)

    async def run(self, after_id: int) -> Done:
        """Do all that came after an id, unless hours are still to be added up anew."""
        todo, newest = await self._reader.run(lambda ledger: self._find(ledger, after_id))
        if newest == after_id:
            return Done(after_id)
        pieces = [await self._reader.run(partial(self._pieces, one)) for one in todo]
        done, total = 0, sum(map(len, pieces))
        for rewrite, its in zip(todo, pieces, strict=True):
            self._shown(done, total)
            tag = "site" if rewrite.node_id is None else "node"
            if not await self._insist(
                partial(take_out, self._target, self._kind, tag, rewrite.whose, *rewrite[2:])
            ):
                self._shown(0, 0)
                return Done(newest, whole=True)
            for piece in its:
                for text in await self._reader.run(piece):
                    await self._write(text)
                done += 1
                self._shown(done, total)
        self._shown(0, 0)
        return Done(newest)

    async def _write(self, text: str) -> None:
        """Write lines; most stood there before, so what is refused is in quarantine already."""
        try:
            await self._post(text, None)
        except BadData as error:
            log.debug("influx: lines that were written anew are refused: %s", error)

    def _shown(self, done: int, total: int) -> None:
        self.progress = (done, total) if total else None
        self._noted()

    def _find(self, ledger: Ledger, after_id: int) -> tuple[list[Rewrite], int]:
        todo, newest = ledger.rewrites.after(after_id, of_nodes=self._kind == RAW)
        waits = ledger.node_hours.stale() is not None or ledger.zone_hours.has_stale()
        if todo and self._kind != RAW and waits:
            return [], after_id
        return todo, newest

    def _pieces(self, rewrite: Rewrite, ledger: Ledger) -> list[Piece]:
        """What gives the lines, piece by piece."""
        if self._kind == RAW:
            return [partial(_records, source, rewrite) for source in SOURCES[RAW]]
        begin, end = ledger.rewrites.span(rewrite)
        spans = [(at, min(at + _STEP_S, end)) for at in range(begin, end, _STEP_S)]
        hours = [partial(_hours, rewrite.whose, *span) for span in spans]
        return [partial(_records, "settings", rewrite), partial(_diary, rewrite.whose), *hours]


def _records(source: str, rewrite: Rewrite, ledger: Ledger) -> list[str]:
    if source in line_protocol.RECORDS:
        texts = ledger.rewrites.text(source, line_protocol.RECORDS[source], rewrite)
        return [batch for text in texts for batch in _in_batches(text.split("\n"))]
    rows = ledger.rewrites.rows(source, rewrite)
    return _in_batches(line_protocol.FORMATTERS[source](rows))


def _diary(site: str, ledger: Ledger) -> list[str]:
    """All of a site's diary: it is short, and its points stand at local midnights."""
    return _in_batches(diary_lines(ledger, ledger.cursors.rows_of_diary(site)))


def _hours(site: str, from_utc_s: int, to_utc_s: int, ledger: Ledger) -> list[str]:
    """The hours, and the days whose midnight is in [from, to)."""
    clock = ledger.sites.clock(site)
    hours = ledger.zone_hours.all(from_utc_s, to_utc_s, site=site)
    of_site = ledger.zone_hours.of_site(site, {hour.hour_utc_s for hour in hours})
    days = []
    day, last = clock.day(from_utc_s) - _DAY, clock.day(to_utc_s) + _DAY
    while day <= last:
        if from_utc_s <= clock.midnight_utc_s(day) < to_utc_s:
            days += zone_days(hours_of_day(ledger, site, None, day, clock), clock)
        day += _DAY
    return _in_batches(usage_lines(ledger, hours, days, of_site).split("\n"))


def _in_batches(lines: list[str]) -> list[str]:
    return ["\n".join(lines[i : i + BATCH]) for i in range(0, len(lines), BATCH) if any(lines[i:])]
