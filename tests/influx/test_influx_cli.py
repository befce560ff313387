"""`padlicht influx` as a person uses it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.data_folder import lock_data_folder
from padlicht.influx.database_writer import DatabaseWriter
from padlicht.influx.schema import MEASUREMENTS
from padlicht.influx.status import State, status_path, write_status
from padlicht.ledger import Ledger
from tests.influx.parts import config_of, counted, expected, fill, records

DOCUMENT = (Path(__file__).parents[2] / "docs" / "influxdb.md").read_text()


def run(*arguments: str) -> str:
    """What a command prints when all is well."""
    result = CliRunner().invoke(cli, ["influx", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(*arguments: str) -> str:
    """What a command says when it ends with an error."""
    result = CliRunner().invoke(cli, ["influx", *arguments])
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    return result.stderr


def test_schema_shows_every_column():
    """The table for people has a line for each tag and field; JSON has all of it."""
    text = run("schema")
    columns = sum(len(item.tags) + len(item.fields) for item in MEASUREMENTS)
    assert len(text.splitlines()) == columns + 1
    assert [item["name"] for item in json.loads(run("schema", "--json"))] == [
        item.name for item in MEASUREMENTS
    ]


@pytest.mark.parametrize("item", MEASUREMENTS, ids=lambda item: item.name)
def test_the_document_has_every_measurement_as_it_is(item):
    """Tags, fields and types in the document are those of the schema."""
    tags = ", ".join(column.name for column in item.tags)
    fields = ", ".join(f"{column.name} {column.type[0]}" for column in item.fields)
    assert f"| `{item.name}` | {item.database} | {tags} | {fields} | {item.meaning} |" in DOCUMENT


def test_setup_makes_both_databases_and_leaves_them_alone(shim, server):
    """Raw is kept for 90 days, usage for ever; a second time nothing happens."""
    options = ("--influx-url", shim.url, "--influx-version", "1")
    options += ("--influx-raw", "set_raw", "--influx-usage", "set_usage")
    first = run("setup", *options)
    assert "set_raw: made, keeps its points for 90 days" in first
    assert "set_usage: made, keeps its points for ever" in first
    for name, duration, shard in (
        ("set_raw", "2160h0m0s", "168h0m0s"),
        ("set_usage", "0s", "8736h0m0s"),
    ):
        (policy,) = server.query(name, f'SHOW RETENTION POLICIES ON "{name}"')
        assert (policy["duration"], policy["default"]) == (duration, True)
        assert policy["shardGroupDuration"] == shard
    assert run("setup", *options).count("was there already") == 2


def test_setup_says_what_is_wrong(shim):
    """No database, no rights, or something else that listens."""
    options = ("--influx-url", shim.url, "--influx-version", "1")
    shim.target_port = 1
    assert "503" in failed("setup", *options)
    assert "--influx-url" in failed("setup")


def test_status_shows_what_waits_and_what_holds_it_up(folder):
    """Rows by source, and the writer's own words while a hub runs."""
    fill(folder / "ledger.sqlite", 300)
    made = expected(records(300))
    with Ledger.open(folder / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.cursors.move("influx", "lamp", 40)
    assert "No hub writes to an InfluxDB now" in run("status", "--data", str(folder))
    writer = DatabaseWriter.__new__(DatabaseWriter)
    writer.database, writer.state, writer.trouble = "park_raw", State.AWAY, "HTTP 503 compacting"
    writer.trouble_since_utc_s = writer.state_since_utc_s = 1_795_224_000
    writer.rewriter = SimpleNamespace(progress=None)
    path = status_path(config_of(folder, "http://127.0.0.1:1"))
    write_status(path, [writer], 1_795_224_001)
    # A hub that was killed left that behind.
    assert "No hub writes to an InfluxDB now" in run("status", "--data", str(folder))
    with lock_data_folder(folder):
        assert "park_raw is away since" in run("status", "--data", str(folder))
        rows = {
            row["source"]: row for row in json.loads(run("status", "--json", "--data", str(folder)))
        }
    assert rows["lamp"]["waiting"] == made["lamp"][0] - 40
    assert rows["lamp"]["writer"]["trouble"] == "HTTP 503 compacting"
    assert rows["health"]["waiting"] == made["health"][0]


def test_rebuild_writes_everything_and_says_so(folder, shim, server, names):
    """From the command line, with the options that the hub has."""
    fill(folder / "ledger.sqlite", 2000)
    options = ("--data", str(folder), "--influx-url", shim.url, "--influx-version", "1")
    options += ("--influx-raw", names["influx_raw"], "--influx-usage", names["influx_usage"])
    assert run("rebuild", *options) == "InfluxDB has all that the ledger has.\n"
    config = config_of(folder, shim.url, **names)
    assert counted(server, config) == expected(records(2000))
    status = json.loads(run("status", "--json", "--data", str(folder)))
    assert {row["waiting"] for row in status} == {0}
    shim.bad = lambda line: line.endswith("000007")
    told = run("rebuild", *options)
    assert "but for 1 line(s) that it refused: padlicht quarantine list" in told
    assert "has all" not in told


def test_no_token_can_be_given_on_the_command_line():
    """Other users of the machine would see it."""
    result = CliRunner().invoke(cli, ["influx", "rebuild", "--influx-token", "geheim"])
    assert result.exit_code == 2
    assert "No such option" in result.stderr
