"""The whole application over plain TCP, on a board's heap; says how much of it is in use.

    heap.py FOLDER ROLE PORT

Says `empty`, `loaded`, `started` and `connected`, each with bytes of heap; then waits for its end.
"""

import gc

gc.collect()
empty = gc.mem_alloc()

# ruff: noqa: E402 -- what is imported from here on is part of what is measured

import asyncio
import sys

from common import say
from whole import make_board, make_node, used_bytes

folder, role, port = sys.argv[1:4]


async def main():
    """Start the node, wait until the hub has its first records, and look at the heap."""
    say("loaded", used_bytes() - empty)
    board = make_board(folder, role, port)
    board.interval_s = 1
    node = make_node(board)
    life = asyncio.create_task(node.run())
    say("started", used_bytes() - empty)
    while node._hub.ack_ms is None:
        await asyncio.sleep_ms(20)
    say("connected", used_bytes() - empty)
    most = 0
    for _ in range(50):  # what lies about between two collections of a busy node
        await asyncio.sleep_ms(100)
        most = max(most, gc.mem_alloc() - empty)
    say("largest", most)
    life.cancel()
    say("end")
    sys.exit(0)


asyncio.run(main())
