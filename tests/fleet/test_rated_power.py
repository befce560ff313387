"""What a lamp draws at full light: given with it, changed later, told to its board."""

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.fleet.board_config import RATED_MW
from padlicht.ledger import Ledger, Site
from padlicht.settings_schema import firmware_folder

LAMP = ("--role", "lamp", "--site", "park", "--zone", "path", "--mount-cm", "250")
PICO = (
    "--board", "pico_w", "--wifi-ssid", "Park", "--wifi-password", "open-sesame",
    "--broker-host", "192.0.2.7",
)  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """A data folder with a park, and a lamp of which nobody said what it draws."""
    folder = tmp_path / "data"
    folder.mkdir()
    with Ledger.open(folder / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.sites.add(Site("park", "Park", "Europe/Amsterdam", 53.23, 6.576))
    padlicht(folder, "node", "add", "lamp-1", *LAMP, *PICO)
    return folder


def padlicht(data, *arguments, exit_code=0, **more):
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)], **more)
    assert result.exit_code == exit_code, result.output
    return result.output


def registered(data, name):
    """What is registered now, and what it was from when on."""
    with Ledger.open(data / "ledger.sqlite", read_only=True) as ledger:
        node = ledger.nodes.get(name)
        line = ledger.attributes.of_node(node.id)["rated_mw"]
    return node.rated_mw, [(stretch.from_utc_s, stretch.value) for stretch in line]


def told(data, name):
    return json.loads((data / "nodes" / name / "node.json").read_text()).get("rated_mw")


def test_what_a_new_board_is_told_is_registered(data):
    """And of one of which it was not said, nothing is."""
    padlicht(data, "node", "add", "lamp-2", *LAMP, *PICO, "--rated-mw", "9000")
    assert registered(data, "lamp-2") == (9000, [(0, 9000)])
    assert registered(data, "lamp-1") == (None, [(0, None)])
    padlicht(data, "node", "add", "lamp-2", "--again", "--rated-mw", "7000", *PICO[-2:])
    assert registered(data, "lamp-2")[0] == told(data, "lamp-2") == 7000


def test_it_changes_on_a_day_and_its_past_stays(data):
    """The hub's copy of its node.json has it, and the command says what to do with that."""
    change = ("node", "set", "lamp-1", "--rated-mw", "9000", "--why", "a brighter strip")
    output = padlicht(data, *change, "--from", "2025-11-20")
    assert "mpremote fs cp" in output
    assert registered(data, "lamp-1") == (9000, [(0, None), (1_763_593_200, 9000)])
    assert told(data, "lamp-1") == 9000
    padlicht(data, "node", "set", "lamp-1", "--rated-mw", "8000", "--corrects", "--why", "a slip")
    assert registered(data, "lamp-1") == (8000, [(0, None), (1_763_593_200, 8000)])


def test_no_count_moves_with_it(data):
    """Hours are not added up anew, nor is InfluxDB written anew: a count is where it was."""
    padlicht(data, "node", "set", "lamp-1", "--rated-mw", "9000", "--why", "a brighter strip")
    with Ledger.open(data / "ledger.sqlite", read_only=True) as ledger:
        assert ledger.node_hours.stale() is None
        assert ledger.cursors.newest_id("rewrites_raw") == 0
        assert len(ledger.attributes.places(ledger.nodes.get("lamp-1").id)) == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("--rated-mw", "6"), "100-500000 mW"),
        (("--rated-mw", "9000", "--role", "counter"), "a counter has no lamp"),
    ],
)
def test_a_power_that_cannot_be_is_refused(data, change, complaint):
    """Six milliwatts were meant to be watts; and a counter lights nothing."""
    output = padlicht(data, "node", "set", "lamp-1", *change, "--why", "so", exit_code=1)
    assert complaint in output
    assert registered(data, "lamp-1")[0] is None


def test_a_simulated_board_keeps_the_lamp_that_is_built_into_it(data):
    """It reckons with its own, whatever is registered."""
    padlicht(data, "node", "add", "lamp-3", *LAMP)
    change = ("node", "set", "lamp-3", "--rated-mw", "9000", "--why", "so")
    assert "built in" in padlicht(data, *change, exit_code=1)


def test_a_spreadsheet_changes_it_and_what_was_exported_changes_nothing(data):
    """The column says what is registered, or else what the board was told."""
    out = padlicht(data, "node", "export", "-")
    assert [row["rated_mw"] for row in csv.DictReader(io.StringIO(out))] == [""]
    table = "name,rated_mw\nlamp-1,12000\n"
    padlicht(data, "node", "import", "-", "--yes", input=table)
    assert registered(data, "lamp-1")[0] == told(data, "lamp-1") == 12000
    out = padlicht(data, "node", "export", "-")
    assert [row["rated_mw"] for row in csv.DictReader(io.StringIO(out))] == ["12000"]
    assert "Nothing to change" in padlicht(data, "node", "import", "-", "--yes", input=out)
    output = padlicht(data, "node", "import", "-", "--yes", input="name,rated_mw\nlamp-1,6\n",
                      exit_code=1)  # fmt: skip
    assert "line 2, rated_mw" in output


def test_what_is_assumed_of_a_lamp_is_what_its_firmware_takes():
    """A board that was not told its power reckons with this one."""
    for board in ("hardware", "sim"):
        text = (firmware_folder() / "boards" / f"{board}.py").read_text()
        assert re.findall(r"^RATED_MW = (\d+)", text, re.MULTILINE) == [str(RATED_MW)]
