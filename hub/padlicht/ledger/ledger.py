"""The ledger as one thing: open, transaction, close, thread; all else is handed out by table."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from padlicht.errors import TryAgain
from padlicht.ledger.records.identity_index import IdentityIndex
from padlicht.ledger.records.misdated import MisdatedRecords
from padlicht.ledger.records.records import RecordTables
from padlicht.ledger.schema import connect, version_of
from padlicht.ledger.tables.attributes import AttributeTable
from padlicht.ledger.tables.commands import CommandTable, SelfTestTable
from padlicht.ledger.tables.cursors import CursorTable
from padlicht.ledger.tables.diary import DiaryTable
from padlicht.ledger.tables.node_states import NodeStateTable
from padlicht.ledger.tables.quarantine import QuarantineTable
from padlicht.ledger.tables.quarter_sheets import QuarterSheetTable
from padlicht.ledger.tables.registry import NodeTable, SiteTable
from padlicht.ledger.tables.removal import RemovalTable
from padlicht.ledger.tables.rewrites import RewriteTable
from padlicht.ledger.tables.settings import SettingsTable
from padlicht.ledger.tables.studies import StudyTable
from padlicht.ledger.tables.study_jobs import StudyJobTable
from padlicht.ledger.tables.targets import TargetTable
from padlicht.ledger.trouble import explain, says_of_the_file
from padlicht.ledger.upkeep import copy, size
from padlicht.ledger.upkeep.check import LedgerCheck
from padlicht.ledger.upkeep.retention import Retention
from padlicht.ledger.usage.lamp_sums import LampSums
from padlicht.ledger.usage.node_hours import NodeHourTable
from padlicht.ledger.usage.sums import UseSums
from padlicht.ledger.usage.zone_hours import ZoneHourTable
from padlicht.ledger.usage.zone_windows import ZoneWindowTable

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

CLOSING_MS = 500  # what is noted at the end can be found out again: worth no waiting


class Ledger:
    """What happened in the park, once and for ever: one SQLite file, asked and written by table.

    A write-ahead log and synchronous FULL: when `transaction()` has ended, what was written
    survives a power cut. One thread at a time may use it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @cached_property
    def sites(self) -> SiteTable:
        """Parks and their zones."""
        return SiteTable(self._db)

    @cached_property
    def nodes(self) -> NodeTable:
        """The registry of nodes."""
        return NodeTable(self._db)

    @cached_property
    def attributes(self) -> AttributeTable:
        """Where nodes and sites were when, and who said so."""
        return AttributeTable(self._db)

    @cached_property
    def rewrites(self) -> RewriteTable:
        """What copies elsewhere have to write anew."""
        return RewriteTable(self._db)

    @cached_property
    def states(self) -> NodeStateTable:
        """What nodes last said of themselves, and who was online when."""
        return NodeStateTable(self._db)

    @cached_property
    def settings(self) -> SettingsTable:
        """Every version of the wanted settings."""
        return SettingsTable(self._db)

    @cached_property
    def studies(self) -> StudyTable:
        """What was registered to be studied, and what came out."""
        return StudyTable(self._db)

    @cached_property
    def study_jobs(self) -> StudyJobTable:
        """Statistics that wait for a process, and how far they are."""
        return StudyJobTable(self._db)

    @cached_property
    def commands(self) -> CommandTable:
        """Commands to nodes, and their answers."""
        return CommandTable(self._db)

    @cached_property
    def selftests(self) -> SelfTestTable:
        """How nodes tested themselves."""
        return SelfTestTable(self._db)

    @cached_property
    def records(self) -> RecordTables:
        """Records of nodes, each once."""
        return RecordTables(self._db, lambda: self._identities)

    @cached_property
    def removals(self) -> RemovalTable:
        """Removing what was never heard."""
        return RemovalTable(self._db)

    @cached_property
    def misdated(self) -> MisdatedRecords:
        """Which records were far from the hub's time when they came in."""
        return MisdatedRecords(self._db)

    @cached_property
    def cursors(self) -> CursorTable:
        """Rows in the order in which they came, and how far each follower is."""
        return CursorTable(self._db)

    @cached_property
    def quarantine(self) -> QuarantineTable:
        """Messages that could not be taken."""
        return QuarantineTable(self._db)

    @cached_property
    def diary(self) -> DiaryTable:
        """What else may have moved people, by local day."""
        return DiaryTable(self._db)

    @cached_property
    def targets(self) -> TargetTable:
        """Baselines that were agreed, and what is aimed at."""
        return TargetTable(self._db)

    @cached_property
    def quarter_sheets(self) -> QuarterSheetTable:
        """The talk of each quarter: what goes well, and who does what by when."""
        return QuarterSheetTable(self._db)

    @cached_property
    def node_hours(self) -> NodeHourTable:
        """Hours of use of each node."""
        return NodeHourTable(self._db)

    @cached_property
    def zone_hours(self) -> ZoneHourTable:
        """Hours of use of zones and sites."""
        return ZoneHourTable(self._db)

    @cached_property
    def zone_windows(self) -> ZoneWindowTable:
        """By which windows of the lamps the hours of zones are parted."""
        return ZoneWindowTable(self._db)

    @cached_property
    def lamps(self) -> LampSums:
        """Sums of the hours of lamps, for pages: nearness, light, energy."""
        return LampSums(self._db)

    @cached_property
    def use(self) -> UseSums:
        """Sums of use over days, for pages."""
        return UseSums(self._db)

    @cached_property
    def retention(self) -> Retention:
        """What retention takes, and what it has taken."""
        return Retention(self._db, self._identities)

    @cached_property
    def _identities(self) -> IdentityIndex:
        return IdentityIndex(self._db)

    @property
    def _has_index(self) -> bool:
        """Whether anything of this ledger has asked for the index of identities yet."""
        return "_identities" in self.__dict__

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the file, making it if need be; Refused when it is not there to be read."""
        return cls(connect(path, read_only=read_only))

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """All or nothing: what is written inside is on disk when the block ends, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self._db.execute("COMMIT")
        except BaseException:
            if self._has_index:
                self._identities.rollback()
            # A full disk may have rolled back already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        if self._has_index:
            self._identities.commit()

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self._db.execute("PRAGMA database_list").fetchone()[2])

    def data_version(self) -> int:
        """A number that changes whenever somebody else's connection changed the file."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def schema_version(self) -> int:
        """The version of the file's schema."""
        return version_of(self._db)

    def check(self, say: Callable[[str], None] = lambda _: None) -> list[str]:
        """What is wrong with the ledger, a sentence each; see `LedgerCheck.run`."""
        return LedgerCheck(self._db).run(say)

    def copy_to(self, target: Path, progress: Callable[[int, int], None]) -> None:
        """Copy all of the ledger to a new file; see `upkeep.copy.copy_to`."""
        copy.copy_to(self._db, target, progress)

    def sizes(self) -> size.Sizes:
        """What takes how much room, the biggest first."""
        return size.sizes(self._db)

    def growth(self, now_utc_s: int, most_days: int = 30) -> size.Growth:
        """What came in during the last `most_days`, or since the first record if that is less."""
        return size.growth(self._db, now_utc_s, most_days)

    def skip_fsync(self) -> None:
        """Let commits no longer wait for the disk.

        Only for a file that nobody relies on yet, and that is thrown away if it is not finished.
        """
        self._db.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Close the file, and note before who was here: nobody will have to read it again."""
        try:
            if self._has_index and self._identities.unwritten:
                self._db.execute(f"PRAGMA busy_timeout = {CLOSING_MS}")
                with self.transaction():
                    self._identities.save_all()
        except sqlite3.Error as error:
            log.debug("ledger: what was stored will be read again at the next start: %s", error)
        finally:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Close; what SQLite says of the file or its disk becomes a sentence on the way out."""
        of_the_file = isinstance(error, sqlite3.Error) and says_of_the_file(error)
        path = self.path if of_the_file else None
        self.close()
        if error is not None and path is not None:
            raise TryAgain(explain(error, path)) from error


class LedgerThread:
    """The hub's one connection to the ledger, in a thread of its own.

    What the hub's parts ask goes through one queue: SQLite has one writer, and the event loop must
    not wait for the disk. A commit may take 100 ms on a memory card.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.path = ledger.path
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def run(self, work: Callable[[Ledger], Answer]) -> Answer:
        """Run `work` with the ledger in the thread, after all that was asked before; its result.

        When the caller is cancelled meanwhile, the work is done all the same.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, work, self._ledger)

    def close(self) -> None:
        """Finish what was asked, then close the ledger."""
        self._executor.shutdown(wait=True)
        self._ledger.close()
