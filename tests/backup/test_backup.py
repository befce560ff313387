"""A backup is whole and true, and what is restored is what was backed up."""

import sqlite3
import stat
import threading
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from padlicht.accounts.store import open_accounts
from padlicht.backup import archive as archives
from padlicht.backup.backup import back_up
from padlicht.backup.manifest import LEDGER, Entry, Manifest
from padlicht.backup.park_files import KEPT
from padlicht.backup.restore import restore
from padlicht.config import Config
from padlicht.errors import Refused
from padlicht.ledger import Footfall, Ledger
from padlicht.ledger.schema import MIGRATIONS
from padlicht.ledger.upkeep import copy as copies
from tests.accounts.parts import add
from tests.hub.parts import NOW
from tests.ledger.test_ledger_upgrade import old_ledger
from tests.participation.parts import sheet, store
from tests.rigs.patience import limit_s


def quietly(what, done, total):
    """No progress bar."""


def files(folder):
    """Every file by its path, but for what the hub makes anew and SQLite's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("ledger.sqlite", "backup.json"))
    }


def dump(path):
    """The ledger as SQL."""
    with closing(sqlite3.connect(path)) as database:
        return [*database.iterdump()]


def test_what_is_restored_is_what_was_backed_up(config, tmp_path):
    """Ledger, keys and identities come back alike; the broker's own folder stays out."""
    kept = back_up(config, tmp_path / "park.tar.gz", quietly)
    assert kept.problems == []
    restored = Config(data=tmp_path / "new" / "data")
    assert restore(tmp_path / "park.tar.gz", restored.data, quietly).problems == []
    before = files(config.data)
    assert files(restored.data) == {
        name: content for name, content in before.items() if name.split("/")[0] in ("keys", "nodes")
    }
    assert {"keys/ca.key", "nodes/lamp-20/node.json", "nodes/lamp-21/key.der"} <= before.keys()
    assert dump(restored.ledger_path) == dump(config.ledger_path)


def test_accounts_come_back_without_their_sessions(config, tmp_path):
    """Whoever had an account has it still, and nobody is logged in by an old backup."""
    add(config.accounts_path)
    with open_accounts(config.accounts_path) as accounts:
        token = accounts.begin("anna", accounts.kept("anna"), NOW)
        browser = accounts.remember_browser("anna", NOW)
        secret = accounts.secret("csrf")
    back_up(config, tmp_path / "park.tar.gz", quietly)
    restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly)
    with open_accounts(Config(data=tmp_path / "new").accounts_path) as accounts:
        assert [account.name for account in accounts.accounts(NOW)] == ["anna"]
        assert accounts.whose(token, NOW) is None
        assert not accounts.knows_browser(browser, "anna", NOW)
        assert accounts.secret("csrf") == secret
    with open_accounts(config.accounts_path) as accounts:
        assert accounts.whose(token, NOW), "the hub that was backed up goes on"


def test_what_people_said_comes_back(config, tmp_path):
    """Rounds, sheets, and the key by which codes are known again; for its owner alone."""
    with store(config.data) as (words, found):
        words.survey.add_sheets(found.id, [sheet()], once=b"1", code="uil37")
    kept = back_up(config, tmp_path / "park.tar.gz", quietly)
    assert "participation.sqlite" in kept.manifest.files
    restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly)
    restored = Config(data=tmp_path / "new").participation_path
    assert dump(restored) == dump(config.participation_path)
    assert stat.S_IMODE(restored.stat().st_mode) == 0o600


def test_damage_among_what_people_said_is_told(config, tmp_path):
    """The copy is as the file is, and it is no good backup."""
    with store(config.data) as (words, found):
        for number in range(200):
            words.survey.add_sheets(found.id, [sheet()], once=number.to_bytes(8))
    path = config.participation_path
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("UPDATE survey_sheets SET q1 = 9 WHERE id = 1")
    kept = back_up(config, tmp_path / "park.tar.gz", quietly)
    assert "people's words: CHECK constraint failed in survey_sheets" in kept.problems


def test_only_its_owner_may_read_a_backup(config, tmp_path):
    """It holds every private key of the park, and so does what is restored from it."""
    back_up(config, tmp_path / "park.tar.gz", quietly)
    restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly)
    assert stat.S_IMODE((tmp_path / "park.tar.gz").stat().st_mode) == 0o600
    for path in (tmp_path / "new").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or path.name.startswith("ledger"), path
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_backup_under_load_is_of_one_moment(config, tmp_path, monkeypatch):
    """While a hub commits between all pieces, the copy goes on and its ledger checks."""
    monkeypatch.setattr(copies, "PIECE_PAGES", 1)
    committed = threading.Event()
    wanted = threading.Event()
    ended = threading.Event()
    written = 0

    def write():
        nonlocal written
        with Ledger.open(config.ledger_path) as ledger:
            while not ended.is_set():
                wanted.wait()
                wanted.clear()
                batch = [
                    Footfall("counter-1", 9, written + i, NOW, 900, 2, 9, 0, 1, 1, written, written)
                    for i in range(100)
                ]
                with ledger.transaction():
                    ledger.records.add(batch, NOW)
                written += len(batch)
                committed.set()

    def between(what, done, total):
        if what == "copying" and done < total:
            committed.clear()
            wanted.set()
            assert committed.wait(limit_s())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        kept = back_up(config, tmp_path / "park.tar.gz", between)
    finally:
        ended.set()
        wanted.set()
        writer.join()
    pages = kept.manifest.files["ledger.sqlite"].size_bytes // 4096
    assert written >= 100 * (pages - 2), "the writer wrote between the pieces"
    restored = Config(data=tmp_path / "new")
    assert restore(tmp_path / "park.tar.gz", restored.data, quietly).problems == []
    with Ledger.open(restored.ledger_path, read_only=True) as ledger:
        assert ledger.records.counts() == kept.manifest.counts
        assert ledger.records.counts()["footfall"] < written


def test_nothing_is_overwritten(config, tmp_path):
    """Neither an archive nor a data folder that is there."""
    target = tmp_path / "park.tar.gz"
    back_up(config, target, quietly)
    before = target.read_bytes()
    with pytest.raises(Refused, match="there already"):
        back_up(config, target, quietly)
    with pytest.raises(Refused, match="nothing is ever overwritten"):
        restore(target, config.data, quietly)
    assert target.read_bytes() == before
    assert (config.data / "broker" / "mosquitto.conf").exists()


def test_an_empty_folder_may_be_restored_into(config, tmp_path):
    """A mounted disk is a folder that is there, and empty."""
    back_up(config, tmp_path / "park.tar.gz", quietly)
    (tmp_path / "new").mkdir()
    restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly)
    assert (tmp_path / "new" / "ledger.sqlite").exists()


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path):
    """What an older Padlicht backed up can be restored for ever."""
    ledger = tmp_path / "ledger.sqlite"
    old_ledger(1, ledger)
    entry = Entry(sha256(ledger.read_bytes()).hexdigest(), ledger.stat().st_size)
    counts = {"lamp": 12, "footfall": 6, "health": 6, "fault": 3, "quarantine": 2}
    of_then = Manifest(1, "0.1.0", "2026-11-01T00:00:00+00:00", 1, counts, {LEDGER: entry})
    archives.pack(tmp_path / "park.tar.gz", of_then, {LEDGER: ledger}, quietly)
    told = restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly).problems
    assert [problem for problem in told if "keys" not in problem and "nodes" not in problem] == []
    with Ledger.open(tmp_path / "new" / "ledger.sqlite", read_only=True) as found:
        assert (found.schema_version(), found.records.counts()) == (len(MIGRATIONS), counts)


def test_faults_of_a_ledger_are_backed_up_and_told(config, tmp_path):
    """A ledger with a fault is better kept than lost, and whoever keeps it hears of the fault."""
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.move("influx", "lamp", 1000)
    made = back_up(config, tmp_path / "park.tar.gz", quietly)
    restored = restore(tmp_path / "park.tar.gz", tmp_path / "new", quietly)
    for kept in (made, restored):
        (problem,) = kept.problems
        assert "influx has followed lamp up to 1000" in problem


def test_what_is_being_written_or_goes_meanwhile_is_left_out(config, tmp_path, monkeypatch):
    """An identity that is half written, or that goes while it is packed, stops no backup."""
    (config.data / "nodes" / "lamp-30.new").mkdir()
    (config.data / "nodes" / "lamp-30.new" / "key.der").write_text("half")
    (config.data / "keys" / "gone.pem").write_text("going")
    whole = Path.iterdir

    def going(folder):
        there = [*whole(folder)]
        (config.data / "keys" / "gone.pem").unlink(missing_ok=True)
        return iter(there)

    monkeypatch.setattr(Path, "iterdir", going)
    kept = back_up(config, tmp_path / "park.tar.gz", quietly)
    assert not [name for name in kept.manifest.files if "lamp-30" in name or "gone" in name]


def test_a_new_thing_in_the_data_folder_is_thought_of():
    """The broker's folder is left out on purpose; whoever adds another one decides here."""
    known = {name for name, value in vars(Config).items() if isinstance(value, property)}
    assert known - {"broker_folder", "page_path", "page_url"} == {
        "ledger_path",
        "accounts_path",
        "participation_path",
        "keys",
    }
    assert set(KEPT) == {"keys", "nodes"}
