"""The hub's own mosquitto: configured, started or taken over, watched, stopped."""

import asyncio
import logging
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

from padlicht.backoff import Backoff
from padlicht.broker.keys import BROKER_NAME, ParkKeys
from padlicht.broker.mosquitto_setup import configure, program, reachable, refuse_taken_port
from padlicht.errors import Refused, TryAgain

log = logging.getLogger(__name__)

START_S = 10.0  # mosquitto accepts within a tenth of a second; a slow card reads a big backlog
STOP_S = 5.0  # it saves what is queued before it ends
STEADY_S = 60.0  # a broker that lived so long did not die of its start
LOG_BYTES = 5_000_000  # the log is set aside at the next start when it is longer


class Mosquitto:
    """A mosquitto of the hub's own, in a folder of its own.

    It outlives a hub that is killed, so that nodes stay connected; the next hub takes it over.
    Use as `async with Mosquitto(…) as broker:` and run `broker.watch()` inside.
    """

    def __init__(self, folder: Path, keys: ParkKeys, host: str, port: int) -> None:
        self._folder = folder.resolve()
        self._keys = keys
        self._host = host
        self._port = port
        self._child: subprocess.Popen[bytes] | None = None
        self._pidfd: int | None = None

    @property
    def conf(self) -> Path:
        """The configuration, by which a running mosquitto is known as ours."""
        return self._folder / "mosquitto.conf"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Take over the one that runs, or start one; returns when it accepts connections.

        Raises Refused when mosquitto is missing or the port is taken, TryAgain when it ends at
        once.
        """
        changed = configure(self._folder, self._keys, self._host, self._port)
        running = self._running()
        if running is not None:
            self._pidfd = os.pidfd_open(running)
            if not changed and await self._take_over(running):
                return
            await self.stop()
        await self._spawn()

    def note(self, text: str) -> None:
        """Write a line into its log, for whoever looks there why it does not run."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError), self._log_path.open("a") as log_file:
            log_file.write(f"padlicht: {text}\n")

    @property
    def _log_path(self) -> Path:
        return self._folder / "mosquitto.log"

    async def watch(self) -> None:
        """Start it again whenever it ends, with growing waits; runs until cancelled."""
        backoff = Backoff(0.2, 30)
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            await self._ended()
            if loop.time() - began_s > STEADY_S:
                backoff.reset()
            why = "it was not started" if self._pidfd is None else "it ended by itself"
            self._forget()
            wait_s = backoff.next_s()
            log.warning("broker: mosquitto is gone (%s); starting it in %.1f s", why, wait_s)
            await asyncio.sleep(wait_s)
            try:
                await self._spawn()
            except (Refused, TryAgain, OSError) as error:  # of which a full disk is one
                log.warning("broker: %s", error)
            else:
                log.info("broker: mosquitto runs again")

    async def stop(self) -> None:
        """End it: asked first, so that it saves what it has queued; after a few seconds, killed."""
        if self._pidfd is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)
            try:
                await asyncio.wait_for(self._ended(), STOP_S)
                break
            except TimeoutError:
                log.warning("broker: mosquitto does not end; killing it")
        self._forget()
        (self._folder / "mosquitto.pid").unlink(missing_ok=True)

    async def _take_over(self, pid: int) -> bool:
        """Make a running mosquitto ours; False when it does not listen where it should."""
        try:
            signal.pidfd_send_signal(self._pidfd or 0, signal.SIGHUP)
            await asyncio.wait_for(self._accepting(), STOP_S)
        except (TimeoutError, TryAgain, ProcessLookupError):
            return False
        log.info("broker: taking over mosquitto (pid %d) from an earlier hub", pid)
        self._note_pid(pid)
        return True

    async def _spawn(self) -> None:
        command = [program(), "-c", str(self.conf)]
        refuse_taken_port(self._host, self._port)
        log_path = self._log_path
        if log_path.exists() and log_path.stat().st_size > LOG_BYTES:
            log_path.replace(log_path.with_suffix(".log.1"))
        with log_path.open("ab") as log_file:
            said_before = log_file.tell()
            # In a session of its own: Ctrl-C in the terminal is the hub's to act on, in its order.
            self._child = subprocess.Popen(  # noqa: ASYNC220 -- takes a millisecond, and is rare
                command,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,
            )
        self._pidfd = os.pidfd_open(self._child.pid)
        self._note_pid(self._child.pid)
        try:
            await asyncio.wait_for(self._accepting(), START_S)
        except asyncio.CancelledError:
            await self.stop()
            raise
        except (TimeoutError, TryAgain) as error:
            await self.stop()
            said = log_path.read_bytes()[said_before:].decode(errors="replace").strip()
            raise TryAgain(
                f"mosquitto did not start: {said or 'it said nothing'} (see {log_path})"
            ) from error

    async def _accepting(self) -> None:
        """Return when the port answers by TLS; TryAgain when the process ends before.

        mosquitto listens before it looks at its certificates, so a mere connection proves nothing.
        """
        ended = asyncio.ensure_future(self._ended())
        try:
            while not ended.done():
                try:
                    _, writer = await asyncio.wait_for(self._greet(), START_S)
                except (OSError, TimeoutError):
                    await asyncio.wait([ended], timeout=0.02)
                else:
                    writer.close()
                    return
        finally:
            ended.cancel()
        raise TryAgain("mosquitto ended at once")

    async def _greet(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A TLS connection as the hub makes it, to see that somebody answers."""
        return await asyncio.open_connection(
            reachable(self._host), self._port, ssl=self._keys.hub_tls(), server_hostname=BROKER_NAME
        )

    async def _ended(self) -> None:
        """Return when the process that is watched has ended, whoever its parent is."""
        if self._pidfd is None:
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        descriptor = os.dup(self._pidfd)  # of its own, because two may wait at once
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    def _forget(self) -> None:
        """Let go of a process that has ended."""
        if self._child is not None:
            self._child.wait()  # at once, because it has ended
            self._child = None
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def _running(self) -> int | None:
        """The pid of a mosquitto with our configuration, whoever started it."""
        arguments = b"-c\0" + os.fsencode(self.conf) + b"\0"
        for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                name, _, rest = cmdline.read_bytes().partition(b"\0")
                if rest == arguments and name.endswith(b"mosquitto"):
                    return int(cmdline.parent.name)
        return None

    def _note_pid(self, pid: int) -> None:
        """For people: what is ours is known by its configuration, also when the disk is full."""
        note, text = self._folder / "mosquitto.pid", f"{pid}\n"
        with suppress(OSError):
            if not note.exists() or note.read_text() != text:
                note.write_text(text)
