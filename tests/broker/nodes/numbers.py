"""Publishes 0, 1, 2 … with QoS 1, each until it is acknowledged, over whatever links there are.

    numbers.py PORT KEYS COUNT [KEEPALIVE_S [RESPONSE_S [keep]]]

The client is never told to close between connections, so what was under way is repeated. Says
`acked N`, `lost WHY` and at last how many file descriptors are open. `keep`: not a clean session.
"""

import asyncio
import sys

from common import DOWN, KEEPALIVE_S, RESPONSE_S, UP, open_files, say, stream

from node.errors import TryAgain
from node.link.mqtt import Client

count = int(sys.argv[3])
keepalive_s = int(sys.argv[4]) if len(sys.argv) > 4 else KEEPALIVE_S
response_s = int(sys.argv[5]) if len(sys.argv) > 5 else RESPONSE_S
clean = "keep" not in sys.argv
finished = asyncio.Event()


async def publish(client):
    """Every number in turn; one that is given up is started again."""
    for number in range(count):
        while True:
            try:
                await client.publish(UP + "numbers", str(number).encode(), 1)
                break
            except TryAgain as error:
                say("again", number, error)
                await asyncio.sleep_ms(50)
        say("acked", number)
    finished.set()


async def link(client):
    """Connections, one after the other, without much of a wait."""
    while True:
        try:
            await client.connect()
            say("connected", int(client.session_present))
            if not client.session_present:
                await client.subscribe(DOWN + "#")
            await client.run()
        except TryAgain as error:
            say("lost", error)
            await asyncio.sleep_ms(50)


async def main():
    """Publish and link at the same time; neither knows of the other's troubles."""
    client = Client(
        stream(sys.argv[1], sys.argv[2]),
        "lamp-1",
        keepalive_s=keepalive_s,
        response_s=response_s,
        on_message=lambda topic, payload, _: say("got", topic[len(DOWN) :], str(payload, "utf-8")),
        clean=clean,
    )
    tasks = [asyncio.create_task(publish(client)), asyncio.create_task(link(client))]
    await finished.wait()
    for task in tasks:
        task.cancel()
    await client.close()
    say("too big", client.too_big)
    say("files", open_files())
    say("end")


asyncio.run(main())
