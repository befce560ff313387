"""Memory over many connections."""

import pytest

from padlicht.simulate.run.run import free_port
from tests.broker.memory import assert_flat, grows_by, looks

TRIES = 10_000


@pytest.mark.parametrize("role", ["lamp", "counter"])
def test_reconnecting_leaves_the_memory_flat(role, tmp_path, start_node):
    """Hung up on in every way and at every point, a node's heap does not grow, nor do its files."""
    node = start_node("reconnects.py", tmp_path / "node", role, free_port(), TRIES)
    found = looks(node, 600)
    print(f"FIGURE reconnects_{role}={found[-1].links}")
    print(f"FIGURE reconnects_{role}_leak_bytes={grows_by(found, 'heap_bytes'):.3f}")
    print(f"FIGURE reconnects_{role}_used_bytes={found[-1].heap_bytes}")
    assert found[-1].links >= TRIES
    assert_flat(found)
