"""Commands, settings and quarantine through a real hub and broker, from other processes."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from padlicht.broker.keys import ensure_park, node_identity
from padlicht.cli.main import cli
from padlicht.ledger import Ledger
from tests.broker.park import wait_until
from tests.hub.parts import LAMP, STATUS, node, provisioned, records
from tests.hub.processes import DEADLINE_S, Node


@pytest.fixture
def padlicht(config, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(config.data))
    return lambda *arguments: CliRunner().invoke(cli, arguments)


@pytest.fixture
def join(config):
    """Nodes that connect; `ready` ones are there as far as the hub knows."""
    joined = []

    def join(name, *, ready=True):
        lamp = Node(config, name)
        joined.append(lamp)
        if ready:
            lamp.say("up/status", STATUS, retain=True)
            lamp.hears("time")
        return lamp

    yield join
    for lamp in joined:
        lamp.close()


def test_a_command_reaches_its_node_and_the_answer_who_asked(config, start, padlicht, join):
    """Stored by one process, sent by the hub, answered by the node, read by the first."""
    provisioned(config, "lamp-1")
    start().ready()
    lamp = join("lamp-1")
    with ThreadPoolExecutor(1) as asking:
        sending = asking.submit(padlicht, "command", "send", "lamp-1", "identify", "--wait")
        command = lamp.hears("command")
        assert command["do"] == "identify"
        lamp.say("up/reply", {"id": command["id"], "ok": True})
        result = sending.result(DEADLINE_S)
    assert (result.exit_code, result.output) == (0, "lamp-1: identify done.\n")


def test_an_answer_to_a_hub_that_was_killed_reaches_the_next(config, start, padlicht, join):
    """It is matched by its id, and the command is done; it is not sent a second time."""
    provisioned(config, "lamp-1")
    first = start().ready()
    lamp = join("lamp-1")
    assert padlicht("command", "send", "lamp-1", "reboot", "--for", "1h").exit_code == 0
    command = lamp.hears("command")

    def state():
        (row,) = json.loads(padlicht("command", "list", "--json").output)
        return row["state"]

    wait_until(lambda: state() == "sent", "the hub to note that it sent it")
    first.end(signal.SIGKILL)
    lamp.say("up/reply", {"id": command["id"], "ok": False, "why": "the clock is not set"})
    second = start().ready()
    wait_until(lambda: state() == "refused", "the answer")
    wait_until(lambda: "lamp-1 refused reboot: the clock is not set" in second.said(), "the line")
    assert lamp.heard["command"].empty()


def test_a_stranger_keeps_its_records_until_it_is_registered(config, start, padlicht, join):
    """Unacknowledged; then the hub says that they wait, and both ways in end in one record."""
    provisioned(config, "lamp-1")
    keys = ensure_park(config.keys, config.broker_host)
    node_identity(keys, "lamp-9", config.identity("lamp-9"))
    hub = start().ready()
    known, stranger = join("lamp-1"), join("lamp-9", ready=False)
    stranger.say("up/records", records(LAMP))
    wait_until(lambda: "lamp-9 is not registered" in hub.said(), "its record in quarantine")
    known.say("up/records", records(LAMP))
    known.hears("ack")
    assert stranger.heard["ack"].empty()
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-9"))
    wait_until(lambda: "1 message(s) of it wait in quarantine" in hub.said(), "the hub's word")
    assert "1 let in." in padlicht("quarantine", "admit", "--node", "lamp-9").output
    stranger.say("up/records", records(LAMP))
    assert stranger.hears("ack") == {"boot": 12, "seqs": [[1, 1]]}
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        assert ledger.records.counts() == {
            "lamp": 2, "footfall": 0, "health": 0, "fault": 0, "quarantine": 0,
        }  # fmt: skip


def test_settings_of_a_whole_site_reach_its_nodes_and_are_confirmed(config, start, padlicht, join):
    """Set by another process while the hub runs, and confirmed in the log."""
    provisioned(config, "lamp-1", "lamp-2")
    start().ready()
    lamps = [join(name) for name in ("lamp-1", "lamp-2")]
    assert [lamp.hears("settings")["version"] for lamp in lamps] == [1, 1]
    change = ("settings", "set", "--site", "molukkenplantsoen", "hold_s=33", "--why", "workshop")
    assert padlicht(*change).exit_code == 0
    for lamp in lamps:
        wanted = lamp.hears("settings")
        assert (wanted["version"], wanted["set"]["hold_s"]) == (2, 33)
        lamp.say("up/settings", {"version": 2, "refused": {}}, retain=True)
        wait_until(
            lambda lamp=lamp: json.loads(padlicht("settings", "log", lamp._name, "--json").output)[
                0
            ]["confirmed_utc_s"],
            "the confirmation",
        )
