"""What `nodes/reconnects.py` says of a node's memory, and how that grew with each connection."""

from dataclasses import dataclass
from itertools import combinations
from statistics import median

from tests.broker.park import Node

LOOKS = 20
WARM_UP = 5  # looks at a node that still fills its spool and its buffers for the first time
LEAK_BYTES = 4  # of heap for each connection: MicroPython hands out no piece under 32 bytes
LEAK_C_BYTES = 16  # and C none under 32


@dataclass(frozen=True)
class Look:
    """A node between two connections: how many it has had, and what it holds."""

    links: int
    heap_bytes: int
    files: int
    c_bytes: int


def looks(node: Node, seconds: float) -> list[Look]:
    """Every look, once the node is through all its connections and still hands in its records."""
    node.wait_for("steady", seconds)
    found = []
    for line in node.lines:
        if line.startswith("after "):
            links, heap_bytes, files = map(int, line.split()[1:])
        elif line.startswith("in use bytes"):
            c_bytes = int(line.split("=")[1])  # an arena's; the last line is the sum
        elif line.startswith("max mmap bytes"):
            found.append(Look(links, heap_bytes, files, c_bytes))
    assert len(found) == LOOKS, node.lines
    return found


def grows_by(found: list[Look], what: str) -> float:
    """Bytes for each connection, after the warm-up: the median of the slopes between any two looks.

    A record that waits when one look is taken and not at the next moves a mean, and not this; what
    each connection leaves behind moves every slope.
    """
    return median(
        (getattr(later, what) - getattr(earlier, what)) / (later.links - earlier.links)
        for earlier, later in combinations(found[WARM_UP:], 2)
    )


def assert_flat(found: list[Look]) -> None:
    """Neither heap nor C memory grows, and exactly as many files are open at every look."""
    assert grows_by(found, "heap_bytes") < LEAK_BYTES, found
    assert grows_by(found, "c_bytes") < LEAK_C_BYTES, found
    assert {look.files for look in found[WARM_UP:]} == {found[WARM_UP].files}, found
