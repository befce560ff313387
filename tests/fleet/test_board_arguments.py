"""What ends on a board is checked as strictly as the board needs it, whichever way it comes."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.fleet.broker_reach import Broker, nodes_elsewhere, note_broker, why_missed
from padlicht.ledger import Ledger

PARK = ("site", "add", "park", "--lat", "53.23", "--lon", "6.576")
LAMP = ("node", "add", "lamp-1", "--role", "lamp", "--site", "park", "--zone", "path")
PICO = ("--board", "pico_w", "--wifi-ssid", "Park", "--wifi-password", "goede nacht")
HOST = ("--broker-host", "192.0.2.7")
SHEET = "name,site,zone,role,board,wifi_ssid\nlamp-1,park,path,lamp,pico_w,{}\n"


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, monkeypatch):
    """Runs a command in a data folder of its own, with a park in it."""
    for option in fields(Config):
        monkeypatch.delenv(environment_variable(option.name), raising=False)
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))

    def run(*arguments, **options):
        return CliRunner().invoke(cli, arguments, **options)

    run(*PARK)
    return run


def nodes_of(tmp_path) -> list[str]:
    with Ledger.open(tmp_path / "data" / "ledger.sqlite", read_only=True) as ledger:
        return [node.name for node in ledger.nodes.all()]


def told(tmp_path) -> dict:
    return json.loads((tmp_path / "data" / "nodes" / "lamp-1" / "node.json").read_text())


@pytest.mark.parametrize("way", ["option", "environment", "import"])
@pytest.mark.parametrize("board", ["sim", "pico_w"])
def test_the_brokers_host_is_checked_whichever_way_it_comes(padlicht, tmp_path, way, board):
    """As an option, from the environment, of an import: of simulated boards, too."""
    sheet = tmp_path / "nodes.csv"
    sheet.write_text("name,site,zone,role\nlamp-1,park,path,lamp\n")
    password = tmp_path / "password"
    password.write_text("goede nacht\n")
    if board == "pico_w":
        sheet.write_text(SHEET.format("Park"))
    add = (*LAMP, *PICO) if board == "pico_w" else LAMP
    command = ("node", "import", str(sheet), "--yes", "--wifi-password-file", str(password))
    arguments = command if way == "import" else add
    for host in ("mqtt://192.0.2.7", "hub.example:8883", "192.0.2.7/24", "a b"):
        if way == "environment":
            result = padlicht(*arguments, env={"PADLICHT_BROKER_HOST": host})
        else:
            result = padlicht(*arguments, "--broker-host", host)
        assert result.exit_code == 2, result.output
        assert "Invalid value for '--broker-host'" in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
    assert nodes_of(tmp_path) == []
    good = padlicht(*arguments, "--broker-host", " [2001:DB8::7] ")
    assert good.exit_code == 0, good.output
    assert told(tmp_path)["broker_host"] == "2001:db8::7"


def test_a_name_beyond_ascii_is_told_as_the_dns_knows_it(padlicht, tmp_path):
    """A board looks up the bytes that it is given; the certificate has the same name."""
    assert padlicht(*LAMP, "--broker-host", "hübner.example").exit_code == 0
    assert told(tmp_path)["broker_host"] == "xn--hbner-kva.example"


def test_an_esp32_is_given_no_ipv6_address(padlicht, tmp_path):
    """MicroPython's sockets there are of IPv4 alone; an rp2's are of both."""
    esp = (*LAMP, "--board", "esp32_s3", *PICO[2:])
    result = padlicht(*esp, "--broker-host", "2001:db8::7")
    assert "speaks IPv4 only" in result.output
    assert nodes_of(tmp_path) == []
    assert padlicht(*LAMP, *PICO, "--broker-host", "2001:db8::7").exit_code == 0


@pytest.mark.parametrize("host", ["LOCALHOST", "224.0.0.1", "fe80::1", "::ffff:127.0.0.1"])
def test_a_board_is_told_no_address_that_it_cannot_reach(padlicht, tmp_path, host):
    """However it is written."""
    result = padlicht(*LAMP, *PICO, "--broker-host", host)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "no board reaches the broker" in result.output
    assert nodes_of(tmp_path) == []


@pytest.mark.parametrize(
    ("ssid", "says"),
    [
        ("é" * 17, "not 34"),
        ("", "not 0"),
        ("   ", "cannot be seen"),
        ("Park\n", "cannot be seen"),
        ("Pa\x00rk", "cannot be seen"),
        ("caf\udce9", "not UTF-8"),
    ],
)
def test_a_networks_name_fits_the_radio(padlicht, tmp_path, ssid, says):
    """32 bytes, not characters; and nothing that is not seen, which nobody typed on purpose."""
    result = padlicht(*LAMP, *PICO[:3], ssid, *PICO[4:], *HOST)
    assert (result.exit_code, says in result.output) == (1, True), result.output
    assert nodes_of(tmp_path) == []


def test_a_networks_name_of_a_spreadsheet_is_checked_alike(padlicht, tmp_path):
    """With its line."""
    sheet, password = tmp_path / "nodes.csv", tmp_path / "password"
    password.write_text("goede nacht\n")
    sheet.write_text(SHEET.format("é" * 17))
    result = padlicht(
        "node", "import", str(sheet), "--yes", "--wifi-password-file", str(password), *HOST
    )
    assert "line 2: the board pico_w needs a network" in result.output
    assert nodes_of(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xef\xbb\xbfgoede nacht\r\n", None), (b"caf\xe9 noir\n", "not UTF-8"), (b"", None)],
    ids=["as Notepad saves it", "Latin-1", "empty: an open network"],
)
def test_a_password_file_may_come_from_any_editor(padlicht, tmp_path, content, says):
    """What is no UTF-8 is told, and its byte order mark is no part of the password."""
    file = tmp_path / "password"
    file.write_bytes(content)
    result = padlicht(*LAMP, *PICO[:4], *HOST, "--wifi-password-file", str(file))
    if says is None:
        assert result.exit_code == 0, result.output
        assert told(tmp_path)["wifi_password"] in ("goede nacht", "")
    else:
        assert (result.exit_code, says in result.output) == (1, True), result.output


@pytest.mark.parametrize(
    "tz", ["localtime", "Factory", "posixrules", "right/Europe/Amsterdam", "Europe/Amsterdan", ""]
)
def test_a_time_zone_is_the_same_on_every_machine(padlicht, tmp_path, tz):
    """Not what stands for another one; when added, changed and imported."""
    sheet = tmp_path / "sites.csv"
    sheet.write_text(f"name,tz,lat,lon\npark,{tz or 'x'},53.2,6.5\n")
    for arguments in (
        ("site", "set", "park", "--tz", tz, "--why", "x"),
        ("site", "add", "oost", *PARK[3:], "--tz", tz),
        ("site", "import", str(sheet), "--yes"),
    ):
        result = padlicht(*arguments)
        assert result.exit_code == 1, result.output
        assert "is not a time zone" in result.output
    with Ledger.open(tmp_path / "data" / "ledger.sqlite", read_only=True) as ledger:
        assert [site.tz for site in ledger.sites.all()] == ["Europe/Amsterdam"]


# A park is made by `site add` alone


@pytest.mark.parametrize(
    "arguments",
    [
        (*LAMP[:6], "prak", *LAMP[7:]),
        ("settings", "set", "--site", "prak", "base_pct=10", "--why", "x"),
        ("site", "set", "prak", "--title", "x", "--why", "x"),
        ("zone", "set", "prak", "path"),
    ],
)
def test_a_typing_mistake_makes_no_park(padlicht, tmp_path, arguments):
    """The one that was probably meant is named."""
    result = padlicht(*arguments)
    assert result.exit_code == 1, result.output
    assert "there is no site prak; did you mean park?" in result.output
    with Ledger.open(tmp_path / "data" / "ledger.sqlite", read_only=True) as ledger:
        assert [site.name for site in ledger.sites.all()] == ["park"]


def test_a_new_zone_beside_others_is_said(padlicht):
    """It may be a typing mistake, and how to undo one is told."""
    assert "is new in park" not in padlicht(*LAMP).stderr
    second = padlicht("node", "add", "lamp-2", *LAMP[3:-1], "paht").stderr
    assert "Zone paht is new in park, beside path" in second
    assert "padlicht zone remove park paht" in second


# A broker that is elsewhere


@pytest.mark.parametrize(
    ("broker", "host", "port", "missed"),
    [
        (Broker("127.0.0.1", 8883, True), "127.0.0.1", 8883, False),
        (Broker("127.0.0.1", 8883, True), "localhost", 8883, False),
        (Broker("127.0.0.1", 8883, True), "192.0.2.7", 8883, True),
        (Broker("127.0.0.1", 8883, True), "hub.example", 8883, True),
        (Broker("127.0.0.1", 8883, True), "127.0.0.1", 8884, True),
        (Broker("0.0.0.0", 8883, True), "192.0.2.7", 8883, False),  # noqa: S104
        (Broker("::", 8883, True), "hub.example", 8883, False),
        (Broker("0.0.0.0", 8883, True), "192.0.2.7", 1883, True),  # noqa: S104
        (Broker("192.0.2.7", 8883, True), "192.0.2.8", 8883, True),
        (Broker("192.0.2.7", 8883, True), "hub.example", 8883, False),
        (Broker("hub.example", 8883, False), "hub.example", 8883, False),
        (Broker("hub.example", 8883, False), "hub.example", 8884, True),
        (Broker("broker", 8883, False), "192.0.2.7", 8883, False),
        (Broker("192.0.2.7", 8883, False), "192.0.2.8", 8883, True),
    ],
)
def test_an_address_that_is_not_the_brokers_is_noticed(broker, host, port, missed):
    """Another name of the same machine is believed, and so is what a container is called inside."""
    assert (why_missed(host, port, broker) is not None) is missed


def test_who_adds_a_node_hears_that_it_will_look_in_vain(padlicht, tmp_path):
    """By what the hub noted at its last start; the node is added all the same."""
    config = Config(data=tmp_path / "data", broker_port=1883)
    assert padlicht(*LAMP).stderr.count("in vain") == 0
    note_broker(config)
    second = padlicht("node", "add", "lamp-2", *LAMP[3:], *PICO, *HOST, "--broker-port", "1883")
    assert second.exit_code == 0
    assert "--broker-host 192.0.2.7" in second.stderr
    third = padlicht("node", "add", "lamp-3", *LAMP[3:])
    assert "127.0.0.1:8883 is not the port" in third.stderr
    missed = dict(nodes_elsewhere(config, note_broker(config)))
    assert sorted(missed) == ["lamp-1", "lamp-2", "lamp-3"]
    (Path(config.identity("lamp-3")) / "node.json").write_text("nonsense")
    padlicht("node", "set", "lamp-1", "--retired", "--why", "x")
    assert [*dict(nodes_elsewhere(config, note_broker(config)))] == ["lamp-2"]
