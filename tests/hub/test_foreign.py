"""What is somebody else's is told as that: whose it is, who this is, and the command that helps."""

import asyncio
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from padlicht.accounts.store import open_accounts
from padlicht.broker.keys import ensure_park
from padlicht.cli.main import cli, not_utf8
from padlicht.config import Config, default_data
from padlicht.data_folder import (
    access_trouble,
    lock_data_folder,
    name_of,
    refuse_foreign,
    user_name,
)
from padlicht.errors import PadlichtError
from padlicht.hub import run_hub
from padlicht.ledger import Ledger, Site
from padlicht.ledger.trouble import explain

NOBODY = 54_321  # a uid without a line in /etc/passwd, as containers have them

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def as_nobody(work):
    """What `work` returns, done by another user, in a process that ends with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            for name in ("LOGNAME", "USER", "HOME"):
                os.environ.pop(name, None)
            try:
                said = work()
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
            os.write(writing, said.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def folder(programs):
    """A data folder of root's that others may look into, as after a restore as root."""
    # Not below tmp_path: that is closed to others.
    top = Path("/tmp") / f"padlicht-foreign-{os.getpid()}"
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir()
    config = Config(data=top, web_port=1)
    Ledger.open(config.ledger_path).close()
    ensure_park(config.keys, "127.0.0.1")
    with open_accounts(config.accounts_path, make=True):
        pass
    (top / "hub.lock").touch()
    for path in top.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
    os.chown(top, NOBODY, NOBODY)
    yield config
    shutil.rmtree(top)


def give_to_root(path, mode):
    os.chown(path, 0, 0)
    path.chmod(mode)


def hub_says(config):
    """How a hub on that folder ends."""

    def work():
        try:
            asyncio.run(run_hub(config))
        except PadlichtError as error:
            return str(error)
        return "it ran"

    return as_nobody(work)


@only_root
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("ledger.sqlite", 0o644),
        ("ledger.sqlite", 0o600),
        ("hub.lock", 0o600),
        ("keys", 0o700),
        ("keys/ca.key", 0o600),
    ],
)
def test_a_hub_says_whose_a_file_is(folder, name, mode):
    """In one sentence with the command that gives it back; and no disk is said to be full."""
    give_to_root(folder.data / name, mode)
    said = hub_says(folder)
    assert f"{folder.data / name} belongs to root, and this is uid {NOBODY}" in said
    assert f"chown -R {NOBODY}:{NOBODY} {folder.data}" in said
    assert "room" not in said


@only_root
def test_accounts_of_somebody_else_keep_no_hub_from_its_work(folder):
    """Nobody can log in then, and what says so names the owner; records are stored all the same."""

    def work():
        refuse_foreign(folder.data)
        with open_accounts(folder.accounts_path):
            return "it opened"

    (folder.data / "a note of root's").touch(mode=0o600)
    give_to_root(folder.accounts_path, 0o600)
    said = as_nobody(work)
    assert said.startswith(f"TryAgain: the accounts in {folder.accounts_path} cannot be used now")
    assert f"{folder.accounts_path} belongs to root" in said


@only_root
def test_writing_into_a_ledger_of_somebody_else_names_the_owner(folder):
    """Also when it was opened before it was given away: SQLite only says that it is read-only."""

    def work():
        with Ledger.open(folder.ledger_path) as ledger, ledger.transaction():
            ledger.sites.add(Site("park", "Park", "Europe/Amsterdam", 53.23, 6.576))
            return "it wrote"

    give_to_root(folder.ledger_path, 0o644)
    said = as_nobody(work)
    assert said.startswith("TryAgain: the ledger cannot be used: ")
    assert "belongs to root" in said
    assert "room" not in said


@only_root
@pytest.mark.parametrize("name", ["ledger.sqlite", "keys"])
def test_a_command_says_whose_a_file_is(folder, name):
    """A traceback helps nobody who only has to change a file's owner."""
    add = ["node", "add", "lamp-1", "--role", "lamp", "--site", "park", "--zone", "path"]

    def begin():  # not by `site add`: nobody may be kept from the zones of this Python
        with Ledger.open(folder.ledger_path) as ledger, ledger.transaction():
            ledger.sites.add(Site("park", "Park", "Europe/Amsterdam", 53.23, 6.576))
            return "it wrote"

    def work():
        answer = CliRunner().invoke(cli, [*add, "--data", str(folder.data)])
        assert answer.exception is None or isinstance(answer.exception, SystemExit)
        return answer.output

    assert as_nobody(begin) == "it wrote"
    give_to_root(folder.data / name, 0o700)
    said = as_nobody(work)
    assert "belongs to root" in said
    assert "Traceback" not in said


@only_root
def test_a_uid_without_a_name_is_its_number(programs):
    """It has no home either: its data is in the folder at hand unless --data says otherwise."""
    said = as_nobody(lambda: f"{user_name()} | {os.chdir('/tmp') or default_data()}")
    assert said == f"uid {NOBODY} | /tmp/.local/share/padlicht"
    assert name_of(NOBODY) == f"uid {NOBODY}"


def test_a_read_only_disk_is_told_as_that(tmp_path, monkeypatch):
    """Linux mounts a disk that fails so, and no chown helps then."""
    path = tmp_path / "ledger.sqlite"
    path.touch()
    found = os.statvfs(path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(
        os, "statvfs", lambda _: type("S", (), {"f_flag": found.f_flag | os.ST_RDONLY})()
    )
    assert "mounted read-only" in access_trouble(path)


def test_what_an_error_of_the_ledger_asks_for(tmp_path):
    """Room only where there is none; a busy file, waiting; a failing disk, the machine's log."""
    path = tmp_path / "ledger.sqlite"

    def said(code):
        error = sqlite3.OperationalError("so it says")
        error.sqlite_errorcode = code
        return explain(error, path)

    assert "make room" in said(sqlite3.SQLITE_FULL)
    assert "no other program" in said(sqlite3.SQLITE_BUSY)
    assert "journalctl -k" in said(sqlite3.SQLITE_IOERR)
    assert "make room" not in said(sqlite3.SQLITE_IOERR) + said(sqlite3.SQLITE_READONLY)
    assert "restore the last backup" in said(sqlite3.SQLITE_CORRUPT)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    """A file stands where the data folder should be."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(PadlichtError, match="choose another one with --data"),
        lock_data_folder(replace(Config(), data=tmp_path / "file" / "data").data),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "environ", "named"),
    [
        (["node", "add", "l\udcfcbeck"], {}, r"the argument 'l\udcfcbeck'"),
        (["up"], {"PADLICHT_BROKER_HOST": "h\udcfcbner.example"}, "the variable PADLICHT_BROKER_"),
        (["up"], {"ELSE": "h\udcfc"}, None),
        (["site", "add", "x", "--title", "Lübeck"], {}, None),
    ],
)
def test_latin_1_is_told_as_that(arguments, environ, named):
    """The bytes of another encoding are refused by name, before they end in a ledger or a board."""
    said = not_utf8(arguments, environ)
    if named is None:
        assert said is None
    else:
        assert named in said
        assert "LC_ALL=C.UTF-8" in said
