"""A broker apart from the hub: a real mosquitto starts with what `padlicht broker files` writes."""

import socket
import subprocess

import pytest
from click.testing import CliRunner

from padlicht.broker.keys import ParkKeys
from padlicht.broker.mosquitto_setup import program
from padlicht.cli.main import cli
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.rigs.patience import limit_s


@pytest.fixture
def written(tmp_path):
    """The folder for the broker, the park's data and the port."""
    port = free_port()
    folder, data = tmp_path / "broker", tmp_path / "data"
    arguments = ["--data", str(data), "--broker-port", str(port), "--broker-host", "park.example"]
    done = CliRunner().invoke(cli, ["broker", "files", str(folder), *arguments])
    assert done.exit_code == 0, done.output
    return folder, data, port


@pytest.mark.usefixtures("programs")
def test_a_mosquitto_starts_with_the_files_and_trusts_the_park(written):
    """The hub's certificate opens it under the name that was asked for."""
    folder, data, port = written
    process = subprocess.Popen([program(), "-c", folder / "mosquitto.conf"])
    try:
        wait_until(lambda: accepts(port), "mosquitto")
        context = ParkKeys(data / "keys").hub_tls()
        with (
            socket.create_connection(("127.0.0.1", port), limit_s()) as plain,
            context.wrap_socket(plain, server_hostname="park.example") as connection,
        ):
            assert connection.getpeercert()
    finally:
        process.terminate()
        process.wait(limit_s())


def test_the_key_that_makes_nodes_stays_at_home(written):
    """The broker's folder holds no key of the CA or of the hub, and is its owner's alone."""
    folder, _, _ = written
    assert {path.name for path in (folder / "keys").iterdir()} == {
        "ca.pem", "broker.pem", "broker.key",
    }  # fmt: skip
    for path in (folder, folder / "keys"):
        assert path.stat().st_mode & 0o077 == 0


def test_writing_them_again_changes_no_key(written):
    """An update of Padlicht locks no node out."""
    folder, data, port = written
    before = {path: path.read_bytes() for path in (folder / "keys").iterdir()}
    arguments = ["--data", str(data), "--broker-port", str(port), "--broker-host", "park.example"]
    CliRunner().invoke(cli, ["broker", "files", str(folder), *arguments], catch_exceptions=False)
    assert {path: path.read_bytes() for path in (folder / "keys").iterdir()} == before


def test_an_ipv6_address_is_printed_in_brackets(tmp_path):
    """So that the command it is printed in can be copied."""
    arguments = ["--data", str(tmp_path / "data"), "--broker-host", "2001:db8::7"]
    done = CliRunner().invoke(cli, ["broker", "files", str(tmp_path / "broker"), *arguments])
    assert "--broker-url mqtts://[2001:db8::7]:8883" in done.output
