"""The whole node, and a broker that hangs up on it again and again; says how the memory does.

    reconnects.py FOLDER ROLE PORT TIMES [tls]

With `tls` the broker at PORT is somebody else's, and who stands before it cuts the connections;
otherwise a tiny broker in this process does it. Says `after N HEAP_BYTES FILES RESIDENT_KIB` now
and then, always between two links, and in the end `steady` when the link stays up at last.
"""

import asyncio
import sys

from common import open_files, say
from tiny_broker import Broker
from whole import make_board, make_node, resident_kib, used_bytes

from node import log

folder, role, port, times = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
secure = "tls" in sys.argv
STEPS = 20  # measurements; the first ones are for warming up


async def main():
    """Until there were so many connections."""
    log.info = log.warn = lambda text: None  # ten thousand lines of trouble, all of them wanted
    broker = Broker(role + "-1")
    if not secure:
        await broker.serve(port)
    board = make_board(folder, role, port, plain=not secure)
    board.interval_s = 1
    node = make_node(board, wait_ms=3)
    life = asyncio.create_task(node.live_on())
    for step in range(1, STEPS + 1):
        while board.links < times * step // STEPS:
            await asyncio.sleep_ms(1)
        while node._hub._client._pipe:  # between two links it is as empty as it gets
            await asyncio.sleep_ms(0)
        say("after", board.links, used_bytes(), open_files(), resident_kib())
    broker.is_patient = True
    node._hub.ack_ms = None
    while node._hub.ack_ms is None:  # after all that, it still hands in its records
        await asyncio.sleep_ms(10)
    say("steady")
    life.cancel()
    say("end")
    sys.exit(0)


asyncio.run(main())
