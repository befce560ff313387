"""Backup, restore, check, size and retention as a person at a terminal meets them."""

import json
import re
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.backup import prune_in_steps
from padlicht.backup.prune_in_steps import prune
from padlicht.cli.ledger import YEAR_S
from padlicht.cli.main import cli
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.errors import TryAgain
from padlicht.ledger import Footfall, Ledger
from padlicht.usage.batches import RollUp
from tests.hub.parts import node, park, provisioned
from tests.ledger.ledgers.make import fill


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))
    return Config(data=tmp_path / "data")


def padlicht(*arguments, **options):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)


def ok(*arguments, **options):
    result = padlicht(*arguments, **options)
    assert result.exit_code == 0, result.output
    return result.stdout


DAYS = 48
HALF = str(24.5 * 86_400 / YEAR_S)  # in years, as retention is told
OLD = 23  # of them are older than that


def days(config):
    """A counter that has sent one record a day for some weeks; the last within half an hour.

    Never this very second, which is as many whole days after the others.
    """
    now = HubClock().utc_s()
    with park(config.ledger_path) as ledger:
        with ledger.transaction():
            added = now - (DAYS + 1) * 86_400
            ledger.nodes.add(replace(node("counter-9", "counter"), added_utc_s=added))
            for i in range(DAYS):
                t = (now - (DAYS - 1 - i) * 86_400) // 900 * 900 - 1800
                ledger.records.add(
                    [Footfall("counter-9", 1, i, t, 900, 2, 900, 0, 1, 1, i + 1, i + 1)], t + 900
                )
        add_up(ledger)


def add_up(ledger):
    rollup = RollUp()
    while (piece := rollup.next(ledger, HubClock().utc_s())) is not None:
        piece.store(ledger)


def test_a_backup_says_what_it_holds_and_a_restore_what_comes_next(config, tmp_path):
    """The two commands lead from one data folder to another without a manual."""
    fill(config.ledger_path)
    provisioned(config, "lamp-20")
    said = ok("backup", tmp_path / "park.tar.gz")
    assert re.search(
        r"park\.tar\.gz: [0-9.]+ MB, \d+ rows and 10 files .*read back and checked", said
    )
    with tarfile.open(tmp_path / "park.tar.gz") as tar:
        assert tar.getnames()[:3] == ["manifest.json", "ledger.sqlite", "keys/broker.key"]
        header = tar.extractfile("ledger.sqlite").read(20)
    assert header[18:] == b"\1\1", "any SQLite opens it, also where nothing can be written"
    said = ok("restore", tmp_path / "park.tar.gz", "--data", tmp_path / "new")
    assert "end the old hub" in said
    assert f"padlicht up --data {tmp_path / 'new'}" in said
    assert "keeps its promises" in ok("ledger", "check", "--data", tmp_path / "new")


def test_without_a_ledger_there_is_nothing_to_back_up(config, tmp_path):
    """The sentence says where it looked."""
    result = padlicht("backup", tmp_path / "park.tar.gz")
    assert result.exit_code == 1
    assert f"there is no ledger at {config.ledger_path}" in result.output
    assert not (tmp_path / "park.tar.gz").exists()


def test_a_folder_that_is_not_there_is_named(config, tmp_path):
    """A disk that is not mounted gets no backup, and no folder in its place."""
    fill(config.ledger_path)
    result = padlicht("backup", tmp_path / "usb" / "park.tar.gz")
    assert result.exit_code == 1
    assert f"there is no folder {tmp_path / 'usb'}" in result.output


def test_faults_end_with_1_and_are_named(config, tmp_path):
    """`ledger check` says so to people and to timers by its exit code, and a backup does, too."""
    fill(config.ledger_path)
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.move("influx", "lamp", 99)
    for arguments in (("ledger", "check"), ("backup", tmp_path / "park.tar.gz")):
        result = padlicht(*arguments)
        assert result.exit_code == 1
        assert "influx has followed lamp up to 99" in result.output
    assert (tmp_path / "park.tar.gz").exists()


def test_a_size_is_told_in_a_table_and_as_json(config):
    """What takes how much room, per row, and what a node makes of it in a year."""
    days(config)
    said = ok("ledger", "size")
    assert re.search(rf"footfall +{DAYS} +0\.0 +\d+", said)
    size = json.loads(ok("ledger", "size", "--json"))[0]
    tables = {table["name"]: table for table in size["tables"]}
    assert tables["footfall"]["rows"] == DAYS
    assert tables["footfall"]["size_bytes"] % 4096 == 0
    assert size["growth"]["records"]["footfall"] == 30
    assert size["file_bytes"] > 0


def test_growth_is_told_with_numbers(config):
    """Per role by what its records take, and for the park by what came in of late."""
    now = HubClock().utc_s()
    with park(config.ledger_path) as ledger, ledger.transaction():
        for i in range(96 * 3):
            t = now - 3 * 86_400 + 900 * i
            ledger.records.add(
                [Footfall("counter-1", 1, i, t, 900, 2, 900, 0, 1, 1, i, i)], t + 900
            )
    said = ok("ledger", "size")
    assert re.search(r"Of late \(3 d; nodes: 1\) 288 records came in: [0-9.]+ MB a year", said)


def test_retention_asks_and_says_what_went(config, monkeypatch):
    """Older records go after a yes; hours, totals and what is younger stay, and it checks."""
    monkeypatch.setattr(prune_in_steps, "PIECE", 5)
    days(config)
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        hours = ledger.node_hours.all(0, HubClock().utc_s())
    result = padlicht("ledger", "prune", "--older-than", HALF, input="n\n")
    assert result.exit_code == 1
    assert f"{OLD} records came in before" in result.output
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert ledger.records.counts()["footfall"] == DAYS
    assert f"Gone: {OLD} footfall" in ok("ledger", "prune", "--older-than", HALF, input="y\n")
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert ledger.records.counts()["footfall"] == DAYS - OLD
        assert ledger.node_hours.all(0, HubClock().utc_s())[: len(hours)] == hours
    assert "keeps its promises" in ok("ledger", "check")
    assert "No record came in before" in ok("ledger", "prune", "--older-than", HALF, "--yes")


def test_retention_says_who_holds_it_up(config):
    """What InfluxDB has not got stays, until somebody says that nobody writes to it any more."""
    days(config)
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.move("influx", "footfall", 10)
    said = ok("ledger", "prune", "--older-than", HALF, "--yes")
    assert "Gone: 10 footfall" in said
    assert "InfluxDB's writer" in said
    assert "--without-influx" in said
    said = ok("ledger", "prune", "--older-than", HALF, "--yes", "--without-influx")
    assert f"Gone: {OLD - 10} footfall" in said


def test_a_ledger_that_is_held_says_so(config, monkeypatch):
    """Whoever finds the file in use for long is told to wait, and not to restore a backup."""
    monkeypatch.setattr("padlicht.ledger.schema.BUSY_S", 0.01)
    days(config)
    with closing(sqlite3.connect(config.ledger_path, isolation_level=None)) as holder:
        holder.execute("PRAGMA user_version = 1")
        holder.execute("BEGIN IMMEDIATE")
        result = padlicht("ledger", "prune", "--older-than", HALF, "--yes")
    assert result.exit_code == 1
    assert "is locked; wait until no other program holds" in result.output
    assert "backup" not in result.output


def test_retention_waits_for_its_turn(config, monkeypatch):
    """When others write for longer than one waits for them, it tries again and loses nothing."""
    days(config)
    monkeypatch.setattr("padlicht.ledger.schema.BUSY_S", 0.01)
    attempts = iter(range(1000))

    def clock():
        if next(attempts) == 3:
            holder.execute("COMMIT")
        return 0.0

    with (
        closing(sqlite3.connect(config.ledger_path, isolation_level=None)) as holder,
        Ledger.open(config.ledger_path) as ledger,
    ):
        holder.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("padlicht.backup.prune_in_steps.time.monotonic", clock)
        before_utc_s = HubClock().utc_s() - round(float(HALF) * YEAR_S)
        assert prune(ledger, before_utc_s, frozenset(), lambda rows: None) == {"footfall": OLD}


def test_retention_that_cannot_write_says_so(config):
    """A disk that takes nothing gives a sentence, and what went so far is not asked for again."""
    days(config)
    with (
        Ledger.open(config.ledger_path, read_only=True) as ledger,
        pytest.raises(TryAgain, match="cannot be written"),
    ):
        prune(ledger, HubClock().utc_s(), frozenset(), lambda rows: None)


def test_a_clock_ten_years_ahead_takes_nothing(config, monkeypatch):
    """With --yes it refuses; without it asks, and says what it saw."""
    days(config)
    now = HubClock().utc_s() + 3653 * 86_400
    monkeypatch.setattr("padlicht.cli.ledger.machine_utc_s", lambda: now)
    for arguments in (["--yes"], []):
        asked = ["ledger", "prune", "--older-than", "9", "--data", str(config.data), *arguments]
        result = CliRunner().invoke(cli, asked, input="n\n")
        assert result.exit_code == 1
        assert "Nothing came in from" in result.output
    with Ledger.open(config.ledger_path) as ledger:
        assert ledger.retention.silence(now - 9 * round(YEAR_S), now) is not None
        assert ledger.retention.silence(HubClock().utc_s() - 5, HubClock().utc_s()) is None


def test_what_came_in_in_1970_is_as_old_as_it_says(config):
    """The hub's clock was wrong then, and the node's was not."""
    days(config)
    with Ledger.open(config.ledger_path) as ledger:
        before = ledger.records.counts()
        ledger._db.execute("UPDATE footfall SET received_utc_s = 100")
        gone = prune(ledger, HubClock().utc_s() - 4 * round(YEAR_S), frozenset(), lambda rows: None)
        assert (gone.get("footfall", 0), ledger.records.counts()) == (0, before)
