"""What a backup should hold and cannot read, or what is bad already, is said and ends with 1."""

import os

import pytest
from click.testing import CliRunner

from padlicht.backup.backup import back_up
from padlicht.backup.restore import restore
from padlicht.cli.main import cli
from padlicht.errors import Refused
from padlicht.operations.last_backup import read_note
from tests.backup.test_backup import quietly
from tests.backup.users import SERVICE, needs_root, padlicht

HIDDEN = {
    "the folder of identities": ("nodes", 0o000),
    "a folder that lists nothing": ("nodes", 0o311),
    "a folder that opens nothing": ("nodes", 0o644),
    "one identity": ("nodes/lamp-20", 0o000),
    "one key": ("nodes/lamp-20/key.der", 0o000),
    "the folder of keys": ("keys", 0o000),
    "the key of the CA": ("keys/ca.key", 0o000),
    "the accounts": ("accounts.sqlite", 0o000),
    "what people said": ("participation.sqlite", 0o000),
    "the ledger": ("ledger.sqlite", 0o000),
    "all of it": (".", 0o000),
}


@needs_root
@pytest.mark.parametrize("what", HIDDEN)
def test_what_may_not_be_read_makes_a_backup_fail(service, room, what):
    """With a sentence that names it; there is no file that looks like a backup."""
    name, mode = HIDDEN[what]
    (service.data / name).chmod(mode)
    done = padlicht(SERVICE, "backup", room / "backups" / "b.tar.gz", "--data", service.data)
    assert done.returncode == 1
    assert str(service.data / name) in done.said
    assert [*(room / "backups").iterdir()] == []


@needs_root
def test_what_belongs_to_somebody_else_makes_a_backup_fail(service, room):
    """A node that root added without being the service's user is nobody's to leave out."""
    for path in (service.data / "nodes" / "lamp-21").iterdir():
        os.chown(path, 0, 0)
        path.chmod(0o600)
    done = padlicht(SERVICE, "backup", room / "backups" / "b.tar.gz", "--data", service.data)
    assert done.returncode == 1
    assert f"{service.data / 'nodes' / 'lamp-21'}" in done.said
    assert "as the hub's own user" in done.said
    note = read_note(service.data)
    assert "cannot be read" in note.failed.says, "the hub tells of it"


@pytest.mark.parametrize("name", ["nodes/lamp-30", "keys/old.pem"])
def test_a_link_to_nowhere_is_said(config, tmp_path, name):
    """It may be a disk that is not mounted."""
    (config.data / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match=name):
        back_up(config, tmp_path / "b.tar.gz", quietly)


def test_what_is_neither_file_nor_folder_is_said(config, tmp_path):
    """A pipe holds up nobody."""
    os.mkfifo(config.data / "nodes" / "pipe")
    with pytest.raises(Refused, match="neither a file nor a folder"):
        back_up(config, tmp_path / "b.tar.gz", quietly)


def test_folders_behind_links_are_in_the_backup(config, tmp_path):
    """Identities on another disk come back as if they had been here, and a circle is said."""
    elsewhere = tmp_path / "elsewhere"
    (config.data / "nodes" / "lamp-21").rename(elsewhere)
    (config.data / "nodes" / "lamp-21").symlink_to(elsewhere)
    assert back_up(config, tmp_path / "b.tar.gz", quietly).problems == []
    restore(tmp_path / "b.tar.gz", tmp_path / "new", quietly)
    key = (elsewhere / "key.der").read_bytes()
    assert (tmp_path / "new" / "nodes" / "lamp-21" / "key.der").read_bytes() == key
    (elsewhere / "again").symlink_to(config.data / "nodes")
    with pytest.raises(Refused, match="a folder that it is in"):
        back_up(config, tmp_path / "c.tar.gz", quietly)


def spoil(path):
    path.write_bytes(bytes(path.stat().st_size))


BAD = {
    "a node's key of zeros": (lambda data: spoil(data / "nodes/lamp-20/key.der"), "lamp-20"),
    "half an identity": (lambda data: (data / "nodes/lamp-21/cert.der").unlink(), "no cert.der"),
    "another's key": (
        lambda data: (data / "nodes/lamp-20/key.der").write_bytes(
            (data / "nodes/lamp-21/key.der").read_bytes()
        ),
        "not of one pair",
    ),
    "the CA's key of zeros": (lambda data: spoil(data / "keys/ca.key"), "keys/ca.key"),
    "no key of the CA": (lambda data: (data / "keys/ca.key").unlink(), "no ca.key"),
    "the hub's certificate of zeros": (lambda data: spoil(data / "keys/hub.pem"), "keys/hub.key"),
    "no keys at all": (lambda data: (data / "keys").rename(data / "lost"), "which all 4 nodes"),
    "no identities at all": (
        lambda data: (data / "nodes").rename(data / "lost"),
        "none has its identity",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_keys_that_cannot_be_used_are_told_on_the_night_they_went_bad(config, tmp_path, what):
    """The ledger is backed up all the same; the exit code is 1, and the name says -faulty."""
    (tmp_path / "backups").mkdir()
    spoiling, said = BAD[what]
    spoiling(config.data)
    done = CliRunner().invoke(
        cli, ["backup", str(tmp_path / "backups"), "--data", str(config.data)]
    )
    assert done.exit_code == 1
    assert said in done.output
    (made,) = (tmp_path / "backups").iterdir()
    assert made.name.endswith("-faulty.tar.gz")
    assert read_note(config.data).good is None
    assert said in read_note(config.data).failed.says
    done = CliRunner().invoke(cli, ["restore", str(made), "--data", str(tmp_path / "new")])
    assert done.exit_code == 1
    assert said in done.output
    assert (tmp_path / "new" / "ledger.sqlite").exists()
