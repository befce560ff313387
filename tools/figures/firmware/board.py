"""Our image on an emulated RP2040: ticks in cycles, stack and heap, in every role, by TLS."""

import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.broker.park import Broker, Keys, TalkingHub
from tests.rigs.rp2040 import chip, nodes, parts
from tests.rigs.rp2040.memory import Heap
from tools.figures.figure import Figure
from tools.figures.firmware import cortex_m0

SECONDS = (
    14.0  # of the board's own time: start, TLS, self-test by command, records, acknowledgement
)
COMMAND_S = 6.0  # when the self-test is asked for
TICK_CYCLES = chip.HZ // 50
SIZE = chip.STACK[1] - chip.STACK[0]
PIECE_KB = 40  # of the heap, in one piece, beside a connection by TLS
FOR_EVER = 4_000_000_000
ROLES: dict[str, tuple[dict[str, str], Callable[[float], bytes] | None]] = {
    "lamp": ({"motion": "radar"}, lambda s: parts.ld2410(100 if int(s) % 3 == 0 else None)),
    "counter": (
        {"role": "counter"},
        lambda s: parts.ld2450((-700 + int(s * 400) % 1400, 1500, 40), (600, 2000, -90)),
    ),
    "beam_counter": ({"role": "counter", "sensor": "beams"}, None),
}


def measure() -> Iterator[Figure]:
    """Each role on a board of its own, by mutual TLS to a real mosquitto; and the pure parts."""
    for role, (more, frame) in ROLES.items():
        with tempfile.TemporaryDirectory() as folder:
            yield from _role(Path(folder), role, more, frame)
    yield from cortex_m0.measure()


def _role(
    folder: Path, role: str, more: dict[str, str], frame: Callable[[float], bytes] | None
) -> Iterator[Figure]:
    keys = Keys(folder)
    broker = Broker(folder / "broker", keys)
    hub = TalkingHub(broker.port, keys)
    try:
        board = nodes.start(keys.node, **more)
        parts.Wire(board, lambda: parts.Line(keys, broker.port))
        if frame:
            nodes.see(board, frame)
        pieces = _live(board, hub)
    finally:
        hub.close()
        broker.close()
    how = f"rp2040py: {role}, {SECONDS:.0f} s of the chip's time, TLS to mosquitto, self-test"
    if hub.births() == 0:
        raise RuntimeError(f"{role} was not connected: {board.console[-2000:]}")
    when, cycles = zip(*board.ticks, strict=True)
    lost = int((board.seconds - when[0]) * 50) - len(when)
    median, worst = sorted(cycles)[len(cycles) // 2], max(cycles)
    share = round(100 * worst / TICK_CYCLES, 1)
    yield Figure(f"board_{role}_tick_median", median, "cycles", "stated", how)
    yield Figure(f"board_{role}_tick_worst", worst, "cycles", "stated", how)
    yield Figure(f"board_{role}_tick_share", share, "% of 20 ms", "≤ 10", how, share <= 10)
    yield Figure(f"board_{role}_ticks_lost", lost, "ticks", "≤ 0", how, lost <= 0)
    gap_ms = round(1000 * max(b - a for a, b in itertools.pairwise(when)), 1)
    yield Figure(f"board_{role}_tick_gap", gap_ms, "ms", "≤ 21", how, gap_ms <= 21)
    left = round(100 * board.stack_left() / SIZE, 1)
    yield Figure(f"board_{role}_stack_left", left, f"% of {SIZE} bytes", "≥ 25", how, left >= 25)
    piece_kb = max(pieces) // 1024
    yield Figure(
        f"board_{role}_heap_piece", piece_kb, "KiB", f"≥ {PIECE_KB}", how, piece_kb >= PIECE_KB
    )


def _live(board: chip.Board, hub: TalkingHub) -> list[int]:
    """The longest free pieces of the heap, in bytes, from the birth on; best after a collection."""
    heap, pieces, asked = None, [0], False
    while board.seconds < SECONDS:
        board.run_for(0.1)
        heap = heap or Heap(board)
        if hub.births():
            pieces.append(heap.free()[1])
        if hub.births() and board.seconds > COMMAND_S and not asked:
            asked = True
            command = {"id": "c-1", "do": "selftest", "until": FOR_EVER, "args": {}}
            hub.send("padlicht/v1/park/lamp-1/down/command", json.dumps(command).encode())
    return pieces
