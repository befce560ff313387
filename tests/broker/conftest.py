"""Parts for the tests that talk to a real broker; each test gets its own and leaves none behind."""

import pytest

from tests.broker.park import Broker, Hub, Keys, Node
from tests.rigs.hostile import Proxy


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """The park's keys, and those of its lamp-1."""
    return Keys(tmp_path_factory.mktemp("park"))


@pytest.fixture(scope="session")
def foreign_keys(tmp_path_factory):
    """Another park, which has a lamp-1 as well."""
    return Keys(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def closing():
    """Remembers what must be closed, and closes it last first: `thing = closing(Thing())`."""
    things = []

    def remember(thing):
        things.append(thing)
        return thing

    yield remember
    for thing in reversed(things):
        thing.close()


@pytest.fixture
def broker(tmp_path, keys, closing, programs):
    """mosquitto over mutual TLS, with the fence."""
    return closing(Broker(tmp_path / "broker", keys))


@pytest.fixture
def plain_broker(tmp_path, closing, programs):
    """mosquitto without TLS, so that a proxy can read along."""
    return closing(Broker(tmp_path / "plain", None))


@pytest.fixture
def start_node(closing, programs):
    """Starts a script from `nodes/`: `start_node("talk.py", port, keys.folder)`."""
    return lambda *arguments, **options: closing(Node(*arguments, **options))


@pytest.fixture
def start_hub(closing):
    """Starts a hub's eyes and voice: `start_hub(port, keys)`."""
    return lambda *arguments: closing(Hub(*arguments))


@pytest.fixture
def start_proxy(closing):
    """Puts a hostile transport before a port: `start_proxy(port, plain=True)`."""
    return lambda *arguments, **options: closing(Proxy(*arguments, **options))
