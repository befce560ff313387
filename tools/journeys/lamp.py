"""The node on this Python: the firmware's own application, on a board whose wires end here.

MicroPython has a few names that CPython has not; they are put in before the firmware is read. Not
the firmware's is what a board on this machine cannot share with it: TLS comes from Python's `ssl`
instead of MicroPython's, and the tick from the event loop instead of a timer. The radar is silent.
"""

import asyncio
import gc
import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.rigs.mqtt_client import context_of

TICK_S = 0.02
WRAP_MS = 1 << 30


class Ticks:
    """MicroPython's milliseconds, which can be made to stand still."""

    def __init__(self) -> None:
        self._still_ms: int | None = None

    def ms(self) -> int:
        """Now, wrapping as on a board."""
        if self._still_ms is not None:
            return self._still_ms
        return time.monotonic_ns() // 1_000_000 % WRAP_MS

    def stop(self) -> None:
        """From now on it is now."""
        self._still_ms = self.ms()


def _difference(new: int, old: int) -> int:
    return (new - old + WRAP_MS // 2) % WRAP_MS - WRAP_MS // 2


def make_node(folder: Path, ticks: Ticks) -> tuple[Any, Any]:
    """The application of the node whose identity is in `folder`, and its board.

    `await node.run()` is what a board does from its start on; `board.lit` holds the duties of
    its lamp, and `board.seconds` is how often it did what is done once a second.
    """
    _become_micropython(ticks)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))
    app = importlib.import_module("node.app")
    sim = importlib.import_module("boards.sim")
    app.log.level = app.log.WARN
    who = json.loads((folder / "node.json").read_text(encoding="utf-8"))

    class Board(sim.Board):
        def __init__(self) -> None:
            super().__init__(str(folder), who)
            self.lit: list[int] = []
            self.seconds = 0

        async def open_link(self) -> tuple[Any, Any]:
            return await asyncio.open_connection(
                who["broker_host"],
                who["broker_port"],
                ssl=context_of(folder),
                server_hostname=who["broker_name"],
            )

        def start_ticks(self, callback: Any, period_ms: int = 20) -> None:
            self.ticking = asyncio.create_task(_tick(callback))

        def set_duty_u16(self, duty: int) -> None:
            super().set_duty_u16(duty)
            self.lit.append(duty)

        def lux_dl(self) -> int | None:
            self.seconds += 1  # it is asked for in each of them
            return super().lux_dl()

    board = Board()
    return app.Node(board), board


async def _tick(callback: Any) -> None:
    while True:
        callback()
        await asyncio.sleep(TICK_S)


def _become_micropython(ticks: Ticks) -> None:
    """The names that the firmware uses and this Python lacks."""
    names: dict[ModuleType, dict[str, Any]] = {
        time: {"ticks_ms": ticks.ms, "ticks_diff": _difference},
        asyncio: {"sleep_ms": lambda ms: asyncio.sleep(ms / 1000)},
        gc: {"mem_free": lambda: 60_000},
        sys: {"print_exception": traceback.print_exception},
    }
    for module, added in names.items():
        vars(module).update(added)
    sys.modules["micropython"] = ModuleType("micropython")
