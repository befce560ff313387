"""A restore by whoever does it, wherever the disk is, leaves a folder that the service may use."""

import os
import re
import stat
import subprocess

import pytest

from padlicht.accounts.store import open_accounts
from padlicht.backup.backup import back_up, back_up_into
from padlicht.backup.rotation import Keep
from padlicht.ledger import Ledger
from padlicht.operations.last_backup import read_note
from tests.backup.test_backup import quietly
from tests.backup.users import (
    CONTAINER,
    ROOT,
    SERVICE,
    give,
    needs_root,
    others_can_run,
    owners,
    padlicht,
    program,
)

pytestmark = [needs_root, pytest.mark.usefixtures("programs")]


@pytest.fixture
def archive(service, room):
    """A backup that the service's timer made; nobody else but root can read it."""
    made = back_up_into(service, room / "backups", Keep(), quietly).path
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    os.chown(made, *SERVICE)
    return made


def is_usable(data, user=SERVICE) -> None:
    """All of it is the user's, for nobody else, and ledger, keys and accounts can be used."""
    assert owners(data) == {user}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for path in data.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    with Ledger.open(data / "ledger.sqlite", read_only=True) as ledger:
        assert ledger.check() == []
    assert padlicht(user, "command", "list", "--data", data).returncode == 0
    with open_accounts(data / "accounts.sqlite") as accounts:
        assert [account.name for account in accounts.accounts(0)] == ["anna"]
    assert sorted(path.name for path in data.iterdir()) == [
        *("accounts.sqlite", "backup.json", "keys", "ledger.sqlite", "nodes"),
        "participation.sqlite",
    ]


def test_root_restores_into_a_new_folder_for_the_service(archive, room):
    """After the loss of a machine: what was the service's is the service's again."""
    done = padlicht(ROOT, "restore", archive, "--data", room / "new" / "data")
    assert done.returncode == 0, done.said
    assert "It belongs to nobody: the hub must run as that user" in done.said
    is_usable(room / "new" / "data")
    assert read_note(room / "new" / "data").good.file == str(archive)


def test_root_restores_into_the_folder_that_systemd_made(archive, room):
    """An empty folder that is there stays, with its owner, whose ever the park was before."""
    data = room / "state"
    data.mkdir(mode=0o700)
    os.chown(data, *CONTAINER)
    before = data.stat().st_ino
    done = padlicht(ROOT, "restore", archive, "--data", data)
    assert done.returncode == 0, done.said
    assert "It belongs to 10001" in done.said
    assert data.stat().st_ino == before
    is_usable(data, CONTAINER)


def test_root_restores_onto_a_new_disk(archive, room):
    """Its lost+found is nothing, and the folder that root mounted it on is the service's then."""
    data = room / "disk"
    (data / "lost+found").mkdir(parents=True, mode=0o700)
    done = padlicht(ROOT, "restore", archive, "--data", data)
    assert done.returncode == 0, done.said
    (data / "lost+found").rmdir()
    is_usable(data)


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "empty"])
def test_the_services_user_restores(archive, room, is_there):
    """Into a folder of its own, in one that is not: nothing is written beside the data folder."""
    parent = room / "lib2"
    parent.mkdir()
    data = parent / "data"
    if is_there:
        data.mkdir()
        give(data, SERVICE)
        parent.chmod(0o555)
    else:
        give(parent, SERVICE)
    done = padlicht(SERVICE, "restore", archive, "--data", data)
    assert done.returncode == 0, done.said
    is_usable(data)


REFUSED = {
    "a folder that others may not write": (lambda room: (room / "lib2").mkdir(), "restore as root"),
    "a data folder of somebody else": (
        lambda room: (room / "lib2" / "data").mkdir(parents=True),
        "restore as root",
    ),
    "a file": (
        lambda room: [(room / "lib2").mkdir(), (room / "lib2" / "data").touch()],
        "Directory",
    ),
    "a link to nowhere": (
        lambda room: [(room / "lib2").mkdir(), (room / "lib2" / "data").symlink_to("no")],
        "is no folder",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_where_nothing_can_be_restored_a_sentence_says_so(archive, room, what):
    """Without a traceback, and without a trace."""
    make, said = REFUSED[what]
    make(room)
    before = sorted(room.rglob("*"))
    done = padlicht(SERVICE, "restore", archive, "--data", room / "lib2" / "data")
    assert done.returncode in (1, 2)
    assert said in done.said
    assert sorted(room.rglob("*")) == before


def test_a_backup_that_is_roots_is_said(archive, room):
    """The sentence is about the backup, and not about the folder."""
    os.chown(archive, 0, 0)
    give(room / "lib", SERVICE)
    done = padlicht(SERVICE, "restore", archive, "--data", room / "lib" / "new")
    assert done.returncode == 1
    assert f"{archive} cannot be read (Permission denied)" in done.said
    assert not (room / "lib" / "new").exists()


MOUNTED = """
set -e
data=$1 archive=$2
shift 2
mount -t tmpfs -o mode=0700,uid=10001,gid=10001 padlicht "$data"
mount --rbind "$data/.." "$data/.."
mount -o remount,bind,ro "$data/.."
cd "$data/../data"
! touch ../written
"$@" restore "$archive" --data "$PWD"
stat -c '%u:%g %a %n' *
"""


def test_a_container_restores_into_its_mounted_folder(service, room):
    """/data is a mount point, all else is read-only, and the user has a number and no name."""
    data = room / "root" / "data"
    data.mkdir(parents=True)
    mounting = ["unshare", "--mount", "mount", "-t", "tmpfs", "x", str(data)]
    if not others_can_run() or subprocess.run(mounting, check=False).returncode:
        pytest.skip("this machine lets nobody mount; the tests above are the nearest to it")
    archive = room / "b.tar.gz"
    back_up(service, archive, quietly)
    os.chown(archive, *CONTAINER)
    inside = ["unshare", "--mount", "sh", "-c", MOUNTED, "sh", str(data), str(archive)]
    done = program(CONTAINER, inside)
    assert done.returncode == 0, done.said
    assert "Read-only file system" in done.said
    assert "It belongs to 10001" in done.said
    assert re.findall(r"^10001:10001 ([67]00) (.+)$", done.said, re.MULTILINE) == [
        *(("600", "accounts.sqlite"), ("600", "backup.json"), ("700", "keys")),
        *(("600", "ledger.sqlite"), ("700", "nodes"), ("600", "participation.sqlite")),
    ]


def test_two_restores_into_one_folder_do_not_mix(archive, room):
    """The second is refused for as long as the first is at work, and takes nothing from it."""
    data = room / "data"
    (data / ".restoring").mkdir(parents=True)
    (data / ".restoring" / "at work").mkdir()
    with subprocess.Popen(
        ["flock", str(data / ".restoring"), "sh", "-c", "echo; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout.readline()
        done = padlicht(ROOT, "restore", archive, "--data", data)
        assert done.returncode == 1
        assert "another restore into" in done.said
        assert (data / ".restoring" / "at work").exists()
        first.stdin.write(b"\n")
    assert padlicht(ROOT, "restore", archive, "--data", data).returncode == 0
