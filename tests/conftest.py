"""What tests of every room may ask for."""

from pathlib import Path

import pytest

from tests.rigs import year as rig

YEAR_LIMIT_S = 600  # for whichever test asks for the year first, on a machine that has much to do


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with 52 weeks of the demo park; open it read-only, or see `rigs.year.copied`."""
    return rig.year(tmp_path_factory)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give those who may have to wait for the year the time to."""
    for item in items:
        if "year" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(YEAR_LIMIT_S))
