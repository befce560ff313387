"""A node as a process, and what a test asks of it and of what it handed in."""

import json
import os
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

from tests.rigs import micropython, patience

FULL = 65535
BASE = FULL * 20 // 100
INTERVAL_S = 2


def until(what, condition, seconds=patience.HANG_S):
    """Wait until `condition()` is true and return what it gave; fail, saying what, in the end."""
    return patience.until(condition, what, seconds)


class NodeProcess:
    """A node on the packaged MicroPython: the folder stays, processes come and go."""

    def __init__(self, folder: Path, main: Path = micropython.FIRMWARE / "main.py"):
        self.folder = folder
        self._main = main
        self._process = None
        self._log = folder / "console.txt"

    def start(self, **environment):
        """Start the firmware; switches for the simulated board come as keywords."""
        switches = {"PADLICHT_SIM_" + key.upper(): str(value) for key, value in environment.items()}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [micropython.find(64), self._main, self.folder],
                env=micropython.environment(**switches),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self):
        return self._process.pid

    def kill(self):
        """As a power cut would: no goodbye."""
        if self._process and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
        self.wait()

    def wait(self):
        """Wait for the process to end by itself; returns its exit code."""
        return self._process.wait(patience.limit_s()) if self._process else None

    def console(self):
        """All that the node printed, over all its processes."""
        return self._log.read_text()

    def journal(self):
        """(made, acked): records by (boot, seq), and the identities that were acknowledged."""
        made, acked = {}, set()
        for line in (self.folder / "journal.jsonl").read_text().splitlines():
            entry = json.loads(line)
            if "made" in entry:
                rec = entry["made"]
                made[rec.pop("boot"), rec["seq"]] = rec
            else:
                boot, first, last = entry["acked"]
                acked |= {(boot, seq) for seq in range(first, last + 1)}
        return made, acked


def start(node, world, **switches):
    """Start a node with short intervals in this world."""
    node.start(interval_s=INTERVAL_S, world=world.address, **switches)


def dated(records):
    """The records with a date, in order of time."""
    return sorted((rec for rec in records.values() if rec["t"]), key=lambda rec: rec["t"])


def assert_no_second_twice(records):
    """No two intervals overlap."""
    in_order = dated(records)
    for one, other in pairwise(in_order):
        assert one["t"] + one["dt"] <= other["t"]


def until_it_knows_the_time(hub):
    """Wait for a birth of the one node in which it trusts its clock; gives the time then."""
    until("a birth with the time", lambda: (birth := hub.birth()) and birth["clock"] == 2)
    return hub.utc_ms() // 1000


def passed(hub, utc_s):
    """Wait until it is so late in the park: intervals count whole seconds."""
    until(f"time {utc_s}", lambda: hub.utc_ms() >= utc_s * 1000)


def all_acknowledged(node):
    """Whether the hub has everything that the node ever made."""
    made, acked = node.journal()
    return made and set(made) <= acked
