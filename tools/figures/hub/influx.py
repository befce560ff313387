"""Two weeks of 200 nodes come in as fast as the hub can, while InfluxDB misbehaves in every way.

Each run is a process of its own that takes messages as the hub does, in turn without and with the
writer beside it. When the stream has ended, InfluxDB is well again, and the run ends when the
cursors stand at the end. Then everything is counted: in the ledger, in a real InfluxDB, in
quarantine.
"""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.influx.schema import RAW
from padlicht.influx.sources import sources_of
from padlicht.influx.writer import InfluxWriter
from padlicht.intake.messages import Message
from padlicht.intake.store import BatchStorer
from padlicht.ledger import Ledger, LedgerThread
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim
from tools.bench.child import in_child
from tools.bench.growth import NOW, batch_size, make_park, message
from tools.figures.figure import Figure

NODES = 200
# Two weeks of quarters of an hour, two records each: the stream must last longer than the writer
# leaves the ledger alone (2 s), or some rounds would be without it.
MESSAGES = NODES * 14 * 24 * 4
ROUNDS = 3
SLOWED = 0.9  # of the rate without a writer
WELL = "well"


def one_in_a_thousand(line: str) -> bool:
    """Lines that the hostile database refuses, the same ones each time."""
    return crc32(line.encode()) % 1000 == 0


MODES: Mapping[str, Mapping[str, Any]] = {
    WELL: {},
    "away": {"down": True},
    "slow": {"delay_s": 2.0},
    "hanging": {"silent": True},
    "400 to one line in a thousand": {"bad": one_in_a_thousand},
    "429": {"status": 429, "headers": {"Retry-After": "1"}},
    "500": {"status": 500},
}


def measure() -> Iterator[Figure]:
    """What is lost, what is in quarantine, and how much slower the intake is, for each mode."""
    ratios: dict[str, list[float]] = {mode: [] for mode in MODES}
    lost: dict[str, int] = dict.fromkeys(MODES, 0)
    misplaced = bad = 0
    numbers = count()
    with tempfile.TemporaryDirectory(prefix="padlicht-influx-") as folder:
        server = Influxd(Path(folder) / "influxd")
        try:
            for _ in range(ROUNDS):
                for mode, troubles in MODES.items():
                    alone = _one(Path(folder) / f"run-{next(numbers)}", server, None)
                    run = _one(Path(folder) / f"run-{next(numbers)}", server, troubles)
                    ratios[mode].append(run.rate / alone.rate)
                    lost[mode] += 2 * MESSAGES - len(run.refused) - run.written
                    bad += len(run.refused)
                    misplaced += len(run.refused ^ run.quarantined)
        finally:
            server.close()
    how = (
        f"{ROUNDS} rounds, each of {2 * MESSAGES} records of {NODES} nodes without and with a "
        "writer; InfluxDB 1.6.7 behind a shim, on the same machine"
    )
    for mode, found in ratios.items():
        name = mode.replace(" ", "_")
        yield Figure(f"influx_lost_{name}", lost[mode], "records", "0", how, lost[mode] == 0)
        ratio = round(statistics.median(found), 2)
        # A database that writes as fast as it can has half of a small machine for itself.
        goal = "stated" if mode == WELL else f"≥ {SLOWED} of the rate without a writer"
        reached = mode == WELL or ratio >= SLOWED
        yield Figure(f"influx_intake_{name}", ratio, "×", goal, how, reached)
    yield Figure("influx_refused_lines", bad, "lines", "in quarantine by name", how, bad > 0)
    yield Figure("influx_refused_elsewhere", misplaced, "lines", "0", how, misplaced == 0)


class _Seen(NamedTuple):
    """A run: records a second, points written, lines that were bad, lines in quarantine."""

    rate: float
    written: int
    refused: set[bytes]
    quarantined: set[bytes]


def _one(place: Path, server: Influxd, troubles: Mapping[str, Any] | None) -> _Seen:
    """One run, without a writer when `troubles` is None."""
    alone, troubles = troubles is None, troubles or {}
    raw = place.name
    server.create(raw, f"{raw}-usage")
    make_park(place / "ledger.sqlite", NODES)
    shim = Shim(server.port)
    try:
        well = {name: getattr(shim, name) for name in troubles}
        for name, value in troubles.items():
            setattr(shim, name, value)

        def heal() -> None:
            while not (place / "streamed").exists():
                time.sleep(0.05)
            for name, value in well.items():
                if name != "bad":  # those lines are refused for good
                    setattr(shim, name, value)
            shim.release()

        healer = threading.Thread(target=heal, daemon=True)
        healer.start()
        url = None if alone else shim.url
        run = in_child("tools.figures.hub.influx:stream", str(place), url, raw)
        healer.join()
    finally:
        shim.close()
    written = server.count(raw, "lamp", "mwh") + server.count(raw, "health", "up_s")
    refused: set[bytes] = set()
    with Ledger.open(place / "ledger.sqlite", read_only=True) as ledger:
        quarantined = {item.payload for item in ledger.quarantine.newest(10_000)}
        if "bad" in troubles:
            refused = {line.encode() for line in _lines(ledger) if one_in_a_thousand(line)}
    server.query("", f'DROP DATABASE "{raw}"')
    return _Seen(run.rate, written, refused, quarantined)


def _lines(ledger: Ledger) -> Iterator[str]:
    """Every line that there is to write of a ledger's records."""
    for source in sources_of(RAW):
        piece = source.read(ledger, 0)
        while piece.text:
            yield from piece.text.split("\n")
            piece = source.read(ledger, piece.last_id)


def stream(folder: str, url: str | None, raw: str) -> tuple[int, float]:
    """In a process of its own: take all of them; then wait until all of it is written."""
    config = Config(
        data=Path(folder), influx_url=url, influx_version="1",
        influx_raw=raw, influx_usage=f"{raw}-usage",
    )  # fmt: skip
    return 2 * MESSAGES, asyncio.run(_stream(config))


async def _stream(config: Config) -> float:
    size = batch_size()
    batches = [
        [message(i, NODES, 1) for i in range(first, min(first + size, MESSAGES))]
        for first in range(0, MESSAGES, size)
    ]
    with Ledger.open(config.ledger_path) as opened:
        return await _streamed(config, opened, batches)


async def _streamed(config: Config, opened: Ledger, batches: list[list[Message]]) -> float:
    ledger, taker = LedgerThread(opened), BatchStorer(opened)
    work = None
    if config.influx_url is not None:
        work = asyncio.create_task(InfluxWriter(config, ledger, HubClock()).run())
    taken = 0
    began_s = time.perf_counter()
    for batch in batches:
        for part in await ledger.run(lambda _, batch=batch: taker.take(batch, NOW)):
            taken += sum(part.added.values())
    took_s = time.perf_counter() - began_s
    (config.data / "streamed").touch()
    if taken != 2 * MESSAGES:
        raise RuntimeError(f"{taken} records of {2 * MESSAGES} were stored")
    if work is not None:
        while not await asyncio.to_thread(_written, config.ledger_path):  # noqa: ASYNC110 -- a file
            await asyncio.sleep(0.2)
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
    ledger.close()
    return took_s


def _written(path: Path) -> bool:
    with Ledger.open(path, read_only=True) as ledger:
        return all(
            ledger.cursors.get("influx", source.name) == ledger.cursors.newest_id(source.name)
            for source in sources_of(RAW)
        )
