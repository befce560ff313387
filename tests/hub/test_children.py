"""Processes of a demo: started again when they end, and gone when the demo is."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from padlicht.errors import TryAgain
from padlicht.simulate.run import processes
from padlicht.simulate.run.processes import Child, broker_pid, end_broker, kill_broker
from tests.rigs.patience import limit_s, short_s

DEADLINE_S = limit_s()
# Says its process id, then waits; the second one also does not listen to SIGTERM.
WAITS = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS


def child(folder: Path, program: str, ends: list[int] | None = None) -> Child:
    heard = ends if ends is not None else []
    return Child(
        "node",
        [sys.executable, "-c", program],
        dict(os.environ),
        folder / "log",
        lambda _, code: heard.append(code),
    )


async def pids(folder: Path, wanted: int) -> list[int]:
    """The process ids that were said, once there are `wanted` of them."""
    log = folder / "log"
    while True:
        found = [int(line) for line in log.read_text().split()] if log.exists() else []
        if len(found) >= wanted:
            return found
        await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits as long as a demo does."""
    monkeypatch.setattr(processes, "AGAIN_S", 0.01)
    monkeypatch.setattr(processes, "STOP_DEADLINE_S", short_s(1))
    monkeypatch.setattr(processes, "YOUNG_S", DEADLINE_S)  # however long a program takes to fail


@pytest.mark.parametrize("program", [WAITS, STUBBORN], ids=["willing", "stubborn"])
def test_a_child_is_gone_when_its_task_is(tmp_path: Path, program: str) -> None:
    """Cancelled, it ends its program, with SIGKILL if SIGTERM does not do."""

    async def scenario() -> None:
        task = asyncio.create_task(child(tmp_path, program).run())
        async with asyncio.timeout(DEADLINE_S):
            (pid,) = await pids(tmp_path, 1)
            task.cancel()
            await asyncio.wait([task])
        assert task.cancelled()
        assert not alive(pid)

    asyncio.run(scenario())


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    """As a board is by its power supply; a kill on purpose is not reported as trouble."""
    ends: list[int] = []

    async def scenario() -> None:
        node = child(tmp_path, WAITS, ends)
        task = asyncio.create_task(node.run())
        async with asyncio.timeout(DEADLINE_S):
            await pids(tmp_path, 1)
            assert node.kill()
            first, second = await pids(tmp_path, 2)
            task.cancel()
            await asyncio.wait([task])
        assert first != second
        assert not node.kill()

    asyncio.run(scenario())
    assert ends == []


def test_a_child_that_does_not_get_going_is_given_up(tmp_path: Path) -> None:
    """The error shows the end of its log; each end was reported."""
    ends: list[int] = []
    with pytest.raises(TryAgain, match="out of amber light"):
        asyncio.run(child(tmp_path, "raise SystemExit('out of amber light')", ends).run())
    assert ends == [1] * processes.MOST_YOUNG_ENDS


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="util-linux's setpriv is not installed")
def test_a_child_does_not_outlive_a_demo_that_was_killed(tmp_path: Path) -> None:
    """Nobody can clean up after SIGKILL but the kernel."""
    program = (
        "import asyncio, os, sys; from pathlib import Path;"
        "from padlicht.simulate.run.processes import Child;"
        f"asyncio.run(Child('node', [sys.executable, '-c', {WAITS!r}], dict(os.environ),"
        f" Path({str(tmp_path / 'log')!r}), print).run())"
    )
    hub = str(Path(processes.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": hub}

    async def scenario() -> None:
        demo = subprocess.Popen([sys.executable, "-c", program], env=environment)  # noqa: ASYNC220
        async with asyncio.timeout(DEADLINE_S):
            (pid,) = await pids(tmp_path, 1)
            demo.kill()
            await asyncio.to_thread(demo.wait)
            while True:
                if not alive(pid):
                    return
                await asyncio.sleep(0.02)

    asyncio.run(scenario())


def fake_broker(folder: Path, start: Callable[..., subprocess.Popen[bytes]]) -> int:
    """A process that looks like the mosquitto of a hub whose broker folder is `folder`."""
    conf = folder / "mosquitto.conf"
    says = "import time; print('up', flush=True); time.sleep(600)"
    process = start([sys.executable, "-c", says, "-c", str(conf)])
    assert process.stdout is not None
    process.stdout.readline()  # before it runs, the kernel does not know its command line yet
    (folder / "mosquitto.pid").write_text(f"{process.pid}\n")
    return process.pid


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[bytes]]:
    """Starts processes that a test could not leave behind."""
    started: list[subprocess.Popen[bytes]] = []

    def popen(command: list[str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        return started[-1]

    yield popen
    for process in started:
        process.kill()
        process.communicate()


def test_only_the_broker_of_this_folder_is_killed(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """The number in an old pid file may be anybody's by now: the command line decides."""
    other = tmp_path / "other"
    other.mkdir()
    pid = fake_broker(tmp_path, start)
    (other / "mosquitto.pid").write_text(str(pid))
    assert broker_pid(other) is None
    assert not kill_broker(other)
    assert broker_pid(tmp_path) == pid
    assert kill_broker(tmp_path)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL


def test_a_broker_that_was_left_behind_is_stopped(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """A hub that was killed cannot stop its broker: the demo does; without one it does nothing."""
    pid = fake_broker(tmp_path, start)
    asyncio.run(end_broker(tmp_path))
    assert os.waitpid(pid, 0)[1] == signal.SIGTERM
    (tmp_path / "mosquitto.pid").unlink()
    asyncio.run(end_broker(tmp_path))
