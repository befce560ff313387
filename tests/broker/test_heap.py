"""How much heap the whole application takes on a board's kind of MicroPython, loaded and connected.

Frozen into the image, as boards get it, and as .mpy in a slot, as an update would be; over plain
TCP: what TLS takes besides is the board's own (about 20 KiB in one piece on a Pico).
"""

import pytest

from tests.broker.park import TalkingHub
from tests.rigs.micropython import compile_firmware

BOARD_HEAP = "160k"  # what a Pico W leaves, less what TLS takes there
GOAL_BYTES = 64 * 1024
STAGES = ("loaded", "started", "connected")


@pytest.fixture(scope="module")
def slot(tmp_path_factory):
    """The application as .mpy."""
    return compile_firmware(tmp_path_factory.mktemp("slot"))


def measure(kind, role, folder, broker, start_node, closing, firmware):
    """Run a node on a board's heap until it is connected; bytes of heap in use by stage."""
    closing(TalkingHub(broker.port, name=role + "-1"))
    node = start_node(
        "heap.py", folder, role, broker.port, heap=BOARD_HEAP, bits=32, firmware=firmware
    )
    node.wait_for_end()
    words = [line.split() for line in node.lines]
    used = {line[0]: int(line[1]) for line in words if line[0] in STAGES}
    for stage in STAGES:
        print(f"FIGURE heap_{kind}_{role}_{stage}={used[stage]}")
    return used


@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_an_image_leaves_a_board_most_of_its_heap(
    role, tmp_path, plain_broker, start_node, closing
):
    """Frozen in, a node that is connected and hands in its records takes 64 KiB at most."""
    used = measure("frozen", role, tmp_path / "node", plain_broker, start_node, closing, None)
    assert used["connected"] <= GOAL_BYTES


@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_a_slot_runs_on_the_heap_of_a_board(
    role, slot, tmp_path, plain_broker, start_node, closing
):
    """On as much heap as a Pico W leaves it, an update in a slot loads and connects, too."""
    measure("slot", role, tmp_path / "node", plain_broker, start_node, closing, slot)
