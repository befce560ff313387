"""A data folder to back up, and a folder that every user of this machine reaches."""

import shutil
import tempfile
from pathlib import Path

import pytest

from padlicht.config import Config
from tests.accounts.parts import add
from tests.backup.users import SERVICE, give
from tests.hub.parts import provisioned
from tests.ledger.ledgers.make import fill
from tests.participation.parts import store


def make_park(config: Config) -> Config:
    """A data folder as a hub leaves it: ledger, keys, identities, and the broker's things."""
    fill(config.ledger_path)
    provisioned(config, "lamp-20", "lamp-21")
    config.broker_folder.mkdir()
    (config.broker_folder / "mosquitto.conf").write_text("listener")
    return config


@pytest.fixture
def config(tmp_path):
    """A data folder as a hub leaves it."""
    return make_park(Config(data=tmp_path / "data"))


@pytest.fixture
def room():
    """A folder that others may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="padlicht-room-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def service(room, programs):
    """The data folder of the service's user in `room`, and a folder of theirs for backups."""
    config = make_park(Config(data=room / "lib" / "data"))
    add(config.accounts_path)
    with store(config.data):
        pass
    config.data.chmod(0o700)
    give(config.data, SERVICE)
    (room / "backups").mkdir(mode=0o700)
    give(room / "backups", SERVICE)
    return config
