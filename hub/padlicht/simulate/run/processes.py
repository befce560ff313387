"""Processes that are started again when they end, as a board is by its power supply."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from padlicht.errors import TryAgain

AGAIN_S = 1.0  # between an end and the next start
STOP_DEADLINE_S = 10.0  # for SIGTERM; then SIGKILL
YOUNG_S = 5.0  # who ends sooner than this after its start did not get going
MOST_YOUNG_ENDS = 4
_TAIL_LINES = 12


class Child:
    """One program that should run all the time.

    `log` gets its output. `on_end(name, code)` is called for each end that nobody asked for.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        log: Path,
        on_end: Callable[[str, int], None],
    ) -> None:
        self.name = name
        self._command = _ends_with_us(command)
        self._environment = environment
        self._log = log
        self._on_end = on_end
        self._process: asyncio.subprocess.Process | None = None
        self._killed = False

    async def run(self) -> None:
        """Run it until cancelled, and leave nothing behind.

        TryAgain, with the end of its log, when it does not get going.
        """
        young_ends = 0
        while True:
            started_s = asyncio.get_running_loop().time()
            code = await self._run_once()
            if not self._killed:
                self._on_end(self.name, code)
                lived_s = asyncio.get_running_loop().time() - started_s
                young_ends = young_ends + 1 if lived_s < YOUNG_S else 0
            self._killed = False
            if young_ends >= MOST_YOUNG_ENDS:
                raise TryAgain(
                    f"{self.name} ended {young_ends} times as soon as it was started; the end of "
                    f"its log:\n{tail(self._log)}"
                )
            await asyncio.sleep(AGAIN_S)

    def kill(self) -> bool:
        """SIGKILL, as a power cut would; False when it was not running anyway."""
        process = self._process
        if process is None or process.returncode is not None or self._killed:
            return False
        self._killed = True
        process.kill()
        return True

    async def _run_once(self) -> int:
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is ours to pass on, in the right order
            )
        self._process = process
        try:
            return await process.wait()
        finally:
            self._process = None
            if process.returncode is None:
                await _stop(process)


@asynccontextmanager
async def running(*children: Child) -> AsyncIterator[None]:
    """These programs run while the block does; if one of them gives up, so does the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(child.run(), name=child.name) for child in children]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def kill_broker(folder: Path) -> bool:
    """SIGKILL the mosquitto that a hub runs from `folder`; False when there is none."""
    pid = broker_pid(folder)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


async def end_broker(folder: Path) -> None:
    """Stop the mosquitto that a hub left behind in `folder`, if there is one."""
    deadline_s = asyncio.get_running_loop().time() + STOP_DEADLINE_S
    pid = broker_pid(folder)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    while broker_pid(folder) is not None:
        if asyncio.get_running_loop().time() > deadline_s:
            kill_broker(folder)
            return
        await asyncio.sleep(0.05)


def broker_pid(folder: Path) -> int | None:
    """The process id of the mosquitto that runs with the configuration in `folder`, or None.

    A pid file may be older than the process that has its number now, so its command line counts.
    """
    try:
        pid = int((folder / "mosquitto.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(folder.resolve()) in command else None


def tail(log: Path) -> str:
    """The last lines of a log."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-_TAIL_LINES:]) or "    (it said nothing)"


def _ends_with_us(command: Sequence[str | Path]) -> list[str]:
    """The command, told by `setpriv` to end when this process dies without saying goodbye."""
    words = [str(word) for word in command]
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *words] if setpriv else words


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        # Not `asyncio.timeout`: in a task that is being cancelled, Python 3.11.2 (Debian 12) lets
        # it end in one more cancellation, and a stubborn program would go on.
        await asyncio.wait_for(process.wait(), STOP_DEADLINE_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
