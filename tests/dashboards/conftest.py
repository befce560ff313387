"""The tests' year of a simulated park in a real InfluxDB."""

import pytest

from tests.rigs.influx import Influxd
from tests.rigs.seeded import Seeded
from tests.rigs.year import copied


@pytest.fixture(scope="module")
def influx(year, tmp_path_factory, programs):
    """An InfluxDB with all of the year."""
    folder = tmp_path_factory.mktemp("influx")
    server = Influxd(folder / "influxd")
    try:
        yield Seeded(server, copied(year, folder / "data" / "ledger.sqlite"))
    finally:
        server.close()
