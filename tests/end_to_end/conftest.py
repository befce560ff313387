"""A real mosquitto with the park's own keys and fence, and what stands around one node."""

import json
import shutil
import socket
import subprocess

import pytest

from padlicht.broker.keys import ensure_park, node_identity
from padlicht.broker.mosquitto_setup import configure, program
from tests.end_to_end.fakes import SITE, FakeHub, FakeWorld, evening_offset_s, hub_context
from tests.end_to_end.process import NodeProcess, until
from tests.rigs.micropython import FIRMWARE
from tests.rigs.patience import limit_s

BROKEN_RADAR = """
from boards import sim

def make(folder, identity):
    board = sim.make(folder, identity)
    whole = board.radar
    tries = []

    async def radar():
        tries.append(1)
        if len(tries) < 3:
            raise OSError(5)
        return await whole()

    board.radar = radar
    return board
"""


class Broker:
    """The hub's mosquitto, which the test kills and starts as it likes."""

    def __init__(self, folder):
        self.keys = ensure_park(folder / "keys", "127.0.0.1")
        self._folder = folder / "broker"
        self._process = None
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        configure(self._folder, self.keys, "127.0.0.1", self.port)

    def hub_context(self):
        return hub_context(self.keys.folder)

    def start(self):
        """Start it with nothing kept from before, and wait until it accepts."""
        (self._folder / "mosquitto.db").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [program(), "-c", self._folder / "mosquitto.conf"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("mosquitto accepts", self._accepts)

    def kill(self):
        """As a power cut would: what it held in memory is gone."""
        self._process.kill()
        self._process.wait(limit_s())

    def _accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), limit_s()).close()
        except OSError:
            return False
        return True


@pytest.fixture(scope="session")
def park(tmp_path_factory):
    """One broker's folder and port for all tests: only its process is new for each."""
    return Broker(tmp_path_factory.mktemp("park"))


@pytest.fixture
def broker(park):
    """A mosquitto that knows nothing yet."""
    park.start()
    yield park
    park.kill()


@pytest.fixture
def hub(broker):
    """A hub at 18:00 local time of the last 12 November: dark, and the lamps may be lit."""
    hub = FakeHub(broker, evening_offset_s("18:00"))
    yield hub
    hub.close()


@pytest.fixture
def world():
    """A world with one radar in it."""
    world = FakeWorld()
    yield world
    world.close()


@pytest.fixture
def make_node(park, tmp_path):
    """Makes the folder of a node, as the hub's `node add` does; kills its process at the end."""
    nodes = []

    def make(role="lamp", **kwargs):
        name = f"{role}-1"
        folder = tmp_path / name
        node_identity(park.keys, name, folder)
        identity = {
            **{"node": name, "site": SITE, "zone": "path", "role": role, "board": "sim"},
            **{"broker_host": "127.0.0.1", "broker_port": park.port, "broker_name": "broker"},
        }
        (folder / "node.json").write_text(json.dumps(identity))
        nodes.append(NodeProcess(folder, **kwargs))
        return nodes[-1]

    yield make
    for node in nodes:
        node.kill()
        print(node.console())
        shutil.rmtree(node.folder)


@pytest.fixture
def broken_firmware(tmp_path):
    """The main.py of a firmware whose simulated board has a radar that fails twice at first."""
    folder = tmp_path / "firmware"
    shutil.copytree(FIRMWARE, folder)
    boards = folder / "boards"
    (boards / "sim.py").rename(boards / "whole.py")
    (boards / "sim.py").write_text(BROKEN_RADAR.replace("import sim", "import whole as sim"))
    return folder / "main.py"
