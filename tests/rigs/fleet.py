"""Many nodes in one process: the firmware's own link, on CPython, with a memory of its own.

    python -m tests.rigs.fleet FOLDER PORT SEED NODES BEGIN_UTC_S

FOLDER holds the identities, as the hub made them. On its standard input comes how many records
there should be by now in all (`400`, one number a line); on its standard output it says how many
the hub has acknowledged (`acknowledged 380`) whenever that has changed. The nodes' own lines go to
standard error. What they make is `tests.kills.made`'s; a record is kept until the hub's `down/ack`.

The firmware waits as long as is kind to a broker; here its waits are short, so that hundreds of
kills find a park that talks.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from padlicht.broker.keys import BROKER_NAME
from tests.kills import made
from tests.rigs.micropython import FIRMWARE
from tests.rigs.mqtt_client import context_of
from tests.rigs.patience import short_s

POLL_S = 0.1  # between two looks at what has been acknowledged


def _ticks_ms() -> int:
    return time.monotonic_ns() // 1_000_000


# What the firmware finds in MicroPython, and not here.
time.ticks_ms = _ticks_ms  # type: ignore[attr-defined]
time.ticks_diff = lambda late, early: late - early  # type: ignore[attr-defined]
asyncio.sleep_ms = lambda ms: asyncio.sleep(ms / 1000)  # type: ignore[attr-defined]
sys.path.insert(0, str(FIRMWARE))

from node import log, tasks  # noqa: E402 -- needs what stands above
from node.link import hub, repeats, wire  # noqa: E402

log.print = partial(print, file=sys.stderr)
hub.STEADY_S = 2
repeats.FIRST_MS, repeats.LONGEST_MS = int(short_s(6) * 1000), int(short_s(6) * 1000)
tasks.FIRST_MS, tasks.LONGEST_MS = 500, 2000
# Boards collect before TLS wants its buffers; for two hundred nodes in one heap that takes seconds.
hub.gc = SimpleNamespace(collect=lambda: None)


class Memory:
    """A node's records until the hub has them: what the firmware's spool is to its link."""

    def __init__(self, source: Iterator[made.Made]) -> None:
        self._source = source
        self._waiting: dict[tuple[int, int], made.Made] = {}  # oldest first
        self._given: set[tuple[int, int]] = set()
        self.boot = 0
        self.acknowledged = 0

    def make(self) -> None:
        """Make the next record."""
        record = next(self._source)
        self.boot = record.boot
        self._waiting[record.boot, record.rec["seq"]] = record

    def batch(self, limit_bytes: int, limit_records: int) -> tuple[int, list[made.Rec]] | None:
        """The oldest that are not given out, all of one boot; None when there are none."""
        batch: list[made.Rec] = []
        size = 40
        boot = 0
        for key, record in self._waiting.items():
            if key in self._given:
                continue
            size += len(wire._compact(record.rec)) + 1
            if batch and (record.boot != boot or size > limit_bytes):
                break
            boot = record.boot
            batch.append(record.rec)
            self._given.add(key)
            if len(batch) == limit_records:
                break
        return (boot, batch) if batch else None

    def ack(self, boot: int, ranges: list[tuple[int, int]]) -> None:
        """The hub has these on disk: forget them."""
        for first, last in ranges:
            for seq in range(first, last + 1):
                if self._waiting.pop((boot, seq), None):
                    self._given.discard((boot, seq))
                    self.acknowledged += 1

    def rewind(self) -> None:
        """Give everything out again that is not acknowledged."""
        self._given.clear()


class Node:
    """What the firmware's link asks of the node that it speaks for."""

    def __init__(self, folder: Path, port: int, number: int, memory: Memory) -> None:
        self.name = made.name_of(number)
        self.identity = {"site": made.SITE, "node": self.name}
        self.clock = SimpleNamespace(up_s=time.monotonic, utc_s=lambda: int(time.time()))
        self.memory = memory
        self._role = made.role_of(number)
        self._port = port
        self._tls = context_of(folder)
        dice = random.Random(number)
        self.link = hub.Hub(self, self, tasks.Backoff(dice.randint))

    async def open_link(self) -> tuple[asyncio.StreamReader, Any]:
        """A connection to the broker, in which both sides show who they are."""
        return await asyncio.open_connection(
            "127.0.0.1",
            self._port,
            ssl=self._tls,
            server_hostname=BROKER_NAME,
            ssl_shutdown_timeout=short_s(1),  # a killed broker says no goodbye
        )

    def status(self) -> bytes:
        """The birth."""
        return bytes(
            wire.encode_status("ready", self._role, self.memory.boot, "0.1.0", "sim", "power", 2)
        )

    def settings_report(self) -> bytes:
        """The settings with which it was added are in force."""
        return bytes(wire.encode_settings(1, {}))

    def live(self) -> bytes:
        """Nobody watches these nodes."""
        return b"{}"

    def set_time(self, _: int) -> None:
        """It knows the time."""

    def set_settings(self, version: int, wanted: dict[str, Any]) -> None:
        """They make no difference to what is made."""

    def execute(self, _do: str, _args: dict[str, Any], answer: Any) -> None:
        """Nobody commands these nodes."""
        answer("a node of a fleet obeys no command")

    def reset(self) -> None:
        """Nobody asks for it."""


class Fleet:
    """All nodes, and how many records they were told to make."""

    def __init__(self, folder: Path, port: int, seed: int, nodes: int, begin_utc_s: int) -> None:
        self._nodes = [
            Node(folder / made.name_of(i), port, i, Memory(made.records(seed, i, begin_utc_s)))
            for i in range(nodes)
        ]
        self._made = 0

    def acknowledged(self) -> int:
        """How many records the hub has said to have on disk."""
        return sum(node.memory.acknowledged for node in self._nodes)

    def make(self, upto: int) -> None:
        """Make records, node after node, until there are `upto` in all."""
        for index in range(self._made, upto):
            node = self._nodes[index % len(self._nodes)]
            boot = node.memory.boot
            node.memory.make()
            if node.memory.boot != boot and boot:
                node.link.send_status()
            node.link.records_changed()
        self._made = max(self._made, upto)

    async def run(self) -> None:
        """Talk to the hub until the input ends."""
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(node.link.run(node.memory)) for node in self._nodes]
            tasks.append(group.create_task(self._tell()))
            while line := await lines.readline():
                self.make(int(line))
            for task in tasks:
                task.cancel()

    async def _tell(self) -> None:
        told = -1
        while True:
            if (now := self.acknowledged()) != told:
                told = now
                print(f"acknowledged {now}", flush=True)
            await asyncio.sleep(POLL_S)


def main() -> None:
    """Run the fleet that the command line asks for."""
    folder, port, seed, nodes, begin_utc_s = sys.argv[1:]
    fleet = Fleet(Path(folder), int(port), int(seed), int(nodes), int(begin_utc_s))
    asyncio.run(fleet.run())


if __name__ == "__main__":
    main()
