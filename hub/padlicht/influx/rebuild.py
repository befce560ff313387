"""Fills an InfluxDB that is new, or lost something, with everything that the ledger has."""

from collections.abc import Callable

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.influx.database_writer import Lane
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.sources import AT_ONCE, sources_of
from padlicht.influx.states import PATIENT, Patience
from padlicht.influx.target import Target, options_of
from padlicht.ledger import Ledger
from padlicht.ledger.thread import LedgerThread

FOLLOWER = "rebuild"


async def rebuild(
    config: Config,
    shown: Callable[[list[Lane]], None] = lambda lanes: None,
    *,
    patience: Patience = PATIENT,
) -> int:
    """Write the whole ledger; how many lines were refused and went to quarantine.

    It goes on where an earlier one was ended, and beside a hub that runs. While the database is
    away, it waits; Refused when somebody has to mend something. `shown` is told of progress.
    """
    with Ledger.open(config.ledger_path, read_only=True):
        pass  # no ledger is to be made for this
    target = Target(options_of(config))
    ledger = LedgerThread(Ledger.open(config.ledger_path))
    reader = LedgerThread(Ledger.open(config.ledger_path, read_only=True))
    lanes: list[Lane] = []
    try:
        for database in (RAW, USAGE):
            lane = Lane(
                database, sources_of(database, usage_every_s=0.0), ledger, reader, target,
                HubClock(), FOLLOWER, noted=lambda: shown(lanes), moved=lambda: shown(lanes),
                patience=patience, insist=False, at_once=AT_ONCE[database],
            )  # fmt: skip
            lanes.append(lane)
            # A hub may have written a newer sum of an hour between our reading it and our writing
            # it. Its change shows in another round, so the last round has to find nothing.
            while await lane.fill() and database == USAGE:
                pass
        await ledger.run(_forget)
    finally:
        target.close()
        ledger.close()
        reader.close()
    return sum(lane.refused_lines for lane in lanes)


def _forget(ledger: Ledger) -> None:
    """It is done: the next one begins anew, and retention need not wait for it."""
    with ledger.transaction():
        ledger.cursors.drop(FOLLOWER)
