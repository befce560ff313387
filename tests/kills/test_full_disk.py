"""What could stand in the way of a start on a full disk, each by itself."""

import asyncio
import os
import signal

import pytest

from padlicht.broker.keys import ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.broker.mosquitto_setup import configure
from padlicht.data_folder import lock_data_folder
from padlicht.simulate.run.run import free_port
from tests.hub.parts import until
from tests.kills.parts import broker_pid


@pytest.fixture
def broker(tmp_path, programs):
    """A mosquitto that is not running yet."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    return Mosquitto(tmp_path / "broker", keys, "127.0.0.1", free_port())


def test_a_start_leaves_alone_what_is_right(tmp_path):
    """Configuration and fence are written once, and again when they should say something else."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    folder = tmp_path / "broker"

    def files():
        return {path.name: path.stat().st_ino for path in folder.iterdir()}

    assert configure(folder, keys, "127.0.0.1", 8883)
    before = files()
    assert set(before) == {"mosquitto.conf", "acl"}
    assert not configure(folder, keys, "127.0.0.1", 8883)
    assert files() == before
    assert configure(folder, keys, "127.0.0.1", 8884)
    assert "listener 8884" in (folder / "mosquitto.conf").read_text()


def test_a_broker_starts_though_its_number_cannot_be_noted(broker):
    """The next hub knows it by its configuration."""
    note = broker.conf.parent / "mosquitto.pid"
    note.mkdir(parents=True)  # so nothing can be written to it

    async def run():
        async with broker:
            assert broker_pid(broker.conf)
            note.rmdir()

    asyncio.run(run())


def test_a_broker_that_cannot_be_started_is_tried_again(broker, caplog):
    """Without room for its log there is no start; the hub says so and goes on trying."""
    log = broker.conf.parent / "mosquitto.log"

    async def run():
        async with broker:
            watching = asyncio.create_task(broker.watch())
            log.unlink()
            log.mkdir()
            os.kill(broker_pid(broker.conf), signal.SIGKILL)
            await until(lambda: str(log) in caplog.text, "a word about the log")
            log.rmdir()
            await until(lambda: broker_pid(broker.conf), "another broker")
            assert not watching.done()
            watching.cancel()
            await asyncio.wait([watching])

    asyncio.run(run())


def test_a_hub_holds_its_folder_without_a_name_on_the_lock(tmp_path):
    """Whose number does not fit on the disk has the lock all the same."""
    (tmp_path / "hub.lock").symlink_to("/dev/full")  # takes no byte
    with lock_data_folder(tmp_path):
        pass
