"""A data folder to back up."""

import pytest

from padlicht.config import Config
from tests.hub.parts import provisioned
from tests.ledger.ledgers.make import fill


@pytest.fixture
def config(tmp_path):
    """A data folder as a hub leaves it: ledger, keys, identities, and the broker's things."""
    config = Config(data=tmp_path / "data")
    fill(config.ledger_path)
    provisioned(config, "lamp-20", "lamp-21")
    config.broker_folder.mkdir()
    (config.broker_folder / "mosquitto.conf").write_text("listener")
    return config
