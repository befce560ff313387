"""Memory over many connections, and the heap that the whole application takes.

PADLICHT_TRIES says how often the node connects; `make figures` asks for ten thousand.
"""

import os
import random
from statistics import mean

import pytest

from tests.broker.park import Node, TalkingHub, free_port

TRIES = int(os.environ.get("PADLICHT_TRIES", "400"))
TLS_TRIES = min(TRIES // 2, 300)
FLAT_BYTES = 4000  # what a measurement may differ by: the rests of one connection, or of a record
FLAT_KIB = 512


def measurements(node, patience_s):
    """(connections, heap in bytes, open files, resident KiB) at each step, when all is over."""
    node.wait_for("steady", patience_s)
    lines = [line.split()[1:] for line in node.lines if line.startswith("after ")]
    assert len(lines) == 20
    return [tuple(map(int, words)) for words in lines]


def growth(found, column):
    """How much more there is towards the end than after the warm-up, each time on the average.

    Not the median: a look finds one connection's rest there or not, and the median is either.
    """
    return round(mean(row[column] for row in found[14:]) - mean(row[column] for row in found[3:9]))


def leaks_files(found):
    """Whether the fewest that are ever open grow: a look may find a link's own beside them."""
    return min(row[2] for row in found[10:]) > min(row[2] for row in found[:10])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_reconnecting_leaves_the_memory_flat(role, tmp_path, start_node):
    """Hung up on in every way and at every point, a node's heap does not grow, nor do its files."""
    node = start_node("reconnects.py", tmp_path / "node", role, free_port(), TRIES)
    found = measurements(node, 60 + TRIES / 20)
    times, grown = found[-1][0], growth(found, 1)
    print(f"FIGURE reconnects_{role}={times}")
    print(f"FIGURE reconnects_{role}_grown_bytes={grown}")
    print(f"FIGURE reconnects_{role}_used_bytes={found[-1][1]}")
    assert times >= TRIES
    assert grown <= FLAT_BYTES, found
    assert not leaks_files(found), found


@pytest.mark.timeout(600)
def test_reconnecting_over_tls_leaves_the_memory_flat(keys, broker, start_proxy, closing):
    """Cut off anywhere in handshake or talk, TLS leaves neither heap nor files nor C memory."""
    closing(TalkingHub(broker.port, keys))
    proxy = start_proxy(broker.port)
    dice = random.Random(20261112)
    proxy.cuts = [dice.randrange(1, 1800) for _ in range(TLS_TRIES + 10)]
    node = closing(Node("reconnects.py", keys.node, "lamp", proxy.port, TLS_TRIES, "tls"))
    found = measurements(node, 60 + TLS_TRIES)
    print(f"FIGURE reconnects_tls={found[-1][0]}")
    print(f"FIGURE reconnects_tls_grown_bytes={growth(found, 1)}")
    print(f"FIGURE reconnects_tls_resident_grown_kib={growth(found, 3)}")
    assert growth(found, 1) <= FLAT_BYTES, found
    assert not leaks_files(found), found
    assert growth(found, 3) <= FLAT_KIB, found
