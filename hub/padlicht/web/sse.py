"""Server-sent events: what happens this moment, for as long as somebody has a page open.

`levels`   {node: {"level_pm": 0-1000, "state": name}}, any number of lamps
`people`   {"people": [[id, metres east, metres north, kind], …]}, simulated parks only
`presence`, `counts`   something in the ledger changed: whoever shows it reads it again
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec

from padlicht.control.live_state import LiveState

HEARTBEAT_S = 15.0  # proxies and phones give up on a connection that is silent for a minute
RETRY_MS = 2000  # how long a browser waits before it connects again
_EVENTS = frozenset({"levels", "people", "presence", "counts"})


async def stream(live: LiveState, stop: asyncio.Event) -> AsyncIterator[bytes]:
    """Events from now on, in the wire format of `text/event-stream`, until `stop` is set.

    Levels that others are already watching come first. Without a viewer nobody asks the lamps,
    so to the first viewer what is kept may be hours old, and is not sent.
    """
    somebody_watches = live.viewers > 0
    events = live.follow()
    stopped = asyncio.ensure_future(stop.wait())
    following = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)  # it follows from here: what happens after the first byte is not missed
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        if somebody_watches:
            yield encode("levels", known_levels(live))
        while True:
            await asyncio.wait(
                (following, stopped), timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if stopped.done():
                return
            if not following.done():
                yield b": still here\n\n"
                continue
            name, what = following.result()
            following = asyncio.ensure_future(anext(events))
            if name in _EVENTS:
                yield encode(name, what)
    finally:
        stopped.cancel()
        following.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await following
        # The queue is let go of at once, so that the lamps are not asked for nobody.
        await events.aclose()  # type: ignore[attr-defined]


def encode(name: str, what: dict[str, Any]) -> bytes:
    """One event."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(what) + b"\n\n"


def known_levels(live: LiveState) -> dict[str, Any]:
    """The last heard level of every lamp, as in the `levels` event."""
    return {
        name: {"level_pm": level.level_pm, "state": level.state}
        for name, level in live.levels.items()
    }
