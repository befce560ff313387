"""What walks through all pages share: one Chromium and one park with a year a file."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.walk import year_park
from tests.rigs.chromium import launch


@pytest.fixture(scope="module")
def chromium(programs):
    """A Chromium for all tests of a file."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def park_with_year(year, tmp_path_factory):
    """The pages of the demo park after its year, open to everyone."""
    with year_park(year, tmp_path_factory.mktemp("park")) as park:
        yield park
