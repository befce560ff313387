"""Tables of the SQLite files and measurements of InfluxDB: every column is told, and no other."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from padlicht.accounts.store import open_accounts
from padlicht.influx.schema import MEASUREMENTS
from padlicht.ledger import Ledger
from padlicht.participation.store import open_participation
from tests.docs.tables import REFERENCE, ROOT, codes, first_codes, sections, table

PAGE = (REFERENCE / "ledger.md").read_text(encoding="utf-8")
LEDGER, ACCOUNTS = PAGE.split("\n# Accounts\n")
PARTICIPATION = (REFERENCE / "participation.md").read_text(encoding="utf-8")
INFLUX = (ROOT / "docs" / "influxdb.md").read_text(encoding="utf-8")
Tables = dict[str, list[str]]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    """A ledger and accounts as a first start makes them."""
    folder = tmp_path_factory.mktemp("files")
    accounts = open_accounts(folder / "accounts.sqlite", make=True)
    with Ledger.open(folder / "ledger.sqlite"), accounts:
        pass
    return folder / "ledger.sqlite", folder / "accounts.sqlite"


def stored(path: Path) -> Tables:
    """Tables and views of a file, and their columns."""
    with closing(sqlite3.connect(path)) as database:
        return {
            name: sorted(row[1] for row in database.execute(f"PRAGMA table_info({name})"))
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                " AND name NOT LIKE 'sqlite_%'"
            )
        }


def told(page: str) -> Tables:
    """Tables of a page, and their columns."""
    return {
        name: sorted(first_codes(table(text, "column", "what")))
        for name, text in sections(page, 3).items()
    }


def test_every_table_of_the_ledger_is_told(files):
    """With every column, and neither a table nor a column that is not there."""
    assert told(LEDGER) == stored(files[0])


def test_every_table_of_accounts_is_told(files):
    """The same of the file with accounts."""
    assert told(ACCOUNTS) == stored(files[1])


def test_every_table_of_what_people_say_is_told(tmp_path):
    """The same of the file with people's words."""
    with open_participation(tmp_path / "participation.sqlite", make=True):
        pass
    assert told(PARTICIPATION) == stored(tmp_path / "participation.sqlite")


def test_every_row_says_something():
    """A column without an explanation is only its name."""
    for name, text in [*sections(PAGE, 3).items(), *sections(PARTICIPATION, 3).items()]:
        assert all(all(row) for row in table(text, "column", "what")), name


def test_the_schema_is_the_newest(files):
    """The page says of which schema it is."""
    with closing(sqlite3.connect(files[0])) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
    assert f"schema {version}." in LEDGER


def test_every_measurement_is_told():
    """Database, tags, fields with their types and meaning; no measurement that is not written."""
    rows = table(INFLUX, "measurement", "database", "tags", "fields")
    assert {codes(row[0])[0]: row[1:] for row in rows} == {
        item.name: [
            item.database,
            ", ".join(column.name for column in item.tags),
            ", ".join(f"{column.name} {column.type[0]}" for column in item.fields),
            item.meaning,
        ]
        for item in MEASUREMENTS
    }
    assert len(rows) == len(MEASUREMENTS)


def test_columns_that_are_explained_are_written():
    """Whatever the notes below the table name is a column, a measurement or a database."""
    notes = INFLUX.split("`padlicht influx schema` has units")[1].split("\n## ")[0]
    known = {column.name for item in MEASUREMENTS for column in (*item.tags, *item.fields)}
    known |= {item.name for item in MEASUREMENTS} | {"park", "park_raw", "raw", "usage"}
    named = {name for code in codes(notes) for name in code.split(" / ")}
    assert {name for name in named if re.fullmatch(r"[a-z_0-9]*[a-z][a-z_0-9]*", name)} <= known
