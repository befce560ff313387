"""The tests' year of a simulated park in a real InfluxDB, with a line in its diary."""

from datetime import date

import pytest

from padlicht.ledger import DiaryEntry, Ledger
from tests.rigs.influx import Influxd
from tests.rigs.seeded import Seeded
from tests.rigs.year import END_UTC_S, copied

FAIR = DiaryEntry(
    *(0, "molukkenplantsoen", None, date(2026, 11, 7), date(2026, 11, 8), "St Martin's fair"),
    *(True, END_UTC_S - 86_400, "anna"),
)


@pytest.fixture(scope="module")
def influx(year, tmp_path_factory, programs):
    """An InfluxDB with all of the year."""
    folder = tmp_path_factory.mktemp("influx")
    path = copied(year, folder / "data" / "ledger.sqlite")
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.diary.add(FAIR)
    server = Influxd(folder / "influxd")
    try:
        yield Seeded(server, path)
    finally:
        server.close()
