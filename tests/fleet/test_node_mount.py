"""How high a lamp's radar hangs: said with `padlicht node add`, asked for, or named as lacking."""

from dataclasses import fields

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.ledger import Ledger
from tests.fleet.test_node_add import COUNTER, LAMP, PARK, PASSWORD, PICO, SECRET, added, ledger_of

HINT = "padlicht settings set lamp-1 mount_cm=250"


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, monkeypatch):
    """Runs a command in a data folder of its own, with a Wi-Fi password in the environment."""
    for option in fields(Config):
        monkeypatch.delenv(environment_variable(option.name), raising=False)
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(PASSWORD, SECRET)

    def run(*arguments, **options):
        return CliRunner().invoke(cli, arguments, **options)

    run(*PARK)
    return run


def settings_of(tmp_path, name: str) -> dict:
    """What is wanted of a node."""
    with Ledger.open(ledger_of(tmp_path), read_only=True) as ledger:
        return dict(ledger.settings.wanted()[name].after)


def test_the_height_of_a_lamp_is_wanted_of_it(padlicht, tmp_path):
    """As its setting; in range, and of lamps only."""
    added(padlicht(*LAMP, *PICO, "--mount-cm", "250"))
    assert settings_of(tmp_path, "lamp-1")["mount_cm"] == 250
    counter = padlicht(*COUNTER, *PICO, "--mount-cm", "250")
    assert "--mount-cm is of lamps" in counter.output
    high = padlicht("node", "add", "lamp-2", *LAMP[3:], *PICO, "--mount-cm", "900")
    assert "mount_cm 900 is outside 50-400 cm" in high.output
    again = padlicht(*LAMP[:3], "--again", "--mount-cm", "200", *PICO[-2:])
    assert "padlicht settings set lamp-1 mount_cm=" in again.output
    with Ledger.open(ledger_of(tmp_path), read_only=True) as ledger:
        assert [node.name for node in ledger.nodes.all()] == ["lamp-1"]


def test_a_lamp_whose_height_nobody_said_is_named_with_the_command(padlicht, tmp_path):
    """Until it is said: after it was added, and with its settings; of no counter."""
    assert HINT in padlicht(*LAMP, *PICO).stderr
    assert "mount_cm" not in settings_of(tmp_path, "lamp-1")
    assert HINT in padlicht("settings", "show", "lamp-1").output
    assert "mount_cm" not in padlicht(*COUNTER, *PICO).stderr
    said = padlicht("settings", "set", "lamp-1", "mount_cm=130", "--why", "measured")
    assert "Version 2" in said.output
    assert HINT not in padlicht("settings", "show", "lamp-1").output


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("250\n", 250), ("\n", None), ("2,5\n900\n250\n", 250)],
    ids=["known", "not known yet", "typed wrong twice"],
)
def test_the_height_is_asked_for_at_a_terminal(padlicht, tmp_path, monkeypatch, typed, wanted):
    """Of whoever adds a lamp; an empty answer is one, too. Nobody asks it of a counter."""
    monkeypatch.setattr("padlicht.cli.fleet.node._at_hand", lambda: True)
    result = padlicht(*LAMP, *PICO, input=typed)
    assert "How high above the path" in result.stderr
    assert settings_of(tmp_path, "lamp-1").get("mount_cm") == wanted
    assert "How high" not in padlicht(*COUNTER, *PICO, input="").stderr


def test_an_import_says_how_many_lamps_lack_it(padlicht, tmp_path):
    """With the command that tells a whole zone at once."""
    table = tmp_path / "nodes.csv"
    table.write_text("name,site,zone,role\nlamp-1,park,path,lamp\ncounter-1,park,path,counter\n")
    taken = padlicht("node", "import", str(table), "--yes")
    assert "1 new lamp(s) hangs is not known (lamp-1…)" in taken.stderr
    assert "padlicht settings set --site SITE --zone ZONE mount_cm=250" in taken.stderr
