"""A setting's journey: from `padlicht settings set` to the lamp's duty, and back to "in force".

One process holds a whole hub with its own mosquitto and a whole lamp, the firmware's application
on this Python (see lamp.py for what is not the firmware's own); the command runs in a thread.

The lamp's clock stands still, so that each change comes within the second of the one before and
ends no interval of a second's length: the record of that interval has a journey of its own.
"""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from tools.journeys.lamp import Ticks, make_node
from tools.journeys.park import IDLE_S, LIMIT_S, POLL_S, Park, hub, make_park, until
from tools.journeys.tracing import Stop, Tracer, stops

LAMP = "lamp-1"
WARM_UP_PERCENT = 17  # of full light
PERCENT = (18, 15, 12)  # and then, one after the other


def trace() -> list[Stop]:
    """The files of hub and node that a change of a setting passes."""
    tracer = Tracer()
    with tracer.installed(), tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_traced(tracer, make_park(Path(folder), LAMP)))


async def _traced(tracer: Tracer, park: Park) -> list[Stop]:
    ticks = Ticks()
    async with hub(park, "settings", "time"):
        node, board = make_node(park.config.identity(LAMP), ticks)
        living = asyncio.create_task(node.run())
        try:
            await until(lambda: living.done() or bool(board.lit and board.lit[-1]), "the light")
            ticks.stop()
            await _set(park, board, WARM_UP_PERCENT)  # what is done once only is done
            await _at_rest(board)
            with tracer.recording() as idle:
                await asyncio.sleep(IDLE_S)
            runs = []
            for percent in PERCENT:
                with tracer.recording() as calls:
                    await _set(park, board, percent)
                runs.append(calls)
        finally:
            living.cancel()
            await asyncio.wait({living})
    return stops(runs, idle)


async def _set(park: Park, board: Any, percent: int) -> None:
    """Change the base light; returns once the lamp shows it and the hub knows."""
    duties = len(board.lit)
    change = ("settings", "set", LAMP, f"base_pct={percent}", "--why", "journey")
    await asyncio.to_thread(park.type, *change)
    await until(lambda: len(board.lit) > duties, "the lamp's new duty")
    async with asyncio.timeout(LIMIT_S):
        while not await asyncio.to_thread(_in_force, park):  # noqa: ASYNC110 -- sets no event
            await asyncio.sleep(POLL_S)
    # What the node does with it in its next second, and what the hub's listeners do.
    await _seconds(board)


async def _at_rest(board: Any) -> None:
    """Wait until the light changes no more: a fade is no idleness."""
    duties = -1
    while duties != len(board.lit):
        duties = len(board.lit)
        await _seconds(board)


async def _seconds(board: Any) -> None:
    """Wait until every task of the node has had a second: between two of one, all others have."""
    begun = board.seconds
    await until(lambda: board.seconds >= begun + 2, "the node's next second")


def _in_force(park: Park) -> bool:
    newest = json.loads(park.look("settings", "log", LAMP, "--limit", "1", "--json"))[0]
    return newest["confirmed_utc_s"] is not None
