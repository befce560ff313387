"""What a counter's two directions are called: given by whoever leads the park, with a history."""

import csv
import io

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.ledger import Ledger, Site

COUNTER = ("--role", "counter", "--site", "park", "--zone", "path")
LAMP = ("--role", "lamp", "--site", "park", "--zone", "path", "--mount-cm", "250")


@pytest.fixture
def data(tmp_path):
    """A data folder with a park, a counter and a lamp."""
    folder = tmp_path / "data"
    folder.mkdir()
    with Ledger.open(folder / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.sites.add(Site("park", "Park", "Europe/Amsterdam", 53.23, 6.576))
    padlicht(folder, "node", "add", "c1", *COUNTER)
    padlicht(folder, "node", "add", "lamp-1", *LAMP)
    return folder


def padlicht(data, *arguments, exit_code=0, **more):
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)], **more)
    assert result.exit_code == exit_code, result.output
    return result.output


def ways(data, name="c1"):
    """What they are called now, and what they were called from when on."""
    with Ledger.open(data / "ledger.sqlite", read_only=True) as ledger:
        node = ledger.nodes.get(name)
        line = ledger.attributes.of_node(node.id)["ways"]
        assert ledger.node_hours.stale() is None, "a name moves no count"
    return (node.way_in, node.way_out), [stretch.value for stretch in line]


def test_a_counter_has_no_names_until_somebody_gives_them(data):
    """One of them alone, too; an empty one takes it away again."""
    assert ways(data) == ((None, None), [[None, None]])
    change = ("node", "set", "c1", "--why", "so people say")
    padlicht(data, *change, "--way-in", "towards the school")
    padlicht(data, *change, "--way-out", "towards the ring road")
    named = ["towards the school", "towards the ring road"]
    assert ways(data) == (tuple(named), [[None, None], [named[0], None], named])
    padlicht(data, *change, "--way-in", "")
    assert ways(data)[0] == (None, named[1])


@pytest.mark.parametrize(
    ("node", "given", "complaint"),
    [
        ("lamp-1", ("--way-in", "north"), "a lamp counts no directions"),
        ("c1", ("--way-in", "x" * 41), "up to 40 letters"),
        ("c1", ("--way-in", "a\nb"), "up to 40 letters"),
        ("c1", ("--way-in", "north", "--way-out", "north"), "give each its own name"),
    ],
)
def test_a_name_that_cannot_be_is_refused(data, node, given, complaint):
    """It has to fit beside a number, and tell the two apart."""
    assert complaint in padlicht(data, "node", "set", node, *given, "--why", "so", exit_code=1)
    assert ways(data, node)[0] == (None, None)


def test_a_spreadsheet_names_them_and_what_was_exported_changes_nothing(data):
    """A dash takes a name away, an empty cell leaves it."""
    table = "name,way_in,way_out\nc1,towards the school,towards the ring road\n"
    padlicht(data, "node", "import", "-", "--yes", input=table)
    assert ways(data)[0] == ("towards the school", "towards the ring road")
    out = padlicht(data, "node", "export", "-")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (rows["c1"]["way_in"], rows["lamp-1"]["way_in"]) == ("towards the school", "")
    assert "Nothing to change" in padlicht(data, "node", "import", "-", "--yes", input=out)
    padlicht(data, "node", "import", "-", "--yes", input="name,way_in,way_out\nc1,-,\n")
    assert ways(data)[0] == (None, "towards the ring road")
    wrong = "name,way_in\nlamp-1,north\n"
    output = padlicht(data, "node", "import", "-", "--yes", input=wrong, exit_code=1)
    assert "line 2, way_in" in output
