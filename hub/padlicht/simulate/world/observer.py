"""Looks on at a simulated park, so that the page can draw who walks there. Only demos do this."""

import asyncio
import logging

import msgspec

from padlicht.backoff import Backoff
from padlicht.control.live_state import LiveState
from padlicht.errors import BadData

log = logging.getLogger(__name__)

CONNECT_S = 5.0
STILL_S = 10.0  # a world speaks ten times a second


class _People(msgspec.Struct):
    """One line of the world: [id, metres east, metres north, kind] of everybody in it."""

    people: list[tuple[int, float, float, str]]


_DECODER = msgspec.json.Decoder(_People)


def parse_address(address: str) -> tuple[str, int]:
    """Host and port of HOST:PORT; BadData when it is not like that."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise BadData(f"--world {address!r} is not like HOST:PORT")
    return host, int(port)


async def observe(address: str, live: LiveState) -> None:
    """Put the people of the world at HOST:PORT into `live`, until cancelled."""
    host, port = parse_address(address)
    backoff = Backoff(0.5, 5)
    while True:
        try:
            await _look_on(host, port, live, backoff)
        except (OSError, EOFError, TimeoutError, ValueError, msgspec.MsgspecError) as error:
            log.debug("world: %s", error or type(error).__name__)
        live.put_people([])
        await asyncio.sleep(backoff.next_s())


async def _look_on(host: str, port: int, live: LiveState, backoff: Backoff) -> None:
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b'{"observe":true}\n')
        while True:
            async with asyncio.timeout(STILL_S):
                line = await reader.readline()
            if not line:
                raise EOFError("the world ended")
            live.put_people(_DECODER.decode(line).people)
            backoff.reset()
    finally:
        writer.close()
