"""The whole application on the simulated board, for scripts that put something around it."""

import asyncio
import gc
import json
import os

from common import at_once

from boards import sim
from node import app


class Quick:
    """A back-off without patience: what is measured is the connecting, not the waiting."""

    def __init__(self, wait_ms):
        self._wait_ms = wait_ms

    def next_ms(self):
        """Always the same."""
        return self._wait_ms

    def reset(self):
        """Nothing to forget."""


class Board(sim.Board):
    """The simulated board; over plain TCP where there are no keys."""

    plain = True
    links = 0  # that were asked for

    async def open_link(self):
        """To the broker of the identity, as plain as told."""
        self.links += 1
        if not self.plain:
            return await super().open_link()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.identity["broker_port"])
        at_once(writer)
        return reader, writer


def make_board(folder, role, port, kind=Board, plain=True):
    """A board whose node is `lamp-1` or `counter-1` of the park `park`."""
    identity = {"site": "park", "node": role + "-1", "zone": "path", "role": role, "board": "sim"}
    identity["broker_host"] = "127.0.0.1"
    identity["broker_port"] = int(port)
    identity["broker_name"] = "broker"
    try:
        os.stat(folder)
    except OSError:
        os.mkdir(folder)
    with open(folder + "/node.json", "w") as file:
        json.dump(identity, file)
    board = kind(folder, identity)
    board.plain = plain
    return board


def make_node(board, wait_ms=None):
    """The node on this board; with `wait_ms` it comes back so soon after each loss of the link."""
    node = app.Node(board)
    if wait_ms is not None:
        node._hub._backoff = Quick(wait_ms)
    return node


def used_bytes():
    """Heap in use, after a collection."""
    gc.collect()
    gc.collect()
    return gc.mem_alloc()
