"""What the writer follows in the ledger, and how rows of it become lines."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from padlicht.influx import line_protocol
from padlicht.influx.schema import RAW, SOURCES, USAGE
from padlicht.ledger import Ledger
from padlicht.ledger.usage.zone_hours import ZoneHour
from padlicht.usage.changes import changed
from padlicht.usage.days import ZoneDay

log = logging.getLogger(__name__)

BATCH = 5000  # rows of one write: a tenth of a megabyte packed, and some 50 ms of a database's time
# Batches on their way, by database, so that the database never waits for us. A record's line is the
# same for ever, but an hour's sum grows: an older one must not arrive after a newer one.
AT_ONCE = {RAW: 2, USAGE: 1}
# A zone's point is summed over all its nodes, each time one of them reports; nobody watches an
# hour's sum more often than this.
USAGE_EVERY_S = 20.0


class Chunk(NamedTuple):
    """Lines of one source, and the id up to which they are everything."""

    text: str
    last_id: int


@dataclass(frozen=True)
class Source:
    """One table of the ledger; `every_s` is how long to leave it alone once it is written."""

    name: str
    every_s: float = 0.0

    def read(self, ledger: Ledger, after_id: int, limit: int = BATCH) -> Chunk:
        """The lines of at most `limit` rows after `after_id`; without any, last_id is that."""
        if self.name in line_protocol.RECORDS:
            return Chunk(
                *ledger.cursors.text_after(
                    self.name, line_protocol.RECORDS[self.name], after_id, limit
                )
            )
        if self.name == "usage_hour":
            return _usage(ledger, after_id, limit)
        rows = ledger.cursors.rows_after(self.name, after_id, limit)
        if self.name == "diary":
            made = diary_lines(ledger, rows)
        else:
            made = line_protocol.FORMATTERS[self.name](rows)
        return Chunk("\n".join(made), rows[-1][0] if rows else after_id)


class Batch(NamedTuple):
    """Lines of a source on their way."""

    source: Source
    text: str
    packed: bytes
    last_id: int


def sources_of(database: str, usage_every_s: float = USAGE_EVERY_S) -> Sequence[Source]:
    """What goes into a database, RAW or USAGE."""
    return [
        Source(name, usage_every_s if name == "usage_hour" else 0.0) for name in SOURCES[database]
    ]


def _usage(ledger: Ledger, after_rev: int, limit: int) -> Chunk:
    found = changed(ledger, after_rev, limit)
    return Chunk(usage_lines(ledger, found.hours, found.days, found.site_hours), found.rev)


def usage_lines(
    ledger: Ledger,
    hours: Sequence[ZoneHour],
    days: Sequence[ZoneDay],
    site_hours: Sequence[ZoneHour],
) -> str:
    """The lines of hours and days of zones, and of hours of sites."""
    clocks = {
        site: ledger.sites.clock(site) for site in {row.site for row in (*hours, *site_hours)}
    }
    made = (
        *line_protocol.zone_hours(hours, clocks),
        *line_protocol.zone_days(days),
        *line_protocol.park_hours(site_hours, clocks),
    )
    return "\n".join(made)


def diary_lines(ledger: Ledger, rows: Sequence[line_protocol.Row]) -> list[str]:
    """The lines of the diary's rows."""
    clocks = {site: ledger.sites.clock(site) for site in {row[1] for row in rows}}
    return line_protocol.diary(rows, clocks)


class Marked(Protocol):
    """What else a follower has cursors of: rewrites, and which database it all is of."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def target_mark(self) -> tuple[str, int]: ...  # noqa: D102


def starting_cursors(
    ledger: Ledger, follower: str, sources: Sequence[str], rewriter: Marked
) -> tuple[dict[str, int], int]:
    """How far a follower is with its sources, and with rewrites.

    Cursors are made where there are none, so that retention knows who will come. Those of another
    database (by its mark) say nothing of this one: it gets everything.
    """
    known, rewrites = ledger.cursors.all(), rewriter.source
    mark, number = rewriter.target_mark
    before = known.get((follower, mark))
    if before not in (None, number):
        log.info("influx: another database than before: everything is written to it")
        known = {key: last for key, last in known.items() if key[1] not in (*sources, rewrites)}
    if before != number:
        with ledger.transaction():
            ledger.cursors.move(follower, mark, number)
            for name in sources if before is not None else ():
                ledger.cursors.move(follower, name, 0)
    missing = [name for name in sources if (follower, name) not in known]
    rewritten = known.get((follower, rewrites))
    if missing or rewritten is None:
        # Who begins writes everything as it is known now; unless it was said before what is to be
        # taken out.
        if rewritten is None:
            begins = len(missing) == len(sources)
            rewritten = ledger.cursors.newest_id(rewrites) if begins else 0
        with ledger.transaction():
            ledger.cursors.move(follower, rewrites, rewritten)
            for name in missing:
                ledger.cursors.move(follower, name, 0)
    return {name: known.get((follower, name), 0) for name in sources}, rewritten
