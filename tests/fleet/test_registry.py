"""What changes of parks, zones and nodes, and the settings of one, of many, and of a place."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.control.desired_settings import request_settings
from padlicht.control.settings_publisher import first_settings
from padlicht.errors import Refused
from padlicht.ledger import Ledger
from tests.hub.parts import NOW, SITE, node, park, wanting
from tests.hub.use import CORRECTED


@pytest.fixture
def path(tmp_path):
    """A small park whose nodes were told where they are, and an old lamp."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-old", retired=True))
        (site,) = ledger.sites.all()
        for item in ledger.nodes.all():
            ledger.settings.request(
                item.name, first_settings(item, site, NOW), "padlicht", "added", NOW
            )
    return path


@pytest.fixture
def padlicht(path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(path.parent))
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def ok(result):
    assert result.exit_code == 0, result.output
    return result.output


def wanted(path, name):
    with Ledger.open(path) as ledger:
        return ledger.settings.log(name)[0]


# Nodes


def test_a_lamp_that_moves_takes_its_sun_along(padlicht, path):
    """New wanted settings with the reason; a move to where it is makes none."""
    move = ("node", "set", "lamp-1", "--lat", "53.3", "--lon", "6.6", "--why", "behind the oak")
    assert "version 2 is wanted" in ok(padlicht(*move))
    change = wanted(path, "lamp-1")
    assert (change.after["lat_e4"], change.after["lon_e4"]) == (533000, 66000)
    assert (change.version, change.why) == (2, "behind the oak")
    ok(padlicht(*move))
    assert wanted(path, "lamp-1").version == 2
    assert wanted(path, "lamp-2").version == 1


def test_a_zone_changes_from_now_on_and_is_added(padlicht, path):
    """Its past stays where it was; a correction takes all of it along."""
    ok(padlicht("node", "set", "lamp-1", "--zone", "square", "--why", "new map"))
    with Ledger.open(path) as ledger:
        lamp = ledger.nodes.get("lamp-1")
        assert lamp.zone == "square"
        assert [zone.name for zone in ledger.sites.zones(SITE)] == ["path", "square"]
        assert [place.zone for place in ledger.attributes.places(lamp.id)] == ["path", "square"]
    ok(padlicht("node", "set", "lamp-2", "--zone", "square", "--corrects", "--why", "a slip"))
    with Ledger.open(path) as ledger:
        (place,) = ledger.attributes.places(ledger.nodes.get("lamp-2").id)
        assert (place.zone, place.from_utc_s) == ("square", 0)
    assert wanted(path, "lamp-1").version == 1


def test_when_it_changed_can_be_said_and_said_better(padlicht, path):
    """On the clock of the park; the reason and who gave it are kept."""
    move = ("node", "set", "lamp-1", "--zone", "square", "--why", "dug up", "--from")
    ok(padlicht(*move, "2025-11-20T14:30"))
    ok(padlicht(*move, "2025-11-20T13:30", "--corrects"))
    with Ledger.open(path) as ledger:
        _, line = ledger.attributes.of_node(ledger.nodes.get("lamp-1").id)["place"]
    assert line.from_utc_s == int(datetime(2025, 11, 20, 12, 30, tzinfo=UTC).timestamp())
    assert (line.said.note.why, line.said.note.corrects) == ("dug up", True)


def test_a_lamp_that_goes_to_another_park_is_told_so(padlicht, path):
    """It wants the settings of its new place; without a zone nobody knows where it hangs."""
    ok(padlicht("site", "add", "west", "--lat", "52.0", "--lon", "5.0", "--tz", "Europe/Lisbon"))
    move = ("node", "set", "lamp-1", "--site", "west", "--why", "lent")
    assert "--zone" in padlicht(*move).output
    ok(padlicht(*move, "--zone", "gate"))
    with Ledger.open(path) as ledger:
        lamp = ledger.nodes.get("lamp-1")
        assert (lamp.site, lamp.zone) == ("west", "gate")
        assert ledger.nodes.former_sites("lamp-1") == {SITE, "west"}
    assert wanted(path, "lamp-1").after["tz"].startswith("WET")


def test_retiring_is_since_when_and_can_be_undone(padlicht, path):
    """A second time changes nothing; back in service, what waits is named."""
    ok(padlicht("node", "set", "lamp-1", "--retired", "--why", "car"))
    with Ledger.open(path) as ledger:
        first = ledger.nodes.get("lamp-1")
        assert first.retired
        first = replace(first, retired_utc_s=NOW)
        with ledger.transaction():
            ledger.nodes.change(first, CORRECTED)
            ledger.quarantine.add(f"padlicht/v1/{SITE}/lamp-1/up/status", b"", "retired", NOW)
    ok(padlicht("node", "set", "lamp-1", "--retired", "--why", "again"))
    with Ledger.open(path) as ledger:
        assert ledger.nodes.get("lamp-1") == first
    said = ok(padlicht("node", "set", "lamp-1", "--in-service", "--why", "mended"))
    assert "1 message(s) of it wait" in said
    with Ledger.open(path) as ledger:
        back = ledger.nodes.get("lamp-1")
    assert (back.retired, back.retired_utc_s) == (False, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("node", "set", "lamp-9", "--zone", "x", "--why", "y"), "node list"),
        (("node", "set", "lamp-1", "--why", "y"), "nothing to change"),
        (("node", "set", "lamp-1", "--zone", "x", "--why", " "), "--why is empty"),
        (("node", "set", "lamp-1", "--zone", "x", "--why", "y", "--from", "soon"), "2026-11-20"),
        (("node", "set", "lamp-1", "--zone", "x", "--why", "y", "--from", "2999-01-01"), "ahead"),
        (("node", "set", "lamp-1", "--site", "x", "--zone", "y", "--why", "z"), "site list"),
        (("node", "set", "lamp-1", "--zone", "The Path", "--why", "y"), "lower-case"),
        (("node", "set", "lamp-1", "--lat", "99", "--why", "y"), "no place on earth"),
        (("site", "set", "x", "--lat", "9", "--why", "y"), "site list"),
        (("site", "set", SITE, "--tz", "Mars", "--why", "y"), "Europe/Amsterdam"),
        (("zone", "set", "x", "path"), "site list"),
        (("zone", "set", SITE, "path", "--lat", "53"), "--lon"),
        (("settings", "log", "lamp-9"), "node list"),
        (("settings", "set", "hold_s=30", "--why", "x"), "of which nodes"),
        (("settings", "set", "--zone", "path", "hold_s=30", "--why", "x"), "--site too"),
        (("settings", "set", "--site", "x", "hold_s=30", "--why", "x"), "site list"),
        (("settings", "set", "--site", SITE, "lamp-1", "hold_s=3", "--why", "x"), "not both"),
        (("settings", "set", "--site", SITE, "--zone", "z", "hold_s=3", "--why", "x"), "no node"),
    ],
)
def test_a_mistake_changes_nothing_and_says_what_to_do(padlicht, path, arguments, says):
    """In one line; the registry is as it was."""
    with Ledger.open(path) as ledger:
        before = (
            ledger.sites.all(),
            ledger.sites.zones(),
            ledger.nodes.all(),
            ledger.settings.wanted(),
        )
    result = padlicht(*arguments)
    assert result.exit_code == 1, result.output
    assert says in result.output
    assert result.output.count("\n") == 1
    with Ledger.open(path) as ledger:
        assert (
            ledger.sites.all(),
            ledger.sites.zones(),
            ledger.nodes.all(),
            ledger.settings.wanted(),
        ) == before


# Parks and zones


def test_a_park_that_moves_moves_nodes_without_a_place_of_their_own(padlicht, path):
    """Its time is everybody's; its place is theirs that have none."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger._db.execute("UPDATE nodes SET lat = NULL, lon = NULL WHERE name = 'lamp-2'")
    move = ("site", "set", SITE, "--lat", "53.5", "--tz", "Europe/Lisbon", "--why", "surveyed")
    said = ok(padlicht(*move))
    assert "4 node(s)" in said
    assert wanted(path, "lamp-1").after["lat_e4"] == 532300
    assert wanted(path, "lamp-2").after["lat_e4"] == 535000
    assert wanted(path, "counter-1").after["tz"] == "WET0WEST,M3.5.0/1,M10.5.0"
    assert "0 node(s)" in ok(padlicht("site", "set", SITE, "--title", "Park", "--why", "name"))


def test_parks_and_zones_are_listed(padlicht, path):
    """As tables for people and JSON for programs, with how many nodes each has."""
    ok(padlicht("zone", "set", SITE, "pond", "--title", "De vijver", "--lat", "53", "--lon", "6"))
    assert "Molukkenplantsoen" in ok(padlicht("site", "list"))
    (row,) = json.loads(ok(padlicht("site", "list", "--json")))
    assert (row["name"], row["nodes"], row["tz"]) == (SITE, 4, "Europe/Amsterdam")
    assert "De vijver" in ok(padlicht("zone", "list"))
    zones = json.loads(ok(padlicht("zone", "list", "--json")))
    assert [(row["name"], row["nodes"], row["lat"]) for row in zones] == [
        ("path", 4, None),
        ("pond", 0, 53.0),
    ]


# Settings


def test_a_whole_zone_is_told_at_once(padlicht, path):
    """Lamps what is a lamp's; who has it already gets no new version; the retired hear nothing."""
    with Ledger.open(path) as ledger:
        wanting(ledger, "lamp-2", hold_s=30)
    said = ok(
        padlicht("settings", "set", "--site", SITE, "--zone", "path", "hold_s=30", "--why", "w")
    )
    assert "Version 2 is wanted of lamp-1" in said
    assert "lamp-2 stays as it is" in said
    versions = {name: wanted(path, name).version for name in ("counter-1", "lamp-old")}
    assert versions == {"counter-1": 1, "lamp-old": 1}


def test_of_many_all_take_it_or_none(path):
    """The one whose firmware would refuse is named."""
    with Ledger.open(path) as ledger:
        lamps = [ledger.nodes.get("lamp-1"), ledger.nodes.get("lamp-2")]
        with ledger.transaction():
            ledger.settings.request("lamp-2", {"end_at": "25:00"}, "anna", "by hand", NOW)
        with pytest.raises(Refused, match="lamp-2: end_at"):
            request_settings(ledger, lamps, {"hold_s": 30}, "anna", "w", NOW)
        with pytest.raises(Refused, match="setting of a counter"):
            request_settings(ledger, lamps, {"line_mm": [0, 1, 2, 3]}, "anna", "w", NOW)
    assert wanted(path, "lamp-1").version == 1


def test_the_log_says_who_changed_what_when_and_why(padlicht, path):
    """And when the node had it; newest first."""
    with Ledger.open(path) as ledger:
        wanting(ledger, hold_s=30, base_pct=15)
        with ledger.transaction():
            ledger.settings.confirm("lamp-1", 2, {}, NOW + 7)
    shown = ok(padlicht("settings", "log", "lamp-1"))
    assert "hold_s: 20 → 30" in shown
    assert "workshop" in shown
    newest, first = json.loads(ok(padlicht("settings", "log", "lamp-1", "--json")))
    assert newest["changed"] == {"hold_s": 30, "base_pct": 15}
    assert (newest["who"], newest["confirmed_utc_s"]) == ("anna", NOW + 7)
    assert first["why"] == "added"
    assert len(json.loads(ok(padlicht("settings", "log", "lamp-1", "--limit", "1", "--json")))) == 1
