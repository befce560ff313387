"""An old backup, a failed one and none at all are said: at /healthz, in a command, by its code."""

import json
import os
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.clock import HubClock
from padlicht.errors import BadData
from padlicht.operations.health import DAY_S, State, judge, judge_backup
from padlicht.operations.last_backup import (
    NEVER,
    BackupNote,
    FailedBackup,
    GoodBackup,
    note_failed,
    note_good,
    read_note,
)
from padlicht.operations.status import read_status
from tests.hub.parts import NOW, park
from tests.operations.test_status import CALM, FACTS


def good(days: float) -> GoodBackup:
    """One of so many days ago."""
    return GoodBackup(NOW - round(days * DAY_S), "/backups/b.tar.gz", 1_000_000)


FAILED = FailedBackup(NOW - 3600, "/data/nodes cannot be read")


@pytest.mark.parametrize(
    ("note", "age_days", "warn_days", "state", "says"),
    [
        (BackupNote(good(1)), 90, 2, State.OK, "24 h old"),
        (BackupNote(good(2.1)), 90, 2, State.WARNING, "2 days old, where --backup-warn-days"),
        (BackupNote(good(2.1)), 90, 3, State.OK, "2 days old"),
        (BackupNote(good(1), FAILED), 90, 2, State.WARNING, "1 h ago failed: /data/nodes cannot"),
        (BackupNote(None, FAILED), 90, 2, State.WARNING, "ever made, and a try 1 h ago failed"),
        (NEVER, 1, 2, State.OK, "no good backup was ever made"),
        (NEVER, 3, 2, State.WARNING, "no good backup was ever made, where"),
        (NEVER, None, 2, State.OK, "no good backup was ever made"),
        (BackupNote(good(-400)), 90, 2, State.WARNING, "a clock that was ahead"),
        ("unreadable", 90, 2, State.WARNING, "unreadable"),
        (BackupNote(good(9), FAILED), 90, 0, State.OK, "asks for none"),
    ],
)
def test_the_verdict_says_how_old_the_last_good_one_is(note, age_days, warn_days, state, says):
    """A failed one is said at once, an old one after the days that were asked for."""
    since = None if age_days is None else NOW - age_days * DAY_S
    part = judge_backup(note, since, warn_days, NOW)
    assert part.state is state
    assert says in part.says


def test_it_is_a_warning_of_the_hub_as_a_whole():
    """No restart brings a backup, so it is never failing."""
    facts = replace(FACTS, backup=BackupNote(good(9)), since_utc_s=0)
    assert judge(facts, CALM, 0, NOW, None, 2).state is State.WARNING
    assert judge(facts, CALM, 0, NOW).state is State.OK, "of a demo nobody asks for one"


def test_the_note_keeps_the_good_one_when_a_later_one_fails(tmp_path):
    """And forgets the failure with the next good one."""
    assert read_note(tmp_path) == NEVER
    note_good(tmp_path, good(2))
    note_failed(tmp_path, FAILED)
    assert read_note(tmp_path) == BackupNote(good(2), FAILED)
    note_good(tmp_path, good(1))
    assert read_note(tmp_path) == BackupNote(good(1))
    assert [path.name for path in tmp_path.iterdir()] == ["backup.json"]


def test_a_note_that_says_nothing_is_told_and_made_anew(tmp_path):
    """A damaged file stops neither the hub's look nor the next backup."""
    park(tmp_path / "ledger.sqlite").close()
    (tmp_path / "backup.json").write_text("{")
    with pytest.raises(BadData, match="does not say when"):
        read_note(tmp_path)
    assert "does not say when" in read_status(tmp_path / "ledger.sqlite", NOW, {}).backup
    note_failed(tmp_path, FAILED)
    assert read_note(tmp_path) == BackupNote(None, FAILED)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes into others' folders")
def test_a_note_of_root_belongs_to_the_hub(tmp_path):
    """Whoever makes a backup by hand hides it from nobody, and follows no link."""
    os.chown(tmp_path, 65534, 65534)
    (tmp_path / f"backup.json.{os.getpid()}.new").symlink_to(tmp_path / "other")
    with pytest.raises(FileExistsError):
        note_good(tmp_path, good(1))
    note_good(tmp_path, good(1))
    status = (tmp_path / "backup.json").stat()
    assert (status.st_uid, status.st_mode & 0o777) == (65534, 0o600)
    assert not (tmp_path / "other").exists()


def test_a_command_tells_it_and_ends_with_1_when_it_is_no_good_news(tmp_path):
    """For those who watch with a program of their own."""

    def status(*more):
        return CliRunner().invoke(cli, ["backup", "--status", "--data", str(tmp_path), *more])

    park(tmp_path / "ledger.sqlite").close()
    now = HubClock().utc_s()
    assert "ever made, where --backup-warn-days" in status().output
    assert status().exit_code == 1
    note_good(tmp_path, GoodBackup(now - 7200, "/backups/b.tar.gz", 2_000_000))
    done = status()
    assert done.exit_code == 0
    assert "/backups/b.tar.gz: 2.0 MB" in done.output
    assert "the last good backup is 2 h old" in done.output
    note = json.loads((tmp_path / "backup.json").read_text())
    assert note["good"]["utc_s"] == now - 7200
    note_good(tmp_path, GoodBackup(now - 5 * DAY_S, "/backups/b.tar.gz", 2_000_000))
    assert status().exit_code == 1
    assert status("--backup-warn-days", "6").exit_code == 0
