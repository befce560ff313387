"""The whole node, and a broker that hangs up on it again and again; says how the memory does.

    reconnects.py FOLDER ROLE PORT TIMES [HELD_PORT]

With HELD_PORT it goes by TLS: the broker at PORT is somebody else's, who stands before it cuts the
connections, and some go to HELD_PORT, where nobody answers, and are given up. Otherwise a tiny
broker in this process hangs up. Says `after N HEAP_BYTES FILES` now and then, each
time followed by what libc's `malloc_stats` says of the memory that C holds; in the end `steady`
when the link stays up at last.

Each look is at a node that stands still: it may not connect, has closed what it had, and the
broker's side of it has ended. So whatever differs between two looks is a leak, or a record.
"""

import asyncio
import sys

import ffi
from common import open_files, say
from tiny_broker import Broker
from whole import Board, make_board, make_node, used_bytes

from node import log
from node.errors import TryAgain

folder, role, port, times = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
secure = len(sys.argv) > 5
held_port = int(sys.argv[5]) if secure else None
STEPS = 20  # measurements; the first ones are for warming up
HELD_EVERY = 8  # of the connections by TLS, one goes where nobody answers
HELD_S = 0.03
SETTLE = 50  # turns of the event loop in which the rests of a connection end
malloc_stats = ffi.open("libc.so.6").func("v", "malloc_stats", "")  # says it on standard error


class Gated(Board):
    """Connects only while `gate` is set; `waits` when it would like to and may not."""

    gate = asyncio.Event()
    waits = False

    async def open_link(self):
        """As the board does it, once the gate is open."""
        self.waits = True
        await self.gate.wait()
        self.waits = False
        if not secure or self.links % HELD_EVERY:
            self.identity["broker_port"] = port
            return await super().open_link()
        self.identity["broker_port"] = held_port
        try:
            return await asyncio.wait_for(super().open_link(), HELD_S)
        except asyncio.TimeoutError:  # noqa: UP041 -- MicroPython has no other
            raise TryAgain("nobody answers")


async def look(board, broker):
    """Stop the node before its next connection, measure, and let it go on."""
    board.gate.clear()
    while not board.waits or broker.talks:
        await asyncio.sleep_ms(0)
    for _ in range(SETTLE):
        await asyncio.sleep_ms(0)
    say("after", board.links, used_bytes(), open_files())
    malloc_stats()
    board.gate.set()


async def main():
    """Until there were so many connections."""
    log.info = log.warn = lambda text: None  # ten thousand lines of trouble, all of them wanted
    broker = Broker(role + "-1")
    if not secure:
        await broker.serve(port)
    board = make_board(folder, role, port, Gated, plain=not secure)
    board.interval_s = 1
    board.gate.set()
    node = make_node(board, wait_ms=0)
    life = asyncio.create_task(node.run())
    for step in range(1, STEPS + 1):
        while board.links < times * step // STEPS:
            await asyncio.sleep_ms(1)
        await look(board, broker)
    broker.is_patient = True
    node._hub.ack_ms = None
    while node._hub.ack_ms is None:  # after all that, it still hands in its records
        await asyncio.sleep_ms(10)
    say("steady")
    life.cancel()
    say("end")
    sys.exit(0)


asyncio.run(main())
