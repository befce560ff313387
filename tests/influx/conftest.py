"""One InfluxDB for the tests of a file, and a shim and databases of each test's own."""

import itertools

import pytest

from tests.influx.parts import config_of, park
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory, programs):
    """A real InfluxDB, shared by a file's tests."""
    one = Influxd(tmp_path_factory.mktemp("influxd"))
    yield one
    one.close()


@pytest.fixture
def names(server):
    """Two databases that nobody else uses: options of a Config."""
    number = next(_numbers)
    names = {"influx_raw": f"raw_{number}", "influx_usage": f"usage_{number}"}
    server.create(*names.values())
    return names


@pytest.fixture
def shim(server):
    """What stands before it."""
    one = Shim(server.port)
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path):
    """A hub's data folder with a park in the ledger."""
    park(tmp_path / "ledger.sqlite")
    return tmp_path


@pytest.fixture
def config(folder, shim, names):
    """A hub's configuration for them."""
    return config_of(folder, shim.url, **names)
