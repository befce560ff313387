"""Job runner: begins the statistics that pages asked for, one process at a time, beside the hub.

    page → study_jobs → StudyJobRunner → python -m padlicht study work ID → study_jobs, results

The process is a child of the hub's: it ends with it, and what it was at is said to be lost.
"""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.tables.study_jobs import StudyJob

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
END_S: Final = 10.0  # for a process to end after it was asked to
LOST = "the hub was ended meanwhile: ask for it again"


class StudyJobRunner:
    """Looks for jobs that wait, and lets a process of its own do each."""

    def __init__(self, ledger: LedgerThread, config: Config, clock: HubClock) -> None:
        self._ledger = ledger
        self._config = config
        self._clock = clock

    async def run(self) -> None:
        """Keep on looking, until cancelled."""
        await self._write(lambda ledger: ledger.study_jobs.end_lost(self._clock.utc_s(), LOST))
        while True:
            for job in await self._ledger.run(lambda ledger: ledger.study_jobs.waiting()):
                await self._do(job)
            await asyncio.sleep(LOOK_S)

    async def _do(self, job: StudyJob) -> None:
        """Let a process do a job; what it does not say itself is said here."""
        await self._write(lambda ledger: ledger.study_jobs.begin(job, self._clock.utc_s()))
        log.info("study: %s of %s begins", job.kind, job.subject or job.site)
        try:
            error = await self._process(job)
        except OSError as trouble:  # no memory for another process: the hub goes on
            error = str(trouble)
        if error is not None:
            log.warning("study: %s of %s failed: %s", job.kind, job.subject or job.site, error)
        now = self._clock.utc_s()
        await self._write(lambda ledger: ledger.study_jobs.end(job, now, error))

    async def _process(self, job: StudyJob) -> str | None:
        """Run the process to its end; why it failed, if it did."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "padlicht", "study", "work", str(job.id)),
            *("--data", str(self._config.data)),
            *("--clock-offset-s", str(self._config.clock_offset_s)),
            stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
        )  # fmt: skip
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.terminate()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), END_S)
        if not process.returncode:
            return None
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("Error: ") if lines else f"it ended: {process.returncode}"

    async def _write(self, change: Callable[[Ledger], None]) -> None:
        await self._ledger.run(partial(_in_transaction, change))


def _in_transaction(change: Callable[[Ledger], None], ledger: Ledger) -> None:
    with ledger.transaction():
        change(ledger)
