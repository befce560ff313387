"""Nodes, parks and zones out and in again: every mistake at once, all or nothing, twice is once."""

import json

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.fleet import node_import
from padlicht.fleet.registry import write_identity
from padlicht.ledger import Ledger

SITES = "name,title,tz,lat,lon,path\npark,Het park,Europe/Amsterdam,53.23,6.57,53.2 6.5; 53.3 6.6\n"
NODES = """\
name,site,zone,role,lat,lon,board,wifi_ssid,sensors
lamp-1,park,path,lamp,53.2301,6.5701,,,
lamp-2,park,path,lamp,,,pico_w,Park,veml7700 ds3231
counter-1,park,gate,counter,,,,,
"""


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PADLICHT_BROKER_HOST", "192.0.2.7")
    (tmp_path / "password").write_text("long enough\n")
    return tmp_path / "data"


@pytest.fixture
def padlicht(data):
    return lambda *arguments, **options: CliRunner().invoke(cli, arguments, **options)


@pytest.fixture
def take(padlicht, tmp_path):
    """Import text: `take("node", text)`."""

    def take(what, text, *options, **more):
        if what == "node":
            options = (*options, "--wifi-password-file", str(tmp_path / "password"))
        yes = () if "input" in more or "--dry-run" in options else ("--yes",)
        (tmp_path / "table.csv").write_text(text)
        return padlicht(what, "import", str(tmp_path / "table.csv"), *options, *yes, **more)

    return take


@pytest.fixture
def there(take):
    """A park with three nodes, all of them imported."""
    ok(take("site", SITES))
    ok(take("node", NODES))


def ok(result):
    assert result.exit_code == 0, result.output
    return result.output


def registry(data):
    with Ledger.open(data / "ledger.sqlite") as ledger:
        return (
            ledger.sites.all(),
            ledger.sites.zones(),
            ledger.nodes.all(),
            ledger.settings.wanted(),
        )


def folders(data):
    return sorted(path.name for path in (data / "nodes").iterdir())


# Nodes


def test_new_nodes_get_all_that_their_boards_need(there, data):
    """The same as `node add` makes: keys, network, hardware, first settings, zone."""
    assert folders(data) == ["counter-1", "lamp-1", "lamp-2"]
    identity = json.loads((data / "nodes" / "lamp-2" / "node.json").read_text())
    assert identity["wifi_password"] == "long enough"
    assert identity["sensors"] == ["veml7700", "ds3231"]
    assert identity["broker_host"] == "192.0.2.7"
    assert (data / "nodes" / "lamp-2" / "key.der").stat().st_mode & 0o777 == 0o600
    _, zones, nodes, wanted = registry(data)
    assert [zone.name for zone in zones] == ["gate", "path"]
    assert [node.name for node in nodes] == ["counter-1", "lamp-1", "lamp-2"]
    assert wanted["lamp-1"].after["lat_e4"] == 532301
    assert wanted["lamp-2"].after["lat_e4"] == 532300


def test_what_was_exported_changes_nothing_when_imported(there, padlicht, take, data, tmp_path):
    """Nodes, sites and zones; and once more what was imported."""
    ok(padlicht("node", "set", "lamp-1", "--retired", "--why", "car"))
    ok(padlicht("zone", "set", "park", "gate", "--lat", "53", "--lon", "6"))
    before = registry(data)
    for what, count in (("node", 3), ("site", 1), ("zone", 2)):
        exported = ok(padlicht(what, "export", "-"))
        said = ok(take(what, exported))
        assert "Nothing to change." in said
        assert f"{count} stay as they are." in said
    assert "Nothing to change." in ok(take("node", NODES))
    assert registry(data) == before


def test_no_key_and_no_password_is_exported(there, padlicht, tmp_path):
    """The file may be mailed around."""
    ok(padlicht("node", "export", str(tmp_path / "out.csv")))
    written = (tmp_path / "out.csv").read_text()
    assert "lamp-2,park,path,lamp,,,no,no,pico_w,Park,NL,,,,veml7700 ds3231,,no" in written
    assert "long enough" not in written


def test_known_nodes_move_and_retire(there, take, data):
    """Zone, place and retirement; who is not named and what is empty stays."""
    said = ok(
        take(
            "node",
            "name,zone,lat,lon,retired\nlamp-1,square,53.4,6.6,\nlamp-2,,,,2026-11-01T10:00:00Z\n",
        )
    )
    assert "zone: path → square" in said
    _, _, nodes, wanted = registry(data)
    by_name = {node.name: node for node in nodes}
    assert (by_name["lamp-1"].zone, by_name["lamp-1"].lat) == ("square", 53.4)
    assert wanted["lamp-1"].after["lat_e4"] == 534000
    assert by_name["lamp-2"].retired_utc_s == 1_793_527_200
    assert by_name["lamp-2"].retired
    ok(take("node", "name,retired\nlamp-2,no\n"))
    assert not registry(data)[2][2].retired


def test_a_retired_node_that_is_new_only_takes_its_name(take, data):
    """Its certificate may still be out, so nobody else gets the name; it gets no key."""
    ok(take("site", SITES))
    ok(take("node", "name,site,zone,role,retired\nlamp-1,park,path,lamp,yes\n"))
    assert registry(data)[2][0].retired
    assert not (data / "nodes" / "lamp-1").exists()


BAD = """\
name,site,zone,role,lat,lon,simulated,retired,board,wifi_ssid,wifi_country,motion
Lamp,park,path,lamp,,,,,,,,
lamp-3,elsewhere,path,tree,,,,,,,,
lamp-4,park,The Path,lamp,99,6,,,,,,
lamp-4,park,path,lamp,,,,,,,,
lamp-5,park,path,lamp,,,,,pico_w,,,
lamp-6,park,path,lamp,,,,,pico_w,Other,,
lamp-7,park,path,lamp,,,,,pico_w,Park,,
lamp-1,elsewhere,path,counter,53,,yes,soon,pico_w,,,
lamp-8,,,,,,,,,,,
,park,path,lamp,,,,,,,,
lamp-9,park,path,lamp,,,,,,,NL,
"""


def test_every_mistake_of_a_file_is_told_and_nothing_happens(there, take, data):
    """By line and column, what is wrong and what to do; the good lines wait as well."""
    before = registry(data)
    result = take("node", BAD)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.output.splitlines()[1:]]
    assert [line.split(": ")[0] for line in lines] == [
        "line 2, name",
        "line 3, site",
        "line 3, role",
        "line 4, zone",
        "line 4, lat",
        "line 5, name",
        "line 6",
        "line 8, wifi_ssid",
        "line 9, retired",
        "line 9, site",
        "line 9, role",
        "line 9, simulated",
        "line 9, board",
        "line 10, site",
        "line 10, zone",
        "line 10, role",
        "line 11, name",
        "line 12, wifi_country",
    ]
    assert "padlicht site list" in result.output
    assert "padlicht node add lamp-1 --again" in result.output
    assert "lamp-4 is in line 4 already" in result.output
    assert registry(data) == before
    assert folders(data) == ["counter-1", "lamp-1", "lamp-2"]


def test_a_dry_run_and_a_no_change_nothing(take, data):
    """Both show what would be done."""
    ok(take("site", SITES))
    before = registry(data)
    for said in (ok(take("node", NODES, "--dry-run")), take("node", NODES, input="n\n").output):
        assert "lamp in path of park, pico_w" in said
    assert registry(data) == before
    assert not (data / "nodes").exists()


def test_an_import_that_fails_on_the_way_leaves_nothing(there, take, data, monkeypatch):
    """No row, no folder, no key; and the next one works."""
    before = registry(data)
    more = "name,site,zone,role\n" + "".join(f"lamp-{n},park,path,lamp\n" for n in (7, 8, 9))

    def full_disk(keys, config, node, fitting, folder):
        if node.name == "lamp-9":
            raise OSError(28, "No space left on device")
        write_identity(keys, config, node, fitting, folder)

    with monkeypatch.context() as patch:
        patch.setattr(node_import, "write_identity", full_disk)
        assert isinstance(take("node", more).exception, OSError)
    assert registry(data) == before
    assert folders(data) == ["counter-1", "lamp-1", "lamp-2"]
    ok(take("node", more))
    assert len(folders(data)) == 6


def test_a_folder_in_the_way_stops_all_of_it(there, take, data):
    """Those that were moved into place before it are taken away again."""
    before = registry(data)
    (data / "nodes" / "lamp-8").mkdir()
    result = take("node", "name,site,zone,role\nlamp-7,park,path,lamp\nlamp-8,park,path,lamp\n")
    assert "lamp-8 is already there, of a node no longer known" in result.output
    assert registry(data) == before
    assert folders(data) == ["counter-1", "lamp-1", "lamp-2", "lamp-8"]


# Parks and zones


def test_sites_and_zones_come_in_and_change(there, take, data):
    """A park that moves takes its nodes' suns along; a path is places with semicolons."""
    (site,) = registry(data)[0]
    assert site.path == ((53.2, 6.5), (53.3, 6.6))
    ok(take("site", "name,lat,lon\npark,53.5,6.57\nanother,52,5\n"))
    sites, _, _, wanted = registry(data)
    assert [(site.name, site.title) for site in sites] == [
        ("another", "Another"),
        ("park", "Het park"),
    ]
    assert wanted["lamp-2"].after["lat_e4"] == 535000
    assert wanted["lamp-1"].after["lat_e4"] == 532301
    ok(take("zone", "site,name,title,lat,lon\npark,gate,De poort,53,6\nanother,pond,,,\n"))
    zones = {zone.name: zone for zone in registry(data)[1]}
    assert (zones["gate"].title, zones["gate"].lat) == ("De poort", 53.0)
    assert zones["pond"].title == "pond"


@pytest.mark.parametrize(
    ("what", "text", "says"),
    [
        ("site", "name,lat\nb,53\n", ["line 2, lon: it is empty"]),
        ("site", "name,lat,lon\nb,99,6\nb,1,1\n", ["line 2: 99.0, 6.0 is no", "in line 2 already"]),
        ("site", "name,tz\npark,Mars\n", ["line 2: 'Mars' is not a time zone"]),
        ("site", "name,path\npark,53.2\n", ["line 2, path: '53.2' is not a latitude"]),
        ("zone", "site,name\nx,gate\n", ["line 2, site: there is no site x"]),
        (
            "zone",
            "site,name,lat\npark,gate,3\npark,,\n",
            ["line 2: gate: give lat", "line 3, name"],
        ),
        ("zone", "colour\n", ["line 1: there is no column 'colour'"]),
    ],
)
def test_mistakes_of_sites_and_zones_are_told_alike(there, take, data, what, text, says):
    """And change nothing."""
    before = registry(data)
    result = take(what, text)
    assert result.exit_code == 1
    assert all(part in result.output for part in says), result.output
    assert registry(data) == before
