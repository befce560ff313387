"""A whole hub as a process: what it starts, takes over, survives and ends."""

import asyncio
import json
import os
import signal
import socket
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from padlicht.broker import mosquitto_setup
from padlicht.broker.keys import ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.config import Config
from padlicht.errors import Refused, TryAgain
from padlicht.ledger import Ledger
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.hub.parts import LAMP, STATUS, provisioned, records
from tests.hub.processes import DEADLINE_S, Node, is_gone


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ending_a_hub_ends_all_that_it_started(config, start, number):
    """Ctrl-C, a service manager's stop and a closed terminal leave no broker and no open port."""
    hub = start().ready()
    broker = hub.broker_pid()
    assert hub.end(number) == 0, hub.said()
    assert is_gone(broker)
    assert not accepts(config.broker_port)
    assert not accepts(config.web_port)
    assert "Traceback" not in hub.said()
    assert "Warning" not in hub.said()


def test_a_record_goes_from_node_to_disk_and_back_comes_the_receipt(config, start):
    """Birth is answered with the time, wanted settings wait, records are acknowledged."""
    provisioned(config, "lamp-1")
    start().ready()
    node = Node(config, "lamp-1")
    try:
        node.say("up/status", STATUS, retain=True)
        assert node.hears("settings")["version"] == 1
        assert node.hears("time")["utc_ms"] > 1_700_000_000_000
        node.say("up/records", records(LAMP))
        assert node.hears("ack") == {"boot": 12, "seqs": [[1, 1]]}
    finally:
        node.close()
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert ledger.records.counts()["lamp"] == 1
    assert "<html" in asked(config, "nl/")


def test_a_hub_without_its_influxdb_takes_records_and_says_so(config, start):
    """/healthz warns of it and stays well, and /metrics has counted what a node sent."""
    provisioned(config, "lamp-1")
    config = replace(config, influx_url=f"http://127.0.0.1:{free_port()}", influx_version="1")
    start(config).ready()
    node = Node(config, "lamp-1")
    try:
        node.say("up/records", records(LAMP))
        node.hears("ack")
    finally:
        node.close()
    # Nobody ever made a backup of this park, either.
    wanted = dict.fromkeys(("broker", "ledger", "clock", "disk", "usage"), "ok")
    wanted |= dict.fromkeys(("backup", "influx"), "warning")
    # A verdict is up to a second old, and the first one came before the link.
    wait_until(lambda: parts(config) == wanted, "what is wrong to be seen")
    assert 'padlicht_records_total{kind="lamp"} 1.0' in asked(config, "metrics")


def parts(config):
    """The state of each part of the hub; None while records wait outside the ledger."""
    try:
        health = json.loads(asked(config, "healthz"))
    except urllib.error.HTTPError:
        return None
    return {name: part["state"] for name, part in health["parts"].items()}


def asked(config, path):
    """What the hub answers over HTTP."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{config.web_port}/{path}", timeout=DEADLINE_S
    ) as answer:
        return answer.read().decode()


def test_a_killed_hub_leaves_its_broker_to_the_next(config, start):
    """Nodes stay connected meanwhile, and what they said is stored by the next hub."""
    provisioned(config, "lamp-1")
    first = start().ready()
    broker = first.broker_pid()
    node = Node(config, "lamp-1")
    try:
        node.say("up/records", records(LAMP))
        node.hears("ack")
        first.end(signal.SIGKILL)
        node.say("up/records", records(LAMP | {"seq": 2}))
        second = start().ready()
        # The first comes again too, if the kill came between storing it and its PUBACK.
        assert node.hears("ack")["seqs"] in ([[2, 2]], [[1, 2]])
        assert node.client.is_connected()
    finally:
        node.close()
    assert second.broker_pid() == broker
    assert second.end(signal.SIGTERM) == 0
    assert is_gone(broker)


def test_nodes_hear_whether_a_hub_is_there(config, start):
    """Its birth is kept for who comes later, its loss is told at once, and so is the next birth."""
    provisioned(config, "lamp-1")
    first = start().ready()
    node = Node(config, "lamp-1")
    try:
        node.client.subscribe("padlicht/v1/hub/+", 1)
        assert node.hears("Hub") == {"state": "ready"}
        first.end(signal.SIGKILL)
        assert node.hears("Hub") == {"state": "lost"}
        start().ready()
        assert node.hears("Hub") == {"state": "ready"}
        reply = {"id": "first-start", "ok": True, "detail": [["radar", "silent", "", "fail"]]}
        for _ in range(2):  # a node tells it until it hears that it is on disk
            node.say("up/reply", reply)
            assert node.hears("ack") == {"boot": 0, "seqs": [], "replies": ["first-start"]}
    finally:
        node.close()
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert len(ledger.selftests.of_node("lamp-1")) == 1


def test_a_killed_broker_is_started_again(config, start):
    """The hub starts another, finds it, and goes on storing."""
    provisioned(config, "lamp-1")
    hub = start().ready()
    killed = hub.broker_pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: hub.broker_pid() != killed and accepts(config.broker_port), "another broker")
    node = Node(config, "lamp-1")
    try:
        wait_until(lambda: "broker link: back" in hub.said(), "the hub's link")
        node.say("up/records", records(LAMP))
        assert node.hears("ack") == {"boot": 12, "seqs": [[1, 1]]}
    finally:
        node.close()


def test_a_broker_on_an_old_port_is_replaced(config, start):
    """After a change of port the mosquitto that a killed hub left is not taken over."""
    first = start().ready()
    old = first.broker_pid()
    first.end(signal.SIGKILL)
    moved = Config(data=config.data, broker_port=free_port(), web_port=config.web_port)
    second = start(moved).ready()
    assert second.broker_pid() != old
    assert is_gone(old)
    assert not accepts(config.broker_port)


def test_a_broker_of_an_older_padlicht_is_replaced(config, start):
    """A configuration that this hub would write otherwise is not gone on with."""
    first = start().ready()
    old = first.broker_pid()
    first.end(signal.SIGKILL)
    conf = config.broker_folder / "mosquitto.conf"
    conf.write_text(conf.read_text().replace("max_packet_size 4096", "max_packet_size 8192"))
    assert start().ready().broker_pid() != old
    assert is_gone(old)


def test_a_second_hub_on_the_same_data_is_refused(config, start):
    """Two would acknowledge each other's records; the second says which one is there."""
    first = start().ready()
    second = start(Config(data=config.data, broker_port=free_port(), web_port=free_port()))
    assert second.process.wait(DEADLINE_S) == 1
    assert f"another hub (pid {first.process.pid})" in second.said()
    assert accepts(config.broker_port)


@pytest.mark.parametrize(
    ("taken", "flag"), [("broker_port", "--broker-port"), ("web_port", "--web-port")]
)
def test_a_taken_port_is_named_with_what_to_do(config, start, taken, flag):
    """One line, the port and the option; and nothing stays behind."""
    with socket.create_server(("127.0.0.1", getattr(config, taken))):
        hub = start()
        assert hub.process.wait(DEADLINE_S) == 1
    said = hub.said()
    assert str(getattr(config, taken)) in said
    assert flag in said
    assert "Traceback" not in said
    assert not accepts(config.broker_port)


# The broker alone


def test_a_missing_mosquitto_is_said(monkeypatch):
    """With what to install, and what else one could do."""
    monkeypatch.setattr(mosquitto_setup.shutil, "which", lambda *_, **__: None)
    with pytest.raises(Refused, match=r"apt install mosquitto.*--broker-url"):
        mosquitto_setup.program()


@pytest.mark.usefixtures("programs")
def test_a_mosquitto_that_does_not_start_says_why(tmp_path):
    """Its own words are in the error, and no process is left."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    keys.certificate("broker").write_text("broken")
    broker = Mosquitto(tmp_path / "broker", keys, "127.0.0.1", free_port())
    with pytest.raises(TryAgain, match="Unable to load server certificate"):
        asyncio.run(broker.start())
    assert not (tmp_path / "broker" / "mosquitto.pid").exists()


def test_an_address_that_is_not_this_machines_is_said():
    """The option to change is in the error."""
    with pytest.raises(Refused, match="--broker-host"):
        mosquitto_setup.refuse_taken_port("192.0.2.1", 8883)
