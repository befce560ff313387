"""Sends live messages as fast as it can until the link is too busy for them, then one that counts.

    flood.py PORT KEYS RESPONSE_S [last]

Says `held back` when a thousand in a row were dropped. Then it goes on until the link ends, or,
with `last`, sends one with QoS 1 and says `acked` when the broker has it.
"""

import asyncio
import sys

from common import UP, say, stream

from node.errors import TryAgain
from node.link.mqtt import Client


async def flood(client):
    """QoS 0, as fast as the loop turns; then QoS 1."""
    say("flooding")
    try:
        in_a_row = 0
        while in_a_row < 1000:
            before = client.dropped
            await client.publish(UP + "live", b"x" * 2000)
            in_a_row = in_a_row + 1 if client.dropped > before else 0
            await asyncio.sleep_ms(0)
        say("held back")
        while "last" not in sys.argv:  # a proxy may have been slow only
            await client.publish(UP + "live", b"x" * 2000)
            await asyncio.sleep_ms(0)
        await client.publish(UP + "last", b"y" * 2000, 1)
        say("acked")
        await client.close()
    except TryAgain as error:
        say("flood over", error)


async def main():
    """Until the link ends, by this side's wish or not."""
    client = Client(
        stream(sys.argv[1], sys.argv[2]), "lamp-1", keepalive_s=600, response_s=int(sys.argv[3])
    )
    await client.connect()
    task = asyncio.create_task(flood(client))
    try:
        await client.run()
    except TryAgain as error:
        say("lost", error)
    await client.close()
    await task
    say("end")


asyncio.run(main())
