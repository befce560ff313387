"""A small park is killed again and again, on real parts; `make figures ARGS=kills` is the big one.

The seed is new each time and stands in what a failed test says; PADLICHT_SEED brings it back.
"""

import json
import os
import random
import subprocess
import sys

import pytest

from tests.rigs.micropython import ROOT
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s(600)
NAME_SPACE = ("unshare", "--map-root-user", "--mount")


def torment(*arguments, within=()):
    """Have a park killed as a seed says; what came of it."""
    seed = os.environ.get("PADLICHT_SEED") or str(random.SystemRandom().randrange(10**6))
    done = subprocess.run(
        [*within, sys.executable, "-m", "tests.kills", "--seed", seed, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'hub'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.stdout, f"seed {seed}: {done.stderr[-5000:]}"
    return json.loads(done.stdout.splitlines()[-1])


def may_mount():
    """Whether this machine lets us have a file system of our own."""
    trial = [*NAME_SPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def assert_in_order(found):
    """Everything is where it belongs, once, as it was made."""
    assert found["in_order"], found
    assert found["lost"] == found["doubled"] == found["quarantined"] == 0, found
    assert found["tracebacks"] == 0, found
    assert set(found["exit_codes"]) == {0}, found


def test_ten_kills_lose_nothing_and_double_nothing():
    """Hub, broker and InfluxDB, alone and in pairs: all of it is in ledger, InfluxDB and usage."""
    found = torment(
        *("--influx", "--kills", "10", "--records", "10000", "--nodes", "40"),
        *("--calm", "0.1", "1"),
    )
    assert found["made"] == found["in_ledger"] == found["in_influx"] == 10_000, found
    assert found["usage_made"] == found["usage_in_ledger"] == found["usage_in_influx"], found
    assert found["acknowledged_at_last_kill"] > 0, "nothing came in while parts were killed"
    assert_in_order(found)


@pytest.mark.skipif(not may_mount(), reason="wants to mount a file system, as root or by unshare")
def test_a_full_disk_loses_nothing():
    """The hub says that the disk is full, is killed on it, and goes on when there is room."""
    found = torment(
        *("--kills", "2", "--records", "4000", "--nodes", "20", "--full-disks", "1"),
        *("--disk-mib", "30", "--calm", "0.1", "1"),
        within=NAME_SPACE,
    )
    assert found["full_disks_noticed"] == 1, found
    assert found["made"] == found["in_ledger"] == 4000, found
    assert_in_order(found)
