"""The commands, as a person at a terminal meets them."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.ledger import Ledger

ADD_PARK = ("site", "add", "park", "--lat", "53.23", "--lon", "6.576")
ADD_LAMP = ("node", "add", "lamp-1", "--role", "lamp", "--site", "park", "--zone", "path")


@pytest.fixture
def padlicht(tmp_path, monkeypatch):
    """Runs a command in a data folder of its own: `padlicht("node", "list")` gives the result."""
    for option in fields(Config):
        monkeypatch.delenv(environment_variable(option.name), raising=False)
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))

    def run(*arguments, **options):
        return CliRunner().invoke(cli, arguments, **options)

    return run


def ok(result):
    assert result.exit_code == 0, result.output
    return result.output


def printed(result):
    """What a program reads: the standard output alone."""
    ok(result)
    return result.stdout.strip()


def commands(group=cli, path=()):
    """Every command that there is, as arguments."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_explains_itself_and_its_options(padlicht, command):
    """--help has a description, and for each option a text and its environment variable."""
    found = cli
    for name in command:
        found = found.commands[name]
    assert found.help
    options = [option for option in found.params if option.param_type_name == "option"]
    assert all(option.help for option in options)
    shown = "".join(ok(padlicht(*command, "--help", terminal_width=200)).split())
    for option in options:
        own = option.envvar or "_".join(("PADLICHT", *command, option.name)).upper()
        assert f"envvar:{own}" in shown


def test_every_option_is_a_flag_and_an_environment_variable(padlicht):
    """`padlicht up --help` shows each option of Config under both names."""
    shown = ok(padlicht("up", "--help", terminal_width=200))
    for option in fields(Config):
        assert "--" + option.name.replace("_", "-") in shown
        assert environment_variable(option.name) in shown


def test_config_has_the_defaults_that_help_shows(monkeypatch, tmp_path):
    """Code that makes a Config without arguments gets what a person gets without flags."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Config().data == tmp_path / "padlicht"
    assert Config().ledger_path == tmp_path / "padlicht" / "ledger.sqlite"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Config().data == Path.home() / ".local" / "share" / "padlicht"


def test_a_node_is_added_with_all_that_its_board_needs(padlicht, tmp_path):
    """The printed folder holds identity and keys."""
    ok(padlicht(*ADD_PARK))
    folder = Path(printed(padlicht(*ADD_LAMP)))
    assert folder == tmp_path / "data" / "nodes" / "lamp-1"
    assert {p.name for p in folder.iterdir()} == {"node.json", "ca.der", "cert.der", "key.der"}
    assert json.loads((folder / "node.json").read_text()) == {
        "node": "lamp-1",
        "site": "park",
        "zone": "path",
        "role": "lamp",
        "board": "sim",
        "broker_host": "127.0.0.1",
        "broker_port": 8883,
        "broker_name": "broker",
    }
    with Ledger.open(tmp_path / "data" / "ledger.sqlite", read_only=True) as ledger:
        assert [site.name for site in ledger.sites.all()] == ["park"]
        assert ledger.settings.wanted()["lamp-1"].version == 1


def test_a_node_by_another_broker_is_told_of_it(padlicht):
    """--broker-url goes into the identity, with the name that the certificate must have."""
    ok(padlicht(*ADD_PARK))
    added = padlicht(*ADD_LAMP, "--broker-url", "mqtts://mqtt.example:8884")
    identity = json.loads((Path(printed(added)) / "node.json").read_text())
    assert (identity["broker_host"], identity["broker_port"]) == ("mqtt.example", 8884)
    assert identity["broker_name"] == "mqtt.example"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("node", "list"), "padlicht up"),
        (("settings", "set", "lamp-9", "hold_s=3", "--why", "x"), "node list"),
        (("settings", "set", "lamp-9", "hold_s", "--why", "x"), "KEY=VALUE"),
        (("settings", "set", "lamp-9", "colour=red", "--why", "x"), "base_pct"),
        ((*ADD_LAMP[:2], "Lamp", *ADD_LAMP[3:]), "lower-case"),
        (("node", "add", "lamp-1"), "--role, --site, --zone"),
        (("node", "selftest", "lamp-9"), "node list"),
        ((*ADD_LAMP, "--lat", "53"), "--lon"),
        ((*ADD_LAMP, "--lat", "99", "--lon", "6"), "no place on earth"),
        ((*ADD_LAMP, "--broker-url", "http://x"), "mqtts://HOST"),
        (("site", "add", "p", "--lat", "1", "--lon", "1", "--tz", "Mars"), "Europe/Amsterdam"),
        (("up", "--world", "nowhere"), "HOST:PORT"),
        (("up", "--broker-url", "mqtt://x:1"), "mqtts://HOST"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_what_to_do(padlicht, arguments, says):
    """No traceback; the exit code says that it failed."""
    if arguments[:2] == ADD_LAMP[:2]:
        ok(padlicht(*ADD_PARK))
    result = padlicht(*arguments)
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    assert says in result.output
    assert result.output.count("\n") == 1


def test_a_failed_addition_leaves_nothing(padlicht, tmp_path):
    """After a refused node, the same name can be added properly."""
    ok(padlicht(*ADD_PARK))
    assert padlicht(*ADD_LAMP, "--broker-url", "nonsense").exit_code == 1
    assert not (tmp_path / "data" / "nodes" / "lamp-1").exists()
    ok(padlicht(*ADD_LAMP))
    assert "already there" in padlicht(*ADD_LAMP).output
    assert (tmp_path / "data" / "nodes" / "lamp-1" / "key.der").exists()


def test_the_list_shows_who_has_never_been_heard(padlicht):
    """As a table for people, and as JSON for programs."""
    ok(padlicht("site", "add", "park", "--lat", "53.23", "--lon", "6.576"))
    assert "Add one" in ok(padlicht("node", "list"))
    ok(padlicht(*ADD_LAMP, "--simulated"))
    assert "lamp-1 (simulated)" in ok(padlicht("node", "list"))
    (row,) = json.loads(ok(padlicht("node", "list", "--json")))
    assert (row["name"], row["state"], row["simulated"]) == ("lamp-1", "never", True)


def test_a_time_zone_without_a_rule_is_said(padlicht, tmp_path):
    """Where the clocks go by the moon, nodes lean on the hub: said when a site is made or moved."""
    place = ("--lat", "31.5", "--lon", "34.45")
    assert "by no rule" in padlicht("site", "add", "sea", *place, "--tz", "Asia/Gaza").stderr
    assert padlicht("site", "add", "park", *place, "--tz", "Africa/Tunis").stderr == ""
    move = ("site", "set", "park", "--why", "x", "--tz")
    assert "Asia/Hebron change by no rule" in padlicht(*move, "Asia/Hebron").stderr
    assert "by no rule" not in padlicht("site", "set", "park", "--title", "P", "--why", "x").stderr
    (tmp_path / "sites.csv").write_text("name,lat,lon,tz\npond,31.5,34.45,Asia/Gaza\n")
    taken = padlicht("site", "import", str(tmp_path / "sites.csv"), "--yes")
    assert "Asia/Gaza change by no rule" in taken.stderr


def test_settings_are_set_and_shown(padlicht):
    """The change has a version and a reason, and what the firmware refuses is not taken."""
    ok(padlicht(*ADD_PARK))
    ok(padlicht(*ADD_LAMP))
    ok(padlicht("settings", "set", "lamp-1", "base_pct=15", "--why", "too bright"))
    shown = ok(padlicht("settings", "show", "lamp-1"))
    assert "too bright" in shown
    assert "In force on the node: none yet" in shown
    values = {row["key"]: row["value"] for row in json.loads(
        ok(padlicht("settings", "show", "lamp-1", "--json"))
    )}  # fmt: skip
    assert (values["base_pct"], values["boost_pct"]) == (15, 100)
    refused = padlicht("settings", "set", "lamp-1", "base_pct=90", "--why", "x")
    assert "0-25 %" in refused.output
