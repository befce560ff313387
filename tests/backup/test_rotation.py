"""Which backups of a folder go, and that none goes before a newer one is whole."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from padlicht.backup.backup import back_up_into
from padlicht.backup.rotation import FAULTY, Keep, name_of, superseded
from padlicht.cli.main import cli
from padlicht.clock import HubClock
from padlicht.errors import PadlichtError
from padlicht.ledger import Ledger
from padlicht.operations.last_backup import read_note
from tests.backup.test_backup import quietly

FIRST = datetime(2026, 1, 1, 3, 15, tzinfo=UTC)


def name(day: int, kind: str = "") -> str:
    """Of the backup of a night, counted from New Year of 2026."""
    return name_of(round((FIRST + timedelta(days=day)).timestamp()), kind)


def nights(count: int, keep: Keep) -> list[str]:
    """What a folder holds after so many nights."""
    there: list[str] = []
    for day in range(count):
        there.append(name(day))
        gone = superseded(there, name(day), keep)
        there = [held for held in there if held not in gone]
    return [held[len("padlicht-") :][:10] for held in there]


def test_days_weeks_and_months_stay_after_a_year():
    """The last seven nights, and the last night of each of four weeks and of twelve months."""
    assert nights(365, Keep(7, 4, 12)) == [
        *("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"),
        *("2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-13"),
        *("2026-12-20", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28", "2026-12-29"),
        *("2026-12-30", "2026-12-31"),
    ]


def test_without_a_number_all_stay():
    """Nobody's backups go because a folder was named."""
    assert nights(30, Keep()) == [name(day)[len("padlicht-") :][:10] for day in range(30)]


def test_what_we_did_not_name_stays():
    """Files of people, and of other parks, are nobody's to take."""
    others = [
        *("padlicht-2026-01-01.tar.gz", "padlicht-before-upgrade.tar.gz", "photo.jpg"),
        *("padlicht-2026-99-99T999999Z.tar.gz", f".{name(0)}.abcdefgh"),
    ]
    assert superseded([*others, name(0), name(1)], name(1), Keep(days=1)) == [name(0)]


@pytest.mark.parametrize("year", [1970, 2036])
def test_a_clock_that_was_wrong_costs_no_backup(year):
    """The one just made stays, and so do the others' newest."""
    made = name_of(round(datetime(year, 3, 1, tzinfo=UTC).timestamp()))
    there = [name(day) for day in range(10)]
    gone = superseded([*there, made], made, Keep(days=4))
    assert made not in gone
    assert [held for held in there if held not in gone] == there[-3:]


def test_a_copy_with_faults_takes_no_good_ones_place():
    """However many come, the good ones stay, and of the others as many as days are kept."""
    good = [name(day) for day in range(3)]
    faulty = [name(day, FAULTY) for day in range(3, 20)]
    keep = Keep(days=3, weeks=2)
    assert superseded([*good, *faulty], faulty[-1], keep) == faulty[:-3]
    assert superseded([*good, *faulty, name(20)], name(20), keep) == good[:1]


# On a disk


class Nights(HubClock):
    """A clock by which each backup is made a day later."""

    night = 0

    def utc_ms(self):
        return round((FIRST + timedelta(days=Nights.night)).timestamp() * 1000)


@pytest.fixture
def folder(config, tmp_path, monkeypatch):
    monkeypatch.setattr("padlicht.backup.backup.HubClock", Nights)
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def there(folder):
    return sorted(path.name for path in folder.iterdir())


def test_older_ones_go_once_the_new_one_is_whole(config, folder, monkeypatch):
    """A backup that fails removes nothing; the note has both."""
    for Nights.night in range(3):
        kept = back_up_into(config, folder, Keep(days=2), quietly)
    assert kept.removed == (name(0),)
    assert there(folder) == [name(1), name(2)]
    monkeypatch.setattr("padlicht.backup.archive._LEVEL", 99)  # gzip knows no such level
    Nights.night = 3
    with pytest.raises(ValueError, match="Invalid init"):
        back_up_into(config, folder, Keep(days=2), quietly)
    assert there(folder) == [name(1), name(2)]
    note = read_note(config.data)
    assert note.good.file == str(folder / name(2))
    assert note.failed is not None


def test_a_park_with_faults_is_copied_beside_its_good_backups(config, folder):
    """Good ones stay for as long as it has them, and the exit code is 1."""
    Nights.night = 0
    back_up_into(config, folder, Keep(days=1), quietly)
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.cursors.move("influx", "lamp", 1000)
    for Nights.night in (1, 2):
        back_up_into(config, folder, Keep(days=1), quietly)
    assert there(folder) == [name(0), name(2, FAULTY)]


def test_what_a_power_cut_left_goes_with_the_next_backup(config, folder):
    """Two ledgers' worth of room each time would fill any disk; one at work is left alone."""
    Nights.night = 0
    left = folder / f".{name(0)}.a1b2c3_4"
    (left / "kept").mkdir(parents=True)
    (folder / ".somebody").mkdir()
    back_up_into(config, folder, Keep(), quietly)
    assert there(folder) == [".somebody", name(0)]


def test_a_folder_that_is_not_there_is_no_new_file(config, tmp_path):
    """A disk that is not mounted gets no backup in the place of its folder."""
    words = ["backup", str(tmp_path / "usb"), "--keep-daily", "7", "--data", str(config.data)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert f"there is no folder {tmp_path / 'usb'}: mount its disk" in done.output
    assert not (tmp_path / "usb").exists()
    assert "there is no folder" in read_note(config.data).failed.says


def test_older_ones_that_cannot_go_are_said(config, folder, monkeypatch):
    """The new one is whole; but a folder that only grows will be full one night."""
    for Nights.night in range(2):
        back_up_into(config, folder, Keep(), quietly)
    Nights.night = 2
    (folder / name(0)).unlink()
    (folder / name(0)).mkdir()
    with pytest.raises(PadlichtError, match=f"older {name(0)} cannot be removed"):
        back_up_into(config, folder, Keep(days=1), quietly)
    assert (folder / name(2)).exists()
    assert read_note(config.data).good.file == str(folder / name(2))
