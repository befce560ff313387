"""Connects once, says what comes in, and leaves when told `bye`; publishes what it is told to.

    talk.py PORT KEYS [KEEPALIVE_S]

On `down/say` comes `LEAF QOS RETAIN TEXT`, to be published; on `down/bye` anything.
"""

import asyncio
import sys

from common import DOWN, KEEPALIVE_S, RESPONSE_S, UP, say, stream

from node.errors import TryAgain
from node.link.mqtt import Client

orders = []
something = asyncio.Event()


def on_message(topic, payload, retained):
    """Say what came; keep what is to be done for the main task."""
    say("got", topic[len(DOWN) :], int(retained), str(payload, "utf-8"))
    orders.append((topic[len(DOWN) :], str(payload, "utf-8")))
    something.set()


async def obey(client):
    """Publish what comes in as an order, until `bye`."""
    while True:
        await something.wait()
        something.clear()
        while orders:
            leaf, text = orders.pop(0)
            if leaf == "bye":
                await client.close()
                return
            if leaf == "say":
                to, qos, retain, text = text.split(" ", 3)
                await client.publish(UP + to, text.encode(), int(qos), retain == "1")
                say("published", to)


async def main():
    """One connection from beginning to end."""
    client = Client(
        stream(sys.argv[1], sys.argv[2]),
        "lamp-1",
        keepalive_s=int(sys.argv[3]) if len(sys.argv) > 3 else KEEPALIVE_S,
        response_s=RESPONSE_S,
        will=(UP + "status", b"lost", 1, True),
        on_message=on_message,
    )
    await client.connect()
    task = asyncio.create_task(obey(client))
    await client.subscribe(DOWN + "#")
    await client.publish(UP + "status", b"ready", 1, True)
    say("ready")
    try:
        await client.run()
    except TryAgain as error:
        say("lost", error)
    task.cancel()
    say("end")


asyncio.run(main())
