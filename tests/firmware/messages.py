"""A whole node to send messages to, and messages that something happened to.

It runs on MicroPython too, hence without pathlib.
"""

# ruff: noqa: PTH102, PTH123, RUF005

import json
import os
import sys

from boards import sim
from node import app, log

# On the interpreter that is like a board's `make figures` asks for a hundred thousand; fewer where
# only its own ways may differ.
TRIES = int(os.getenv("PADLICHT_TRIALS") or 10000) if sys.maxsize < 1 << 32 else 5000
SEED = 20261112
UTC_MS = 1795224377123
NODE = "padlicht/v1/park/lamp-1/"

with open("tests/contract/golden.json") as file:
    GOOD = {
        golden["leaf"]: json.dumps(golden["payload"]).encode() for golden in json.load(file)["down"]
    }
VALUES = (
    b"null true -1 0 1 7 20 50 101 2.5 1e9 -0 [] {} [[1,2],[3,4]] [0,0,5000,0]".split()
    + [b'"22:00"', b'"sunset"', b'"UTC0"', b'""', b'"\\u0000\\n"', b'"%s{}%d"', b'"\xff\xfe"']
    + [b"1e999", b"9" * 19, b"-" + b"9" * 400, b'"' + b"x" * 3000 + b'"']
    + [b"[" * 900 + b"]" * 900, b'{"a":' * 300 + b"1" + b"}" * 300]
)
SPICE = b'{}[]",:0129-+.eEtfn\\u \x00\x7f\xff'


class Park:
    """A lamp as it runs on the simulated board, without a link, and what it complained of."""

    def __init__(self, folder):
        os.mkdir(folder)
        identity = {"site": "park", "node": "lamp-1", "zone": "path", "role": "lamp"}
        self.folder = folder
        self.node = app.Node(sim.make(folder, identity))
        self.node._recorder.open()
        self.hub = self.node._hub
        self.hub._spool = self.node._recorder.spool
        self.lines = []
        self._voices = log.info, log.warn
        log.info = lambda text: None  # what went well, a hundred thousand times
        log.warn = self.lines.append

    def close(self):
        """Give the log its voice back."""
        log.info, log.warn = self._voices

    def take(self, leaf, payload):
        """Have the node read a message as its MQTT client hands it over; no line may be a crash."""
        self.lines.clear()
        self.hub._on_message(NODE + leaf, payload, False)
        crashed = [line for line in self.lines if "cannot be handled" in line]
        assert not crashed, (crashed, payload)


def mutated(chance, good):
    """A message with one to four changes, of which some may leave it whole."""
    message = good
    for _ in range(1 + chance.below(4)):
        at = chance.below(len(message) + 1)
        to = min(len(message), at + 1 + chance.below(6))
        kind = chance.below(8)
        if kind == 0:  # a bit falls over
            at = min(at, len(message) - 1)
            message = (
                message[:at] + bytes((message[at] ^ 1 << chance.below(8),)) + message[at + 1 :]
            )
        elif kind == 1:
            message = message[:at] + message[to:]
        elif kind == 2:
            message = message[:at] + bytes((SPICE[chance.below(len(SPICE))],)) + message[at:]
        elif kind == 3:
            message = message[:at] + message[at:to] * (2 + chance.below(3)) + message[to:]
        elif kind == 4 and chance.below(4) == 0:
            message = message[:at]
        elif kind == 5:
            message = message[:at] + good[chance.below(len(good)) :]
        else:  # another value
            message = with_another_value(chance, message)
        message = message[:4096] or b"\x00"
    return message


def with_another_value(chance, message):
    """The value behind one of the colons replaced by something that is JSON, mostly."""
    colons = [at for at in range(len(message)) if message[at] == 0x3A]
    if not colons:
        return message
    start = colons[chance.below(len(colons))] + 1
    end = start
    while end < len(message) and message[end] not in b",}":
        end += 1
    return message[:start] + VALUES[chance.below(len(VALUES))] + message[end:]
