"""Fills an InfluxDB that is new, or lost something, with everything that the ledger has."""

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.influx.database_writer import DatabaseWriter
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.sources import AT_ONCE, sources_of
from padlicht.influx.status import RETRY_TIMES, RetryTimes, status_of_hub
from padlicht.influx.target import Target, options_of
from padlicht.influx.writer import FOLLOWER as HUB
from padlicht.ledger import Ledger, LedgerThread

FOLLOWER = "rebuild"


async def rebuild(
    config: Config,
    shown: Callable[[list[DatabaseWriter]], None] = lambda writers: None,
    *,
    retry_times: RetryTimes = RETRY_TIMES,
) -> int:
    """Write the whole ledger; how many lines were refused and went to quarantine.

    It goes on where an earlier one was ended, and beside a hub that runs. While the database is
    away, it waits; Refused when somebody has to mend something. `shown` is told of progress.
    """
    with Ledger.open(config.ledger_path, read_only=True):
        pass  # no ledger is to be made for this
    writers: list[DatabaseWriter] = []
    with (
        closing(Target(options_of(config))) as target,
        closing(LedgerThread(Ledger.open(config.ledger_path))) as ledger,
        closing(LedgerThread(Ledger.open(config.ledger_path, read_only=True))) as reader,
    ):
        for database in (RAW, USAGE):
            writer = DatabaseWriter(
                database, sources_of(database, usage_every_s=0.0), ledger, reader, target,
                HubClock(), FOLLOWER, noted=lambda: shown(writers), moved=lambda: shown(writers),
                retry_times=retry_times, insist=False, at_once=AT_ONCE[database],
            )  # fmt: skip
            writers.append(writer)
            await ledger.run(partial(_begin, writer))
        # A hub may have written a newer sum of an hour between our reading it and our writing it.
        # Its change shows in another round, so the last round has to find nothing, in neither.
        while any([await writer.fill() for writer in writers]):
            pass
        # What was read before a change was written under what was known before it.
        for writer in writers:
            await writer.rewrite()
        done = {name: last for writer in writers for name, last in writer.done.items()}
        marks = dict(writer.rewriter.target_mark for writer in writers)
        hub_writes = bool(status_of_hub(config))
        await ledger.run(partial(_finish, done, marks, hub_writes))
    return sum(writer.refused_lines for writer in writers)


def _begin(writer: DatabaseWriter, ledger: Ledger) -> None:
    """What the hub has still to take out of this database, the rebuild takes out.

    Points of before an upgrade may have another identity, and would stay beside the new ones.
    """
    rewrites, (mark, number) = writer.rewriter.source, writer.rewriter.target_mark
    known = ledger.cursors.all()
    if (FOLLOWER, rewrites) not in known and known.get((HUB, mark)) == number:
        with ledger.transaction():
            ledger.cursors.move(FOLLOWER, rewrites, known.get((HUB, rewrites), 0))


def _finish(
    done: Mapping[str, int], marks: Mapping[str, int], hub_writes: bool, ledger: Ledger
) -> None:
    """It is done: the next one begins anew, and retention need not wait for it.

    What is written now, the next hub need not write once more. One that runs knows itself how far
    it is, and may write to another database.
    """
    with ledger.transaction():
        ledger.cursors.drop(FOLLOWER)
        if hub_writes:
            return
        same = all(ledger.cursors.get(HUB, name) in (0, number) for name, number in marks.items())
        for name, last_id in done.items():
            before = ledger.cursors.get(HUB, name) if same else 0
            ledger.cursors.move(HUB, name, max(last_id, before))
        for name, number in marks.items():
            ledger.cursors.move(HUB, name, number)
