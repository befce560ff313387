"""A configuration of one's own, and hubs as processes that end with the test."""

import os
import signal
from pathlib import Path

import pytest

from padlicht.config import Config
from padlicht.simulate.run.run import free_port
from tests.hub.processes import DEADLINE_S, Hub


@pytest.fixture
def config(tmp_path):
    return Config(data=tmp_path / "a folder", broker_port=free_port(), web_port=free_port())


@pytest.fixture
def start(config, programs):
    """Starts hubs, and ends them and their broker whatever happens."""
    hubs = []

    def start(config=config):
        hubs.append(Hub(config))
        return hubs[-1]

    yield start
    for hub in hubs:
        if hub.process.poll() is None:
            hub.process.kill()
            hub.process.wait(DEADLINE_S)
    note = config.broker_folder / "mosquitto.pid"
    if note.exists():
        pid = int(note.read_text())
        if is_ours(pid, config):
            os.kill(pid, signal.SIGKILL)


def is_ours(pid, config):
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return os.fsencode(config.broker_folder) in command
