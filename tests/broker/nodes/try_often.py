"""Tries to connect and to subscribe, and says how that went, while another task keeps time.

try_often.py PORT KEYS TIMES RESPONSE_S [NAME [CA_FOLDER]]
"""

import asyncio
import sys
from time import ticks_diff, ticks_ms

from common import DOWN, open_files, say, stream

from node.errors import Refused, TryAgain
from node.link.mqtt import Client

port, folder, times, response_s = sys.argv[1:5]
name = sys.argv[5] if len(sys.argv) > 5 else "broker"
ca = sys.argv[6] if len(sys.argv) > 6 else None
longest_ms = 0


async def keep_time():
    """What a lamp's other tasks feel: the longest time that nobody let them run."""
    global longest_ms
    before = ticks_ms()
    while True:
        await asyncio.sleep_ms(10)
        now = ticks_ms()
        longest_ms = max(longest_ms, ticks_diff(now, before))
        before = now


async def main():
    """As often as told; the first try opens what stays open for good."""
    open_stream = stream(port, folder, name, ca)
    client = Client(open_stream, "lamp-1", response_s=int(response_s))
    clock = asyncio.create_task(keep_time())
    for _ in range(int(times)):
        try:
            await client.connect()
            await client.subscribe(DOWN + "#")
            say("welcome")
        except Refused as error:
            say("refused", error)
        except TryAgain as error:
            say("failed", error)
        say("files", open_files())
    await client.close()
    clock.cancel()
    say("blocked", longest_ms)
    say("end")


asyncio.run(main())
