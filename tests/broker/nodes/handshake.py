"""Mutual-TLS connections to a broker, and nothing else: to count what they compute.

    handshake.py PORT KEYS TIMES

Says how long the ticks of a lamp and the tasks of the event loop had to wait meanwhile, at most:
`ticks_us N` and `tasks_ms N`.
"""

import asyncio
import sys
from time import ticks_diff, ticks_ms, ticks_us

from common import RESPONSE_S, say, stream
from whole import Board

from node.link.mqtt import Client

port, folder, times = sys.argv[1:4]
TICK_US, GAP_US, TASKS_MS = range(3)
meter = [0, 0, 0]


def tick():
    """As a lamp's: integers only."""
    now_us = ticks_us()
    if meter[TICK_US]:
        meter[GAP_US] = max(meter[GAP_US], ticks_diff(now_us, meter[TICK_US]))
    meter[TICK_US] = now_us


async def keep_time():
    """What the other tasks feel."""
    before = ticks_ms()
    while True:
        await asyncio.sleep_ms(10)
        now = ticks_ms()
        meter[TASKS_MS] = max(meter[TASKS_MS], ticks_diff(now, before) - 10)
        before = now


async def main():
    """Connect and leave, as often as told."""
    Board(folder, {"node": "lamp-1"}).start_ticks(tick)
    clock = asyncio.create_task(keep_time())
    for _ in range(int(times)):
        client = Client(stream(port, folder), "lamp-1", response_s=RESPONSE_S)
        await client.connect()
        await client.close()
    clock.cancel()
    say("ticks_us", meter[GAP_US])
    say("tasks_ms", meter[TASKS_MS])
    say("end")
    sys.exit(0)


asyncio.run(main())
