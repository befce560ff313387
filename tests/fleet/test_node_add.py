"""What `padlicht node add` writes for a board, what it refuses, and how a name comes again."""

import ast
import json
import os
import pty
import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.fleet.board_config import BOARDS, SENSORS, BoardConfig, from_identity
from padlicht.ledger import Health, Ledger
from padlicht.settings_schema import firmware_folder
from tests.rigs.patience import limit_s

PARK = ("site", "add", "park", "--lat", "53.23", "--lon", "6.576")
ADD = ("node", "add", "lamp-1")
LAMP = (*ADD, "--role", "lamp", "--site", "park", "--zone", "path")
COUNTER = ("node", "add", "counter-1", "--role", "counter", "--site", "park", "--zone", "path")
PICO = ("--board", "pico_w", "--wifi-ssid", "Park", "--broker-host", "192.0.2.7")
SECRET = "goede nacht"
PASSWORD = "PADLICHT_NODE_ADD_WIFI_PASSWORD"


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


def added(result) -> dict:
    """The node.json of the folder that was printed."""
    assert result.exit_code == 0, result.output
    return json.loads((Path(result.stdout.strip()) / "node.json").read_text())


def ledger_of(tmp_path) -> Path:
    return tmp_path / "data" / "ledger.sqlite"


def test_a_board_is_told_all_that_it_needs(padlicht):
    """Network, country, lamp, sensors and motion go into node.json, under the firmware's keys."""
    fitted = ("--sensors", "VEML7700, ds3231", "--motion", "pir", "--rated-mw", "9000")
    identity = added(padlicht(*LAMP, *PICO, *fitted, "--wifi-country", "de"))
    assert identity == {
        **{"node": "lamp-1", "site": "park", "zone": "path", "role": "lamp", "board": "pico_w"},
        **{"wifi_ssid": "Park", "wifi_password": SECRET, "wifi_country": "DE"},
        **{"rated_mw": 9000, "sensors": ["veml7700", "ds3231"], "motion": "pir"},
        **{"broker_host": "192.0.2.7", "broker_port": 8883, "broker_name": "broker"},
    }


def test_what_is_not_said_is_left_to_the_firmware(padlicht):
    """A bare board gets its network, by Dutch radio rules, and nothing that it does not have."""
    identity = added(padlicht(*LAMP, *PICO))
    assert identity["wifi_country"] == "NL"
    assert not {"rated_mw", "sensors", "motion", "sensor", "first_boot"} & set(identity)


def test_a_counter_may_have_beams(padlicht):
    """The firmware knows it by `sensor`."""
    assert added(padlicht(*COUNTER, *PICO, "--beams"))["sensor"] == "beams"


def test_only_the_owner_can_read_the_folder(padlicht):
    """It holds a private key and the network's password."""
    folder = Path(padlicht(*LAMP, *PICO).stdout.strip())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("file", ["first line of a file", "-"])
def test_the_password_comes_from_a_file(padlicht, tmp_path, monkeypatch, file):
    """Its first line, without the line's end; also from the standard input."""
    monkeypatch.delenv(PASSWORD)
    path = tmp_path / "secret"
    path.write_text(SECRET + "\r\nmore\n")
    source = "-" if file == "-" else str(path)
    typed = SECRET + "\n" if file == "-" else None
    result = padlicht(*LAMP, *PICO, "--wifi-password-file", source, input=typed)
    assert added(result)["wifi_password"] == SECRET


@pytest.mark.usefixtures("programs")
def test_the_password_is_asked_for_without_showing_it(padlicht, tmp_path):
    """At a real terminal it is typed twice, and neither the terminal nor a message repeats it."""
    environment = {key: value for key, value in os.environ.items() if key != PASSWORD}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    near, far = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "padlicht", *LAMP, *PICO, "--mount-cm", "250"],
        env=environment, stdin=far, stdout=subprocess.PIPE, stderr=far, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(far)
        seen = b""
        for _ in range(2):
            while not seen.endswith(b": "):
                seen += os.read(near, 1000)
            os.write(near, SECRET.encode() + b"\n")
            seen += os.read(near, 1)  # beyond the prompt that was answered
        folder = process.stdout.read().decode().strip()
        while True:
            try:
                piece = os.read(near, 1000)
            except OSError:  # what a terminal says when nobody is left
                break
            if not piece:
                break
            seen += piece
        assert process.wait(limit_s()) == 0, seen
    os.close(near)
    assert json.loads((Path(folder) / "node.json").read_text())["wifi_password"] == SECRET
    assert b"Password of Park" in seen
    assert SECRET.encode() not in seen
    assert SECRET not in folder


def test_the_password_is_told_to_nobody_else(padlicht):
    """Not with what comes next, and not as the text of an object in a log."""
    result = padlicht(*LAMP, *PICO)
    assert SECRET not in result.output
    assert SECRET not in repr(BoardConfig(wifi_password=SECRET))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*LAMP, "--board", "pico_w", "--broker-host", "192.0.2.7"), "--wifi-ssid"),
        ((*LAMP, *PICO[:3], "x" * 33, *PICO[4:]), "1 to 32 bytes"),
        ((*LAMP, *PICO[:4]), "--broker-host ADDRESS"),
        ((*LAMP, *PICO[:4], "--broker-host", "0.0.0.0"), "--broker-host ADDRESS"),  # noqa: S104 -- refused
        ((*LAMP, *PICO[:4], "--broker-url", "mqtts://localhost:8883"), "--broker-host ADDRESS"),
        ((*LAMP, *PICO, "--wifi-password", "short"), "8 to 63"),
        ((*LAMP, *PICO, "--wifi-password", "z" * 64), "8 to 63"),
        ((*LAMP, *PICO, "--wifi-country", "Holland"), "two letters"),
        ((*LAMP, *PICO, "--sensors", "bme280"), "veml7700, bh1750, ds3231, ina219"),
        ((*LAMP, *PICO, "--sensors", "veml7700,bh1750"), "not both"),
        ((*LAMP, *PICO, "--sensors", "ds3231,ds3231"), "once"),
        ((*LAMP, *PICO, "--rated-mw", "6"), "100-500000 mW"),
        ((*LAMP, *PICO, "--beams"), "--beams"),
        ((*COUNTER, *PICO, "--motion", "radar"), "--motion"),
        ((*COUNTER, *PICO, "--rated-mw", "6000"), "--rated-mw"),
        ((*LAMP, "--wifi-ssid", "Park"), "simulated board"),
        ((*LAMP, "--sensors", "ds3231"), "simulated board"),
        ((*LAMP, "--rated-mw", "9000"), "built in"),
        ((*ADD, "--again"), "leave out --again"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_leaves_nothing(padlicht, tmp_path, arguments, says):
    """What was wrong and what to do; afterwards the name is free, and no password was repeated."""
    result = padlicht(*arguments)
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    assert says in result.output
    assert result.output.count("\n") == 1
    assert "short" not in result.output
    with Ledger.open(ledger_of(tmp_path)) as book:
        assert book.nodes.all() == []
    assert not list((tmp_path / "data").glob("nodes/*"))


def test_without_anybody_to_ask_a_missing_password_is_named(padlicht, monkeypatch):
    """A script does not wait for a terminal that is not there."""
    monkeypatch.delenv(PASSWORD)
    assert "--wifi-password-file" in padlicht(*LAMP, *PICO).output


def test_an_open_network_has_an_empty_password(padlicht, monkeypatch):
    """Which has to be said: it is not what happens when nothing is."""
    assert added(padlicht(*LAMP, *PICO, "--wifi-password", ""))["wifi_password"] == ""


def test_the_command_that_comes_next_is_told(padlicht):
    """Apart from the folder, which programs read: which files go onto the board, and by what."""
    result = padlicht(*LAMP, *PICO)
    folder = result.stdout.strip()
    files = " ".join(f"{folder}/{name}" for name in ("node.json", "ca.der", "cert.der", "key.der"))
    assert f"mpremote fs cp {files} :\n" in result.stderr
    assert {path.name for path in Path(folder).iterdir()} == {
        *("node.json", "ca.der", "cert.der", "key.der")
    }
    assert "padlicht node tests lamp-1" in result.stderr


def test_boards_and_sensors_are_those_of_the_firmware():
    """Whatever may be chosen here is known there, and the other way round."""
    firmware = firmware_folder()
    with_make = {
        path.stem
        for path in (firmware / "boards").glob("*.py")
        if any(getattr(item, "name", "") == "make" for item in ast.parse(path.read_text()).body)
    }
    assert with_make == set(BOARDS)
    source = ast.parse((firmware / "node" / "sense" / "sensors.py").read_text())
    known = next(
        ast.literal_eval(item.value)
        for item in source.body
        if isinstance(item, ast.Assign) and item.targets[0].id == "_KNOWN"
    )
    assert set(known) == set(SENSORS)


@pytest.mark.parametrize("fitted", [(), ("--sensors", "ina219", "--motion", "radar")])
def test_the_hardware_can_be_read_back(padlicht, fitted):
    """What node.json says gives the same fitting again."""
    identity = added(padlicht(*LAMP, *PICO, *fitted))
    assert from_identity(identity).identity().items() <= identity.items()


# The same name again


def test_a_name_that_is_there_is_refused_with_the_way_out(padlicht):
    """Nothing changes, and --again is named."""
    folder = Path(padlicht(*LAMP, *PICO).stdout.strip())
    key = (folder / "key.der").read_bytes()
    result = padlicht(*LAMP, *PICO)
    assert result.exit_code == 1
    assert "--again" in result.output
    assert (folder / "key.der").read_bytes() == key


def test_again_gives_a_new_key_and_boots_that_never_were(padlicht, tmp_path):
    """The hardware stays as it was, the first boot is above all known, the old files are kept."""
    before = added(padlicht(*LAMP, *PICO, "--sensors", "ds3231"))
    folder = tmp_path / "data" / "nodes" / "lamp-1"
    key = (folder / "key.der").read_bytes()
    with Ledger.open(ledger_of(tmp_path)) as book, book.transaction():
        book.states.record_birth("lamp-1", 12, "0.1.0", "pico_w", 2, "power", 1)
        book.records.add([Health("lamp-1", 14, 1, 0, 1, 0, None, None, None, 1, 0, 0, 1, None)], 1)
        book.states.record_birth("lamp-1", 2, "0.1.0", "pico_w", 2, "power", 2)
    result = padlicht(*ADD, "--again", "--broker-host", "192.0.2.7")
    assert added(result) == before | {"first_boot": 15}
    assert (folder / "key.der").read_bytes() != key
    assert (folder.with_name("lamp-1.before") / "key.der").read_bytes() == key
    assert {path.name for path in folder.parent.iterdir()} == {"lamp-1", "lamp-1.before"}
    assert "begins with boot 15" in result.stderr
    assert "still valid" in result.stderr


def test_again_takes_what_is_given_anew(padlicht):
    """Another board, no sensors any more; another network needs its own password."""
    added(padlicht(*LAMP, *PICO, "--sensors", "ds3231", "--motion", "pir"))
    host = PICO[4:]
    change = ("--board", "esp32_s3", "--sensors", "", "--motion", "none")
    identity = added(padlicht(*ADD, "--again", *change, *host))
    assert (identity["board"], identity["wifi_ssid"]) == ("esp32_s3", "Park")
    assert not {"sensors", "motion"} & set(identity)
    simulated = added(padlicht(*ADD, "--again", "--board", "sim", env={PASSWORD: None}))
    assert "wifi_ssid" not in simulated


def test_another_network_does_not_get_the_old_password(padlicht, monkeypatch):
    """It would be told to whoever runs that network, and would not work."""
    added(padlicht(*LAMP, *PICO))
    monkeypatch.delenv(PASSWORD)
    result = padlicht(*ADD, "--again", "--wifi-ssid", "Elsewhere", *PICO[4:])
    assert result.exit_code == 1
    assert "--wifi-password-file" in result.output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--role", "counter"), "another name"),
        (("--zone", "pond"), "another name"),
        (("--site", "elsewhere"), "another name"),
        (("--lat", "53", "--lon", "6"), "--lat"),
        (("--simulated",), "--simulated"),
        (("--sensors", "bme280"), "veml7700"),
    ],
)
def test_again_is_the_same_node(padlicht, tmp_path, more, says):
    """What would make it another one is refused, and the folder is as it was."""
    added(padlicht(*LAMP, *PICO))
    folder = tmp_path / "data" / "nodes"
    key = (folder / "lamp-1" / "key.der").read_bytes()
    result = padlicht(*ADD, "--again", *PICO[4:], *more)
    assert result.exit_code == 1, result.output
    assert says in result.output
    assert (folder / "lamp-1" / "key.der").read_bytes() == key
    assert [path.name for path in folder.iterdir()] == ["lamp-1"]
