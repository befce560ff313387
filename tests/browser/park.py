"""A park to look at: a ledger with an evening in it, and the real server on a free port.

Eight lamps and two counters along a curved path; it is 20:00 local time on 12 November 2026,
unless a test says otherwise.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import sin
from pathlib import Path
from typing import Any

from litestar.handlers import HTTPRouteHandler

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Footfall, Lamp, Ledger, Node, Site
from padlicht.map_projection import to_degrees
from padlicht.web.context import WebContext
from padlicht.web.server import serve
from padlicht.wire import LampLive
from tests.rigs.patience import limit_s

EVENING = 1_794_510_000  # 12 November 2026, 20:00 in Groningen
MIDNIGHT = EVENING - 20 * 3600  # local midnight before it
MIDSUMMER = 1_781_985_600  # 20 June 2026, 22:00 in Groningen
ORIGIN = (53.2300, 6.5760)
WAIT_S = limit_s()  # for the server to start or end; only ever reached when it does not


@dataclass(frozen=True)
class StoppedClock(HubClock):
    """A clock that stands still until a test moves it."""

    at: list[int] = field(default_factory=lambda: [EVENING])

    def utc_ms(self) -> int:
        return self.at[0] * 1000

    def uptime_s(self) -> float:
        return self.at[0]

    monotonic_s = uptime_s


def bend(share: float) -> tuple[float, float]:
    """A point of the path, in degrees; `share` runs from 0 at its west end to 1."""
    return to_degrees(-60 + 120 * share, 9 * sin(6 * share) + 12 * share, ORIGIN)


def node(name: str, role: str, place: tuple[float, float] | None, **other: Any) -> Node:
    """A node that was there the day before."""
    known: dict[str, Any] = {"simulated": True, "added_utc_s": MIDNIGHT - 86400, "retired": False}
    lat, lon = place or (None, None)
    return Node(0, name, "park", "path", role, lat, lon, **{**known, **other})


def footfall(name: str, seq: int, t: int, n_in: int, n_out: int, **other: Any) -> Footfall:
    """A quarter of an hour of a counter, watched to the last second."""
    known: dict[str, Any] = {"boot": 1, "dt": 900, "clock": 2, "obs_s": 900, "sat_s": 0}
    totals = {"in_total": 1000 + seq, "out_total": 1000 + seq}
    return Footfall(node=name, seq=seq, t=t, n_in=n_in, n_out=n_out, **{**known, **totals, **other})


def make_park(path: Path, title: str = "Molukkenplantsoen") -> None:
    """A ledger with a full day of the west counter, and half a day of the east one."""
    route = tuple(bend(step / 16) for step in range(17))
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.sites.add(Site("park", title, "Europe/Amsterdam", *ORIGIN, route))
        for number in range(1, 9):
            ledger.nodes.add(node(f"lamp-{number}", "lamp", bend((number - 0.5) / 8)))
        ledger.nodes.add(node("counter-west", "counter", bend(0.02)))
        ledger.nodes.add(node("counter-east", "counter", bend(0.98)))
        for number in range(1, 8):
            ledger.states.record_birth(
                f"lamp-{number}", 3, "0.1.0", "sim", 2, "power", EVENING - 9000
            )
            ledger.states.mark_heard(f"lamp-{number}", EVENING - number)
        ledger.states.record_loss("lamp-8", EVENING - 900)
        ledger.states.record_birth("counter-west", 3, "0.1.0", "sim", 2, "power", EVENING - 9000)
        ledger.states.mark_heard("counter-west", EVENING - 12)
        for quarter in range(80):
            t = MIDNIGHT + 900 * quarter
            busy = 1 if quarter > 28 else 0
            rows = [footfall("counter-west", quarter, t, busy, busy * (quarter % 2))]
            if quarter < 40:
                rows.append(footfall("counter-east", quarter, t, 0, busy, sat_s=5 * busy))
            ledger.records.add(rows, t + 900)
        lit = [
            Lamp(f"lamp-{number}", 3, 1, EVENING - 900, 900, 2, 900, 900, 0, 0, 0, 1250, 0, True)
            for number in range(1, 8)
        ]
        ledger.records.add(lit, EVENING)


@dataclass
class Served:
    """The page on a real port; `address` ends with a slash."""

    address: str
    live: LiveState
    ledger_path: Path
    clock: StoppedClock
    loop: asyncio.AbstractEventLoop

    def do(self, what: Callable[..., None], *arguments: Any) -> None:
        """Call something of `live` where the server runs, and wait until it is done."""
        done: Future[None] = Future()

        def call() -> None:
            what(*arguments)
            done.set_result(None)

        self.loop.call_soon_threadsafe(call)
        done.result(WAIT_S)

    def light(self, name: str, level_pm: int, state: str) -> None:
        """A lamp says how bright it is."""
        self.do(self.live.put_level, name, LampLive(level_pm=level_pm, state=state))


@contextmanager
def served(
    folder: Path,
    clock: StoppedClock | None = None,
    login: str = "off",
    routes: Sequence[HTTPRouteHandler] = (),
    **options: Any,
) -> Iterator[Served]:
    """Serve the ledger in `folder` from a thread of its own, and end it at the end."""
    clock = clock or StoppedClock()
    ready: Future[Served] = Future()
    stop = threading.Event()

    async def run() -> None:
        live = LiveState()
        config = Config(data=folder, web_port=0, live=True, login=login, **options)
        loop = asyncio.get_running_loop()
        context = WebContext(config.ledger_path, live, clock, config, routes)

        def tell(address: str) -> None:
            ready.set_result(Served(address, live, config.ledger_path, clock, loop))

        task = asyncio.create_task(serve(context, tell))
        await asyncio.to_thread(stop.wait)
        task.cancel()
        await asyncio.wait({task}, timeout=WAIT_S)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        yield ready.result(WAIT_S)
    finally:
        stop.set()
        thread.join(WAIT_S)
        assert not thread.is_alive(), "the server did not end"
