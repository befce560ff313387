"""A restore that a power cut ended leaves a folder that says so, and on which no hub starts."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from padlicht.backup import restore as restoring
from padlicht.backup.backup import back_up
from padlicht.backup.restore import restore
from padlicht.broker.keys import ensure_park
from padlicht.cli.main import cli
from padlicht.config import Config
from padlicht.data_folder import lock_data_folder
from padlicht.errors import Refused, TryAgain
from padlicht.ledger import Ledger
from tests.backup.test_backup import quietly

# Ends itself when restoring has come to a point, as a power cut would.
KILLED = """
import os, signal, sys
from pathlib import Path
from padlicht.backup import restore as restoring
from padlicht.backup.restore import restore
archive, data, point = map(Path, sys.argv[1:])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if str(point) == "unpacking":
    restore(archive, data, lambda what, done, total: die() if what == "unpacking" else None)
rename = Path.rename
Path.rename = lambda path, target: die() if target.name == str(point) else rename(path, target)
restore(archive, data, lambda *_: None)
"""


@pytest.fixture
def archive(config, tmp_path):
    back_up(config, tmp_path / "b.tar.gz", quietly)
    return tmp_path / "b.tar.gz"


def killed(archive, data, point) -> None:
    """A restore that ended there."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, archive, data, point], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def no_hub_starts(data) -> None:
    """Nobody makes a ledger or keys where others are to come."""
    with pytest.raises(Refused, match="was cut short"), lock_data_folder(data):
        pass
    with pytest.raises(Refused, match="was cut short"):
        Ledger.open(data / "ledger.sqlite")
    with pytest.raises(Refused, match="was cut short"):
        ensure_park(data / "keys", "127.0.0.1")


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("is_there", [False, True])
def test_cut_short_while_it_unpacks_it_begins_again(archive, tmp_path, is_there):
    """The same command does it; meanwhile nothing takes the folder for a park."""
    data = tmp_path / "new"
    if is_there:
        data.mkdir()
    killed(archive, data, "unpacking")
    assert [path.name for path in data.iterdir()] == [".restoring"]
    no_hub_starts(data)
    assert restore(archive, data, quietly).problems == []
    assert not (data / ".restoring").exists()
    Ledger.open(data / "ledger.sqlite").close()


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("point", ["nodes", "ledger.sqlite"])
def test_cut_short_in_its_last_step_it_says_what_to_do(archive, tmp_path, point):
    """What is there already is never overwritten: the sentence says that all of it may go."""
    data = tmp_path / "new"
    killed(archive, data, point)
    assert (data / "keys").exists()
    no_hub_starts(data)
    words = ["restore", str(archive), "--data", str(data)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert "was cut short in its last step: remove all that is in it" in done.output


@pytest.mark.parametrize("point", ["backup.json", "keys", "nodes", "ledger.sqlite"])
def test_a_disk_that_fails_in_the_last_step_leaves_nothing(archive, tmp_path, monkeypatch, point):
    """What has its place already goes back, in a folder that was there as in a new one."""
    rename = Path.rename

    def failing(path, target):
        if target == tmp_path / "new" / point:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(TryAgain, match="Input/output error"):
        restore(archive, tmp_path / "new", quietly)
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    with pytest.raises(TryAgain):
        restore(archive, tmp_path / "new", quietly)
    assert [*(tmp_path / "new").iterdir()] == []


def test_a_hub_that_starts_meanwhile_is_told(archive, tmp_path):
    """Between the first byte and the last, the folder is a hub's to refuse."""
    seen = []

    def look(what, done, total):
        with pytest.raises(Refused):
            Ledger.open(tmp_path / "new" / "ledger.sqlite")
        seen.append(what)

    restore(archive, tmp_path / "new", look)
    assert {"unpacking", "checking keys"} <= set(seen)
    assert restoring.RESTORING == ".restoring"


SIGTERM = """
import os, signal, sys
from padlicht.cli import backup
from padlicht.cli.main import cli
whole = backup.back_up_into

def ended(config, folder, keep, progress):
    def at(what, done, total):
        if what == "unpacking":
            os.kill(os.getpid(), signal.SIGTERM)
    return whole(config, folder, keep, at)

backup.back_up_into = ended
sys.argv[1:] = ["backup", sys.argv[2], "--data", sys.argv[1]]
cli()
"""


@pytest.mark.usefixtures("programs")
def test_a_service_that_is_stopped_leaves_no_half_backup(config, tmp_path):
    """SIGTERM, by which systemd ends one, cleans up as Ctrl-C does, and the hub is told."""
    (tmp_path / "backups").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SIGTERM, config.data, tmp_path / "backups"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 143, done.stderr
    assert [*(tmp_path / "backups").iterdir()] == []
    said = CliRunner().invoke(cli, ["backup", "--status", "--data", str(Config(config.data).data)])
    assert "it was ended" in said.output
