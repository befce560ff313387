"""The processes of a park that is killed: each runs in a folder, is killed, and starts again."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from padlicht.config import Config, environment_variable
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()
YOUNG_S = 0.6  # a hub needs at least so long until it is ready
OWN_END_S = 0.5  # a program that ends by itself is started again after so long


class Service:
    """A program that a service manager keeps running: whatever ends it, it is started again."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path):
        self.name = name
        self.log = log
        self.starts = 0
        self.ends = 0  # that nobody asked for
        self.young_kills = 0
        self._command = command
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        self._start_at_s: float | None = None
        self._started_s = 0.0

    def start(self) -> None:
        """Start it now."""
        self._start_at_s = None
        self.starts += 1
        self._started_s = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                # Should this process be killed, the park must not go on without it.
                ["setpriv", "--pdeathsig", "TERM", "--", *self._command],
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, again_s: float) -> bool:
        """SIGKILL, and a new start after so long; False when it was not running anyway."""
        if self._process is None or not self.runs():
            return False
        self._process.kill()
        self._process.wait(DEADLINE_S)
        self.young_kills += time.monotonic() - self._started_s < YOUNG_S
        self._start_at_s = time.monotonic() + again_s
        return True

    def runs(self) -> bool:
        """Whether it is running now."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """All that it has said so far."""
        return self.log.read_text(errors="replace")

    def look(self) -> None:
        """Start it again when it is time to."""
        if self._start_at_s is not None:
            if time.monotonic() >= self._start_at_s:
                self.start()
        elif self._process is not None and self._process.poll() is not None:
            self.ends += 1
            self._start_at_s = time.monotonic() + OWN_END_S

    def stop(self) -> int:
        """End it in good order; its exit code."""
        process, self._process, self._start_at_s = self._process, None, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(DEADLINE_S)


def hub(config: Config, log: Path, more: Mapping[str, str]) -> Service:
    """`padlicht up`, as a service."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PADLICHT_")}
    env |= {
        environment_variable(name): str(getattr(config, name))
        for name in ("data", "broker_port", "web_port")
    }
    env |= {"PYTHONPATH": _path(), **more}
    return Service("hub", [sys.executable, "-m", "padlicht", "up"], env, log)


def _path() -> str:
    """Where this process finds its modules, for another."""
    return os.pathsep.join(path for path in sys.path if path)


class Fleet:
    """`tests.rigs.fleet` as a process: told how many records to make, says how many arrived."""

    def __init__(self, arguments: Sequence[object], log: Path) -> None:
        self.acknowledged = 0
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.rigs.fleet", *map(str, arguments)],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self._log = log
        self._said: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def make(self, upto: int) -> None:
        """Have so many records made in all."""
        with contextlib.suppress(BrokenPipeError):  # it has ended: `look` says so
            self._pipe(self._process.stdin).write(f"{upto}\n")
            self._pipe(self._process.stdin).flush()

    def look(self) -> None:
        """Take note of what it has said."""
        if self._process.poll() is not None:
            raise RuntimeError(f"the fleet has ended: {self._log.read_text()[-2000:]}")
        while not self._said.empty():
            self.acknowledged = int(self._said.get().split()[1])

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        with contextlib.suppress(BrokenPipeError):  # it had ended before it read everything
            self._pipe(self._process.stdin).close()
        self._pipe(self._process.stdout).close()

    def _read(self) -> None:
        for line in self._pipe(self._process.stdout):
            self._said.put(line)

    @staticmethod
    def _pipe(end: IO[str] | None) -> IO[str]:
        assert end is not None
        return end


def broker_pid(conf: Path) -> int | None:
    """The mosquitto that runs with this configuration; its note of that may not fit on the disk."""
    wanted = b"-c\0" + os.fsencode(conf.resolve()) + b"\0"
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if cmdline.read_bytes().partition(b"\0")[2] == wanted:
                return int(cmdline.parent.name)
    return None


class Disk:
    """A file system of its own, in memory and of bounded size: full and free at will.

    Wants to be root, if need be in a name space of its own (`unshare --map-root-user --mount`).
    """

    def __init__(self, folder: Path, size_mib: int) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        folder.mkdir(exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={size_mib}m,mode=700", "padlicht", str(folder))

    def fill(self) -> None:
        """Leave no byte free."""
        with self._filler.open("ab") as file:
            for step in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):  # no more steps of this size fit
                    while True:
                        end = file.seek(0, os.SEEK_END)
                        os.posix_fallocate(file.fileno(), end, step)

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Take it down, with all that is on it."""
        _run("umount", "--lazy", str(self.folder))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
