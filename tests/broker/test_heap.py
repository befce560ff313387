"""How much heap the whole application takes on a board's kind of MicroPython, loaded and connected.

Compiled, as boards get it, and over plain TCP: what TLS takes besides is the board's own (about
20 KiB in one piece on a Pico).
"""

import pytest

from tests.broker.park import TalkingHub
from tests.rigs.compiled import compile_firmware

BOARD_HEAP = "160k"  # what a Pico W leaves, less what TLS takes there


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The firmware as .mpy."""
    return compile_firmware(tmp_path_factory.mktemp("compiled"))


@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_a_node_runs_on_the_heap_of_a_board(
    role, compiled, tmp_path, plain_broker, start_node, closing
):
    """On as much heap as a Pico W leaves it, a node loads, connects, and hands in its records."""
    closing(TalkingHub(plain_broker.port, name=role + "-1"))
    node = start_node(
        "heap.py",
        tmp_path / "node",
        role,
        plain_broker.port,
        heap=BOARD_HEAP,
        bits=32,
        firmware=compiled,
    )
    node.wait_for_end()
    for line in node.lines:
        if line.split()[0] in ("loaded", "started", "connected"):
            stage, used = line.split()
            print(f"FIGURE heap_{role}_{stage}={used}")
