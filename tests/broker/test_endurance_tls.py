"""Memory over many connections by TLS, most of which fail somewhere on the way."""

import random
import socket

from tests.broker.memory import assert_flat, grows_by, looks
from tests.broker.park import Node, TalkingHub

TRIES = 300
SEED = 20261112


class Full:
    """A port whose queue is full: who connects to it gets no answer at all."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.port = self._listener.getsockname()[1]
        self._queue = [socket.socket() for _ in range(3)]
        for one in self._queue:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", self.port))

    def close(self):
        """Let everybody go."""
        for one in (*self._queue, self._listener):
            one.close()


def test_reconnecting_over_tls_leaves_the_memory_flat(keys, broker, start_proxy, closing):
    """Cut off, spoilt or unanswered at any point, TLS leaves no heap, file or C memory behind.

    Spoilt, because a handshake that fails on what it reads is left in another way than one that
    is cut off: MicroPython's TLS socket then forgets the socket under it.
    """
    closing(TalkingHub(broker.port, keys))
    proxy = start_proxy(broker.port)
    dice = random.Random(SEED)
    for number in range(TRIES + 10):
        at = dice.randrange(1, 1800)
        proxy.cuts.append(at if number % 2 else None)
        proxy.spoils.append(None if number % 2 else at)
    held_port = closing(Full()).port
    node = closing(Node("reconnects.py", keys.node, "lamp", proxy.port, TRIES, held_port))
    found = looks(node, 600)
    print(f"FIGURE reconnects_tls={found[-1].links}")
    print(f"FIGURE reconnects_tls_leak_bytes={grows_by(found, 'heap_bytes'):.3f}")
    print(f"FIGURE reconnects_tls_leak_c_bytes={grows_by(found, 'c_bytes'):.3f}")
    assert_flat(found)
